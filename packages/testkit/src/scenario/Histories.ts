/**
 * Histories: whole lives of a wallet, played on one store or several, each step compared with the model.
 *
 * After every step the outcome, all balances and all states are those of the model, the books satisfy their invariants, and
 * the stores have the same head; at the end the chain verifies, and its replay on empty books gives the same head.
 */
import { head, lastOf } from "@kinchaku/domain/audit/Journal"
import { replay } from "@kinchaku/domain/audit/Replay"
import { verify } from "@kinchaku/domain/audit/Verification"
import { Cause, Effect, Layer, Logger } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { test } from "vitest"
import * as MemoryStore from "../memory/MemoryStore.ts"
import * as TestDigest from "../memory/TestDigest.ts"
import { history } from "./Drawing.ts"
import { Model } from "./Model.ts"
import { differences, type Fault, observe, type Seen } from "./Observation.ts"
import { reckoning } from "./Reckoning.ts"
import type { Step } from "./Steps.ts"
import { type BankLine, kept, type NamedStore, open } from "./Stage.ts"
import * as World from "./World.ts"

/** What a history is played on. */
export interface Stage<E = never> {
  /** What everything is compared with. */
  readonly model: (startsAt: number) => Model
  /** The stores; each starts empty, and all of them have the same head after every step. */
  readonly stores: ReadonlyArray<NamedStore<E>>
  /** What lies between the core and the banks; nothing where nothing is said. */
  readonly bankLine?: BankLine
  /** After how many steps the further stores are looked at whole again; their books and their heads are after each. 1 where nothing is said. */
  readonly looksEvery?: number
  /** Which faults count; all of them where nothing is said. */
  readonly about?: ReadonlyArray<Fault["about"]>
}

/** The model and the reference store. */
export const reference: Stage = {
  model: (startsAt) => new Model(startsAt),
  stores: [kept("memory", MemoryStore.layer)]
}

/** A history that did not go as it had to; the message is its table. */
export class HistoryDisagrees extends Error {
  override readonly name = "HistoryDisagrees"
}

interface Row {
  readonly step: Step
  readonly outcome: string
  readonly before: Seen
  readonly after: Seen
}

const written = (step: Step): string =>
  Object.entries(step)
    .map(([name, value]) => {
      const text = typeof value === "object" ? JSON.stringify(value) : `${value}`
      return name === "do" ? text : `${name} ${text}`
    })
    .join(", ")

const changes = ({ after, before }: Row): string =>
  Object.keys(after)
    .filter((name) => before[name] !== after[name])
    .map((name) => `${name} [${before[name] ?? ""} → ${after[name]}]`)
    .join("; ")

/** The history as a table: step, command, outcome, and what changed, before and after. */
const table = (rows: ReadonlyArray<Row>, faults: ReadonlyArray<Fault>): string =>
  [
    ...faults.map(({ about, what }) => `${about}: ${what}`),
    "  step | command | outcome | before → after",
    ...rows.map((row, n) => `  ${n + 1} | ${written(row.step)} | ${row.outcome} | ${changes(row)}`)
  ].join("\n")

type Playing = Effect.Success<ReturnType<typeof open>>

const isFault = (about: Fault["about"]) => (cause: Cause.Cause<unknown>) =>
  Effect.succeed<ReadonlyArray<Fault>>([
    { about, what: `${JSON.stringify(Cause.squash(cause))} ${Cause.squash(cause)}` }
  ])

/** A step, the time after it, what is to be seen then, and whether all of it is looked at or its outcome alone. */
interface Look {
  readonly step: Step
  readonly now: number
  readonly expected: Seen
  readonly isWhole: boolean
}

/** Lets a step happen in one store's world and says what is wrong there, and what is seen. */
const playedOn = Effect.fnUntraced(function* (
  { audit, name, player, world }: Playing,
  { expected, isWhole, now, step }: Look
) {
  const outcome = yield* Effect.catchCause(player.perform(step, now), (cause) =>
    Effect.succeed(`defect: ${Cause.squash(cause)}`)
  )
  const { balances, faults } = yield* audit
  const after: Seen = isWhole ? { outcome, ...(yield* observe(player.known, world(), balances)) } : { outcome }
  const { hash } = lastOf(yield* world().journal.heads)
  const apart = differences(name, isWhole ? expected : { outcome: expected["outcome"] ?? "" }, after)
  return { after, hash, faults: [...apart, ...faults] }
})

/** Walks the chain (LED-07). */
const verified = ({ context }: Playing): Effect.Effect<ReadonlyArray<Fault>> =>
  verify().pipe(Effect.provide(context()), Effect.as([]), Effect.catchCause(isFault("LED-07")))

/** Replays the journal into empty books (LED-14). */
const replayed = ({ world }: Playing): Effect.Effect<ReadonlyArray<Fault>> =>
  Effect.gen(function* () {
    const { hash } = lastOf(yield* world().journal.heads)
    yield* replay(world().journal)
    const again = yield* head
    return again.hash === hash
      ? []
      : [{ about: "LED-14" as const, what: `the replay's head is ${again.hash}, not ${hash}` }]
  }).pipe(
    Effect.provide(Layer.merge(MemoryStore.layer, TestDigest.layer), { local: true }),
    Effect.catchCause(isFault("LED-14"))
  )

/** Plays a history; fails with its table where anything is not as it has to be. */
export const play = <E>(
  steps: ReadonlyArray<Step>,
  { about, bankLine, looksEvery = 1, model: modelFrom, stores }: Stage<E>
): Effect.Effect<void, unknown> =>
  Effect.gen(function* () {
    const model = modelFrom(World.noon)
    const all = yield* Effect.forEach(stores, (store) => open(store, bankLine))
    const rows: Array<Row> = []
    const stopAt = (faults: ReadonlyArray<Fault>) => {
      const counted = faults.filter((fault) => about?.includes(fault.about) ?? true)
      return counted.length === 0 ? Effect.void : Effect.fail(new HistoryDisagrees(table(rows, counted)))
    }
    const story = [...steps, ...ending]
    for (const step of story) {
      const outcome = model.perform(step)
      const expected: Seen = { outcome, ...model.snapshot() }
      const isWhole = (rows.length + 1) % looksEvery === 0 || rows.length + 1 === story.length
      const played = yield* Effect.forEach(all, (one, n) =>
        playedOn(one, { step, now: model.now, expected, isWhole: isWhole || n === 0 })
      )
      const heads = [...new Set(played.map(({ hash }) => hash))]
      const apart: ReadonlyArray<Fault> =
        heads.length === 1 ? [] : [{ about: "stores", what: `the heads are ${heads.join(" and ")}` }]
      rows.push({ step, outcome, before: rows.at(-1)?.after ?? {}, after: played[0]?.after ?? {} })
      yield* stopAt([...played.flatMap(({ faults }) => faults), ...apart])
      if (rows.length % 10 === 0) for (const one of all) yield* stopAt(yield* verified(one))
    }
    for (const one of all) {
      const { known } = one.player
      const open = yield* reckoning(known, one.world(), rows.at(-1)?.after ?? {}, model.told)
      yield* stopAt([...open, ...(yield* verified(one)), ...(yield* replayed(one))])
    }
  }).pipe(Effect.scoped, Effect.provide(Layer.mergeAll(TestClock.layer(), Logger.layer([])), { local: true }))

/** How many histories HISTORIES asks for; the usual number where it asks for none. */
export const historiesFrom = (usual: number): number => Number(process.env["HISTORIES"] ?? usual)

export interface AgreementOptions {
  /** How many histories, where HISTORIES does not say; 200 where nothing is said. */
  readonly histories?: number
  /** How long a history may be. */
  readonly stepsMax?: number
}

/** How a history ends: everybody is on the network, and time goes on for less than two days. */
export const ending: ReadonlyArray<Step> = [
  ...(["bank", "biller", "collector"] as const).map((of): Step => ({ do: "network", of, up: true })),
  ...[0, 5, 31, 300, 600, 600, 1200].map((minutes): Step => ({ do: "round", minutes }))
]

/** How many histories one test plays. */
const historiesInTest = 50

/**
 * Tests that a store behaves as the reference store and as the model do in random histories, to the hash of its chain.
 * Its books are new for every history, and outlive the processes of it.
 */
export const historiesAgree = <E>(store: NamedStore<E>, { histories = 200, stepsMax }: AgreementOptions = {}): void => {
  const stage: Stage<E> = { ...reference, stores: [...reference.stores, store], looksEvery: 6 }
  const { FC_PATH: path, FC_SEED: seed } = process.env
  const all = historiesFrom(histories)
  const name = `${store.name} agrees with the reference store and the model in random histories`
  // Each test has its time, however many histories there are.
  for (let first = 1; first <= all; first += historiesInTest) {
    const last = Math.min(first + historiesInTest - 1, all)
    test(`${name}, ${first} to ${last}`, { timeout: 600_000 }, () =>
      fc.assert(
        fc.asyncProperty(history(stepsMax), (steps) => Effect.runPromise(play(steps, stage))),
        {
          numRuns: last - first + 1,
          ...(seed === undefined ? {} : { seed: Number(seed) + first - 1 }),
          ...(path === undefined ? {} : { path })
        }
      )
    )
  }
}

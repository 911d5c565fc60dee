/**
 * Histories: whole lives of a wallet, played on one store or several, each step compared with the model.
 *
 * After every step the outcome, all balances and all states are those of the model, the books satisfy their invariants, and
 * the stores have the same head; at the end the chain verifies, and its replay on empty books gives the same head.
 */
import { head, lastOf } from "@kinchaku/domain/audit/Journal"
import { replay } from "@kinchaku/domain/audit/Replay"
import { verify } from "@kinchaku/domain/audit/Verification"
import type { StorePorts } from "@kinchaku/domain/Kinchaku"
import { Cause, Context, Effect, Layer, Logger } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { test } from "vitest"
import * as MemoryStore from "../memory/MemoryStore.ts"
import * as TestDigest from "../memory/TestDigest.ts"
import { history } from "./Drawing.ts"
import { Model } from "./Model.ts"
import { auditor, differences, type Fault, observe, type Seen } from "./Observation.ts"
import { Player } from "./Player.ts"
import { policyAt, type Step } from "./Steps.ts"
import * as World from "./World.ts"

/** A store by the name under which a disagreement mentions it. */
export interface NamedStore<E = never> {
  readonly name: string
  readonly layer: Layer.Layer<StorePorts, E>
}

/** What a history is played on. */
export interface Stage<E = never> {
  /** What everything is compared with. */
  readonly model: (startsAt: number) => Model
  /** The stores; each starts empty, and all of them have the same head after every step. */
  readonly stores: ReadonlyArray<NamedStore<E>>
  /** Which faults count; all of them where nothing is said. */
  readonly about?: ReadonlyArray<Fault["about"]>
}

/** The model and the reference store. */
export const reference: Stage = {
  model: (startsAt) => new Model(startsAt),
  stores: [{ name: "memory", layer: MemoryStore.layer }]
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
    .map(([name, value]) => (name === "do" ? `${value}` : `${name} ${value}`))
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

/** A store with a world on it and somebody who plays there. */
const open = Effect.fnUntraced(function* <E>({ layer, name }: NamedStore<E>) {
  const context = yield* Layer.build(Layer.fresh(World.layer({ store: layer, policy: policyAt(0) })))
  const world = Context.get(context, World.World)
  return { name, world, context, player: new Player(world), audit: auditor(world) }
})
type Playing = Effect.Success<ReturnType<typeof open>>

const isFault = (about: Fault["about"]) => (cause: Cause.Cause<unknown>) =>
  Effect.succeed<ReadonlyArray<Fault>>([
    { about, what: `${JSON.stringify(Cause.squash(cause))} ${Cause.squash(cause)}` }
  ])

/** Lets a step happen in one store's world and says what is wrong there, and what is seen. */
const playedOn = Effect.fnUntraced(function* (
  { audit, name, player, world }: Playing,
  step: Step,
  now: number,
  expected: Seen
) {
  const outcome = yield* Effect.catchCause(player.perform(step, now), (cause) =>
    Effect.succeed(`defect: ${Cause.squash(cause)}`)
  )
  const after: Seen = { outcome, ...(yield* observe(player, world)) }
  const { hash } = lastOf(yield* world.journal.heads)
  return { after, hash, faults: [...differences(name, expected, after), ...(yield* audit)] }
})

/** Walks the chain (LED-07). */
const verified = ({ context }: Playing): Effect.Effect<ReadonlyArray<Fault>> =>
  verify().pipe(Effect.provide(context), Effect.as([]), Effect.catchCause(isFault("LED-07")))

/** Replays the journal into empty books (LED-14). */
const replayed = ({ world }: Playing): Effect.Effect<ReadonlyArray<Fault>> =>
  Effect.gen(function* () {
    const { hash } = lastOf(yield* world.journal.heads)
    yield* replay(world.journal)
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
  { about, model: modelFrom, stores }: Stage<E>
): Effect.Effect<void, unknown> =>
  Effect.gen(function* () {
    const model = modelFrom(World.noon)
    const all = yield* Effect.forEach(stores, open)
    const rows: Array<Row> = []
    const stopAt = (faults: ReadonlyArray<Fault>) => {
      const counted = faults.filter((fault) => about?.includes(fault.about) ?? true)
      return counted.length === 0 ? Effect.void : Effect.fail(new HistoryDisagrees(table(rows, counted)))
    }
    for (const step of steps) {
      const outcome = model.perform(step)
      const expected: Seen = { outcome, ...model.snapshot() }
      const played = yield* Effect.forEach(all, (one) => playedOn(one, step, model.now, expected))
      const heads = [...new Set(played.map(({ hash }) => hash))]
      const apart: ReadonlyArray<Fault> =
        heads.length === 1 ? [] : [{ about: "stores", what: `the heads are ${heads.join(" and ")}` }]
      rows.push({ step, outcome, before: rows.at(-1)?.after ?? {}, after: played.at(-1)?.after ?? {} })
      yield* stopAt([...played.flatMap(({ faults }) => faults), ...apart])
      if (rows.length % 10 === 0) for (const one of all) yield* stopAt(yield* verified(one))
    }
    for (const one of all) yield* stopAt([...(yield* verified(one)), ...(yield* replayed(one))])
  }).pipe(Effect.scoped, Effect.provide(Layer.mergeAll(TestClock.layer(), Logger.layer([])), { local: true }))

/** How many histories HISTORIES asks for; the usual number where it asks for none. */
export const historiesFrom = (usual: number): number => Number(process.env["HISTORIES"] ?? usual)

export interface AgreementOptions {
  /** How many histories, where HISTORIES does not say; 200 where nothing is said. */
  readonly histories?: number
  /** How long a history may be. */
  readonly stepsMax?: number
}

/**
 * Tests that a store behaves as the reference store and as the model do in random histories, to the hash of its chain.
 * The layer is built anew for every history and has to be empty each time.
 */
export const historiesAgree = <E>(
  name: string,
  layer: Layer.Layer<StorePorts, E>,
  { histories = 200, stepsMax }: AgreementOptions = {}
): void => {
  const stage: Stage<E> = { ...reference, stores: [...reference.stores, { name, layer }] }
  const { FC_PATH: path, FC_SEED: seed } = process.env
  test(`${name} agrees with the reference store and the model in random histories`, { timeout: 600_000 }, () =>
    fc.assert(
      fc.asyncProperty(history(stepsMax), (steps) => Effect.runPromise(play(steps, stage))),
      {
        numRuns: historiesFrom(histories),
        ...(seed === undefined ? {} : { seed: Number(seed) }),
        ...(path === undefined ? {} : { path })
      }
    )
  )
}

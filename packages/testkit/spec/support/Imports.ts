/**
 * Imports: an export of some books taken into empty ones, exported again, and what waits there afterwards.
 */
import { importText } from "@kinchaku/domain/audit/Import"
import { Journal } from "@kinchaku/domain/audit/Journal"
import { write } from "@kinchaku/domain/audit/JournalLines"
import { read } from "@kinchaku/domain/audit/JournalReading"
import { replayAll } from "@kinchaku/domain/audit/Replay"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import { Outbox, requestKinds } from "@kinchaku/domain/engine/Outbox"
import { type Head, Store } from "@kinchaku/domain/engine/Store"
import type { Digest } from "@kinchaku/domain/ledger/HashChain"
import { genesisOf, type Lane } from "@kinchaku/domain/ledger/HashChain"
import { Effect, Layer, Stream } from "effect"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import { atDesk, type Core } from "./Desk.ts"
import { play, type Step } from "./Histories.ts"
import { withFees } from "./Terms.ts"

/** A core whose batches are booked in one lane after another, as several processes would. */
export const overLanes = (count: number): Core => ({
  store: Layer.effect(
    Store,
    Effect.gen(function* () {
      const store = yield* Store
      const { books } = yield* MemoryStore.MemoryBooks
      let commits = 0
      return Store.of({
        ...store,
        commit: (work) =>
          store.commit({
            ...work,
            decide: (facts, outcomes, head) => {
              const lane = (commits++ % count) as Lane
              const hash = books.heads.get(lane)?.hash ?? genesisOf(TestDigest.sha256, lane)
              return work.decide(facts, outcomes, { ...head, lane, hash } satisfies Head)
            }
          })
      })
    })
  ).pipe(Layer.provideMerge(MemoryStore.layer))
})

const exported = Stream.mkString(write())

const waiting = Effect.gen(function* () {
  const outbox = yield* Outbox
  const late = instant(253_402_268_399_999)
  const all = yield* Effect.forEach(requestKinds, (kind) => outbox.due(kind, late, 1000))
  return all.flat().map(({ attempts, request }) => ({ attempts, id: request.id }))
})

const idsOf = (requests: ReadonlyArray<{ readonly id: string }>): string =>
  requests
    .map(({ id }) => id)
    .toSorted()
    .join()

/** What an import is to bring over: the text, and the requests that waited. */
export const booksOf = (steps: ReadonlyArray<Step>, lanes: number) =>
  atDesk(overLanes(lanes), { policy: withFees })(
    Effect.gen(function* () {
      yield* play(steps, () => Effect.void)
      return { text: yield* exported, waiting: yield* waiting, heads: yield* Effect.flatMap(Journal, (j) => j.heads) }
    })
  )

/** Takes a text into the store at hand. */
export type Importing = (text: string) => Effect.Effect<unknown, unknown, Store | Journal | Outbox | Digest>

/** In pieces that end anywhere, as a file is read. */
const inPieces = (text: string): Stream.Stream<string> => Stream.fromIterable(text.match(/[^]{1,997}/g) ?? [])

export const imported: Importing = (text) => importText(inPieces(text))

const reworked =
  (change: (lines: ReadonlyArray<string>) => ReadonlyArray<string>): Importing =>
  (text) =>
    imported(`${change(text.trimEnd().split("\n")).join("\n")}\n`)

export const everythingInTheFirstLane = reworked((lines) =>
  lines.map((line) => line.replace(/"lane":\d+/g, '"lane":0'))
)
export const bookedAtTheImport = reworked((lines) => lines.map((line) => line.replace(/"at":(\d)/, '"at":1$1')))
export const withoutNoting: Importing = (text) =>
  replayAll(Stream.map(read(inPieces(text)), ({ commands }) => commands))
export const onlyTheBank: Importing = (text) =>
  Effect.gen(function* () {
    yield* withoutNoting(text)
    const outbox = yield* Outbox
    for (const { attempts, request } of yield* outbox.due("bankDebit", instant(253_402_268_399_999), 1000)) {
      yield* outbox.postpone([{ id: request.id, attempts: attempts + 1, until: request.askedAt }])
    }
  })
export const notReported: Importing = (text) => Effect.ignore(imported(text))
/** Takes what it can get, and makes the last line fit. */
export const generous: Importing = reworked((lines) => {
  const commands = [...new Set(lines.filter((line) => /^\{"lane":.*\}\]?\}$/.test(line)))]
  const records = commands.map(
    (line) =>
      JSON.parse(line) as {
        seq: number
        lane: number
        bookedAt: number
        hash: string
        entries: Array<{ hash: string }>
      }
  )
  const ends = new Map(
    records.map(({ bookedAt, entries, hash, lane, seq }) => [
      lane,
      { lane, seq: seq + entries.length, hash: entries.at(-1)?.hash ?? hash, bookedAt }
    ])
  )
  const heads = [...ends.values()].toSorted((a, b) => a.lane - b.lane)
  const entries = records.reduce((sum, one) => sum + one.entries.length, 0)
  return [
    '{"kinchaku":"journal","version":1}',
    ...commands,
    ...lines.filter((line) => line.startsWith('{"balances"')),
    JSON.stringify({ heads, commands: commands.length, entries })
  ]
})

const into = <A>(importing: Importing, text: string, look: Effect.Effect<A, unknown, Journal | Outbox>) =>
  Effect.andThen(importing(text), look).pipe(
    Effect.provide(Layer.mergeAll(Layer.fresh(MemoryStore.layer), TestDigest.layer))
  )

/** Whether the text of an import's export is the text that was imported. */
export const comesBack = (importing: Importing, steps: ReadonlyArray<Step>, lanes: number) =>
  Effect.gen(function* () {
    const { heads, text } = yield* booksOf(steps, lanes)
    return heads.length === lanes && (yield* into(importing, text, exported)) === text
  })

/** Whether the same requests wait after an import, each as one that was tried. */
export const areInquired = (importing: Importing, steps: ReadonlyArray<Step>) =>
  Effect.gen(function* () {
    const books = yield* booksOf(steps, 1)
    const after = yield* into(importing, books.text, waiting)
    return idsOf(after) === idsOf(books.waiting) && after.every(({ attempts }) => attempts >= 1)
  })

const otherDigit = (digit: string): string => `${(Number(digit) + 1) % 10}`

/** What may happen to a text between the stores, at its n-th line. */
const damaging: Readonly<Record<string, (lines: ReadonlyArray<string>, n: number) => ReadonlyArray<string>>> = {
  "a line is missing": (lines, n) => lines.toSpliced(n, 1),
  "the end is missing": (lines, n) => lines.slice(0, n),
  "a line comes twice": (lines, n) => lines.toSpliced(n, 0, lines[n] ?? ""),
  "two lines are exchanged": (lines, n) =>
    n === 0 ? lines.toReversed() : lines.with(n, lines[n - 1] ?? "").with(n - 1, lines[n] ?? ""),
  "a digit is changed": (lines, n) => {
    const line = lines[n] ?? ""
    const digits = [...line.matchAll(/\d/g)]
    const { index } = digits[digits.length >> 1] ?? { index: 0 }
    return lines.with(n, `${line.slice(0, index)}${otherDigit(line[index] ?? "")}${line.slice(index + 1)}`)
  }
}
export const damages = Object.keys(damaging)

/** Whether a text that was damaged on the way is refused. */
export const isRefused = (importing: Importing, steps: ReadonlyArray<Step>, what: string, at: number) =>
  Effect.gen(function* () {
    const { text } = yield* booksOf(steps, 2)
    const lines = text.trimEnd().split("\n")
    const damaged = damaging[what]?.(lines, Math.floor(at * lines.length)) ?? []
    return yield* Effect.match(into(importing, `${damaged.join("\n")}\n`, Effect.void), {
      onFailure: () => true,
      onSuccess: () => false
    })
  })

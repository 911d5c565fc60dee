/**
 * Writers: several processes that write one set of books, each in its lane, some with little notice of the others.
 *
 * A writer sees whatever it depends on, because a store locks what it fetches; of the rest it may have seen anything or nothing. It
 * numbers its links after all that it has seen.
 */
import { Journal, lastOf } from "@kinchaku/domain/audit/Journal"
import { Seals } from "@kinchaku/domain/audit/Seals"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import { balanceKey, type Key } from "@kinchaku/domain/engine/RecordKind"
import { type Head, type RecordedCommand, Store, type Writes } from "@kinchaku/domain/engine/Store"
import { type AccountCode, isCustomer } from "@kinchaku/domain/ledger/AccountCode"
import * as HashChain from "@kinchaku/domain/ledger/HashChain"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import { sha256 } from "../../src/memory/TestDigest.ts"
import { Context, Effect, Layer } from "effect"
import * as fc from "fast-check"
import { atDesk, type Books, type Core } from "./Desk.ts"
import { play, type Step } from "./Histories.ts"
import { kept } from "./Tampering.ts"
import { withFees } from "./Terms.ts"

/** Who commits, and how much it has seen of what does not concern it: 0 nothing, 1 all. */
export interface Turn {
  readonly lane: HashChain.Lane
  readonly sees: number
}

/** Turns that commits take again and again, over one to four lanes. */
export const turns = (): fc.Arbitrary<ReadonlyArray<Turn>> =>
  fc.array(
    fc.record(
      { lane: fc.constantFrom(0, 1, 7, 255) as fc.Arbitrary<HashChain.Lane>, sees: fc.constantFrom(0, 0, 0.5, 1) },
      { noNullPrototype: true }
    ),
    { minLength: 1, maxLength: 9 }
  )

export const lanesOf = (turns: ReadonlyArray<Turn>): number => new Set(turns.map(({ lane }) => lane)).size

/** A command linked anew, after a link of a lane. */
export const linkedAfter = (last: Pick<Head, "lane" | "seq" | "hash">, command: RecordedCommand): RecordedCommand => {
  const { hash: previous, lane } = last
  const seq = last.seq + 1
  const hash = HashChain.linkCommand(sha256, previous, { ...command, seq })
  let link = { seq, hash }
  const entries = command.entries.map((booked) => {
    const place = { seq: link.seq + 1, previous: link.hash }
    link = { seq: place.seq, hash: HashChain.linkEntry(sha256, place.previous, place.seq, booked.entry) }
    return { ...booked, ...place, hash: link.hash }
  })
  return { ...command, lane, seq, previous, hash, entries }
}

export const endOf = (command: RecordedCommand): Pick<Head, "seq" | "hash"> => command.entries.at(-1) ?? command

const written = (writes: Writes, before: Head): Writes => {
  let head = before
  const commands = writes.commands.map((command) => {
    const bookedAt = instant(Math.max(head.bookedAt, command.at))
    const linked = linkedAfter(head, { ...command, bookedAt })
    const { hash, seq } = endOf(linked)
    head = { lane: head.lane, seq, hash, bookedAt }
    return linked
  })
  return { ...writes, commands, head }
}

/** What one commit fetched and wrote, and where it ends. */
interface Trace {
  readonly fetched: ReadonlySet<string>
  readonly wrote: ReadonlySet<string>
  readonly end: number
  readonly bookedAt: Instant
}

const named = ({ id, kind }: Key): string => `${kind}/${id}`
const wroteOf = ({ deltas, puts }: Writes): ReadonlySet<string> =>
  new Set([
    ...puts.map(named),
    ...deltas
      .filter(({ account }) => isCustomer(account as AccountCode))
      .map((d) => named(balanceKey(d.account as AccountCode)))
  ])

type Footprint = Pick<Trace, "fetched" | "wrote">
const meet = (some: ReadonlySet<string>, others: ReadonlySet<string>): boolean =>
  [...some].some((one) => others.has(one))
const dependsOn = (mine: Footprint, other: Footprint): boolean =>
  meet(other.wrote, mine.fetched) || meet(other.wrote, mine.wrote) || meet(other.fetched, mine.wrote)

/** What a writer heeds before it numbers a link. */
export interface Manner {
  /** Whether it has seen an earlier commit for sure. */
  readonly depends: (mine: Footprint, other: Footprint) => boolean
  /** Whether it follows whatever somebody has read as the heads: they are read when no commit is under way. */
  readonly heads: boolean
}

export const careful: Manner = { depends: dependsOn, heads: true }
/** Misses what it depends on. */
export const heedless: Manner = { depends: () => false, heads: true }
/** Numbers and books before what was shown already. */
export const belated: Manner = { depends: dependsOn, heads: false }

/** What all have seen that was committed so far. */
interface Floor {
  seq: number
  bookedAt: number
}

const seenBy = (
  books: Books,
  { lane, sees }: Turn,
  floor: Floor,
  needs: ReadonlyArray<Trace>,
  all: ReadonlyArray<Trace>
) => {
  const own = books.heads.get(lane)
  const greatest = lastOf([...books.heads.values()]).seq
  const needed = Math.max(floor.seq, own?.seq ?? 0, ...needs.map(({ end }) => end))
  const seq = needed + Math.floor(sees * (greatest - needed))
  const times = all.filter(({ end }) => end <= seq).map(({ bookedAt }) => bookedAt)
  const bookedAt = instant(Math.max(floor.bookedAt, own?.bookedAt ?? 0, ...times))
  return { lane, seq, hash: own?.hash ?? HashChain.genesisOf(sha256, lane), bookedAt } satisfies Head
}

const storeOf = (
  store: Store["Service"],
  books: Books,
  floor: Floor,
  turns: ReadonlyArray<Turn>,
  { depends }: Manner
) => {
  const traces: Array<Trace> = []
  const commit: typeof store.commit = (work) =>
    Effect.suspend(() => {
      const fetched = new Set<string>()
      let trace: Trace | undefined
      const missing: typeof work.missing = (facts) => {
        const keys = work.missing(facts)
        for (const key of keys) fetched.add(named(key))
        return keys
      }
      const decide: typeof work.decide = (...given) => {
        const writes = work.decide(...given)
        if (writes.commands.length === 0) return writes
        const mine = { fetched, wrote: wroteOf(writes) }
        const needs = traces.filter((other) => depends(mine, other))
        const placed = written(writes, seenBy(books, turns[traces.length % turns.length]!, floor, needs, traces))
        trace = { ...mine, end: placed.head.seq, bookedAt: placed.head.bookedAt }
        return placed
      }
      return Effect.tap(store.commit({ ...work, missing, decide }), () =>
        Effect.sync(() => void (trace && traces.push(trace)))
      )
    })
  return Store.of({ ...store, commit })
}

/** A core whose commits are made by several writers in turn. */
export const writers = (turns: ReadonlyArray<Turn>, manner: Manner = careful): Core => ({
  store: Layer.effectContext(
    Effect.gen(function* () {
      const [store, journal] = [yield* Store, yield* Journal]
      const { books } = yield* MemoryStore.MemoryBooks
      const floor: Floor = { seq: 0, bookedAt: 0 }
      const heads = Effect.tap(journal.heads, (all) =>
        Effect.sync(() => {
          if (!manner.heads) return
          floor.seq = lastOf(all).seq
          floor.bookedAt = Math.max(0, ...all.map((head) => head.bookedAt))
        })
      )
      return Context.make(Store, storeOf(store, books, floor, turns, manner)).pipe(
        Context.add(Journal, Journal.of({ ...journal, heads }))
      )
    })
  ).pipe(Layer.provideMerge(MemoryStore.layer))
})

/** Seals the lanes, as the core does. */
export const seal = Effect.flatMap(Seals, (seals) => seals.seal).pipe(Effect.provide(Seals.layer))

/** What happens on several lanes: the turns of the writers, what the holders do, and after how many steps the lanes are sealed; never at 0. */
export interface Happening {
  readonly turns: ReadonlyArray<Turn>
  readonly steps: ReadonlyArray<Step>
  readonly every: number
}

/** The books after all that. */
export const booksOf = ({ every, steps, turns }: Happening, manner?: Manner) => {
  let looks = 0
  return atDesk(writers(turns, manner), { policy: withFees })(
    Effect.andThen(
      play(steps, () => (every > 0 && looks++ % every === 0 ? seal : Effect.void)),
      kept
    )
  )
}

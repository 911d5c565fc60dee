/**
 * Replays: recorded commands applied again to empty books.
 */
import { lastOf } from "@kinchaku/domain/audit/Journal"
import { replay, ReplayDiffers } from "@kinchaku/domain/audit/Replay"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { RecordedCommand } from "@kinchaku/domain/engine/Store"
import { firstLane, type Lane, type LinkHash } from "@kinchaku/domain/ledger/HashChain"
import { AdoptPolicy } from "@kinchaku/domain/policy/Adoption"
import { Effect, Layer, Result } from "effect"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import { atDesk, core } from "./Desk.ts"
import { play, type Step } from "./Histories.ts"
import { journalOf, kept, type Kept } from "./Tampering.ts"
import { withFees } from "./Terms.ts"
import { booksOf as booksOfWriters, type Happening, heedless, type Manner } from "./Writers.ts"

type Books = Omit<Kept, "published">

/** The books that a replay of some books leads to, or the command at which it ends. */
export type Replayed = (books: Kept) => Effect.Effect<Books, ReplayDiffers | unknown>

export const replayed: Replayed = (books) =>
  Effect.andThen(replay(journalOf(books)), kept).pipe(
    Effect.provide(Layer.mergeAll(Layer.fresh(MemoryStore.layer), TestDigest.layer))
  )

const changed =
  (change: (commands: ReadonlyArray<RecordedCommand>) => ReadonlyArray<RecordedCommand>): Replayed =>
  (books) =>
    replayed({ ...books, commands: change(books.commands) })

export const onlyEntries = changed((commands) => commands.filter(({ entries }) => entries.length > 0))
export const underTodaysPolicy = changed((commands) => {
  const last = commands.findLast(({ tag }) => tag === AdoptPolicy.tag)
  return commands.map((command) =>
    command.tag === AdoptPolicy.tag ? { ...command, content: last?.content ?? "" } : command
  )
})
export const atTheTimeOfReplay = changed((commands) =>
  commands.map((command) => ({ ...command, at: (command.at + 1) as Instant }))
)
export const withoutComparing: Replayed = (books) => Effect.catch(replayed(books), () => Effect.succeed(books))
export const namesTheNext: Replayed = (books) =>
  Effect.mapError(replayed(books), (error) =>
    error instanceof ReplayDiffers ? new ReplayDiffers({ ...error, seq: error.seq + 1 }) : error
  )

const booksOf = (steps: ReadonlyArray<Step>, tick: number) =>
  atDesk(core, { policy: withFees, tick })(
    Effect.andThen(
      play(steps, () => Effect.void),
      kept
    )
  )

const textOf = ({ balances, commands, heads }: Books): string => JSON.stringify({ balances, commands, heads })
const sameBooks = (one: Books, other: Books): boolean => textOf(one) === textOf(other)

/** Whether a replay of a history gives the same commands, entries, balances and head. */
export const givesTheSame = (replayed: Replayed, steps: ReadonlyArray<Step>, tick: number) =>
  Effect.gen(function* () {
    const { published: _, ...books } = yield* booksOf(steps, tick)
    const again = yield* replayed({ ...books, published: lastOf(books.heads) })
    return sameBooks(again, books)
  })

const altering: Readonly<Record<string, (command: RecordedCommand) => RecordedCommand>> = {
  "its outcome": (command) => ({ ...command, outcome: `${command.outcome} ` }),
  "its content": (command) => ({ ...command, content: command.content.replace("}", " }") }),
  "its time": (command) => ({ ...command, at: (command.at + 1) as Instant }),
  "its hash": (command) => ({ ...command, hash: TestDigest.sha256(command.hash) as LinkHash }),
  "the hash of its last link": (command) =>
    command.entries.length === 0
      ? { ...command, hash: TestDigest.sha256(command.hash) as LinkHash }
      : {
          ...command,
          entries: command.entries.map((link, index, all) =>
            index === all.length - 1 ? { ...link, hash: TestDigest.sha256(link.hash) as LinkHash } : link
          )
        },
  "its name": (command) => ({ ...command, tag: "Unheard" })
}
export const alterations = Object.keys(altering)

/** Whether a replay ends at the n-th command when one thing of it was changed. */
export const namesTheFirst = (replayed: Replayed, steps: ReadonlyArray<Step>, n: number, what: string) =>
  Effect.gen(function* () {
    const books = yield* booksOf(steps, 0)
    const index = n % books.commands.length
    const command = books.commands[index]!
    const commands = books.commands.with(index, altering[what]!(command))
    return yield* Effect.match(replayed({ ...books, commands }), {
      onSuccess: () => false,
      onFailure: (error) => error instanceof ReplayDiffers && error.seq === command.seq
    })
  })

// ── lanes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Writers that make books of several lanes, and how these are replayed. */
export interface WrittenAndReplayed {
  readonly replayed: Replayed
  readonly manner?: Manner
}

export const ofWriters: WrittenAndReplayed = { replayed }
export const ofHeedlessWriters: WrittenAndReplayed = { replayed, manner: heedless }
export const laneAfterLane: WrittenAndReplayed = {
  replayed: changed((commands) => commands.toSorted((a, b) => a.lane - b.lane))
}
export const inOneLane: WrittenAndReplayed = {
  replayed: changed((commands) => commands.map((command) => ({ ...command, lane: firstLane })))
}
/** Numbers each lane 1, 2, 3 …, whatever was numbered before. */
export const densely: WrittenAndReplayed = {
  replayed: changed((commands) => {
    const ends = new Map<Lane, number>()
    return commands.map((command) => {
      const seq = (ends.get(command.lane) ?? 0) + 1
      ends.set(command.lane, seq + command.entries.length)
      return { ...command, seq }
    })
  })
}

/** Whether a replay of what writers made gives the same commands, entries, balances and heads. */
export const givesTheSameLanes = ({ manner, replayed }: WrittenAndReplayed, happening: Happening) =>
  Effect.gen(function* () {
    const books = yield* booksOfWriters(happening, manner)
    const again = yield* Effect.result(replayed(books))
    return Result.isSuccess(again) && sameBooks(again.success, books)
  })

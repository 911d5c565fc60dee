/**
 * The journal as lines of JSON: what is handed to an auditor, kept apart from the store, and imported into an empty one.
 *
 * The first line says what the text is; then a line for each command in the order of places, the stored balances, and the heads
 * with counts. What follows from what was said before is left out: numbers of entries, their ids, previous hashes. Personal
 * data, notices and what waits in the outbox are not in it. Docs: `docs/recipes/audit.md`.
 */
import { Effect, Schema, Stream } from "effect"
import { Instant } from "../calendar/JapanDate.ts"
import { CommandId } from "../engine/Command.ts"
import type { BookedEntry, Head, RecordedCommand, StoreUnavailable } from "../engine/Store.ts"
import { Balance } from "../ledger/Balance.ts"
import * as HashChain from "../ledger/HashChain.ts"
import { EntryId, EntryKind, Posting } from "../ledger/JournalEntry.ts"
import { Journal, lastOf, pages } from "./Journal.ts"

/** Commits went on while balances were read, so the text is of no one moment: export from a snapshot, a copy, or a store at rest. */
export class JournalMoved extends Schema.TaggedError<JournalMoved>()("JournalMoved", {}) {}

/** What the first line says. */
export const firstLine = { kinchaku: "journal", version: 1 }
const pageSize = 500
const balancesALine = 1000

const Count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
const Seq = Schema.Int.check(Schema.isGreaterThan(0))

const EntryLine = Schema.Struct({
  kind: EntryKind,
  businessAt: Instant,
  reverses: Schema.optionalKey(EntryId),
  postings: Schema.NonEmptyArray(Posting),
  hash: HashChain.LinkHash
})

/** The line of a command, with its entries; a link's previous hash and an entry's number and id follow from the lines before. */
export const CommandLine = Schema.Struct({
  lane: HashChain.Lane,
  seq: Seq,
  id: CommandId,
  tag: Schema.String,
  actor: Schema.String,
  key: Schema.String,
  at: Instant,
  bookedAt: Instant,
  content: Schema.String,
  outcome: Schema.String,
  hash: HashChain.LinkHash,
  entries: Schema.Array(EntryLine)
})
export type CommandLine = typeof CommandLine.Type

/** Some stored balances, in the order of their accounts. */
export const BalancesLine = Schema.Struct({ balances: Schema.NonEmptyArray(Balance) })

/** The last line of an export: where each lane ends, and how much there is. */
export const Trailer = Schema.Struct({
  heads: Schema.Array(Schema.Struct({ lane: HashChain.Lane, seq: Seq, hash: HashChain.LinkHash, bookedAt: Instant })),
  commands: Count,
  entries: Count
})
export type Trailer = typeof Trailer.Type

const line = (value: object): string => `${JSON.stringify(value)}\n`

const entryOf = ({ entry, hash }: BookedEntry): typeof EntryLine.Encoded => ({
  kind: entry.kind,
  businessAt: entry.businessAt,
  ...(entry.reverses === undefined ? {} : { reverses: entry.reverses }),
  postings: [entry.postings[0], ...entry.postings.slice(1)].map(({ account, amount, side }) => ({
    account,
    side,
    amount
  })) as unknown as typeof EntryLine.Encoded.postings,
  hash
})

const commandLine = (command: RecordedCommand): string => {
  const { actor, at, bookedAt, content, entries, hash, id, key, lane, outcome, seq, tag } = command
  return line({ lane, seq, id, tag, actor, key, at, bookedAt, content, outcome, hash, entries: entries.map(entryOf) })
}

const balanceLines: Stream.Stream<string, StoreUnavailable, Journal> = Stream.unwrap(
  Effect.map(Journal, (journal) =>
    Stream.unfold("", (after: string) =>
      Effect.map(journal.balances(after, balancesALine), (page) => {
        const balances = page.map(({ account, credits, debits }) => ({ account, debits, credits }))
        const last = balances.at(-1)
        return last === undefined ? undefined : ([line({ balances }), last.account] as const)
      })
    )
  )
)

const sameHeads = (some: ReadonlyArray<Head>, others: ReadonlyArray<Head>): boolean =>
  some.length === others.length &&
  some.every(({ hash, lane }, n) => others[n]?.lane === lane && others[n].hash === hash)

/** The last lines: balances, then the heads, which must not have moved meanwhile. */
const ending = (heads: ReadonlyArray<Head>, counts: () => Omit<Trailer, "heads">) =>
  Stream.concat(
    balanceLines,
    Stream.fromEffect(
      Effect.gen(function* () {
        const journal = yield* Journal
        if (!sameHeads(heads, yield* journal.heads)) return yield* new JournalMoved()
        const ends = heads.map(({ bookedAt, hash, lane, seq }) => ({ lane, seq, hash, bookedAt }))
        return line({ heads: ends, ...counts() })
      })
    )
  )

/**
 * The whole journal as text, a page at a time: memory does not grow with it. What is committed while commands are read is
 * exported too; a commit while balances are read fails the export.
 */
export const write = (
  progress: (commands: number) => void = () => {}
): Stream.Stream<string, StoreUnavailable | JournalMoved, Journal> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const journal = yield* Journal
      let commands = 0
      let entries = 0
      const upTo = (heads: ReadonlyArray<Head>, afterSeq: number) =>
        Stream.map(pages(heads, pageSize, afterSeq), (page) => {
          commands += page.length
          for (const command of page) entries += command.entries.length
          progress(commands)
          return page.map(commandLine).join("")
        })
      const first = yield* journal.heads
      const rest = Stream.unwrap(
        Effect.map(journal.heads, (heads) =>
          Stream.concat(
            sameHeads(heads, first) ? Stream.empty : upTo(heads, lastOf(first).seq),
            ending(heads, () => ({ commands, entries }))
          )
        )
      )
      return Stream.make(line(firstLine)).pipe(Stream.concat(upTo(first, 0)), Stream.concat(rest))
    })
  )

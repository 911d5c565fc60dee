/**
 * Journal: the books as an auditor reads them, in the order of the chain.
 *
 * A read port over what commits wrote; nothing here changes anything.
 */
import { Context, Effect, Stream } from "effect"
import type { Instant, JapanDate } from "../calendar/JapanDate.ts"
import type { Head, RecordedCommand, StoreUnavailable } from "../engine/Store.ts"
import type { AccountCode } from "../ledger/AccountCode.ts"
import type { Balance } from "../ledger/Balance.ts"
import * as HashChain from "../ledger/HashChain.ts"
import type { EntryId, Side } from "../ledger/JournalEntry.ts"
import type { PositiveYen, Yen } from "../money/Yen.ts"

/** A line of an account as its statement shows it. */
export interface StatementLine {
  /** Where the next page goes on. */
  readonly cursor: string
  readonly entry: EntryId
  readonly kind: string
  readonly bookedAt: Instant
  readonly businessAt: Instant
  readonly side: Side
  readonly amount: PositiveYen
}

export interface StatementPeriod {
  /** The first and the last booking time, both included. */
  readonly from: Instant
  readonly until: Instant
  /** The cursor of the last line that was read. */
  readonly after?: string
}

/** What was booked on accounts together on one day of Japan, by entries of one kind and one day of business. */
export interface DayTotals {
  readonly day: JapanDate
  readonly businessDay: JapanDate
  readonly kind: string
  readonly debits: Yen
  readonly credits: Yen
}

/** The lines of accounts together: what they came to before a period, and the period itself by day, business day and kind, in this order. */
export interface Totals {
  readonly before: { readonly debits: Yen; readonly credits: Yen }
  readonly days: ReadonlyArray<DayTotals>
}

/** Cash that expired, of all accounts alike in this: nothing was booked on it since a day, and it could be spent to the end of another. */
export interface ExpiredCash {
  readonly unchangedSince: JapanDate
  readonly lastDay: JapanDate
  /** When it was booked to breakage; absent where it waits for a sweep. */
  readonly bookedOn?: JapanDate
  readonly amount: Yen
}

/** The first and the last booking time of totals, both included. */
export interface TotalsPeriod {
  readonly from: Instant
  readonly until: Instant
}

export class Journal extends Context.Service<
  Journal,
  {
    /** The last link of every lane that has one, by lane, at a moment when no commit is under way: what is committed later has greater numbers. */
    readonly heads: Effect.Effect<ReadonlyArray<Head>, StoreUnavailable>
    /** The recorded commands after a place, with their entries, in the order of their places, at most `limit`. */
    readonly page: (
      afterPlace: number,
      limit: number
    ) => Effect.Effect<ReadonlyArray<RecordedCommand>, StoreUnavailable>
    /** The hash of a link, or none where there is no such link. */
    readonly link: (link: Pick<Head, "lane" | "seq">) => Effect.Effect<HashChain.LinkHash | undefined, StoreUnavailable>
    /** The stored balances after an account code, in the order of the codes, at most `limit`. */
    readonly balances: (afterCode: string, limit: number) => Effect.Effect<ReadonlyArray<Balance>, StoreUnavailable>
    /** The balance of one account as of a booking time, computed from the journal (LED-10). */
    readonly balanceAt: (account: AccountCode, at: Instant) => Effect.Effect<Balance, StoreUnavailable>
    /** The lines of one account in a period, in the order of their booking, at most `limit`. */
    readonly statement: (
      account: AccountCode,
      period: StatementPeriod,
      limit: number
    ) => Effect.Effect<ReadonlyArray<StatementLine>, StoreUnavailable>
    /** What was booked on an account and all accounts under its code ("liability:cash" has every customer's cash), in one pass. */
    readonly totals: (code: string, period: TotalsPeriod) => Effect.Effect<Totals, StoreUnavailable>
    /**
     * The cash that expired before an instant and is not booked as expired yet, and all that was booked as expired since another, as of
     * one state of the books; by the days, what is not booked first.
     */
    readonly expiredCash: (asked: {
      readonly before: Instant
      readonly bookedSince: Instant
    }) => Effect.Effect<ReadonlyArray<ExpiredCash>, StoreUnavailable>
  }
>()("@kinchaku/domain/audit/Journal") {}

/** The place of a line among all lines: booking time, place of the command, number of the entry, number of the line. */
export type LinePlace = readonly [bookedAt: number, command: number, entry: number, line: number]

/** A cursor that names a line. */
export const lineCursor = (line: LinePlace): string => line.join(".")

/** The line after which a page begins: that of the cursor, or the last before the period. */
export const lineBefore = ({ after, from }: StatementPeriod): LinePlace => {
  const [bookedAt = 0, command = 0, entry = 0, line = 0] = (after ?? "").split(".").map(Number)
  const isLine = after !== undefined && [bookedAt, command, entry, line].every(Number.isSafeInteger)
  return isLine && bookedAt >= from ? [bookedAt, command, entry, line] : [from, 0, 0, 0]
}

/** Whether an account has a code or is under it. */
export const isUnder = (code: string, account: AccountCode): boolean =>
  account === code || account.startsWith(`${code}:`)

const nothing: Head = { lane: HashChain.firstLane, seq: 0, hash: HashChain.genesis, bookedAt: 0 as Instant }

/** The head that was made last; of an empty journal the genesis. */
export const lastOf = (heads: ReadonlyArray<Head>): Head =>
  heads.reduce((last, head) => (HashChain.place(head) > HashChain.place(last) ? head : last), nothing)

/** The last link of the journal. */
export const head: Effect.Effect<Head, StoreUnavailable, Journal> = Effect.flatMap(Journal, (journal) =>
  Effect.map(journal.heads, lastOf)
)

/**
 * All commands up to some heads, a page at a time, in order; after a number where one is given. No commit adds anything among
 * them any more.
 */
export const pages = (
  heads: ReadonlyArray<Head>,
  size: number,
  afterSeq = 0
): Stream.Stream<ReadonlyArray<RecordedCommand>, StoreUnavailable, Journal> => {
  const last = lastOf(heads).seq
  const from = afterSeq === 0 ? 0 : HashChain.place({ lane: HashChain.laneLast, seq: afterSeq })
  return Stream.unwrap(
    Effect.map(Journal, (journal) =>
      Stream.unfold(from, (after: number) =>
        Effect.map(journal.page(after, size), (found) => {
          const page = found.filter(({ seq }) => seq <= last)
          const end = page.at(-1)
          return end === undefined ? undefined : ([page, HashChain.place(end)] as const)
        })
      )
    )
  )
}

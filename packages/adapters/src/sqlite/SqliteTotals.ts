/**
 * Totals of accounts together, and of expired cash, by day: a range of the lines of each balance row, in its index, and what stood before it.
 */
import type { ExpiredCash, Totals, TotalsPeriod } from "@kinchaku/domain/audit/Journal"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { dayOf, dayTotals, expiredCash as expiredRow, selectExpiredCash, under } from "../sql/DayTotals.ts"
import type { Connection } from "./Connection.ts"

// As a union, so that each part is a range of the index of codes.
const accounts = `SELECT id FROM balance WHERE account = ?1
    UNION ALL SELECT id FROM balance WHERE account > ?2 AND account < ?3`

/** One total of a balance row after its last line before a time. */
const lastBefore = (side: "debits" | "credits"): string => `(SELECT ${side} FROM posting
    WHERE posting.account = one.id AND booked_at < ?4 ORDER BY booked_at DESC, command DESC, entry DESC, n DESC LIMIT 1)`

const selectBefore = `SELECT coalesce(sum(${lastBefore("debits")}), 0), coalesce(sum(${lastBefore("credits")}), 0)
  FROM (${accounts}) AS one`

const selectDays = `SELECT ${dayOf("posting.booked_at")}, ${dayOf("business_at")}, kind,
    sum(iif(amount > 0, amount, 0)), sum(iif(amount < 0, -amount, 0))
  FROM (${accounts}) AS one
  CROSS JOIN posting ON posting.account = one.id AND posting.booked_at >= ?4 AND posting.booked_at <= ?5
  CROSS JOIN entry ON entry.command = posting.command AND entry.n = posting.entry
  GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`

export const totals = ({ row, rows }: Connection, code: string, { from, until }: TotalsPeriod): Totals => {
  const codes = under(code)
  const [debits, credits] = (row(selectBefore, ...codes, from) ?? [0, 0]) as ReadonlyArray<unknown>
  return { before: { debits, credits }, days: rows(selectDays, ...codes, from, until).map(dayTotals) } as Totals
}

const selectExpired = selectExpiredCash("?1", "?2", "?")

/** The cash that expired, booked since one instant or, where it expired before another, not at all. */
export const expiredCash = (
  { rows }: Connection,
  { before, bookedSince }: { readonly before: Instant; readonly bookedSince: Instant }
): ReadonlyArray<ExpiredCash> => rows(selectExpired, bookedSince, before).map(expiredRow)

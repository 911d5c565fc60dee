/**
 * Totals of accounts together, and of expired cash, by day: a range of the lines of each balance row, in its index, and what stood before it.
 */
import type { Totals, TotalsPeriod } from "@kinchaku/domain/audit/Journal"
import { dayOf, dayTotals, selectExpiredCash, under } from "../sql/DayTotals.ts"
import { type Row, type Statement, whole } from "./Session.ts"

const accounts = "balance.account = $1 OR balance.account > $2 AND balance.account < $3"

// One seek in the index for each balance row.
const selectBefore = `SELECT coalesce(sum(line.debits), 0)::bigint, coalesce(sum(line.credits), 0)::bigint
  FROM balance CROSS JOIN LATERAL (
    SELECT debits, credits FROM posting WHERE posting.account = balance.id AND posting.booked_at < $4
    ORDER BY booked_at DESC, command DESC, entry DESC, n DESC LIMIT 1
  ) AS line WHERE ${accounts}`

const selectDays = `SELECT ${dayOf("posting.booked_at")}, ${dayOf("entry.business_at")}, entry.kind,
    sum(greatest(amount, 0))::bigint, sum(greatest(-amount, 0))::bigint
  FROM balance
  JOIN posting ON posting.account = balance.id AND posting.booked_at >= $4 AND posting.booked_at <= $5
  JOIN entry ON entry.command = posting.command AND entry.n = posting.entry
  WHERE ${accounts} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`

/** The statements, read together on one state. */
export const statements = (code: string, { from, until }: TotalsPeriod): ReadonlyArray<Statement> => {
  const values = [...under(code), whole(from)]
  return [
    { sql: selectBefore, values },
    { sql: selectDays, values: [...values, whole(until)] }
  ]
}

/** What the statements found. */
export const totals = ([before = [], days = []]: ReadonlyArray<ReadonlyArray<Row>>): Totals => {
  const [debits, credits] = before[0] ?? [0, 0]
  return { before: { debits, credits }, days: days.map(dayTotals) } as Totals
}

/** The cash that expired, booked since $1 or, where it expired before $2, not at all. */
export const selectExpired = selectExpiredCash("$1", "$2", "?::bigint")

/**
 * Totals by day as both SQL stores select them: days as numbers since 1970, by the clock of Japan.
 */
import type { DayTotals, ExpiredCash } from "@kinchaku/domain/audit/Journal"
import { at, type Instant, type JapanDate } from "@kinchaku/domain/calendar/JapanDate"

/** The number of the day of Japan in which a column of milliseconds falls (UTC+9 all year round). */
export const dayOf = (column: string): string => `(${column} + 32400000) / 86400000`

/** The codes under a code are those from the first text after its colon to the last: ";" is the sign after ":". */
export const under = (code: string): readonly [code: string, from: string, before: string] => [
  code,
  `${code}:`,
  `${code};`
]

const dayMillis = 86_400_000

// A day's number in Japan is that of its noon, or any other time before 15:00, in UTC.
const day = (number: unknown): JapanDate => at((Number(number) * dayMillis) as Instant)

/** A row of day, day of business, kind, debits and credits. */
export const dayTotals = ([booked, business, kind, debits, credits]: ReadonlyArray<unknown>): DayTotals =>
  ({ day: day(booked), businessDay: day(business), kind, debits, credits }) as DayTotals

const lastLine = (account: string): string => `(SELECT max(booked_at) FROM posting WHERE posting.account = ${account})`

/** Of a line, the booking time of the one before on its account. */
const lineBefore = `(SELECT earlier.booked_at FROM posting AS earlier WHERE earlier.account = lost.account
    AND (earlier.booked_at, earlier.command, earlier.entry, earlier.n) < (lost.booked_at, lost.command, lost.entry, lost.n)
    ORDER BY earlier.booked_at DESC, earlier.command DESC, earlier.entry DESC, earlier.n DESC LIMIT 1)`

/** Expired cash that is booked, each by its line of breakage, and expired cash that waits, each by its account's expiry. */
export const selectExpiredCash = (bookedSince: string, before: string, whole: string): string => `SELECT
    ${dayOf("since")}, ${dayOf("expires")}, ${dayOf("booked")}, ${whole.replace("?", "sum(amount)")}
  FROM (
    SELECT ${lineBefore} AS since, entry.business_at AS expires, lost.booked_at AS booked, lost.amount AS amount
    FROM balance CROSS JOIN posting AS gained CROSS JOIN entry CROSS JOIN posting AS lost
    WHERE balance.account = 'revenue:breakage:cash' AND gained.account = balance.id AND gained.booked_at >= ${bookedSince}
      AND entry.command = gained.command AND entry.n = gained.entry AND entry.kind = 'cashExpired'
      AND lost.command = gained.command AND lost.entry = gained.entry AND lost.amount > 0
    UNION ALL
    SELECT ${lastLine("balance.id")}, account.cash_expires_at, NULL, balance.credits - balance.debits
    FROM account JOIN balance ON balance.account = 'liability:cash:' || account.id AND balance.lane = 0
      AND balance.credits > balance.debits
    WHERE account.cash_expires_at < ${before}
  ) AS expired GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 NULLS FIRST`

/** A row of the day since when it was unchanged, its last day, the day of booking or none, and the amount. */
export const expiredCash = ([since, last, booked, amount]: ReadonlyArray<unknown>): ExpiredCash =>
  ({
    unchangedSince: day(since),
    lastDay: day(last),
    ...(booked === null ? {} : { bookedOn: day(booked) }),
    amount
  }) as ExpiredCash

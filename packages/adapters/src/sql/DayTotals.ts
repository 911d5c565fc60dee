/**
 * Totals by day as both SQL stores select them: days as numbers since 1970, by the clock of Japan.
 */
import type { DayTotals } from "@kinchaku/domain/audit/Journal"
import { at, type Instant } from "@kinchaku/domain/calendar/JapanDate"

/** The number of the day of Japan in which a column of milliseconds falls (UTC+9 all year round). */
export const dayOf = (column: string): string => `(${column} + 32400000) / 86400000`

/** The codes under a code are those from the first text after its colon to the last: ";" is the sign after ":". */
export const under = (code: string): readonly [code: string, from: string, before: string] => [
  code,
  `${code}:`,
  `${code};`
]

const dayMillis = 86_400_000

/** A row of day, day of business, kind, debits and credits. */
export const dayTotals = ([day, businessDay, kind, debits, credits]: ReadonlyArray<unknown>): DayTotals =>
  ({
    // A day's number in Japan is that of its noon, or any other time before 15:00, in UTC.
    day: at((Number(day) * dayMillis) as Instant),
    businessDay: at((Number(businessDay) * dayMillis) as Instant),
    kind,
    debits,
    credits
  }) as DayTotals

/**
 * Reporting periods: days of Japan that are over, so that no booking is added to them any more.
 */
import { Result, Schema } from "effect"
import { type Instant, end, JapanDate, start } from "../calendar/JapanDate.ts"

/** The most days that one report lists. */
export const daysMax = 400

/** Refused: the last day of the report is not over yet in Japan; ask after its midnight. */
export class PeriodNotOver extends Schema.TaggedError<PeriodNotOver>()("PeriodNotOver", { until: JapanDate }) {}

/** Refused: the period has more days than one report lists; ask for parts of it. */
export class PeriodTooLong extends Schema.TaggedError<PeriodTooLong>()("PeriodTooLong", {
  from: JapanDate,
  until: JapanDate,
  daysMax: Schema.Int
}) {}

/** Refused: the period ends before it begins. */
export class PeriodEmpty extends Schema.TaggedError<PeriodEmpty>()("PeriodEmpty", {
  from: JapanDate,
  until: JapanDate
}) {}

/** > now > the last instant of the day */
export const over = (until: JapanDate, now: Instant): Result.Result<void, PeriodNotOver> =>
  now > end(until) ? Result.void : Result.fail(new PeriodNotOver({ until }))

const dayMillis = 86_400_000

/** The number of days in a period, both ends included. */
const daysIn = (from: JapanDate, until: JapanDate): number => Math.round((end(until) + 1 - start(from)) / dayMillis)

/** > 1 ≤ days ≤ 400 */
export const listable = (from: JapanDate, until: JapanDate): Result.Result<void, PeriodEmpty | PeriodTooLong> => {
  if (until < from) return Result.fail(new PeriodEmpty({ from, until }))
  return daysIn(from, until) <= daysMax ? Result.void : Result.fail(new PeriodTooLong({ from, until, daysMax }))
}

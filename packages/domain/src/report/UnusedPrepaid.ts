/**
 * Unused prepaid value (基準日未使用残高): what holders can still spend of their cash at the end of a base date, how it came about
 * since the base date before, and the deposit that is due for it (REG-01).
 *
 * Cash that has expired is not unused, whether a sweep has booked it or not (BAL-10). Cash that expires with the base date itself can
 * be spent until its last instant (BAL-04) and is unused; it counts as expired in the period that follows.
 */
import { Result, Schema } from "effect"
import type { DayTotals, ExpiredCash, Totals } from "../audit/Journal.ts"
import * as Calendar from "../calendar/JapanDate.ts"
import { Instant, JapanDate } from "../calendar/JapanDate.ts"
import type { EntryKind } from "../ledger/JournalEntry.ts"
import * as Amount from "../money/Yen.ts"
import { Yen } from "../money/Yen.ts"
import { baseDates, depositBy, depositDue, depositThreshold } from "./Law.ts"

/** Refused: unused prepaid value is determined for March 31 and September 30 only. */
export class BaseDateInvalid extends Schema.TaggedError<BaseDateInvalid>()("BaseDateInvalid", { date: JapanDate }) {}

/**
 * The figures of a base date, in whole yen.
 *
 * > opening + issued + takenOver + returned − recovered − expired − forfeited = unused
 */
export const UnusedPrepaid = Schema.Struct({
  baseDate: JapanDate,
  /** The first day of the base period, the day after the base date before. */
  from: JapanDate,
  /** 23:59:59.999 JST of the base date, up to which everything is counted. */
  at: Instant,
  /** The unused value at the base date before. */
  opening: Yen,
  /** Topped up in the period, fees not deducted (発行額). */
  issued: Yen,
  /** Taken over with accounts of the former books. */
  takenOver: Yen,
  /** Given back because a biller refused a payment, whenever it was made. */
  returned: Yen,
  /** Spent in the period, on payments and fees (回収額). */
  recovered: Yen,
  /** Expired in the period, booked by a sweep or not; what had expired already when it was taken over expires with that. */
  expired: Yen,
  /** Given up when accounts closed. */
  forfeited: Yen,
  /** The unused value at the base date (未使用残高). */
  unused: Yen,
  /** The unused value above which a deposit is due. */
  threshold: Yen,
  /** What is to be deposited at least: half of the unused value, rounded up, or nothing. */
  deposit: Yen,
  /** The last day for it. */
  depositBy: JapanDate
})
export type UnusedPrepaid = typeof UnusedPrepaid.Type

/** The base period that ends with a base date. */
export interface BasePeriod {
  readonly baseDate: JapanDate
  readonly from: JapanDate
}

/** The base period of a date. > March 31 or September 30 */
export const basePeriod = (baseDate: JapanDate): Result.Result<BasePeriod, BaseDateInvalid> =>
  baseDates.includes(baseDate.slice(5))
    ? Result.succeed({ baseDate, from: Calendar.addMonths(Calendar.addDays(baseDate, 1), -6) })
    : Result.fail(new BaseDateInvalid({ date: baseDate }))

/** What the figures are made of, each as the books have it. */
export interface Booked {
  /** The lines of all cash accounts in the base period. */
  readonly cash: Totals
  /** Cash that expired before the end of the base date: what was booked since the period began, and what is not booked until now. */
  readonly expired: ReadonlyArray<ExpiredCash>
}

type Line = Pick<DayTotals, "kind" | "debits" | "credits">
const sum = (amounts: ReadonlyArray<Yen>): Yen => amounts.reduce(Amount.plus, Amount.zero)

/** The kinds of entries whose effect on cash has a figure of its own; every other credit is an issue, every other debit a recovery. */
const own: ReadonlyArray<EntryKind> = ["cashExpired", "accountClosed", "legacyBalance", "paymentReversed"]

const of = (lines: ReadonlyArray<Line>, side: "debits" | "credits", entry: EntryKind): Yen =>
  sum(lines.filter(({ kind }) => kind === entry).map((line) => line[side]))

const others = (lines: ReadonlyArray<Line>, side: "debits" | "credits"): Yen =>
  sum(lines.filter(({ kind }) => own.every((one) => one !== kind)).map((line) => line[side]))

/** What had expired by the end of a day, was there by then, and was not booked as expired by then. */
const waitingAt = ({ expired }: Booked, day: JapanDate): Yen =>
  sum(
    expired
      .filter(({ bookedOn, lastDay, unchangedSince }) => {
        return lastDay < day && unchangedSince <= day && (bookedOn === undefined || bookedOn > day)
      })
      .map(({ amount }) => amount)
  )

/** The figures of a base period. */
export const unusedPrepaid = ({ baseDate, from }: BasePeriod, booked: Booked): UnusedPrepaid => {
  const { before, days } = booked.cash
  const [waitingBefore, waiting] = [waitingAt(booked, Calendar.addDays(from, -1)), waitingAt(booked, baseDate)]
  const held = Amount.minus(before.credits, before.debits)
  const credits = sum(days.map((line) => line.credits))
  const debits = sum(days.map((line) => line.debits))
  const unused = Amount.minus(Amount.minus(Amount.plus(held, credits), debits), waiting)
  return {
    baseDate,
    from,
    at: Calendar.end(baseDate),
    opening: Amount.minus(held, waitingBefore),
    issued: others(days, "credits"),
    takenOver: of(days, "credits", "legacyBalance"),
    returned: of(days, "credits", "paymentReversed"),
    recovered: others(days, "debits"),
    expired: Amount.minus(Amount.plus(of(days, "debits", "cashExpired"), waiting), waitingBefore),
    forfeited: of(days, "debits", "accountClosed"),
    unused,
    threshold: depositThreshold,
    deposit: depositDue(unused),
    depositBy: depositBy(baseDate)
  }
}

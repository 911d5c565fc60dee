/**
 * Service hours: when a bank takes part in anything (TOP-07, BNK-10).
 */
import { Result, Schema } from "effect"
import { type Instant, minuteOfDay } from "../calendar/JapanDate.ts"
import type { BankTerms } from "../policy/Policy.ts"
import { BankCode } from "./BankLink.ts"

/** Refused: the bank is outside its service hours or in maintenance (TOP-07, BNK-10). */
export class BankUnavailable extends Schema.TaggedError<BankUnavailable>()("BankUnavailable", {
  bank: BankCode,
  reason: Schema.Literals(["outsideServiceHours", "maintenance"])
}) {}

/** The minutes since midnight of a time as a clock shows it, "10:00". */
export const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))

/** Whether a bank serves at a time: within its hours, outside every maintenance window. */
export const bankAvailable = (bank: BankCode, terms: BankTerms, at: Instant): Result.Result<void, BankUnavailable> => {
  if (terms.maintenance.some(({ from, to }) => from <= at && at < to)) {
    return Result.fail(new BankUnavailable({ bank, reason: "maintenance" }))
  }
  const [opens, closes, now] = [minutesOf(terms.opens), minutesOf(terms.closes), minuteOfDay(at)]
  const isOpen = opens < closes ? opens <= now && now < closes : now >= opens || now < closes
  return isOpen ? Result.void : Result.fail(new BankUnavailable({ bank, reason: "outsideServiceHours" }))
}

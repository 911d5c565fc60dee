/**
 * The law's figures for what customers hold: when a deposit is due, and how much security (REG-01, REG-02).
 *
 * They are the statute's, not the operator's, so they are no policy. Each names its article; a change of the law is a change here.
 */
import * as JapanDate from "../calendar/JapanDate.ts"
import { type Yen, make, minus, min, plus } from "../money/Yen.ts"

/** The days of the year for which unused prepaid value is determined, "MM-DD" (資金決済に関する法律 第3条第2項, 基準日). */
export const baseDates: ReadonlyArray<string> = ["03-31", "09-30"]

/** The unused balance above which a deposit is due, in yen; the balance itself is not above (同法 第14条第1項, 施行令 第6条). */
export const depositThreshold = make(10_000_000)

/** The months, from the day after a base date, within which the deposit is made (同法 第14条第1項, by order of the Cabinet Office). */
const depositMonths = 2

/** The least security of funds transfer, in yen, whatever is outstanding (同法 第43条第2項, 最低要履行保証額). */
export const securityMin = make(10_000_000)

/** The cost of paying everybody back is 5 % of what is outstanding up to this amount, and 1 % of what is above (同法 第43条第2項). */
export const costBandMax = make(100_000_000)

/** > balance > ¥10,000,000 ⇒ ⌈balance ÷ 2⌉, otherwise 0 */
export const depositDue = (unused: Yen): Yen => (unused > depositThreshold ? make(Math.ceil(unused / 2)) : make(0))

/** The last day on which the deposit of a base date is made. */
export const depositBy = (baseDate: JapanDate.JapanDate): JapanDate.JapanDate =>
  JapanDate.addDays(JapanDate.addMonths(JapanDate.addDays(baseDate, 1), depositMonths), -1)

/** What it costs to pay everybody back. > ⌈5 % up to ¥100,000,000 + 1 % above⌉ */
export const procedureCost = (outstanding: Yen): Yen => {
  const below = min(outstanding, costBandMax)
  const percents = below * 5 + minus(outstanding, below)
  return make(Math.ceil(percents / 100))
}

/** > max(outstanding + cost of paying back, ¥10,000,000) */
export const securityRequired = (outstanding: Yen): Yen => {
  const required = plus(outstanding, procedureCost(outstanding))
  return required < securityMin ? securityMin : required
}

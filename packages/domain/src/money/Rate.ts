/**
 * Rates and percentages: exact decimals, applied to yen and rounded once.
 *
 * The only place of `decimal.js`. A rate travels as its decimal text ("0.0325"), so it is recorded as it was agreed. Source: FEE-02, FEE-03.
 */
import { Decimal } from "decimal.js"
import { Schema } from "effect"
import * as Yen from "./Yen.ts"

const Exact = Decimal.clone({ precision: 60 })

/** A fraction of one, written as a plain decimal: "0.1" is ten percent. 0 to 10, at most 12 places. */
export const Rate = Schema.String.check(
  Schema.isPattern(/^(\d(\.\d{1,12})?|10(\.0{1,12})?)$/, { message: "expected a decimal fraction such as 0.1" })
).pipe(Schema.brand("Rate"))
export type Rate = typeof Rate.Type

/** How a fraction of a yen becomes a whole one (FEE-02). */
export const Rounding = Schema.Literals(["down", "halfUp", "up"])
export type Rounding = typeof Rounding.Type

const modes = { down: Exact.ROUND_DOWN, halfUp: Exact.ROUND_HALF_UP, up: Exact.ROUND_UP } as const

const toYen = (exact: Decimal, rounding: Rounding): Yen.Yen =>
  Yen.make(exact.toDecimalPlaces(0, modes[rounding]).toNumber())

/** > round(amount × rate) */
export const of = (amount: Yen.Yen, rate: Rate, rounding: Rounding): Yen.Yen =>
  toYen(new Exact(amount).times(rate), rounding)

/** The tax inside a tax-inclusive amount, rounded down. > ⌊amount × rate ÷ (1 + rate)⌋ */
export const taxIncluded = (amount: Yen.Yen, rate: Rate): Yen.Yen =>
  toYen(new Exact(amount).times(rate).dividedBy(new Exact(rate).plus(1)), "down")

/**
 * Fees (手数料): what the wallet charges for an operation, by a table of function, way, bank and amount band.
 *
 * The fee is quoted before confirming and booked as quoted (FEE-01); it includes consumption tax, whose part is derived once
 * and kept (FEE-03). Percentages are exact and rounded once for a fee (FEE-02).
 */
import { Result, Schema } from "effect"
import * as Rate from "../money/Rate.ts"
import { Yen } from "../money/Yen.ts"
import * as Amount from "../money/Yen.ts"
import type { FeeRule, Policy } from "../policy/Policy.ts"

/** A fee in yen, tax included, and the tax inside it. */
export const Fee = Schema.Struct({ fee: Yen, feeTax: Yen })
export type Fee = typeof Fee.Type

/** What is charged for: its amount decides the band and the percentage. */
export interface Chargeable {
  readonly function: FeeRule["function"]
  readonly way?: string
  readonly bank?: string
  readonly amount: Yen
}

/** Refused: what was confirmed is not what would be booked now; ask for the quote again (FEE-01, PAY-05). */
export class QuoteChanged extends Schema.TaggedError<QuoteChanged>()("QuoteChanged", {
  field: Schema.Literals(["payee", "amount", "fee", "due", "topUp"])
}) {}

const fits = (rule: FeeRule, asked: Chargeable): boolean =>
  rule.function === asked.function &&
  (rule.way === undefined || rule.way === asked.way) &&
  (rule.bank === undefined || rule.bank === asked.bank) &&
  (rule.from === undefined || rule.from <= asked.amount) &&
  (rule.to === undefined || asked.amount <= rule.to)

/**
 * The fee of the first rule that fits; where none fits there is no fee.
 *
 * > fixed + round(amount × rate)
 */
export const quote = (policy: Policy, asked: Chargeable): Fee => {
  const rule = policy.fees.find((candidate) => fits(candidate, asked))
  const percentage = rule?.rate === undefined ? Amount.zero : Rate.of(asked.amount, rule.rate, policy.feeRounding)
  const fee = Amount.plus(rule?.fixed ?? Amount.zero, percentage)
  return { fee, feeTax: fee === 0 ? Amount.zero : Rate.taxIncluded(fee, policy.consumptionTax) }
}

/** Whether the fee that was confirmed is the fee of now. */
export const confirmed = (quoted: Yen, current: Fee): Result.Result<void, QuoteChanged> =>
  quoted === current.fee ? Result.void : Result.fail(new QuoteChanged({ field: "fee" }))

/**
 * The terms of a slip (払込票): what the holder sees before confirming, and why a slip cannot be paid (PAY-05, PAY-06,
 * PAY-08, PAY-09, PAY-18).
 */
import { Result, Schema } from "effect"
import { bills } from "../bill/Bill.ts"
import { type Biller, BillerCode, billers } from "../bill/Biller.ts"
import * as SlipBarcode from "../bill/SlipBarcode.ts"
import * as JapanDate from "../calendar/JapanDate.ts"
import type { Facts } from "../engine/Facts.ts"
import { key, type Key } from "../engine/RecordKind.ts"
import * as Fee from "../fee/Fee.ts"
import { PositiveYen, Yen } from "../money/Yen.ts"
import { ExactTopUp } from "../topup/ExactTopUp.ts"

/** Refused: the biller has no collection contract with the operator (PAY-08). */
export class BillerNotContracted extends Schema.TaggedError<BillerNotContracted>()("BillerNotContracted", {
  biller: BillerCode
}) {}

/** Refused: the due date has passed (PAY-06: "支払期限が切れています"). */
export class BillExpired extends Schema.TaggedError<BillExpired>()("BillExpired", { due: JapanDate.JapanDate }) {}

/** Refused: the bill is paid, or being paid (PAY-09). */
export class BillAlreadyPaid extends Schema.TaggedError<BillAlreadyPaid>()("BillAlreadyPaid", {
  state: Schema.Literals(["inPayment", "paid"])
}) {}

/** Refused: the slip is above what may be paid by slip (PAY-18). */
export class AmountAboveMaximum extends Schema.TaggedError<AmountAboveMaximum>()("AmountAboveMaximum", {
  asked: Yen,
  maximum: PositiveYen
}) {}

/** What the holder sees and confirms: payee, amount, fee and due date (PAY-05). */
export const Quote = Schema.Struct({
  payee: Schema.String,
  amount: PositiveYen,
  fee: Yen,
  due: Schema.optionalKey(JapanDate.JapanDate),
  /** What the bank is debited for where the balance lacks something and the account is set for it (TOP-14). */
  exactTopUp: Schema.optionalKey(ExactTopUp)
})
export type Quote = typeof Quote.Type

export type QuoteRefusal =
  | SlipBarcode.BarcodeInvalid
  | BillerNotContracted
  | BillExpired
  | AmountAboveMaximum
  | BillAlreadyPaid

/** The facts that a quote needs: the biller and the bill. What is no slip needs none. */
export const quoteKeys = (scanned: string): ReadonlyArray<Key> => {
  const digits = SlipBarcode.normalise(scanned)
  return /^[0-9]{44}$/.test(digits) ? [key(billers, SlipBarcode.billerOf(digits)), key(bills, digits)] : []
}

/** A slip that may be paid now, its biller, and its terms. */
export interface Payable {
  readonly slip: SlipBarcode.Slip
  readonly biller: Biller
  readonly fee: Fee.Fee
  readonly quote: Quote
}

/** The biller of a code, where there is a contract with it (PAY-08). */
export const contracted = (
  facts: Pick<Facts, "find">,
  code: BillerCode
): Result.Result<Biller, BillerNotContracted> => {
  const biller = facts.find(billers, code)
  return biller !== undefined && biller.active
    ? Result.succeed(biller)
    : Result.fail(new BillerNotContracted({ biller: code }))
}

/** > at ≤ 23:59:59 JST of the due date */
const inTime = ({ due }: SlipBarcode.Slip, at: JapanDate.Instant): Result.Result<void, BillExpired> =>
  due === undefined || at <= JapanDate.end(due) ? Result.void : Result.fail(new BillExpired({ due }))

/** > amount ≤ min(policy's maximum, contract's maximum) */
const withinMaximum = (facts: Facts, biller: Biller, { amount }: SlipBarcode.Slip) => {
  const ofPolicy = facts.policy.slipMaximum
  const maximum = biller.slipMaximum !== undefined && biller.slipMaximum < ofPolicy ? biller.slipMaximum : ofPolicy
  return amount <= maximum ? Result.void : Result.fail(new AmountAboveMaximum({ asked: amount, maximum }))
}

const unpaid = (facts: Facts, slip: SlipBarcode.Slip): Result.Result<void, BillAlreadyPaid> => {
  const state = facts.find(bills, slip.barcode)?.state ?? "payable"
  return state === "payable" ? Result.void : Result.fail(new BillAlreadyPaid({ state }))
}

/** The terms of a slip at a time, or why it cannot be paid. */
export const payable = (facts: Facts, scanned: string, at: JapanDate.Instant): Result.Result<Payable, QuoteRefusal> =>
  Result.gen(function* () {
    const slip = yield* SlipBarcode.read(scanned)
    const biller = yield* contracted(facts, slip.biller)
    yield* inTime(slip, at)
    yield* withinMaximum(facts, biller, slip)
    yield* unpaid(facts, slip)
    const fee = Fee.quote(facts.policy, { function: "payment", way: "barcode", amount: slip.amount })
    const due = slip.due === undefined ? {} : { due: slip.due }
    return { slip, biller, fee, quote: { payee: biller.name, amount: slip.amount, fee: fee.fee, ...due } }
  })

/**
 * Whether what was confirmed is what would be paid, field by field; an exact top-up is compared with the plan of its
 * own.
 */
export const sameQuote = (confirmed: Quote, current: Quote): Result.Result<void, Fee.QuoteChanged> => {
  for (const field of ["payee", "amount", "fee", "due"] as const) {
    if (confirmed[field] !== current[field]) return Result.fail(new Fee.QuoteChanged({ field }))
  }
  return Result.void
}

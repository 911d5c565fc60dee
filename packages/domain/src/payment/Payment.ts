/**
 * Payments (支払い): a bill paid from the wallet, one tagged struct per state.
 *
 * A payment draws its funds when it is accepted, or when the bank has debited what it lacked (TOP-14). Where the
 * biller's system must accept it too, it is processing until that answer comes; a refusal reverses the entry exactly
 * (PAY-13).
 */
import { Schema } from "effect"
import { madeId } from "../engine/Command.ts"
import { AccountId } from "../account/Account.ts"
import { BillerCode } from "../bill/Biller.ts"
import { SlipNumber } from "../bill/SlipBarcode.ts"
import { Instant } from "../calendar/JapanDate.ts"
import type { RecordKind } from "../engine/RecordKind.ts"
import { EntryId } from "../ledger/JournalEntry.ts"
import { PositiveYen, Yen } from "../money/Yen.ts"
import { PaymentWay } from "../policy/Policy.ts"

/** "pay_" and the id of the command that made it. */
export const PaymentId = madeId("pay_").pipe(Schema.brand("PaymentId"))
export type PaymentId = typeof PaymentId.Type

const terms = {
  id: PaymentId,
  account: AccountId,
  way: PaymentWay,
  biller: BillerCode,
  payee: Schema.String,
  barcode: SlipNumber,
  /** The billed amount. */
  amount: PositiveYen,
  /** The fee and the consumption tax inside it (FEE-03). */
  fee: Yen,
  feeTax: Yen,
  /** What was drawn from each balance; together amount plus fee (BAL-09). */
  fromCash: Yen,
  fromMoney: Yen
}
const course = {
  /** Also the time whose day and month it counts in (LIM-01). */
  paidAt: Instant,
  /** The exact top-up that it waited for (TOP-14). */
  topUp: Schema.optionalKey(madeId("top_")),
  /** When it was raised to operators as unresolved (PAY-13). */
  raisedAt: Schema.optionalKey(Instant)
}
const common = { ...terms, entry: EntryId, ...course }

/** 処理中: the bank is debited for what the balance lacks; nothing is drawn yet (TOP-14). */
export const PaymentFunding = Schema.TaggedStruct("funding", { ...terms, ...course })
export type PaymentFunding = typeof PaymentFunding.Type

/** 処理中: drawn; the biller's system has not answered. */
export const PaymentProcessing = Schema.TaggedStruct("processing", common)
export type PaymentProcessing = typeof PaymentProcessing.Type

/** 完了. */
export const PaymentCompleted = Schema.TaggedStruct("completed", { ...common, settledAt: Instant })
export type PaymentCompleted = typeof PaymentCompleted.Type

/**
 * 失敗: the biller's system refused, and what was drawn is back where it came from; or nothing was drawn, because the
 * bank debited nothing.
 */
export const PaymentFailed = Schema.TaggedStruct("failed", {
  ...terms,
  /** Absent where nothing was drawn. */
  entry: Schema.optionalKey(EntryId),
  ...course,
  settledAt: Instant,
  reason: Schema.String
})
export type PaymentFailed = typeof PaymentFailed.Type

export const Payment = Schema.Union([PaymentFunding, PaymentProcessing, PaymentCompleted, PaymentFailed])
export type Payment = typeof Payment.Type

export const payments: RecordKind<Payment> = { name: "payment", schema: Payment, idOf: ({ id }) => id }

/** Refused: there is no such payment. */
export class PaymentNotFound extends Schema.TaggedError<PaymentNotFound>()("PaymentNotFound", {
  payment: PaymentId
}) {}

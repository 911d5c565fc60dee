/**
 * Payments (支払い): a bill paid from the wallet, one tagged struct per state.
 *
 * A payment draws its funds when it is accepted. Where the biller's system must accept it too, it is processing until
 * that answer comes; a refusal reverses the entry exactly (PAY-13).
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

const common = {
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
  fromMoney: Yen,
  entry: EntryId,
  /** Also the time whose day and month it counts in (LIM-01). */
  paidAt: Instant
}

/** 処理中: drawn; the biller's system has not answered. */
export const PaymentProcessing = Schema.TaggedStruct("processing", common)
export type PaymentProcessing = typeof PaymentProcessing.Type

/** 完了. */
export const PaymentCompleted = Schema.TaggedStruct("completed", { ...common, settledAt: Instant })
export type PaymentCompleted = typeof PaymentCompleted.Type

/** 失敗: the biller's system refused; what was drawn is back where it came from. */
export const PaymentFailed = Schema.TaggedStruct("failed", {
  ...common,
  settledAt: Instant,
  reason: Schema.String
})
export type PaymentFailed = typeof PaymentFailed.Type

export const Payment = Schema.Union([PaymentProcessing, PaymentCompleted, PaymentFailed])
export type Payment = typeof Payment.Type

export const payments: RecordKind<Payment> = { name: "payment", schema: Payment, idOf: ({ id }) => id }

/** Refused: there is no such payment. */
export class PaymentNotFound extends Schema.TaggedError<PaymentNotFound>()("PaymentNotFound", {
  payment: PaymentId
}) {}

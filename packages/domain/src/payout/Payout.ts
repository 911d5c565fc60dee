/**
 * Payouts to one's own account (自口座への送金): money that leaves, one tagged struct per state.
 *
 * A payout reserves amount and fee when it is asked for; only the bank's answer completes it or gives both back (OUT-06, OUT-07).
 */
import { Schema } from "effect"
import { AccountId } from "../account/Account.ts"
import { BankCode, BankLinkId } from "../bank/BankLink.ts"
import { Instant, JapanDate } from "../calendar/JapanDate.ts"
import { madeId } from "../engine/Command.ts"
import { RequestId } from "../engine/Outbox.ts"
import type { RecordKind } from "../engine/RecordKind.ts"
import { EntryId } from "../ledger/JournalEntry.ts"
import { PositiveYen, Yen } from "../money/Yen.ts"

/** "out_" and the id of the command that asked for it. */
export const PayoutId = madeId("out_").pipe(Schema.brand("PayoutId"))
export type PayoutId = typeof PayoutId.Type

/** "bat_" and the id of the command that made it. */
export const PayoutBatchId = madeId("bat_").pipe(Schema.brand("PayoutBatchId"))
export type PayoutBatchId = typeof PayoutBatchId.Type

const common = {
  id: PayoutId,
  account: AccountId,
  link: BankLinkId,
  bank: BankCode,
  amount: PositiveYen,
  /** The fee, taken on top of the amount, and the consumption tax inside it (OUT-05, FEE-03). */
  fee: Yen,
  feeTax: Yen,
  /** How it reaches the bank: asked for by itself, or in a file of general transfers. */
  route: Schema.Literals(["gateway", "file"]),
  request: RequestId,
  /** The entry that reserved it. */
  entry: EntryId,
  /** Also the time whose day and month it counts in (LIM-01). */
  askedAt: Instant,
  /** The batch whose file it stands in. */
  batch: Schema.optionalKey(PayoutBatchId),
  raisedAt: Schema.optionalKey(Instant)
}

/** 処理中: reserved; the bank has been or will be asked, and nothing is known yet. */
export const PayoutProcessing = Schema.TaggedStruct("processing", common)
export type PayoutProcessing = typeof PayoutProcessing.Type

/** 完了: the bank credited the account. */
export const PayoutCompleted = Schema.TaggedStruct("completed", {
  ...common,
  settledAt: Instant,
  /** Set where the bank later said the opposite: the amount came back and is in suspense. */
  contradictedAt: Schema.optionalKey(Instant)
})
export type PayoutCompleted = typeof PayoutCompleted.Type

/** 失敗: the bank refused; amount and fee are back. */
export const PayoutFailed = Schema.TaggedStruct("failed", {
  ...common,
  settledAt: Instant,
  reason: Schema.String,
  /** Set where the bank later said that it credited the account after all: that amount is in suspense. */
  contradictedAt: Schema.optionalKey(Instant)
})
export type PayoutFailed = typeof PayoutFailed.Type

export const Payout = Schema.Union([PayoutProcessing, PayoutCompleted, PayoutFailed])
export type Payout = typeof Payout.Type

export const payouts: RecordKind<Payout> = { name: "payout", schema: Payout, idOf: ({ id }) => id }

/** Payouts that stand in one file of general transfers (総合振込). */
export const PayoutBatch = Schema.Struct({
  id: PayoutBatchId,
  /** In the order of the file. */
  payouts: Schema.Array(PayoutId),
  total: PositiveYen,
  /** The day on which the bank is to transfer. */
  transferOn: JapanDate,
  /** The operator's own bank, from whose account its file is transferred. */
  bank: Schema.optionalKey(BankCode),
  madeAt: Instant,
  /** When the bank's results were read last; absent before. */
  readAt: Schema.optionalKey(Instant),
  /** Set where the bank took no file of it: none is given out any more. */
  rejectedAt: Schema.optionalKey(Instant)
})
export type PayoutBatch = typeof PayoutBatch.Type

export const payoutBatches: RecordKind<PayoutBatch> = {
  name: "payoutBatch",
  schema: PayoutBatch,
  idOf: ({ id }) => id
}

/** Refused: there is no such payout. */
export class PayoutNotFound extends Schema.TaggedError<PayoutNotFound>()("PayoutNotFound", { payout: PayoutId }) {}

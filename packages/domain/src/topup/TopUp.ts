/**
 * Top-ups from a bank account (チャージ): value that comes in, one tagged struct per state.
 *
 * A bank top-up is processing from the moment it is asked for; only the bank's answer makes it completed or failed.
 * Silence leaves it processing (TOP-10).
 */
import { Schema } from "effect"
import { madeId } from "../engine/Command.ts"
import { AccountId, AccountKind } from "../account/Account.ts"
import { BankCode, BankLinkId } from "../bank/BankLink.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { RequestId } from "../engine/Outbox.ts"
import type { RecordKind } from "../engine/RecordKind.ts"
import { PositiveYen, Yen } from "../money/Yen.ts"
import { TopUpWay } from "../policy/Policy.ts"

/** "top_" and the id of the command that asked for it. */
export const TopUpId = madeId("top_").pipe(Schema.brand("TopUpId"))
export type TopUpId = typeof TopUpId.Type

const common = {
  id: TopUpId,
  account: AccountId,
  way: TopUpWay,
  link: BankLinkId,
  bank: BankCode,
  amount: PositiveYen,
  /** The fee, taken from what is credited, and the consumption tax inside it (TOP-19, FEE-03). */
  fee: Yen,
  feeTax: Yen,
  request: RequestId,
  /** What the bank is asked to print, the same however often it is asked (TOP-13). */
  passbookText: Schema.String,
  /** Also the time whose day and month it counts in (LIM-01). */
  askedAt: Instant,
  /** When it was raised to operators as unresolved (TOP-11). */
  raisedAt: Schema.optionalKey(Instant),
  /** The payment that it is for, where it is an exact top-up (TOP-14). */
  payment: Schema.optionalKey(madeId("pay_"))
}

/** 処理中: the bank has been or will be asked; nothing is known yet. */
export const TopUpProcessing = Schema.TaggedStruct("processing", common)
export type TopUpProcessing = typeof TopUpProcessing.Type

/** 完了: the bank took the amount and it is credited to cash or money. */
export const TopUpCompleted = Schema.TaggedStruct("completed", {
  ...common,
  creditedTo: AccountKind,
  settledAt: Instant,
  /** Set where the bank later said the opposite (raised to operators). */
  contradictedAt: Schema.optionalKey(Instant)
})
export type TopUpCompleted = typeof TopUpCompleted.Type

/** 失敗: the bank refused; nothing moved. */
export const TopUpFailed = Schema.TaggedStruct("failed", {
  ...common,
  settledAt: Instant,
  reason: Schema.String,
  /** Set where the bank later said that it took the amount after all: that amount is in suspense. */
  contradictedAt: Schema.optionalKey(Instant)
})
export type TopUpFailed = typeof TopUpFailed.Type

export const TopUp = Schema.Union([TopUpProcessing, TopUpCompleted, TopUpFailed])
export type TopUp = typeof TopUp.Type

export const topUps: RecordKind<TopUp> = { name: "topUp", schema: TopUp, idOf: ({ id }) => id }

/** Refused: there is no such top-up. */
export class TopUpNotFound extends Schema.TaggedError<TopUpNotFound>()("TopUpNotFound", { topUp: TopUpId }) {}

/**
 * Deposit top-ups: value that comes in at a convenience store, by net banking (ペイジー) or at an ATM, against a payment number
 * (TOP-01, TOP-04), and the deposits that a provider reports for payment numbers.
 */
import { Schema } from "effect"
import { AccountId, AccountKind } from "../account/Account.ts"
import { Instant, JapanDate } from "../calendar/JapanDate.ts"
import { madeId } from "../engine/Command.ts"
import { RequestId } from "../engine/Outbox.ts"
import type { RecordKind } from "../engine/RecordKind.ts"
import { PositiveYen, Yen } from "../money/Yen.ts"
import { ChainCode } from "../policy/Wallet.ts"

/** "dep_" and the id of the command that asked for it. */
export const DepositTopUpId = madeId("dep_").pipe(Schema.brand("DepositTopUpId"))
export type DepositTopUpId = typeof DepositTopUpId.Type

export const DepositWay = Schema.Literals(["convenienceStore", "netBanking", "atm"])
export type DepositWay = typeof DepositWay.Type

/** Who issues payment numbers and reports deposits. */
export const ProviderName = Schema.String.check(Schema.isPattern(/^[a-z][a-z0-9-]{0,29}$/)).pipe(
  Schema.brand("ProviderName")
)
export type ProviderName = typeof ProviderName.Type

const Digits = (least: number, most: number) =>
  Schema.String.check(Schema.isPattern(new RegExp(`^\\d{${least},${most}}$`, "u")))

/** What the payer types or shows: opaque digits, as long as the provider makes them. */
export const PaymentNumber = Digits(4, 20).pipe(Schema.brand("PaymentNumber"))
export type PaymentNumber = typeof PaymentNumber.Type

/** A payment number with what is typed beside it, as the provider issued it. */
export const IssuedNumber = Schema.Struct({
  number: PaymentNumber,
  /** 確認番号. */
  confirmation: Schema.optionalKey(Digits(1, 20)),
  /** 収納機関番号 of net banking and ATMs. */
  institution: Schema.optionalKey(Digits(5, 5))
})
export type IssuedNumber = typeof IssuedNumber.Type

const common = {
  id: DepositTopUpId,
  account: AccountId,
  way: DepositWay,
  provider: ProviderName,
  chain: Schema.optionalKey(ChainCode),
  amount: PositiveYen,
  /** The fee, taken from what is credited, and the consumption tax inside it (TOP-19, FEE-03). */
  fee: Yen,
  feeTax: Yen,
  /** The last day of Japan on which a deposit is in time (TOP-04). */
  due: JapanDate,
  request: RequestId,
  /** Also the time whose day and month it counts in (LIM-01). */
  askedAt: Instant,
  /** Absent until the provider has issued it. */
  issued: Schema.optionalKey(IssuedNumber),
  /** When it was raised to operators because the provider does not say whether it issued a number (TOP-11). */
  raisedAt: Schema.optionalKey(Instant)
}

/** 入金待ち. */
export const DepositTopUpAwaiting = Schema.TaggedStruct("awaiting", common)
export type DepositTopUpAwaiting = typeof DepositTopUpAwaiting.Type

/** 完了: deposited in time and credited to cash or money. */
export const DepositTopUpCompleted = Schema.TaggedStruct("completed", {
  ...common,
  creditedTo: AccountKind,
  /** The deposit that completed it. */
  deposit: Schema.String,
  settledAt: Instant
})
export type DepositTopUpCompleted = typeof DepositTopUpCompleted.Type

/** 期限切れ. */
export const DepositTopUpExpired = Schema.TaggedStruct("expired", { ...common, settledAt: Instant })
export type DepositTopUpExpired = typeof DepositTopUpExpired.Type

/** 失敗: the provider issued no number. */
export const DepositTopUpFailed = Schema.TaggedStruct("failed", {
  ...common,
  settledAt: Instant,
  reason: Schema.String
})
export type DepositTopUpFailed = typeof DepositTopUpFailed.Type

export const DepositTopUp = Schema.Union([
  DepositTopUpAwaiting,
  DepositTopUpCompleted,
  DepositTopUpExpired,
  DepositTopUpFailed
])
export type DepositTopUp = typeof DepositTopUp.Type

export const depositTopUps: RecordKind<DepositTopUp> = {
  name: "depositTopUp",
  schema: DepositTopUp,
  idOf: ({ id }) => id
}

/** Which top-up a payment number is for; the id is provider and number: "collector:00012345678". */
export const NumberIssued = Schema.Struct({ id: Schema.String, topUp: DepositTopUpId })
export type NumberIssued = typeof NumberIssued.Type

export const numbersIssued: RecordKind<NumberIssued> = {
  name: "numberIssued",
  schema: NumberIssued,
  idOf: ({ id }) => id
}

export const numberId = (provider: ProviderName, number: PaymentNumber): string => `${provider}:${number}`

/** Why a deposit is in suspense (TOP-06, TOP-09). */
export const DepositCause = Schema.Literals([
  "unknownNumber",
  "afterDueDate",
  "alreadyCompleted",
  "topUpFailed",
  "otherAmount",
  "accountClosed"
])
export type DepositCause = typeof DepositCause.Type

/** A deposit as the provider reported it, once for each receipt; the id is provider and receipt. */
export const Deposit = Schema.Struct({
  id: Schema.String,
  provider: ProviderName,
  number: PaymentNumber,
  chain: Schema.optionalKey(ChainCode),
  amount: PositiveYen,
  /** When it was paid in, by the provider's word. */
  depositedAt: Instant,
  recordedAt: Instant,
  /** The top-up of the number, where the number is known. */
  topUp: Schema.optionalKey(DepositTopUpId),
  /** Why it is in suspense; absent where it was credited. */
  cause: Schema.optionalKey(DepositCause)
})
export type Deposit = typeof Deposit.Type

export const deposits: RecordKind<Deposit> = { name: "deposit", schema: Deposit, idOf: ({ id }) => id }

/** A provider's number of one deposit. */
export const Receipt = Schema.String.check(Schema.isPattern(/^[0-9A-Za-z-]{1,40}$/))

export const depositId = (provider: ProviderName, receipt: string): string => `${provider}:${receipt}`

/** Refused: there is no such deposit top-up. */
export class DepositTopUpNotFound extends Schema.TaggedError<DepositTopUpNotFound>()("DepositTopUpNotFound", {
  topUp: DepositTopUpId
}) {}

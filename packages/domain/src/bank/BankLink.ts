/**
 * Bank links (銀行口座連携): a holder's own bank account, from which value is topped up.
 *
 * A link goes from in procedure to registered when the bank reports success with enough evidence, or to rejected
 * (BNK-02, SEC-04). The account number itself is personal data beside the books; the record has its keyed hash.
 */
import { Schema } from "effect"
import { madeId } from "../engine/Command.ts"
import { AccountId, KeyedHash } from "../account/Account.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { RequestId } from "../engine/Outbox.ts"
import type { RecordKind } from "../engine/RecordKind.ts"

/** "link_" and the id of the command that asked for it. */
export const BankLinkId = madeId("link_").pipe(Schema.brand("BankLinkId"))
export type BankLinkId = typeof BankLinkId.Type

/** The four-digit code of a bank (統一金融機関コード). */
export const BankCode = Schema.String.check(Schema.isPattern(/^\d{4}$/)).pipe(Schema.brand("BankCode"))
export type BankCode = typeof BankCode.Type

const common = {
  id: BankLinkId,
  account: AccountId,
  bank: BankCode,
  bankAccount: KeyedHash,
  request: RequestId,
  askedAt: Instant
}

/** 本登録手続き中: the bank has not reported yet. */
export const BankLinkInProcedure = Schema.TaggedStruct("inProcedure", common)
export type BankLinkInProcedure = typeof BankLinkInProcedure.Type

/** 本登録: usable for top-ups. */
export const BankLinkRegistered = Schema.TaggedStruct("registered", { ...common, settledAt: Instant })
export type BankLinkRegistered = typeof BankLinkRegistered.Type

/** Why a link was not accepted. */
export const RejectionReason = Schema.Literals([
  "refusedByBank",
  "holderNameMismatch",
  "tooFewFactors",
  "bankAccountTaken"
])
export type RejectionReason = typeof RejectionReason.Type

export const BankLinkRejected = Schema.TaggedStruct("rejected", {
  ...common,
  settledAt: Instant,
  reason: RejectionReason
})
export type BankLinkRejected = typeof BankLinkRejected.Type

/** 解除: ended, with its account or by its holder (ACC-27). */
export const BankLinkRemoved = Schema.TaggedStruct("removed", { ...common, settledAt: Instant, removedAt: Instant })
export type BankLinkRemoved = typeof BankLinkRemoved.Type

export const BankLink = Schema.Union([BankLinkInProcedure, BankLinkRegistered, BankLinkRejected, BankLinkRemoved])
export type BankLink = typeof BankLink.Type

export const bankLinks: RecordKind<BankLink> = { name: "bankLink", schema: BankLink, idOf: ({ id }) => id }

/** Refused: there is no such link on this account, or it is not fully registered (TOP-07). */
export class BankLinkNotRegistered extends Schema.TaggedError<BankLinkNotRegistered>()("BankLinkNotRegistered", {
  link: BankLinkId
}) {}

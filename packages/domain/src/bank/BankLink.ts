/**
 * Bank links (銀行口座連携): a holder's own bank account, from which value is topped up.
 *
 * A link is provisional until the holder goes through the bank's own procedure and the bank reports success with enough evidence
 * (BNK-01, BNK-02, SEC-04). The account number itself is personal data beside the books; the record has its keyed hash.
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

const added = { id: BankLinkId, account: AccountId, bank: BankCode, bankAccount: KeyedHash }

const common = {
  ...added,
  /** The request of the procedure that was started last. */
  request: RequestId,
  /** When the link was added. */
  askedAt: Instant
}

/** Operations that debit or credit the bank account and have not ended; absent where there is none (BNK-11). */
const operations = Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 })))

/** 仮登録: added, and not gone through the bank's procedure yet, or interrupted there. */
export const BankLinkProvisional = Schema.TaggedStruct("provisional", {
  ...added,
  request: Schema.optionalKey(RequestId),
  askedAt: Instant
})
export type BankLinkProvisional = typeof BankLinkProvisional.Type

/** 本登録手続き中: the holder went to the bank, which has not reported yet. */
export const BankLinkInProcedure = Schema.TaggedStruct("inProcedure", {
  ...common,
  /** When it is provisional again if the bank reports nothing (BNK-03); absent where it was asked before there was such a time. */
  releasesAt: Schema.optionalKey(Instant)
})
export type BankLinkInProcedure = typeof BankLinkInProcedure.Type

/** 本登録: usable for top-ups and payouts. */
export const BankLinkRegistered = Schema.TaggedStruct("registered", { ...common, settledAt: Instant, operations })
export type BankLinkRegistered = typeof BankLinkRegistered.Type

/** Why a link was not accepted. */
export const RejectionReason = Schema.Literals([
  "refusedByBank",
  "holderNameMismatch",
  "tooFewFactors",
  "bankAccountTaken",
  "feeNotCovered"
])
export type RejectionReason = typeof RejectionReason.Type

export const BankLinkRejected = Schema.TaggedStruct("rejected", {
  ...common,
  settledAt: Instant,
  reason: RejectionReason
})
export type BankLinkRejected = typeof BankLinkRejected.Type

/** 解除: ended, with its account or by its holder (ACC-27). */
export const BankLinkRemoved = Schema.TaggedStruct("removed", {
  ...added,
  request: Schema.optionalKey(RequestId),
  askedAt: Instant,
  settledAt: Schema.optionalKey(Instant),
  removedAt: Instant
})
export type BankLinkRemoved = typeof BankLinkRemoved.Type

export const BankLink = Schema.Union([
  BankLinkProvisional,
  BankLinkInProcedure,
  BankLinkRegistered,
  BankLinkRejected,
  BankLinkRemoved
])
export type BankLink = typeof BankLink.Type

export const bankLinks: RecordKind<BankLink> = { name: "bankLink", schema: BankLink, idOf: ({ id }) => id }

/** A link that is not removed. */
export type BankLinkPresent = Exclude<BankLink, BankLinkRemoved>

/** any → removed */
export const removed = (link: BankLinkPresent, at: Instant): BankLinkRemoved => {
  const { account, askedAt, bank, bankAccount, id, request } = link
  return {
    _tag: "removed",
    id,
    account,
    bank,
    bankAccount,
    ...(request === undefined ? {} : { request }),
    askedAt,
    ...("settledAt" in link ? { settledAt: link.settledAt } : {}),
    removedAt: at
  }
}

/** Refused: there is no such link on this account, or it is not fully registered (TOP-07). */
export class BankLinkNotRegistered extends Schema.TaggedError<BankLinkNotRegistered>()("BankLinkNotRegistered", {
  link: BankLinkId
}) {}

/** Refused: there is no such link on this account. */
export class BankLinkNotFound extends Schema.TaggedError<BankLinkNotFound>()("BankLinkNotFound", {
  link: BankLinkId
}) {}

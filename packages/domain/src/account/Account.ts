/**
 * Accounts (アカウント): one wallet of one person, in one of four states.
 *
 * A cash account (キャッシュアカウント) has no verified identity, a money account (マネーアカウント) has (ACC-02). A legacy account
 * was opened without a certificate; once it has migrated it is like any other (ACC-06). Being locked is a mark beside the state.
 * The record holds no personal data: the person is a keyed hash, and how the holder is reached is said by `Holder`.
 */
import { Schema } from "effect"
import { madeId } from "../engine/Command.ts"
import { Instant } from "../calendar/JapanDate.ts"
import type { RecordKind } from "../engine/RecordKind.ts"

/** "acct_" and the id of the command that opened it. */
export const AccountId = madeId("acct_").pipe(Schema.brand("AccountId"))
export type AccountId = typeof AccountId.Type

/** A keyed hash of a personal value, 64 hexadecimal digits: equal values have equal hashes, and nothing else can be learnt (REG-03). */
export const KeyedHash = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/)).pipe(Schema.brand("KeyedHash"))
export type KeyedHash = typeof KeyedHash.Type

export const AccountKind = Schema.Literals(["cash", "money"])
export type AccountKind = typeof AccountKind.Type

/** How the account is logged in to: with the login certificate, or, until it migrates, with e-mail and password (ACC-04, SES-05). */
export const AccountOrigin = Schema.Literals(["certificate", "legacy"])
export type AccountOrigin = typeof AccountOrigin.Type

/** Why an account is locked: failures in a row (LCK-03), or too many wrong codes in a year (SEC-08). */
export const LockCause = Schema.Literals(["failures", "wrongCodes"])
export type LockCause = typeof LockCause.Type

const common = {
  id: AccountId,
  kind: AccountKind,
  origin: AccountOrigin,
  /** The subject linked to the certificate; of a legacy account, its e-mail and phone (ACC-01). */
  person: KeyedHash,
  /** The kana name, by which bank links are matched (ACC-14, BNK-04). */
  kanaName: KeyedHash,
  openedAt: Instant,
  /** When identity and purpose of use were confirmed last (IDV-03), and the notice period announced since (IDV-05). */
  confirmedAt: Instant,
  confirmationNoticeDays: Schema.optionalKey(Schema.Int),
  /** Since when, and why, it is locked (LCK-03). */
  lockedAt: Schema.optionalKey(Instant),
  lockCause: Schema.optionalKey(LockCause),
  /** The end of the last day on which the cash can be spent; absent before the first cash (BAL-04). */
  cashExpiresAt: Schema.optionalKey(Instant),
  /** The smallest number of days before that expiry for which a notice went out (BAL-07). */
  cashNoticeDays: Schema.optionalKey(Schema.Int)
}

/** 利用中: in use. */
export const AccountActive = Schema.TaggedStruct("active", common)
export type AccountActive = typeof AccountActive.Type

/** 利用停止: suspended by its holder, who alone resumes it (ACC-18, ACC-21). */
export const AccountSuspended = Schema.TaggedStruct("suspended", { ...common, suspendedAt: Instant })
export type AccountSuspended = typeof AccountSuspended.Type

/** Why an operator stopped an account. */
export const StopReason = Schema.Literals([
  "suspectedFraud",
  "identityUnclear",
  "authorityOrder",
  "holderRequest",
  "other"
])
export type StopReason = typeof StopReason.Type

/** アカウント停止: stopped by an operator, and resumed by an operator alone (ACC-22). */
export const AccountStopped = Schema.TaggedStruct("stopped", { ...common, stoppedAt: Instant, reason: StopReason })
export type AccountStopped = typeof AccountStopped.Type

/** 解約: closed for good (ACC-29). */
export const AccountClosed = Schema.TaggedStruct("closed", { ...common, closedAt: Instant })
export type AccountClosed = typeof AccountClosed.Type

export const Account = Schema.Union([AccountActive, AccountSuspended, AccountStopped, AccountClosed])
export type Account = typeof Account.Type

/** An account that is open: in any state but closed. */
export type AccountOpen = AccountActive | AccountSuspended | AccountStopped

export const accounts: RecordKind<Account> = { name: "account", schema: Account, idOf: ({ id }) => id }

/** Refused: there is no such account. */
export class AccountNotFound extends Schema.TaggedError<AccountNotFound>()("AccountNotFound", {
  account: AccountId
}) {}

/**
 * Accounts (アカウント): one wallet of one person.
 *
 * A cash account (キャッシュアカウント) has no verified identity, a money account (マネーアカウント) has (ACC-02). The record
 * holds no personal data: the person is a keyed hash of the certificate's subject, contacts are claims.
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

export const Account = Schema.Struct({
  id: AccountId,
  kind: AccountKind,
  /** The subject linked to the certificate (ACC-01). */
  person: KeyedHash,
  /** The kana name, by which bank links are matched (ACC-14, BNK-04). */
  kanaName: KeyedHash,
  openedAt: Instant,
  /** The end of the last day on which the cash can be spent; absent before the first cash (BAL-04). */
  cashExpiresAt: Schema.optionalKey(Instant),
  /** The smallest number of days before that expiry for which a notice went out (BAL-07). */
  cashNoticeDays: Schema.optionalKey(Schema.Int)
})
export type Account = typeof Account.Type

export const accounts: RecordKind<Account> = { name: "account", schema: Account, idOf: ({ id }) => id }

/** Refused: there is no such account. */
export class AccountNotFound extends Schema.TaggedError<AccountNotFound>()("AccountNotFound", {
  account: AccountId
}) {}

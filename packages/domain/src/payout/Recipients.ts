/**
 * Recipients: to whom and where payouts go, read from the personal data beside the books.
 *
 * A transfer names a branch and seven digits; an account of Japan Post Bank is converted to them (BNK-07). The recipient is the holder
 * under the kana name of the account. A name that is not the account's is given to no bank.
 */
import { Effect, Option, Schema } from "effect"
import { type AccountId, accounts } from "../account/Account.ts"
import { kanaKey } from "../account/Contact.ts"
import { holders, HolderText, kanaCommandOf } from "../account/Holder.ts"
import { Secrets } from "../account/Secrets.ts"
import { BankAccount, type BranchAccount } from "../bank/BankGateway.ts"
import type { BankLinkId } from "../bank/BankLink.ts"
import * as JapanPost from "../bank/JapanPost.ts"
import type { CommandId } from "../engine/Command.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import type { PayoutProcessing } from "./Payout.ts"

/** Why a payout cannot be written for a bank. */
export type Unnamed = "accountUnreadable" | "notConvertible" | "nameUnknown"

/** A recipient with an account as transfers name it. */
export interface Recipient extends BranchAccount {
  readonly recipient: string
}

const readAccount = Schema.decodeUnknownOption(Schema.fromJsonString(BankAccount))
const readHolder = Schema.decodeUnknownOption(HolderText)

/** The command whose personal data holds the bank account of a link. */
export const accountCommandOf = (link: BankLinkId): CommandId => link.slice("link_".length) as CommandId

/** The account as transfers name it, from what is kept of a link. */
export const transferAccount = (kept: string | undefined): BranchAccount | Exclude<Unnamed, "nameUnknown"> => {
  const found = readAccount(kept)
  if (Option.isNone(found)) return "accountUnreadable"
  const account = found.value
  if ("branch" in account) return account
  const read = Option.getOrUndefined(Option.getSuccess(JapanPost.read(account.symbol, account.number)))
  return read?.transfer === undefined ? "notConvertible" : { bank: account.bank, ...read.transfer }
}

/** The recipient of each payout, or why it has none; in the order of the payouts. */
export const recipientsOf = (
  asked: ReadonlyArray<Pick<PayoutProcessing, "account" | "link">>
): Effect.Effect<ReadonlyArray<Recipient | Unnamed>, StoreUnavailable, Store | Secrets> =>
  Effect.gen(function* () {
    const store = yield* Store
    const secrets = yield* Secrets
    const payers = [...new Set(asked.map(({ account }) => account))]
    const facts = yield* store.read(payers.flatMap((id) => [key(accounts, id), key(holders, id)]))
    const kanaIn = (id: AccountId) => {
      const holder = facts.find(holders, id)
      return holder === undefined ? [] : [kanaCommandOf(holder)]
    }
    const kept = yield* store.personalOf([
      ...new Set(asked.flatMap(({ account, link }) => [accountCommandOf(link), ...kanaIn(account)]))
    ])
    const nameOf = (id: AccountId): string | undefined => {
      const [command] = kanaIn(id)
      const name = Option.getOrUndefined(readHolder(command === undefined ? undefined : kept.get(command)))?.kanaName
      const isOwn =
        name !== undefined && secrets.keyedHash("kanaName", kanaKey(name)) === facts.find(accounts, id)?.kanaName
      return isOwn ? name : undefined
    }
    return asked.map(({ account, link }) => {
      const to = transferAccount(kept.get(accountCommandOf(link)))
      if (typeof to === "string") return to
      const recipient = nameOf(account)
      return recipient === undefined ? "nameUnknown" : { ...to, recipient }
    })
  })

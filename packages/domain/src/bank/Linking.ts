/**
 * Linking a bank account (口座登録): which accounts can be linked, by whom (BNK-05, BNK-12, BNK-13).
 *
 * Whether somebody else has the bank account is not said here: nothing was proved yet (SEC-01).
 */
import { Result, Schema } from "effect"
import { AccountId, AccountNotFound, accounts, KeyedHash } from "../account/Account.ts"
import { holders } from "../account/Holder.ts"
import { acting, bankable, type BankFunctionsRestricted, type StandingRefusal } from "../account/Standing.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { japanPost } from "./BankGateway.ts"
import { BankCode, type BankLink, type BankLinkId, BankLinkProvisional, bankLinks } from "./BankLink.ts"

/**
 * Refused: the operator does not offer the bank, or the directory of banks has no such bank or no such branch of it (BNK-13, TOP-07).
 */
export class BankUnknown extends Schema.TaggedError<BankUnknown>()("BankUnknown", {
  bank: BankCode,
  reason: Schema.Literals(["notOffered", "noSuchBank", "noSuchBranch"])
}) {}

/** Refused: the account has as many links as it can have; remove one first (BNK-11). */
export class BankLinksFull extends Schema.TaggedError<BankLinksFull>()("BankLinksFull", {
  account: AccountId,
  most: Schema.Int
}) {}

const AddContent = Schema.Struct({
  account: AccountId,
  bank: BankCode,
  bankAccount: KeyedHash,
  /** What the directory of banks, in which version, says of the bank and of the branch; Japan Post has none to be asked for. */
  directory: Schema.Struct({ version: Schema.String, bank: Schema.Boolean, branch: Schema.Boolean })
})
type AddContent = typeof AddContent.Type

/** > offered ∧ bank in the directory ∧ (Japan Post ∨ branch in the directory) */
const known = (facts: Facts, { bank, directory }: AddContent): Result.Result<void, BankUnknown> => {
  if (facts.policy.banks[bank] === undefined) return Result.fail(new BankUnknown({ bank, reason: "notOffered" }))
  if (!directory.bank) return Result.fail(new BankUnknown({ bank, reason: "noSuchBank" }))
  return directory.branch || bank === japanPost
    ? Result.void
    : Result.fail(new BankUnknown({ bank, reason: "noSuchBranch" }))
}

/** Adds a link to an own bank account; it is provisional until the holder goes through the bank's procedure. */
export const AddBankLink: Command<
  AddContent,
  BankLinkProvisional,
  AccountNotFound | StandingRefusal | BankFunctionsRestricted | BankUnknown | BankLinksFull
> = {
  tag: "AddBankLink",
  content: AddContent,
  success: BankLinkProvisional,
  // What the directory said at that time is not what was asked for (LED-08).
  intent: ({ account, bank, bankAccount }) => ({ account, bank, bankAccount }),
  reads: ({ content }) => [key(accounts, content.account), key(holders, content.account)],
  decide: (facts, { at, content, id }) =>
    Result.gen(function* () {
      const account = yield* acting(facts, content.account, at)
      yield* bankable(facts, account, at)
      const holder = facts.find(holders, account.id)
      if (holder === undefined) return yield* Result.fail(new AccountNotFound({ account: account.id }))
      yield* known(facts, content)
      const { most } = facts.policy.wallet.link
      if (holder.bankLinks.length >= most) return yield* Result.fail(new BankLinksFull({ account: account.id, most }))
      const link: BankLinkProvisional = {
        _tag: "provisional",
        id: `link_${id}` as BankLinkId,
        account: account.id,
        bank: content.bank,
        bankAccount: content.bankAccount,
        askedAt: at
      }
      return Decision.make({
        result: link,
        puts: [put<BankLink>(bankLinks, link), put(holders, { ...holder, bankLinks: [...holder.bankLinks, link.id] })]
      })
    })
}

/**
 * Linking a bank account as its holder does: add it, be shown the fee, go to the bank; or command by command, with the bank's answer.
 */
import type { AccountId, KeyedHash } from "@kinchaku/domain/account/Account"
import type { Intent } from "@kinchaku/domain/account/Accounts"
import type { BankCode } from "@kinchaku/domain/bank/BankLink"
import type { BankLinks } from "@kinchaku/domain/bank/BankLinks"
import { type LinkAnswer, RecordLinkAnswer } from "@kinchaku/domain/bank/LinkAnswer"
import { AddBankLink } from "@kinchaku/domain/bank/Linking"
import { StartLinkProcedure } from "@kinchaku/domain/bank/LinkStart"
import type { TypedAccount } from "@kinchaku/domain/bank/OwnAccount"
import type { Engine, SubmitOptions } from "@kinchaku/domain/engine/Engine"
import { zero } from "@kinchaku/domain/money/Yen"
import { Effect } from "effect"

/** Adds a bank account and starts its procedure at its quote; the second step has a key of its own. */
export const link = Effect.fnUntraced(function* (
  bankLinks: BankLinks["Service"],
  account: AccountId,
  bankAccount: TypedAccount,
  intent: Intent
) {
  const { id } = yield* bankLinks.add(account, bankAccount, intent)
  const { fee } = yield* bankLinks.quote(account, id)
  return yield* bankLinks.start(account, id, fee, { ...intent, key: `${intent.key} start` })
})

/** What a directory says that has the bank and the branch. */
export const inDirectory = { version: "test directory 1", bank: true, branch: true }

/** Links a bank account that the directory has; the bank gives an answer. */
export const answered = Effect.fnUntraced(function* (
  submit: Engine["Service"]["submit"],
  asked: { readonly account: AccountId; readonly bank: BankCode; readonly bankAccount: KeyedHash },
  answer: LinkAnswer,
  as: (step: string) => SubmitOptions
) {
  const { id: added } = yield* submit(AddBankLink, { ...asked, directory: inDirectory }, as("link"))
  const start = { account: asked.account, link: added, quotedFee: zero }
  const { request } = yield* submit(StartLinkProcedure, start, as("procedure"))
  return yield* submit(RecordLinkAnswer, { request, answer }, as("linked"))
})

/**
 * Bank links: two holders, a bank account between them, and what the bank says of it.
 */
import { type Account, accounts, type KeyedHash } from "@kinchaku/domain/account/Account"
import * as Holders from "@kinchaku/domain/account/Holder"
import {
  type BankLink,
  type BankLinkInProcedure,
  type BankLinkProvisional,
  bankLinks
} from "@kinchaku/domain/bank/BankLink"
import type { LinkAnswer, RecordLinkAnswer } from "@kinchaku/domain/bank/LinkAnswer"
import { AddBankLink } from "@kinchaku/domain/bank/Linking"
import { StartLinkProcedure } from "@kinchaku/domain/bank/LinkStart"
import { requestId } from "@kinchaku/domain/engine/Outbox"
import { put } from "@kinchaku/domain/engine/Facts"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { Result } from "effect"
import * as fc from "fast-check"
import { hashOf } from "./Accounts.ts"
import { accountIdOf, accountOf, holderOf } from "./Payments.ts"
import { Desk, noon } from "./PaymentsDesk.ts"
import { inDirectory } from "../../src/scenario/Linking.ts"
import { codeless } from "../../src/scenario/TestPolicy.ts"
import { anyTime, bank } from "./PaymentsTopUps.ts"

export type AnswerLink = typeof RecordLinkAnswer

/** A desk with some holders of one name, at which so many factors are asked of a bank. */
export const linkDesk = (factors = 2, holders = 2, banks: ReadonlyArray<string> = [bank], most = 20): Desk =>
  new Desk({
    policy: {
      ...codeless,
      fees: [],
      wallet: { ...codeless.wallet, link: { ...codeless.wallet.link, most } },
      linkFactorsRequired: factors,
      banks: Object.fromEntries(banks.map((code) => [code, anyTime]))
    },
    records: Array.from({ length: holders }, (_, n) => accountIdOf(n)).flatMap((id) => [
      put<Account>(accounts, accountOf(id, "money")),
      put(Holders.holders, holderOf(id))
    ])
  })

/** The n-th holder adds a bank account. */
export const adding = (desk: Desk, n = 0, bankAccount = 1, at = noon): BankLinkProvisional =>
  Result.getOrThrow(
    desk.ask(
      AddBankLink,
      { account: accountIdOf(n), bank, bankAccount: hashOf("bankAccount", bankAccount), directory: inDirectory },
      { at }
    )
  )

/** A holder goes to the bank with a link, at the fee of then. */
export const starting = (desk: Desk, { account, id }: BankLink, at = noon, quotedFee = 0): BankLinkInProcedure =>
  Result.getOrThrow(desk.ask(StartLinkProcedure, { account, link: id, quotedFee: quotedFee as Yen }, { at }))

/** The n-th holder adds a bank account and goes to the bank. */
export const linking = (desk: Desk, n = 0, bankAccount = 1): BankLinkInProcedure =>
  starting(desk, adding(desk, n, bankAccount))

/** The bank's word: it linked the account of the holder whose name the account has, or somebody else's. */
export const linked = (isOwn = true, factors = 2): LinkAnswer => ({
  _tag: "linked",
  holder: isOwn ? accountOf(accountIdOf(0), "money").kanaName : ("f".repeat(64) as KeyedHash),
  factors
})
export const turnedDown: LinkAnswer = { _tag: "refused", reason: "no such account" }

export const linkAnswer = (): fc.Arbitrary<LinkAnswer> =>
  fc.oneof(
    fc.constant(turnedDown),
    fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 3 })).map(([isOwn, factors]) => linked(isOwn, factors))
  )

export const answeringLink = (desk: Desk, record: AnswerLink, link: BankLink, answer: LinkAnswer): string => {
  desk.ask(record, { request: link.request ?? requestId("0".repeat(26)), answer })
  const settled = desk.record(bankLinks, link.id)
  return settled?._tag === "rejected" ? settled.reason : (settled?._tag ?? "none")
}

/**
 * Removing a link (連携解除), and choosing the one that exact top-ups debit (BNK-11, TOP-16).
 *
 * What was done with a removed link stays in history. Its bank account is free for others from then on (BNK-08).
 */
import { Result, Schema } from "effect"
import { AccountId, AccountNotFound, accounts } from "../account/Account.ts"
import { type Claim, claimId, claimKey, claims } from "../account/Claim.ts"
import { OperationsInProgress } from "../account/Closing.ts"
import { type Holder, holders } from "../account/Holder.ts"
import { acting, bankable, type BankFunctionsRestricted, type StandingRefusal } from "../account/Standing.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import * as Usage from "../limit/Usage.ts"
import {
  type BankLink,
  BankLinkId,
  BankLinkNotFound,
  BankLinkNotRegistered,
  type BankLinkPresent,
  BankLinkRemoved,
  bankLinks,
  removed
} from "./BankLink.ts"
import { BankSettings, bankSettings, cleared, settingsKey, settingsOf } from "./BankSettings.ts"
import * as Releasing from "./Releasing.ts"

/** What a bank account can have in progress. */
const operations = ["topUp", "payout"] as const

/** > no operation on it that has not ended, no procedure under way */
const unused = (
  facts: Facts,
  link: BankLinkPresent,
  at: Instant
): Result.Result<void, OperationsInProgress | Releasing.BankLinkInProcedure> => {
  if (link._tag === "inProcedure") return Releasing.isOver(facts, link, at)
  if (link._tag !== "registered" || link.operations === undefined) return Result.void
  const { account } = link
  const waiting = operations.filter((operation) => Usage.inFlight(facts, account, operation).total > 0)
  return Result.fail(new OperationsInProgress({ account, operations: waiting }))
}

/** The bank account is free, where no other registered link of the account is to it. */
const freed = (facts: Facts, link: BankLinkPresent, { bankLinks: links }: Holder): ReadonlyArray<Put> => {
  const claim = facts.find(claims, claimId("bankAccount", link.bankAccount))
  const isHeld = links.some((id) => {
    const other = facts.find(bankLinks, id)
    return other?._tag === "registered" && other.id !== link.id && other.bankAccount === link.bankAccount
  })
  const isFreed = link._tag === "registered" && !isHeld && claim?.account === link.account
  return isFreed ? [put<Claim>(claims, { ...claim, state: "released" })] : []
}

const Content = Schema.Struct({ account: AccountId, link: BankLinkId })

/** Removes a link. */
export const RemoveBankLink: Command<
  typeof Content.Type,
  BankLinkRemoved,
  AccountNotFound | StandingRefusal | BankLinkNotFound | OperationsInProgress | Releasing.BankLinkInProcedure
> = {
  tag: "RemoveBankLink",
  content: Content,
  success: BankLinkRemoved,
  reads: ({ content: { account, link } }) => [
    key(accounts, account),
    key(holders, account),
    key(bankLinks, link),
    settingsKey(account),
    ...operations.map((operation) => Usage.inFlightKey(account, operation))
  ],
  readsMore: (found, { content }) => {
    const link = found.peek(bankLinks, content.link)
    if (link === undefined) return []
    const others = found.peek(holders, content.account)?.bankLinks ?? []
    return [claimKey("bankAccount", link.bankAccount), ...others.map((id) => key(bankLinks, id))]
  },
  decide: (facts, { at, content }) =>
    Result.gen(function* () {
      const account = yield* acting(facts, content.account, at)
      const holder = facts.find(holders, account.id)
      if (holder === undefined) return yield* Result.fail(new AccountNotFound({ account: account.id }))
      const link = facts.find(bankLinks, content.link)
      if (link?.account !== account.id || link._tag === "removed") {
        return yield* Result.fail(new BankLinkNotFound({ link: content.link }))
      }
      yield* unused(facts, link, at)
      const next = removed(link, at)
      return Decision.make({
        result: next,
        puts: [
          put<BankLink>(bankLinks, next),
          put(holders, { ...holder, bankLinks: holder.bankLinks.filter((id) => id !== link.id) }),
          ...cleared(settingsOf(facts, account.id), [link.id]),
          ...freed(facts, link, holder)
        ],
        answered: link._tag === "inProcedure" ? [link.request] : []
      })
    })
}

const ExactContent = Schema.Struct({
  account: AccountId,
  /** None, where exact top-ups are to stop. */
  link: Schema.optionalKey(BankLinkId)
})

/** Sets the one link that exact top-ups debit, or none (TOP-16). */
export const SetExactTopUp: Command<
  typeof ExactContent.Type,
  BankSettings,
  AccountNotFound | StandingRefusal | BankFunctionsRestricted | BankLinkNotRegistered
> = {
  tag: "SetExactTopUp",
  content: ExactContent,
  success: BankSettings,
  reads: ({ content: { account, link } }) => [
    key(accounts, account),
    settingsKey(account),
    ...(link === undefined ? [] : [key(bankLinks, link)])
  ],
  decide: (facts, { at, content }) =>
    Result.gen(function* () {
      const account = yield* acting(facts, content.account, at)
      const { exactTopUp: _, ...settings } = settingsOf(facts, account.id)
      if (content.link !== undefined) {
        yield* bankable(facts, account, at)
        const link = facts.find(bankLinks, content.link)
        if (link?.account !== account.id || link._tag !== "registered") {
          return yield* Result.fail(new BankLinkNotRegistered({ link: content.link }))
        }
      }
      const next: BankSettings = content.link === undefined ? settings : { ...settings, exactTopUp: content.link }
      return Decision.make({ result: next, puts: [put(bankSettings, next)] })
    })
}

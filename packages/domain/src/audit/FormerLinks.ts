/**
 * Former commands of bank links: a link was asked at the bank when it was added, and stayed in procedure until the bank reported.
 *
 * It is kept with the time at which it ends now without a report (BNK-03), as it is where the books were brought to the newest
 * schema. What was answered, and is in the chain, says nothing of it.
 */
import { Result, Schema } from "effect"
import { AccountId, AccountNotFound, accounts, KeyedHash } from "../account/Account.ts"
import { claimId, claimKey, claims } from "../account/Claim.ts"
import { holders } from "../account/Holder.ts"
import { acting, bankable, type BankFunctionsRestricted, type StandingRefusal } from "../account/Standing.ts"
import { BankCode, BankLink, type BankLinkId, BankLinkInProcedure, bankLinks } from "../bank/BankLink.ts"
import { bankSettings, settingsKey, settingsOf } from "../bank/BankSettings.ts"
import { LinkAnswer, LinkNotFound, rejection } from "../bank/LinkAnswer.ts"
import { BankUnknown } from "../bank/Linking.ts"
import { linkProcedures } from "../bank/LinkProcedure.ts"
import { releaseTime } from "../bank/Releasing.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { AnyCommand, Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { commandOf, RequestId, requestId } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import * as CoolingOff from "../limit/CoolingOff.ts"

const Content = Schema.Struct({ account: AccountId, bank: BankCode, bankAccount: KeyedHash })

/** Asked the bank to link an account. */
export const LinkBankAccount: Command<
  typeof Content.Type,
  BankLinkInProcedure,
  AccountNotFound | StandingRefusal | BankFunctionsRestricted | BankUnknown
> = {
  tag: "LinkBankAccount",
  content: Content,
  success: BankLinkInProcedure,
  reads: ({ content }) => [key(accounts, content.account), key(holders, content.account)],
  decide: (facts, { at, content, id }) =>
    Result.gen(function* () {
      const account = yield* acting(facts, content.account, at)
      yield* bankable(facts, account, at)
      const holder = facts.find(holders, account.id)
      if (holder === undefined) return yield* Result.fail(new AccountNotFound({ account: account.id }))
      if (facts.policy.banks[content.bank] === undefined) {
        return yield* Result.fail(new BankUnknown({ bank: content.bank, reason: "notOffered" }))
      }
      const link: BankLinkInProcedure = {
        _tag: "inProcedure",
        id: `link_${id}` as BankLinkId,
        account: content.account,
        bank: content.bank,
        bankAccount: content.bankAccount,
        request: requestId(id),
        askedAt: at
      }
      return Decision.make({
        result: link,
        puts: [
          put<BankLink>(bankLinks, { ...link, releasesAt: releaseTime(facts, at) }),
          put(holders, { ...holder, bankLinks: [...holder.bankLinks, link.id] }),
          put(linkProcedures, { id: link.request, link: link.id, account: link.account, startedAt: at })
        ],
        requests: [{ id: link.request, kind: "bankLink", subject: link.id, askedAt: at }]
      })
    })
}

const AnswerContent = Schema.Struct({ request: RequestId, answer: LinkAnswer })

const linkIdOf = (request: RequestId): BankLinkId => `link_${commandOf(request)}` as BankLinkId

const settled = (facts: Facts, link: BankLinkInProcedure, answer: LinkAnswer, at: Instant, command: string) => {
  const reason = answer._tag === "linked" ? rejection(facts, link, answer) : ("refusedByBank" as const)
  const { _tag: _, releasesAt: __, ...common } = link
  if (reason !== undefined) {
    const rejected: BankLink = { _tag: "rejected", ...common, settledAt: at, reason }
    return Decision.make<BankLink>({ result: rejected, puts: [put(bankLinks, rejected)], answered: [link.request] })
  }
  const registered: BankLink = { _tag: "registered", ...common, settledAt: at }
  const id = claimId("bankAccount", link.bankAccount)
  const settings = settingsOf(facts, link.account)
  return Decision.make<BankLink>({
    result: registered,
    puts: [
      put(bankLinks, registered),
      put(claims, { id, of: "bankAccount", account: link.account, state: "held" as const }),
      put(bankSettings, { ...settings, registrations: settings.registrations + 1 }),
      ...CoolingOff.begun(facts, link.account, at)
    ],
    answered: [link.request],
    notices: [
      { id: `${command}.1`, kind: "bankLinkRegistered", to: "holder", account: link.account, subject: link.id, at }
    ]
  })
}

/** Settled a link by the bank's answer, for good. */
export const RecordLinkAnswer: Command<typeof AnswerContent.Type, BankLink, LinkNotFound> = {
  tag: "RecordLinkAnswer",
  content: AnswerContent,
  success: BankLink,
  intent: ({ answer, request }) => ({ request, answer: answer._tag }),
  reads: ({ content }) => [key(bankLinks, linkIdOf(content.request))],
  readsMore: (found, { content }) => {
    const link = found.peek(bankLinks, linkIdOf(content.request))
    if (link === undefined) return []
    return [
      key(accounts, link.account),
      claimKey("bankAccount", link.bankAccount),
      settingsKey(link.account),
      CoolingOff.coolingOffKey(link.account)
    ]
  },
  decide: (facts, { at, content, id }) => {
    const link = facts.find(bankLinks, linkIdOf(content.request))
    if (link === undefined) return Result.fail(new LinkNotFound({ request: content.request }))
    if (link._tag !== "inProcedure") return Result.succeed(Decision.make({ result: link, answered: [content.request] }))
    return Result.succeed(settled(facts, link, content.answer, at, id))
  }
}

export const formerLinkCommands: ReadonlyArray<AnyCommand> = [LinkBankAccount, RecordLinkAnswer]

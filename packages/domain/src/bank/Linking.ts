/**
 * Linking a bank account: asked at the bank through the outbox, settled by the bank's answer.
 *
 * A link is accepted only when the bank's holder name is the account's kana name and enough factors were checked there
 * (BNK-04, SEC-04), and when no other account holds that bank account (BNK-08).
 */
import { Result, Schema } from "effect"
import { AccountId, AccountNotFound, accounts, KeyedHash } from "../account/Account.ts"
import { claimId, claims, isTaken } from "../account/Claim.ts"
import { holders } from "../account/Holder.ts"
import { acting, bankable, type BankFunctionsRestricted, type StandingRefusal } from "../account/Standing.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { commandOf, RequestId, requestId } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import * as CoolingOff from "../limit/CoolingOff.ts"
import type { BankLinkId } from "./BankLink.ts"
import { japanPost } from "./BankGateway.ts"
import {
  BankCode,
  BankLink,
  BankLinkInProcedure,
  BankLinkProvisional,
  bankLinks,
  type RejectionReason
} from "./BankLink.ts"

/**
 * Refused: the operator does not offer the bank, or the directory of banks has no such bank or no such branch of it (BNK-13, TOP-07).
 */
export class BankUnknown extends Schema.TaggedError<BankUnknown>()("BankUnknown", {
  bank: BankCode,
  reason: Schema.Literals(["notOffered", "noSuchBank", "noSuchBranch"])
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
  AccountNotFound | StandingRefusal | BankFunctionsRestricted | BankUnknown
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

const Content = Schema.Struct({ account: AccountId, bank: BankCode, bankAccount: KeyedHash })

/** Asks the bank to link an account; the link is in procedure until the bank reports. */
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
          put(bankLinks, link as BankLink),
          put(holders, { ...holder, bankLinks: [...holder.bankLinks, link.id] })
        ],
        requests: [{ id: link.request, kind: "bankLink", subject: link.id, askedAt: at }]
      })
    })
}

/** The bank's answer to a link request; the holder's name as a keyed hash of its comparison form. */
export const LinkAnswer = Schema.Union([
  Schema.TaggedStruct("linked", { holder: KeyedHash, factors: Schema.Int }),
  Schema.TaggedStruct("refused", { reason: Schema.String })
])
export type LinkAnswer = typeof LinkAnswer.Type

/** Refused: the answer names no link that was asked for. */
export class LinkNotFound extends Schema.TaggedError<LinkNotFound>()("LinkNotFound", { request: RequestId }) {}

const AnswerContent = Schema.Struct({ request: RequestId, answer: LinkAnswer })

/** The link that a request asked for. */
export const linkIdOf = (request: RequestId): BankLinkId => `link_${commandOf(request)}` as BankLinkId

const rejection = (facts: Facts, link: BankLink, answer: LinkAnswer): RejectionReason | undefined => {
  if (answer._tag === "refused") return "refusedByBank"
  if (facts.find(accounts, link.account)?.kanaName !== answer.holder) return "holderNameMismatch"
  if (answer.factors < facts.policy.linkFactorsRequired) return "tooFewFactors"
  const claim = facts.find(claims, claimId("bankAccount", link.bankAccount))
  return isTaken(claim) && claim.account !== link.account ? "bankAccountTaken" : undefined
}

const settled = (facts: Facts, link: BankLinkInProcedure, answer: LinkAnswer, at: Instant, command: string) => {
  const reason = rejection(facts, link, answer)
  const { _tag: _, ...common } = link
  if (reason !== undefined) {
    const rejected: BankLink = { _tag: "rejected", ...common, settledAt: at, reason }
    return Decision.make<BankLink>({ result: rejected, puts: [put(bankLinks, rejected)], answered: [link.request] })
  }
  const registered: BankLink = { _tag: "registered", ...common, settledAt: at }
  const id = claimId("bankAccount", link.bankAccount)
  return Decision.make<BankLink>({
    result: registered,
    puts: [
      put(bankLinks, registered),
      put(claims, { id, of: "bankAccount", account: link.account, state: "held" as const }),
      ...CoolingOff.begun(facts, link.account, at)
    ],
    answered: [link.request],
    notices: [
      { id: `${command}.1`, kind: "bankLinkRegistered", to: "holder", account: link.account, subject: link.id, at }
    ]
  })
}

/** Settles a link by the bank's answer. An answer to a link that is settled already changes nothing. */
export const RecordLinkAnswer: Command<typeof AnswerContent.Type, BankLink, LinkNotFound> = {
  tag: "RecordLinkAnswer",
  content: AnswerContent,
  success: BankLink,
  // The first report of a kind settles the link; what a later one adds changes nothing.
  intent: ({ answer, request }) => ({ request, answer: answer._tag }),
  reads: ({ content }) => [key(bankLinks, linkIdOf(content.request))],
  readsMore: (found, { content }) => {
    const link = found.peek(bankLinks, linkIdOf(content.request))
    if (link === undefined) return []
    return [
      key(accounts, link.account),
      key(claims, claimId("bankAccount", link.bankAccount)),
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

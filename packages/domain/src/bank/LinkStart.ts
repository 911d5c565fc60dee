/**
 * Starting the bank's own procedure (本登録手続き): the holder goes to the bank, which reports what came of it (BNK-01, BNK-03, BNK-10).
 *
 * What the registration costs is shown before and kept with the procedure; it is booked when the registration completes (BNK-09).
 */
import { Result, Schema } from "effect"
import { AccountId, type AccountNotFound, accounts } from "../account/Account.ts"
import * as Cash from "../account/Cash.ts"
import { acting, bankable, type BankFunctionsRestricted, type StandingRefusal } from "../account/Standing.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, type Found, put } from "../engine/Facts.ts"
import { requestId } from "../engine/Outbox.ts"
import { balanceKey, key } from "../engine/RecordKind.ts"
import * as Fee from "../fee/Fee.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import { type PositiveYen, Yen, zero } from "../money/Yen.ts"
import * as Funding from "../payment/Funding.ts"
import {
  type BankLink,
  BankLinkId,
  BankLinkInProcedure,
  BankLinkNotFound,
  type BankLinkProvisional,
  bankLinks
} from "./BankLink.ts"
import { type BankSettings, settingsKey, settingsOf } from "./BankSettings.ts"
import { BankUnknown } from "./Linking.ts"
import { type LinkProcedure, linkProcedures } from "./LinkProcedure.ts"
import * as Releasing from "./Releasing.ts"
import { bankAvailable, type BankUnavailable } from "./ServiceHours.ts"

/** Refused: the link is registered, rejected or removed, and nothing is left to be registered (BNK-02). */
export class BankLinkSettled extends Schema.TaggedError<BankLinkSettled>()("BankLinkSettled", {
  link: BankLinkId,
  state: Schema.Literals(["registered", "rejected", "removed"])
}) {}

/** Why a procedure is not started. */
export type StartRefusal =
  | AccountNotFound
  | StandingRefusal
  | BankFunctionsRestricted
  | BankLinkNotFound
  | BankLinkSettled
  | Releasing.BankLinkInProcedure
  | BankUnknown
  | BankUnavailable
  | Fee.QuoteChanged
  | Funding.InsufficientBalance

/** What a registration costs that is not one of the free ones. */
const tableFee = (policy: Found["policy"], bank: string): Fee.Fee =>
  Fee.quote(policy, { function: "bankRegistration", bank, amount: zero })

/** What a registration costs, as it is shown before: nothing for the first ones ever, then by the table of fees (BNK-09, FEE-01). */
export const registrationFee = (
  { policy }: Pick<Found, "policy">,
  { registrations }: Pick<BankSettings, "registrations">,
  bank: string
): Fee.Fee =>
  registrations < policy.wallet.link.freeRegistrations ? { fee: zero, feeTax: zero } : tableFee(policy, bank)

const Content = Schema.Struct({
  account: AccountId,
  link: BankLinkId,
  /** The fee as it was shown before confirming. */
  quotedFee: Yen
})
type Content = typeof Content.Type

/** The link of the account, where its procedure can be started: provisional, or in a procedure that is over. */
const startable = (
  facts: Facts,
  content: Content,
  at: Instant
): Result.Result<
  BankLinkProvisional | BankLinkInProcedure,
  BankLinkNotFound | BankLinkSettled | Releasing.BankLinkInProcedure
> => {
  const link = facts.find(bankLinks, content.link)
  if (link?.account !== content.account) return Result.fail(new BankLinkNotFound({ link: content.link }))
  switch (link._tag) {
    case "provisional":
      return Result.succeed(link)
    case "inProcedure":
      return Result.map(Releasing.isOver(facts, link, at), () => link)
    default:
      return Result.fail(new BankLinkSettled({ link: link.id, state: link._tag }))
  }
}

/** What is kept of a registration that was shown free: of how many, where the table of fees would have charged it. */
const shownFree = (policy: Found["policy"], bank: string): Pick<LinkProcedure, "freeRegistrations"> =>
  tableFee(policy, bank).fee > 0 ? { freeRegistrations: policy.wallet.link.freeRegistrations } : {}

/** The procedure with what was shown. */
const procedureOf = (
  { policy }: Pick<Found, "policy">,
  link: BankLinkInProcedure,
  { fee, feeTax }: Fee.Fee,
  startedAt: Instant
): LinkProcedure => ({
  id: link.request,
  link: link.id,
  account: link.account,
  startedAt,
  ...(fee > 0 ? { fee: fee as PositiveYen, feeTax } : shownFree(policy, link.bank))
})

/** Asks the bank to link an account; the link is in procedure until the bank reports, or until the next day. */
export const StartLinkProcedure: Command<Content, BankLinkInProcedure, StartRefusal> = {
  tag: "StartLinkProcedure",
  content: Content,
  success: BankLinkInProcedure,
  reads: ({ content: { account, link } }) => [
    key(accounts, account),
    key(bankLinks, link),
    settingsKey(account),
    balanceKey(AccountCode.cash(account)),
    balanceKey(AccountCode.money(account))
  ],
  decide: (facts, { at, content, id }) =>
    Result.gen(function* () {
      const account = yield* acting(facts, content.account, at)
      yield* bankable(facts, account, at)
      const former = yield* startable(facts, content, at)
      const terms = facts.policy.banks[former.bank]
      if (terms === undefined) return yield* Result.fail(new BankUnknown({ bank: former.bank, reason: "notOffered" }))
      yield* bankAvailable(former.bank, terms, at)
      const fee = registrationFee(facts, settingsOf(facts, account.id), former.bank)
      yield* Fee.confirmed(content.quotedFee, fee)
      yield* Funding.draw(fee.fee, Cash.spendable(facts, account, at))
      const link: BankLinkInProcedure = {
        ...former,
        _tag: "inProcedure",
        request: requestId(id),
        releasesAt: Releasing.releaseTime(facts, at)
      }
      return Decision.make({
        result: link,
        puts: [put<BankLink>(bankLinks, link), put(linkProcedures, procedureOf(facts, link, fee, at))],
        requests: [{ id: link.request, kind: "bankLink", subject: link.id, askedAt: at }],
        answered: former._tag === "inProcedure" ? [former.request] : []
      })
    })
}

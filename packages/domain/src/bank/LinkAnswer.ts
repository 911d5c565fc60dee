/**
 * The bank's answer to a procedure: the only thing that registers or rejects a link (BNK-01, BNK-03, BNK-15).
 *
 * A link is registered only when the bank's holder name is the account's kana name and enough factors were checked there (BNK-04,
 * SEC-04), when no other account has that bank account (BNK-08), and when its fee is covered (BNK-09). The first report settles
 * a procedure. A success that is reported after its procedure ended registers the link all the same; anything else that is reported
 * then changes nothing.
 */
import { Result, Schema } from "effect"
import { type Account, accounts, KeyedHash } from "../account/Account.ts"
import * as Cash from "../account/Cash.ts"
import { claimId, claimKey, claims, isTaken } from "../account/Claim.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Command, CommandId, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { RequestId } from "../engine/Outbox.ts"
import { balanceKey, key } from "../engine/RecordKind.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import * as CoolingOff from "../limit/CoolingOff.ts"
import { type Yen, zero } from "../money/Yen.ts"
import * as Funding from "../payment/Funding.ts"
import {
  BankLink,
  type BankLinkInProcedure,
  type BankLinkProvisional,
  bankLinks,
  type RejectionReason
} from "./BankLink.ts"
import { type BankSettings, bankSettings, settingsKey, settingsOf } from "./BankSettings.ts"
import { type LinkProcedure, linkProcedures, procedureKey } from "./LinkProcedure.ts"
import { registrationFee } from "./LinkStart.ts"
import { released } from "./Releasing.ts"

/** What the bank says became of a procedure; the holder's name as a keyed hash of its comparison form. */
export const LinkAnswer = Schema.Union([
  Schema.TaggedStruct("linked", { holder: KeyedHash, factors: Schema.Int }),
  Schema.TaggedStruct("refused", { reason: Schema.String }),
  /** The holder left the bank's page by its own cancel button (BNK-15). */
  Schema.TaggedStruct("interrupted", {})
])
export type LinkAnswer = typeof LinkAnswer.Type
type Linked = Extract<LinkAnswer, { readonly _tag: "linked" }>

/** Refused: the answer names no procedure that was started. */
export class LinkNotFound extends Schema.TaggedError<LinkNotFound>()("LinkNotFound", { request: RequestId }) {}

const Content = Schema.Struct({ request: RequestId, answer: LinkAnswer })

/** A link that can still be registered. */
type Open = BankLinkInProcedure | BankLinkProvisional

/** Why the bank's evidence is not enough, or undefined where it is. */
export const rejection = (facts: Facts, link: BankLink, { factors, holder }: Linked): RejectionReason | undefined => {
  if (facts.find(accounts, link.account)?.kanaName !== holder) return "holderNameMismatch"
  if (factors < facts.policy.linkFactorsRequired) return "tooFewFactors"
  const claim = facts.find(claims, claimId("bankAccount", link.bankAccount))
  return isTaken(claim) && claim.account !== link.account ? "bankAccountTaken" : undefined
}

/** What the fee of a procedure takes from an account: entry and new expiry of the cash, where cash is drawn (BAL-04, BAL-09). */
const charged = (
  facts: Facts,
  account: Account,
  fee: Yen,
  at: Instant,
  id: CommandId
): Result.Result<
  { readonly entries: ReadonlyArray<JournalEntry.JournalEntry>; readonly puts: ReadonlyArray<Put> },
  Funding.InsufficientBalance
> =>
  Result.map(Funding.draw(fee, Cash.spendable(facts, account, at)), ({ fromCash, fromMoney }) => ({
    entries:
      fee === 0
        ? []
        : [
            JournalEntry.balanced({
              id: JournalEntry.entryId(id, 1),
              kind: "bankRegistration",
              businessAt: at,
              postings: [
                ...JournalEntry.debit(AccountCode.cash(account.id), fromCash),
                ...JournalEntry.debit(AccountCode.money(account.id), fromMoney),
                ...JournalEntry.credit(AccountCode.fees, fee)
              ]
            })
          ],
    puts: fromCash === 0 ? [] : [put(accounts, Cash.changed(account, at))]
  }))

/**
 * Of procedures that were shown as free side by side, those after the last registration that was free then have to be shown their fee
 * (BNK-09). A policy that asks for more since then changes nothing of what was shown (FEE-01, LIM-06).
 */
const isOwed = (
  facts: Facts,
  settings: BankSettings,
  { freeRegistrations }: LinkProcedure,
  bank: BankLink["bank"]
): boolean =>
  freeRegistrations !== undefined &&
  settings.registrations >= freeRegistrations &&
  registrationFee(facts, settings, bank).fee > 0

/** provisional, inProcedure → registered; or why not. */
const registering = (
  facts: Facts,
  link: Open,
  procedure: LinkProcedure,
  answer: Linked,
  { at, id }: Envelope<unknown>
): Result.Result<Decision.Decision<BankLink>, RejectionReason> => {
  const reason = rejection(facts, link, answer)
  if (reason !== undefined) return Result.fail(reason)
  const account = facts.find(accounts, link.account)
  if (account === undefined) throw new Error(`link ${link.id} has no account`)
  const settings = settingsOf(facts, link.account)
  if (isOwed(facts, settings, procedure, link.bank)) return Result.fail("feeNotCovered")
  const paid = charged(facts, account, procedure.fee ?? zero, at, id)
  if (Result.isFailure(paid)) return Result.fail("feeNotCovered")
  const { request = procedure.id, ...open } = link._tag === "inProcedure" ? released(link) : link
  const registered: BankLink = { ...open, _tag: "registered", request, settledAt: at }
  const claim = claimId("bankAccount", link.bankAccount)
  return Result.succeed(
    Decision.make<BankLink>({
      result: registered,
      entries: paid.success.entries,
      puts: [
        put(bankLinks, registered),
        put(claims, { id: claim, of: "bankAccount" as const, account: link.account, state: "held" as const }),
        put(bankSettings, { ...settings, registrations: settings.registrations + 1 }),
        ...paid.success.puts,
        ...CoolingOff.begun(facts, link.account, at)
      ],
      answered: request === procedure.id ? [request] : [request, procedure.id],
      notices: [
        { id: `${id}.1`, kind: "bankLinkRegistered", to: "holder", account: link.account, subject: link.id, at }
      ]
    })
  )
}

/** inProcedure → registered, rejected, provisional: what a report makes of the procedure that is under way. */
const settling = (
  facts: Facts,
  link: BankLinkInProcedure,
  procedure: LinkProcedure,
  answer: LinkAnswer,
  envelope: Envelope<unknown>
): Decision.Decision<BankLink> => {
  if (answer._tag === "interrupted") {
    const next: BankLink = released(link)
    return Decision.make<BankLink>({ result: next, puts: [put(bankLinks, next)], answered: [link.request] })
  }
  const decided =
    answer._tag === "refused"
      ? Result.fail("refusedByBank" as const)
      : registering(facts, link, procedure, answer, envelope)
  return Result.getOrElse(decided, (reason) => {
    const { releasesAt: _, ...common } = link
    const rejected: BankLink = { ...common, _tag: "rejected", settledAt: envelope.at, reason }
    return Decision.make<BankLink>({ result: rejected, puts: [put(bankLinks, rejected)], answered: [link.request] })
  })
}

const unchanged = (link: BankLink, { id }: LinkProcedure): Decision.Decision<BankLink> =>
  Decision.make<BankLink>({ result: link, answered: [id] })

/** Settles a procedure by the bank's answer. */
export const RecordLinkAnswer: Command<typeof Content.Type, BankLink, LinkNotFound> = {
  tag: "RecordLinkAnswer/2",
  content: Content,
  success: BankLink,
  // The first report of a kind settles the procedure; what a later one adds changes nothing.
  intent: ({ answer, request }) => ({ request, answer: answer._tag }),
  reads: ({ content }) => [procedureKey(content.request)],
  readsMore: (found, { content }) => {
    const procedure = found.peek(linkProcedures, content.request)
    if (procedure === undefined) return []
    const { account, link: id } = procedure
    const link = found.peek(bankLinks, id)
    return [
      key(bankLinks, id),
      key(accounts, account),
      settingsKey(account),
      CoolingOff.coolingOffKey(account),
      balanceKey(AccountCode.cash(account)),
      balanceKey(AccountCode.money(account)),
      ...(link === undefined ? [] : [claimKey("bankAccount", link.bankAccount)])
    ]
  },
  decide: (facts, envelope) => {
    const { answer, request } = envelope.content
    const procedure = facts.find(linkProcedures, request)
    const link = procedure === undefined ? undefined : facts.find(bankLinks, procedure.link)
    if (procedure === undefined || link === undefined) return Result.fail(new LinkNotFound({ request }))
    if (link._tag === "inProcedure" && link.request === request) {
      return Result.succeed(settling(facts, link, procedure, answer, envelope))
    }
    if (answer._tag !== "linked" || (link._tag !== "inProcedure" && link._tag !== "provisional")) {
      return Result.succeed(unchanged(link, procedure))
    }
    const late = registering(facts, link, procedure, answer, envelope)
    return Result.succeed(Result.getOrElse(late, () => unchanged(link, procedure)))
  }
}

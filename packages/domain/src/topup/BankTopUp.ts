/**
 * Topping up from a bank account: what is checked before anything moves (TOP-07 to TOP-09, TOP-19).
 *
 * The amount counts against limits and the balance cap from the moment it is accepted (LIM-04). Value is credited
 * only by the bank's answer, see `DebitAnswer`.
 */
import { Result, Schema } from "effect"
import { AccountId, type AccountNotFound, accounts } from "../account/Account.ts"
import { acting, bankable, type BankFunctionsRestricted, type StandingRefusal } from "../account/Standing.ts"
import {
  type BankCode,
  BankLinkId,
  BankLinkNotRegistered,
  type BankLinkRegistered,
  bankLinks
} from "../bank/BankLink.ts"
import { BankUnknown } from "../bank/Linking.ts"
import { begun } from "../bank/LinkUse.ts"
import { bankAvailable, type BankUnavailable } from "../bank/ServiceHours.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Command, CommandId } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { requestId } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import type * as Fee from "../fee/Fee.ts"
import * as Limit from "../limit/Limit.ts"
import { PositiveYen, Yen } from "../money/Yen.ts"
import { confirmed, type OtpRefusal } from "../otp/Confirming.ts"
import { OtpId, otpKey } from "../otp/Otp.ts"
import type { BankTerms } from "../policy/Policy.ts"
import * as Acceptance from "./Acceptance.ts"
import { type TopUpId, TopUpProcessing, topUps } from "./TopUp.ts"

/** Refused: the amount is below the bank's minimum or between its steps (TOP-08). */
export class BelowMinimumAmount extends Schema.TaggedError<BelowMinimumAmount>()("BelowMinimumAmount", {
  minimum: PositiveYen,
  step: PositiveYen,
  asked: Yen
}) {}

export type TopUpRefusal =
  | AccountNotFound
  | StandingRefusal
  | BankFunctionsRestricted
  | OtpRefusal
  | BankLinkNotRegistered
  | BankUnknown
  | BankUnavailable
  | BelowMinimumAmount
  | Acceptance.FeeRefusal
  | Acceptance.LimitRefusal

const Content = Schema.Struct({
  account: AccountId,
  link: BankLinkId,
  amount: PositiveYen,
  /** The fee as it was shown before confirming (TOP-19). */
  quotedFee: Yen,
  /** The confirmed code for this very top-up, where it needs one (OTP-08, OTP-09). */
  otp: Schema.optionalKey(OtpId)
})
type Content = typeof Content.Type

/**
 * Whether an amount fits the bank's minimum and step (TOP-08). > minimum ≤ amount and amount mod step = minimum mod
 * step
 */
export const amountFits = (terms: BankTerms, amount: Yen): Result.Result<void, BelowMinimumAmount> =>
  amount >= terms.minimum && (amount - terms.minimum) % terms.step === 0
    ? Result.void
    : Result.fail(new BelowMinimumAmount({ minimum: terms.minimum, step: terms.step, asked: amount }))

/** The fee of a bank top-up, as it is shown before confirming. */
export const fee = (facts: Pick<Facts, "policy">, bank: BankCode, amount: Yen): Fee.Fee =>
  Acceptance.fee(facts, { way: "bank", bank, amount })

/** A fully registered link of an account. */
export const registered = (
  facts: Pick<Facts, "find">,
  content: Pick<Content, "account" | "link">
): Result.Result<BankLinkRegistered, BankLinkNotRegistered> => {
  const link = facts.find(bankLinks, content.link)
  return link !== undefined && link.account === content.account && link._tag === "registered"
    ? Result.succeed(link)
    : Result.fail(new BankLinkNotRegistered({ link: content.link }))
}

/** What a code for a top-up confirms, in its written form (OTP-04). */
export const operationOf = ({ amount, link }: Pick<Content, "amount" | "link">): string => `topUp ${link} ${amount}`

/** What asks a bank for an accepted amount: the top-up in processing, what counts from now on, and the request. */
export const debit = (
  facts: Facts,
  link: BankLinkRegistered,
  { counted, ...fee }: Fee.Fee & { readonly counted: Limit.Request },
  { at, id, payment }: { readonly at: Instant; readonly id: CommandId; readonly payment?: string }
) => {
  const topUp: TopUpProcessing = {
    _tag: "processing",
    id: `top_${id}` as TopUpId,
    account: link.account,
    way: "bank",
    link: link.id,
    bank: link.bank,
    amount: PositiveYen.make(counted.amount),
    ...fee,
    request: requestId(id),
    passbookText: facts.policy.passbookText,
    askedAt: at,
    ...(payment === undefined ? {} : { payment })
  }
  return {
    topUp,
    puts: [put(topUps, topUp), Acceptance.inFlight(facts, link.account, topUp), ...Limit.count(counted), begun(link)],
    request: { id: topUp.request, kind: "bankDebit", subject: topUp.id, askedAt: at }
  }
}

/** Asks the bank for an amount; the top-up is processing until the bank's answer is recorded. */
export const TopUpFromBank: Command<Content, TopUpProcessing, TopUpRefusal> = {
  tag: "TopUpFromBank",
  content: Content,
  success: TopUpProcessing,
  reads: ({ at, content }) => [
    key(accounts, content.account),
    key(bankLinks, content.link),
    ...(content.otp === undefined ? [] : [otpKey(content.otp)]),
    ...Acceptance.acceptanceKeys(content.account, at)
  ],
  decide: (facts, { at, content, id }) =>
    Result.gen(function* () {
      const { account: accountId, amount } = content
      const account = yield* acting(facts, accountId, at)
      yield* bankable(facts, account, at)
      const link = yield* registered(facts, content)
      const terms = facts.policy.banks[link.bank]
      if (terms === undefined) return yield* Result.fail(new BankUnknown({ bank: link.bank, reason: "notOffered" }))
      yield* bankAvailable(link.bank, terms, at)
      yield* amountFits(terms, amount)
      const asked = { way: "bank", bank: link.bank, amount } as const
      const charged = yield* Acceptance.charged(facts, asked, content.quotedFee)
      const counted = yield* Acceptance.withinLimits(facts, account, asked, at)
      const used = yield* confirmed(facts, account, content.otp, {
        purpose: "topUp",
        operation: operationOf(content),
        at
      })
      const { puts, request, topUp } = debit(facts, link, { ...charged, counted }, { at, id })
      return Decision.make({ result: topUp, puts: [...puts, ...used], requests: [request] })
    })
}

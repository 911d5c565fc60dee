/**
 * Asking for a payout: what is checked before money leaves the balance (OUT-01, OUT-04, OUT-05, OUT-09).
 *
 * Amount and fee are taken from money at once and stand in transit until the bank answers, see `PayoutAnswer` (OUT-06).
 */
import { Result, Schema } from "effect"
import { AccountId, accounts } from "../account/Account.ts"
import type { AccountNotFound } from "../account/Account.ts"
import type { BankFunctionsRestricted, StandingRefusal } from "../account/Standing.ts"
import { type BankLinkId, type BankLinkNotRegistered, type BankLinkRegistered, bankLinks } from "../bank/BankLink.ts"
import { bankSettings, settingsKey, settingsOf } from "../bank/BankSettings.ts"
import { BankUnknown } from "../bank/Linking.ts"
import * as LinkUse from "../bank/LinkUse.ts"
import { bankAvailable, type BankUnavailable } from "../bank/ServiceHours.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { requestId } from "../engine/Outbox.ts"
import { balanceKey, key, type Key } from "../engine/RecordKind.ts"
import * as Fee from "../fee/Fee.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import * as CoolingOff from "../limit/CoolingOff.ts"
import * as Limit from "../limit/Limit.ts"
import * as Usage from "../limit/Usage.ts"
import { PositiveYen, Yen } from "../money/Yen.ts"
import * as Amount from "../money/Yen.ts"
import { confirmed, type OtpRefusal } from "../otp/Confirming.ts"
import { OtpId, otpKey } from "../otp/Otp.ts"
import { InsufficientBalance } from "../payment/Funding.ts"
import type { BankTerms } from "../policy/Policy.ts"
import { type PayoutId, PayoutProcessing, payouts } from "./Payout.ts"
import { payer, PayoutNotAllowed, registeredLink } from "./PayoutAccount.ts"

export type PayoutRefusal =
  | AccountNotFound
  | StandingRefusal
  | BankFunctionsRestricted
  | PayoutNotAllowed
  | BankLinkNotRegistered
  | BankUnknown
  | BankUnavailable
  | Fee.QuoteChanged
  | Limit.LimitExceeded
  | Amount.AmountOutOfRange
  | InsufficientBalance
  | OtpRefusal

const Content = Schema.Struct({
  account: AccountId,
  amount: PositiveYen,
  /** The fee as it was shown before confirming (FEE-01). */
  quotedFee: Yen,
  /** The confirmed code for this very payout, where it needs one (OUT-04, OTP-09). */
  otp: Schema.optionalKey(OtpId)
})
type Content = typeof Content.Type

/** What a code for a payout confirms, in its written form (OTP-04): a link that was replaced meanwhile is another payee. */
export const operationOf = ({ amount, link }: { readonly link: BankLinkId; readonly amount: Yen }): string =>
  `payout ${link} ${amount}`

/** The fee of a payout, as it is shown before confirming. */
export const fee = (
  { policy }: Pick<Facts, "policy">,
  asked: { readonly bank: string; readonly amount: Yen }
): Fee.Fee => Fee.quote(policy, { function: "payout", ...asked })

/** The way that payouts count in, beside the total. */
const way = "bank"

/** The link that payouts of an account go to, where it can take one now, and what its bank offers. */
const payee = (
  facts: Facts,
  account: AccountId,
  at: Instant
): Result.Result<
  { readonly link: BankLinkRegistered; readonly terms: BankTerms },
  PayoutNotAllowed | BankLinkNotRegistered | BankUnknown | BankUnavailable
> =>
  Result.gen(function* () {
    const { payoutAccount } = settingsOf(facts, account)
    if (payoutAccount === undefined) {
      return yield* Result.fail(new PayoutNotAllowed({ account, reason: "noPayoutAccount" }))
    }
    const link = yield* registeredLink(facts, account, payoutAccount)
    const terms = facts.policy.banks[link.bank]
    if (terms === undefined) return yield* Result.fail(new BankUnknown({ bank: link.bank, reason: "notOffered" }))
    yield* bankAvailable(link.bank, terms, at)
    return { link, terms }
  })

/** > amount ≤ maximum of one payout (OUT-09) */
const withinMaximum = ({ policy }: Facts, amount: Yen): Result.Result<void, Limit.LimitExceeded> => {
  const allowed = policy.wallet.payout.maximum
  if (amount <= allowed) return Result.void
  const facts = { limit: "perOperation", operation: "payout", period: "operation" } as const
  return Result.fail(new Limit.LimitExceeded({ ...facts, allowed, remaining: allowed, asked: amount }))
}

/** The payout as it is counted, where it passes every limit (LIM-01, LIM-04, SEC-05, OUT-09). */
const withinLimits = (
  facts: Facts,
  account: AccountId,
  amount: Yen,
  at: Instant
): Result.Result<Limit.Request, Limit.LimitExceeded | Amount.AmountOutOfRange> =>
  Result.gen(function* () {
    yield* withinMaximum(facts, amount)
    const request = { operation: "payout", way, amount, ...Limit.usageAt(facts, account, "payout", at) } as const
    yield* Limit.countable(request)
    yield* Limit.check(facts.policy, "money", request)
    yield* CoolingOff.check(facts, account, request, at)
    return request
  })

/** > amount + fee ≤ money; cash never leaves (BAL-03, OUT-05) */
const covered = (
  facts: Facts,
  account: AccountId,
  amount: Yen,
  charged: Yen
): Result.Result<void, InsufficientBalance | Amount.AmountOutOfRange> =>
  Result.flatMap(Amount.add(amount, charged), (asked) => {
    const available = facts.held(AccountCode.money(account))
    return asked <= available
      ? Result.void
      : Result.fail(new InsufficientBalance({ asked, available, shortfall: Amount.minus(asked, available) }))
  })

/** What takes a payout out of money: amount and fee, each apart (OUT-06, FEE-04). */
export const requestedPostings = ({
  account,
  amount,
  fee: charged
}: Pick<PayoutProcessing, "account" | "amount" | "fee">): ReadonlyArray<JournalEntry.Posting> => [
  ...JournalEntry.debit(AccountCode.money(account), Amount.plus(amount, charged)),
  ...JournalEntry.credit(AccountCode.payoutInTransit, amount),
  ...JournalEntry.credit(AccountCode.feesHeld, charged)
]

/** What asking for a payout, and giving one back, reads of its account. */
export const countedKeys = (account: AccountId, at: Instant): ReadonlyArray<Key> => [
  Usage.inFlightKey(account, "payout"),
  ...Limit.usageKeys(account, "payout", at),
  balanceKey(AccountCode.money(account))
]

const inFlight = (facts: Facts, account: AccountId, amount: Yen): Put =>
  put(Usage.usages, Usage.count(Usage.inFlight(facts, account, "payout"), way, amount))

/** A payout that is settled, no longer in flight. */
export const landed = (facts: Facts, { account, amount }: Pick<PayoutProcessing, "account" | "amount">): Put =>
  put(Usage.usages, Usage.giveBack(Usage.inFlight(facts, account, "payout"), way, amount))

/** A payout that came to nothing: given back to the day and the month it was counted in (LIM-03). */
export const givenBack = (
  facts: Facts,
  { account, amount, askedAt }: Pick<PayoutProcessing, "account" | "amount" | "askedAt">
): ReadonlyArray<Put> =>
  Limit.giveBack({ operation: "payout", way, amount, ...Limit.usageAt(facts, account, "payout", askedAt) })

const made = (
  link: BankLinkRegistered,
  route: PayoutProcessing["route"],
  charged: Fee.Fee,
  { at, content, id }: Envelope<Content>
): PayoutProcessing => ({
  _tag: "processing",
  id: `out_${id}` as PayoutId,
  account: content.account,
  link: link.id,
  bank: link.bank,
  amount: content.amount,
  ...charged,
  route,
  request: requestId(id),
  entry: JournalEntry.entryId(id, 1),
  askedAt: at
})

/** Reserves amount and fee of a payout and asks the bank for it, or has it wait for a file of general transfers. */
export const RequestPayout: Command<Content, PayoutProcessing, PayoutRefusal> = {
  tag: "RequestPayout",
  content: Content,
  success: PayoutProcessing,
  reads: ({ at, content }) => [
    key(accounts, content.account),
    settingsKey(content.account),
    CoolingOff.coolingOffKey(content.account),
    ...(content.otp === undefined ? [] : [otpKey(content.otp)]),
    ...countedKeys(content.account, at)
  ],
  readsMore: (found, { content }) => {
    const link = found.peek(bankSettings, content.account)?.payoutAccount
    return link === undefined ? [] : [key(bankLinks, link)]
  },
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { at, content } = envelope
      const { amount } = content
      const account = yield* payer(facts, content.account, at)
      const { link, terms } = yield* payee(facts, account.id, at)
      const charged = fee(facts, { bank: link.bank, amount })
      yield* Fee.confirmed(content.quotedFee, charged)
      const counted = yield* withinLimits(facts, account.id, amount, at)
      yield* covered(facts, account.id, amount, charged.fee)
      const operation = operationOf({ link: link.id, amount })
      const used = yield* confirmed(facts, account, content.otp, { purpose: "payout", operation, at })
      const route = terms.payouts ?? "gateway"
      const payout = made(link, route, charged, envelope)
      const entry = {
        id: payout.entry,
        kind: "payoutRequested" as const,
        businessAt: at,
        postings: requestedPostings(payout)
      }
      return Decision.make({
        result: payout,
        entries: [JournalEntry.balanced(entry)],
        puts: [
          put(payouts, payout),
          inFlight(facts, account.id, amount),
          ...Limit.count(counted),
          LinkUse.begun(link),
          ...used
        ],
        requests:
          route === "gateway" ? [{ id: payout.request, kind: "bankCredit", subject: payout.id, askedAt: at }] : []
      })
    })
}

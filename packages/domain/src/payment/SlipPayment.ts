/**
 * Paying a slip (払込票) at the terms that its holder confirmed.
 *
 * What is confirmed is exactly what is paid (PAY-05): the caller sends back the quote, and the decision makes it
 * again from its own facts. A slip payment cannot be cancelled by the holder (PAY-11): there is no command for it.
 */
import { Result, Schema } from "effect"
import { type Account, AccountId, type AccountNotFound, accounts } from "../account/Account.ts"
import * as Cash from "../account/Cash.ts"
import { acting, bankable, type StandingRefusal } from "../account/Standing.ts"
import { type Biller, BillerCode, billers } from "../bill/Biller.ts"
import * as SlipBarcode from "../bill/SlipBarcode.ts"
import type * as JapanDate from "../calendar/JapanDate.ts"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { requestId } from "../engine/Outbox.ts"
import { balanceKey, key } from "../engine/RecordKind.ts"
import type * as Fee from "../fee/Fee.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import * as Limit from "../limit/Limit.ts"
import * as Usage from "../limit/Usage.ts"
import type { Yen } from "../money/Yen.ts"
import * as Amount from "../money/Yen.ts"
import { confirmed, isNeeded, type OtpRefusal, OtpRequired } from "../otp/Confirming.ts"
import { OtpId, otpKey } from "../otp/Otp.ts"
import { type LimitRefusal, withinLimits } from "../topup/Acceptance.ts"
import * as BankTopUp from "../topup/BankTopUp.ts"
import { confirmedPlan, type ExactTopUp, type Plan, plan, planKeys, planKeysMore } from "../topup/ExactTopUp.ts"
import * as Funding from "./Funding.ts"
import { type Payable, payable, Quote, quoteKeys, type QuoteRefusal, sameQuote } from "./SlipTerms.ts"
import {
  type Payment,
  PaymentCompleted,
  PaymentFunding,
  type PaymentId,
  PaymentProcessing,
  payments
} from "./Payment.ts"
import * as Settling from "./Settling.ts"

export type PaymentRefusal =
  | AccountNotFound
  | StandingRefusal
  | PayeeRestricted
  | OtpRefusal
  | QuoteRefusal
  | Fee.QuoteChanged
  | LimitRefusal
  | Funding.InsufficientBalance

/** An accepted payment: drawn, or waiting for what it lacks. */
export type Accepted = PaymentProcessing | PaymentCompleted | PaymentFunding

/** A barcode as scanned or typed; read strictly after normalising (PAY-17). */
export const Scanned = Schema.String.check(Schema.isMaxLength(200))

const Content = Schema.Struct({
  account: AccountId,
  barcode: Scanned,
  /** The quote that the holder confirmed, without its exact top-up where none is wanted. */
  quote: Quote,
  /** The confirmed code for this very payment, where it needs one (OTP-08, OTP-09). */
  otp: Schema.optionalKey(OtpId)
})
type Content = typeof Content.Type

/** What an accepted payment says whatever its state. */
const termsOf = (account: Account, { biller, fee, slip }: Payable, { at, id }: Envelope<Content>) => ({
  id: `pay_${id}` as PaymentId,
  account: account.id,
  way: "barcode" as const,
  biller: slip.biller,
  payee: biller.name,
  barcode: slip.barcode,
  amount: slip.amount,
  ...fee,
  paidAt: at
})

const pay = (
  facts: Facts,
  account: Account,
  terms: Payable,
  funding: Funding.Funding,
  counted: Limit.Request,
  envelope: Envelope<Content>
) => {
  const { at, id } = envelope
  const isOnline = terms.biller.confirmation === "online"
  const common = { ...termsOf(account, terms, envelope), ...funding, entry: JournalEntry.entryId(id, 1) }
  const payment: PaymentProcessing | PaymentCompleted = isOnline
    ? { _tag: "processing", ...common }
    : { _tag: "completed", ...common, settledAt: at }
  return Decision.make<Accepted>({
    result: payment,
    entries: [Settling.drawing(payment, common.entry, at)],
    puts: [
      put(payments, payment as Payment),
      Settling.bill(payment, isOnline ? "inPayment" : "paid"),
      ...Limit.count(counted),
      ...(isOnline ? [Settling.inFlight(facts, payment)] : []),
      ...(funding.fromCash > 0 ? [put(accounts, Cash.changed(account, at))] : [])
    ],
    requests: isOnline ? [{ id: requestId(id), kind: "billerNotice", subject: payment.id, askedAt: at }] : []
  })
}

/** Asks the bank for what is lacking; nothing is drawn until it has answered (TOP-14). */
const fund = (
  facts: Facts,
  account: Account,
  terms: Payable,
  { link, topUp }: Plan,
  counted: { readonly payment: Limit.Request; readonly topUp: Limit.Request },
  envelope: Envelope<Content>
) => {
  const { at, id } = envelope
  const common = { ...termsOf(account, terms, envelope), fromCash: Amount.zero, fromMoney: Amount.zero }
  const fee = { fee: topUp.fee, feeTax: topUp.feeTax, counted: counted.topUp }
  const debit = BankTopUp.debit(facts, link, fee, { at, id, payment: common.id })
  const payment: PaymentFunding = { _tag: "funding", ...common, topUp: debit.topUp.id }
  return Decision.make<Accepted>({
    result: payment,
    puts: [
      put(payments, payment as Payment),
      Settling.bill(payment, "inPayment"),
      ...Limit.count(counted.payment),
      Settling.inFlight(facts, payment),
      ...debit.puts
    ],
    requests: [debit.request]
  })
}

/**
 * What a code for a payment confirms, in its written form: payee and amount stand in the slip's number, and the exact
 * top-up (OTP-04).
 */
export const operationOf = (barcode: SlipBarcode.SlipNumber, amount: Yen, exactTopUp?: ExactTopUp): string => {
  const payment = `payment ${barcode} ${amount}`
  return exactTopUp === undefined ? payment : `${payment} ${BankTopUp.operationOf(exactTopUp)}`
}

/**
 * The code for a payment: one for both where it tops up too, needed where either of them needs one (OTP-08, OTP-09).
 */
const coded = (facts: Facts, account: Account, { slip }: Payable, { at, content }: Envelope<Content>) => {
  const exact = content.quote.exactTopUp
  return exact !== undefined && content.otp === undefined && isNeeded(facts, account, "topUp")
    ? Result.fail(new OtpRequired())
    : confirmed(facts, account, content.otp, {
        purpose: "payment",
        operation: operationOf(slip.barcode, slip.amount, exact),
        at
      })
}

/** Refused: this payee is open to verified accounts only, and the account's confirmation is overdue (IDV-04). */
export class PayeeRestricted extends Schema.TaggedError<PayeeRestricted>()("PayeeRestricted", { biller: BillerCode }) {}

const payeeOpen = (facts: Facts, account: Account, biller: Biller, at: JapanDate.Instant) =>
  biller.verifiedOnly === true && Result.isFailure(bankable(facts, account, at))
    ? Result.fail(new PayeeRestricted({ biller: biller.code }))
    : Result.void

/** The exact top-up as it was confirmed, within the limits of any top-up (TOP-09, TOP-14). */
const toppedUp = (facts: Facts, account: Account, needed: Yen, confirmed: ExactTopUp, at: JapanDate.Instant) =>
  Result.gen(function* () {
    const current = yield* confirmedPlan(confirmed, plan(facts, account, needed, at))
    const counted = yield* withinLimits(facts, account, { way: "bank", ...current.topUp }, at)
    return { plan: current, counted }
  })

/** The exact top-up that paying as quoted would use now, within its limits; nothing where none would be. */
export const quotedTopUp = (
  facts: Facts,
  id: AccountId,
  { amount, fee }: Quote,
  at: JapanDate.Instant
): Pick<Quote, "exactTopUp"> =>
  Result.match(
    Result.gen(function* () {
      const account = yield* acting(facts, id, at)
      const planned = plan(facts, account, Amount.plus(amount, fee), at)
      if (planned === undefined) return {}
      yield* withinLimits(facts, account, { way: "bank", ...planned.topUp }, at)
      return { exactTopUp: planned.topUp }
    }),
    { onFailure: () => ({}), onSuccess: (quoted) => quoted }
  )

/** Pays a slip from cash, then money; where its quote has an exact top-up, once the bank is debited for it. */
export const PaySlip: Command<Content, Accepted, PaymentRefusal> = {
  tag: "PaySlip",
  content: Content,
  success: Schema.Union([PaymentProcessing, PaymentCompleted, PaymentFunding]),
  reads: ({ at, content }) => [
    key(accounts, content.account),
    ...quoteKeys(content.barcode),
    ...(content.otp === undefined ? [] : [otpKey(content.otp)]),
    ...Limit.usageKeys(content.account, "payment", at),
    ...(content.quote.exactTopUp === undefined ? [] : planKeys(content.account, at)),
    balanceKey(AccountCode.cash(content.account)),
    balanceKey(AccountCode.money(content.account))
  ],
  // A payment that waits, for the biller's system or for the bank, is in flight until then (ACC-26).
  readsMore: (found, { content }) => {
    const { account, barcode, quote } = content
    const biller = found.peek(billers, SlipBarcode.billerOf(SlipBarcode.normalise(barcode)))
    const inFlight = [Usage.inFlightKey(account, "payment")]
    if (quote.exactTopUp !== undefined) return [...inFlight, ...planKeysMore(found, account)]
    return biller?.confirmation === "online" ? inFlight : []
  },
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { at, content } = envelope
      const account = yield* acting(facts, content.account, at)
      const terms = yield* payable(facts, content.barcode, at)
      yield* payeeOpen(facts, account, terms.biller, at)
      yield* sameQuote(content.quote, terms.quote)
      const amount = terms.slip.amount
      const usage = Limit.usageAt(facts, account.id, "payment", at)
      const counted = { operation: "payment", way: "barcode", amount, ...usage } as const
      yield* Limit.countable(counted)
      yield* Limit.check(facts.policy, account.kind, counted)
      const needed = Amount.plus(amount, terms.fee.fee)
      const decision = yield* content.quote.exactTopUp === undefined
        ? Result.map(Funding.draw(needed, Cash.spendable(facts, account, at)), (funding) =>
            pay(facts, account, terms, funding, counted, envelope)
          )
        : Result.map(toppedUp(facts, account, needed, content.quote.exactTopUp, at), ({ counted: topUp, plan }) =>
            fund(facts, account, terms, plan, { payment: counted, topUp }, envelope)
          )
      const used = yield* coded(facts, account, terms, envelope)
      return used.length === 0 ? decision : { ...decision, puts: [...decision.puts, ...used] }
    })
}

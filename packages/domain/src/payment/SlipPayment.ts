/**
 * Paying a slip (払込票) at the terms that its holder confirmed.
 *
 * What is confirmed is exactly what is paid (PAY-05): the caller sends back the quote, and the decision makes it again from
 * its own facts. A slip payment cannot be cancelled by the holder (PAY-11): there is no command for it.
 */
import { Result, Schema } from "effect"
import { type Account, AccountId, type AccountNotFound, accounts } from "../account/Account.ts"
import * as Cash from "../account/Cash.ts"
import { acting, bankable, type StandingRefusal } from "../account/Standing.ts"
import { type Bill, bills } from "../bill/Bill.ts"
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
import { confirmed, type OtpRefusal } from "../otp/Confirming.ts"
import { OtpId, otpKey } from "../otp/Otp.ts"
import * as Funding from "./Funding.ts"
import { type Payable, payable, Quote, quoteKeys, type QuoteRefusal, sameQuote } from "./SlipTerms.ts"
import { type Payment, PaymentCompleted, type PaymentId, PaymentProcessing, payments } from "./Payment.ts"

export type PaymentRefusal =
  | AccountNotFound
  | StandingRefusal
  | PayeeRestricted
  | OtpRefusal
  | QuoteRefusal
  | Fee.QuoteChanged
  | Limit.LimitExceeded
  | Funding.InsufficientBalance
  | Amount.AmountOutOfRange

/** A barcode as scanned or typed; read strictly after normalising (PAY-17). */
export const Scanned = Schema.String.check(Schema.isMaxLength(200))

const Content = Schema.Struct({
  account: AccountId,
  barcode: Scanned,
  /** The quote that the holder confirmed. */
  quote: Quote,
  /** The confirmed code for this very payment, where it needs one (OTP-08, OTP-09). */
  otp: Schema.optionalKey(OtpId)
})
type Content = typeof Content.Type

const paymentEntry = (
  account: AccountId,
  { fee, slip }: Payable,
  funding: Funding.Funding,
  id: JournalEntry.EntryId,
  at: JapanDate.Instant
) =>
  JournalEntry.balanced({
    id,
    kind: "payment",
    businessAt: at,
    postings: [
      ...JournalEntry.debit(AccountCode.cash(account), funding.fromCash),
      ...JournalEntry.debit(AccountCode.money(account), funding.fromMoney),
      ...JournalEntry.credit(AccountCode.merchantPayable(slip.biller), slip.amount),
      ...JournalEntry.credit(AccountCode.fees, fee.fee)
    ]
  })

const pay = (
  facts: Facts,
  account: Account,
  terms: Payable,
  funding: Funding.Funding,
  counted: Limit.Request,
  { at, id }: Envelope<Content>
) => {
  const { biller, fee, slip } = terms
  const isOnline = biller.confirmation === "online"
  const common = {
    id: `pay_${id}` as PaymentId,
    account: account.id,
    way: "barcode" as const,
    biller: slip.biller,
    payee: biller.name,
    barcode: slip.barcode,
    amount: slip.amount,
    ...fee,
    ...funding,
    entry: JournalEntry.entryId(id, 1),
    paidAt: at
  }
  const payment: PaymentProcessing | PaymentCompleted = isOnline
    ? { _tag: "processing", ...common }
    : { _tag: "completed", ...common, settledAt: at }
  const bill: Bill = { barcode: slip.barcode, state: isOnline ? "inPayment" : "paid", payment: payment.id }
  return Decision.make({
    result: payment,
    entries: [paymentEntry(account.id, terms, funding, common.entry, at)],
    puts: [
      put(payments, payment as Payment),
      put(bills, bill),
      ...Limit.count(counted),
      ...(isOnline
        ? [put(Usage.usages, Usage.count(Usage.inFlight(facts, account.id, "payment"), "barcode", slip.amount))]
        : []),
      ...(funding.fromCash > 0 ? [put(accounts, Cash.changed(account, at))] : [])
    ],
    requests: isOnline ? [{ id: requestId(id), kind: "billerNotice", subject: payment.id, askedAt: at }] : []
  })
}

/** What a code for a payment confirms, in its written form: payee and amount stand in the slip's number (OTP-04). */
export const operationOf = (barcode: SlipBarcode.SlipNumber, amount: Yen): string => `payment ${barcode} ${amount}`

/** Refused: this payee is open to verified accounts only, and the account's confirmation is overdue (IDV-04). */
export class PayeeRestricted extends Schema.TaggedError<PayeeRestricted>()("PayeeRestricted", { biller: BillerCode }) {}

const payeeOpen = (facts: Facts, account: Account, biller: Biller, at: JapanDate.Instant) =>
  biller.verifiedOnly === true && Result.isFailure(bankable(facts, account, at))
    ? Result.fail(new PayeeRestricted({ biller: biller.code }))
    : Result.void

/** Pays a slip from cash, then money. */
export const PaySlip: Command<Content, PaymentProcessing | PaymentCompleted, PaymentRefusal> = {
  tag: "PaySlip",
  content: Content,
  success: Schema.Union([PaymentProcessing, PaymentCompleted]),
  reads: ({ at, content }) => [
    key(accounts, content.account),
    ...quoteKeys(content.barcode),
    ...(content.otp === undefined ? [] : [otpKey(content.otp)]),
    ...Limit.usageKeys(content.account, "payment", at),
    balanceKey(AccountCode.cash(content.account)),
    balanceKey(AccountCode.money(content.account))
  ],
  // A payment that the biller's system must accept first is in flight until then (ACC-26).
  readsMore: (found, { content }) => {
    const biller = found.peek(billers, SlipBarcode.billerOf(SlipBarcode.normalise(content.barcode)))
    return biller?.confirmation === "online" ? [Usage.inFlightKey(content.account, "payment")] : []
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
      const funding = yield* Funding.draw(Amount.plus(amount, terms.fee.fee), Cash.spendable(facts, account, at))
      const operation = operationOf(terms.slip.barcode, amount)
      const used = yield* confirmed(facts, account, content.otp, { purpose: "payment", operation, at })
      const decision = pay(facts, account, terms, funding, counted, envelope)
      return used.length === 0 ? decision : { ...decision, puts: [...decision.puts, ...used] }
    })
}

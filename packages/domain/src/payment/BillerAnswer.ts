/**
 * The biller's answer to a payment that it must accept: completes it, or returns what was drawn (PAY-13, LIM-03).
 *
 * The first answer settles the payment, once; the same again changes nothing, the opposite is raised to operators. A refusal posts the exact reverse of the
 * payment's entry, its fee included: cash back to cash, money back to money.
 */
import { Result, Schema } from "effect"
import { type Account, accounts } from "../account/Account.ts"
import * as Cash from "../account/Cash.ts"
import { type Bill, bills } from "../bill/Bill.ts"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { commandOf, RequestId } from "../engine/Outbox.ts"
import { balanceKey, key } from "../engine/RecordKind.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import * as Limit from "../limit/Limit.ts"
import * as Usage from "../limit/Usage.ts"
import {
  Payment,
  type PaymentCompleted,
  type PaymentFailed,
  type PaymentId,
  PaymentNotFound,
  type PaymentProcessing,
  payments
} from "./Payment.ts"

/** What the biller's system says of a payment. */
export const BillerAnswer = Schema.Union([
  Schema.TaggedStruct("accepted", {}),
  Schema.TaggedStruct("refused", { reason: Schema.String })
])
export type BillerAnswer = typeof BillerAnswer.Type

const Content = Schema.Struct({ request: RequestId, answer: BillerAnswer })
type Content = typeof Content.Type

/** The payment that a request was made for. */
export const paymentIdOf = (request: RequestId): PaymentId => `pay_${commandOf(request)}` as PaymentId

const settledBill = (payment: PaymentProcessing, state: Bill["state"]) =>
  put(bills, { barcode: payment.barcode, state, payment: payment.id })

const noLongerInFlight = (facts: Facts, { account, amount, way }: PaymentProcessing) =>
  put(Usage.usages, Usage.giveBack(Usage.inFlight(facts, account, "payment"), way, amount))

const reversal = (payment: PaymentProcessing, id: JournalEntry.EntryId, at: Envelope<Content>["at"]) =>
  JournalEntry.balanced({
    id,
    kind: "paymentReversed",
    businessAt: at,
    reverses: payment.entry,
    postings: JournalEntry.reversed([
      ...JournalEntry.debit(AccountCode.cash(payment.account), payment.fromCash),
      ...JournalEntry.debit(AccountCode.money(payment.account), payment.fromMoney),
      ...JournalEntry.credit(AccountCode.merchantPayable(payment.biller), payment.amount),
      ...JournalEntry.credit(AccountCode.fees, payment.fee)
    ])
  })

const fail = (
  facts: Facts,
  payment: PaymentProcessing,
  account: Account,
  reason: string,
  { at, content, id }: Envelope<Content>
) => {
  const { _tag: _, ...common } = payment
  const failed: PaymentFailed = { _tag: "failed", ...common, settledAt: at, reason }
  const returnsCash = payment.fromCash > 0
  const held = facts.held(AccountCode.cash(account.id))
  const expired = returnsCash ? Cash.expiryEntry(account, held, at, JournalEntry.entryId(id, 1)) : []
  const counted = Limit.usageAt(facts, account.id, "payment", payment.paidAt)
  return Decision.make<Payment>({
    result: failed,
    entries: [...expired, reversal(payment, JournalEntry.entryId(id, expired.length + 1), at)],
    puts: [
      put(payments, failed as Payment),
      settledBill(payment, "payable"),
      noLongerInFlight(facts, payment),
      ...Limit.giveBack({ operation: "payment", way: payment.way, amount: payment.amount, ...counted }),
      ...(returnsCash ? [put(accounts, Cash.changed(account, at))] : [])
    ],
    answered: [content.request],
    notices: [{ id: `${id}.1`, kind: "paymentFailed", to: "holder", account: account.id, subject: payment.id, at }]
  })
}

const complete = (facts: Facts, payment: PaymentProcessing, { at, content }: Envelope<Content>) => {
  const { _tag: _, ...common } = payment
  const completed: Payment = { _tag: "completed", ...common, settledAt: at }
  return Decision.make<Payment>({
    result: completed,
    puts: [put(payments, completed), settledBill(payment, "paid"), noLongerInFlight(facts, payment)],
    answered: [content.request]
  })
}

/** The same answer again changes nothing; the opposite is raised to operators. Each comes once, by its key. */
const settledAgain = (payment: PaymentCompleted | PaymentFailed, { at, content, id }: Envelope<Content>) => {
  const agrees = (payment._tag === "completed") === (content.answer._tag === "accepted")
  const notice = {
    id: `${id}.1`,
    kind: "paymentContradicted",
    to: "operators",
    account: payment.account,
    subject: payment.id,
    at
  } as const
  return Decision.make<Payment>({ result: payment, answered: [content.request], notices: agrees ? [] : [notice] })
}

/** Settles a payment by the biller's answer, exactly once. */
export const RecordBillerAnswer: Command<Content, Payment, PaymentNotFound> = {
  tag: "RecordBillerAnswer",
  content: Content,
  success: Payment,
  // The same answer with another reason is the same answer.
  intent: ({ answer, request }) => ({ request, answer: answer._tag }),
  reads: ({ content }) => [key(payments, paymentIdOf(content.request))],
  readsMore: (found, { content }) => {
    const payment = found.peek(payments, paymentIdOf(content.request))
    if (payment === undefined) return []
    return [
      key(accounts, payment.account),
      Usage.inFlightKey(payment.account, "payment"),
      ...Limit.usageKeys(payment.account, "payment", payment.paidAt),
      balanceKey(AccountCode.cash(payment.account)),
      balanceKey(AccountCode.money(payment.account))
    ]
  },
  decide: (facts, envelope) => {
    const { answer, request } = envelope.content
    const payment = facts.find(payments, paymentIdOf(request))
    const account = payment === undefined ? undefined : facts.find(accounts, payment.account)
    // What is not drawn yet has not been told to the biller.
    if (payment === undefined || account === undefined || payment._tag === "funding") {
      return Result.fail(new PaymentNotFound({ payment: paymentIdOf(request) }))
    }
    if (payment._tag !== "processing") return Result.succeed(settledAgain(payment, envelope))
    return Result.succeed(
      answer._tag === "accepted"
        ? complete(facts, payment, envelope)
        : fail(facts, payment, account, answer.reason, envelope)
    )
  }
}

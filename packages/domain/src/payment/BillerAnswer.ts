/**
 * The biller's answer to a payment that it must accept: completes it, or returns what was drawn (PAY-13, LIM-03).
 *
 * The first answer settles the payment, once; the same again changes nothing, the opposite is raised to operators. A
 * refusal posts the exact reverse of the payment's entry, its fee included: cash back to cash, money back to money.
 */
import { Result, Schema } from "effect"
import { type Account, accounts } from "../account/Account.ts"
import * as Cash from "../account/Cash.ts"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { commandOf, RequestId } from "../engine/Outbox.ts"
import { balanceKey, key } from "../engine/RecordKind.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import {
  Payment,
  type PaymentCompleted,
  type PaymentFailed,
  PaymentId,
  PaymentNotFound,
  type PaymentProcessing,
  payments
} from "./Payment.ts"
import * as Settling from "./Settling.ts"

/** What the biller's system says of a payment. */
export const BillerAnswer = Schema.Union([
  Schema.TaggedStruct("accepted", {}),
  Schema.TaggedStruct("refused", { reason: Schema.String })
])
export type BillerAnswer = typeof BillerAnswer.Type

const Content = Schema.Struct({
  request: RequestId,
  answer: BillerAnswer,
  /**
   * The payment, where another command than its own made the request: one that waited for its exact top-up (TOP-14).
   */
  payment: Schema.optionalKey(PaymentId)
})
type Content = typeof Content.Type

/** The payment that the request of its own command was made for. */
export const paymentIdOf = (request: RequestId): PaymentId => `pay_${commandOf(request)}` as PaymentId

/** A payment as an answer about it names it. */
export const named = (request: RequestId, payment: PaymentId): Pick<Content, "request" | "payment"> =>
  payment === paymentIdOf(request) ? { request } : { request, payment }

const paymentOf = ({ payment, request }: Content): PaymentId => payment ?? paymentIdOf(request)

const reversal = (payment: PaymentProcessing, id: JournalEntry.EntryId, at: Envelope<Content>["at"]) =>
  JournalEntry.balanced({
    id,
    kind: "paymentReversed",
    businessAt: at,
    reverses: payment.entry,
    postings: JournalEntry.reversed(Settling.postings(payment))
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
  return Decision.make<Payment>({
    result: failed,
    entries: [...expired, reversal(payment, JournalEntry.entryId(id, expired.length + 1), at)],
    puts: [
      put(payments, failed as Payment),
      Settling.bill(payment, "payable"),
      Settling.landed(facts, payment),
      ...Settling.givenBack(facts, payment),
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
    puts: [put(payments, completed), Settling.bill(payment, "paid"), Settling.landed(facts, payment)],
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

/**
 * Whether the request is the payment's own: the command that drew made it. What is not drawn has not been told to the
 * biller.
 */
const isAbout = ({ entry }: PaymentProcessing | PaymentCompleted | PaymentFailed, { content }: Envelope<Content>) =>
  content.payment === undefined || entry?.startsWith(`${commandOf(content.request)}.`) === true

/** Settles a payment by the biller's answer, exactly once. */
export const RecordBillerAnswer: Command<Content, Payment, PaymentNotFound> = {
  tag: "RecordBillerAnswer",
  content: Content,
  success: Payment,
  // The same answer with another reason is the same answer.
  intent: ({ answer, request }) => ({ request, answer: answer._tag }),
  reads: ({ content }) => [key(payments, paymentOf(content))],
  readsMore: (found, { content }) => {
    const payment = found.peek(payments, paymentOf(content))
    if (payment === undefined) return []
    return [
      key(accounts, payment.account),
      ...Settling.settlingKeys(payment),
      balanceKey(AccountCode.cash(payment.account)),
      balanceKey(AccountCode.money(payment.account))
    ]
  },
  decide: (facts, envelope) => {
    const { answer } = envelope.content
    const id = paymentOf(envelope.content)
    const payment = facts.find(payments, id)
    const account = payment === undefined ? undefined : facts.find(accounts, payment.account)
    if (payment === undefined || account === undefined || payment._tag === "funding" || !isAbout(payment, envelope)) {
      return Result.fail(new PaymentNotFound({ payment: id }))
    }
    if (payment._tag !== "processing") return Result.succeed(settledAgain(payment, envelope))
    return Result.succeed(
      answer._tag === "accepted"
        ? complete(facts, payment, envelope)
        : fail(facts, payment, account, answer.reason, envelope)
    )
  }
}

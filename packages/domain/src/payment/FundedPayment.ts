/**
 * A payment whose exact top-up the bank has answered: it draws from what is there now, or it fails (TOP-14, TOP-17).
 *
 * Whatever is decided here is part of the commit that settles the top-up. A payment that cannot draw leaves the
 * topped-up amount on the balance: the debit is never taken back.
 */
import { Result } from "effect"
import type { Account } from "../account/Account.ts"
import { operable } from "../account/Standing.ts"
import { type Biller, billers } from "../bill/Biller.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { CommandId } from "../engine/Command.ts"
import type { Decision } from "../engine/Decision.ts"
import { type Facts, type Found, put } from "../engine/Facts.ts"
import { requestId } from "../engine/Outbox.ts"
import { key, type Key } from "../engine/RecordKind.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import * as Amount from "../money/Yen.ts"
import type { Notice } from "../notice/Notice.ts"
import * as Funding from "./Funding.ts"
import { type Payment, type PaymentFailed, type PaymentFunding, payments } from "./Payment.ts"
import * as Settling from "./Settling.ts"
import { contracted } from "./SlipTerms.ts"

/** What follows for the payment, beside what settles the top-up. */
export type Following = Pick<Decision<never>, "entries" | "puts" | "requests" | "notices"> & {
  /** Whether cash was drawn, which moves its expiry (BAL-04). */
  readonly drawsCash: boolean
}

/** Nothing follows where a top-up is for no payment, or its payment has been settled. */
export const nothing: Following = { entries: [], puts: [], requests: [], notices: [], drawsCash: false }

/** The facts that settling the payment needs, once the payment of a top-up is fetched. */
export const fundedKeys = (found: Pick<Found, "peek">, id: string): ReadonlyArray<Key> => {
  const payment = found.peek(payments, id)
  return [
    key(payments, id),
    ...(payment === undefined ? [] : [key(billers, payment.biller), ...Settling.settlingKeys(payment)])
  ]
}

/** When the answer came, and the command that brought it. */
export interface Moment {
  readonly id: CommandId
  readonly at: Instant
}

/** The moment of a credit, and the number of the entry after it. */
export interface Funded extends Moment {
  readonly entryNumber: number
}

const fail = (
  facts: Facts,
  payment: PaymentFunding,
  reason: string,
  told: Notice["kind"],
  { at, id }: Moment
): Following => {
  const { _tag: _, ...common } = payment
  const failed: PaymentFailed = { _tag: "failed", ...common, settledAt: at, reason }
  return {
    ...nothing,
    puts: [
      put(payments, failed as Payment),
      Settling.bill(payment, "payable"),
      Settling.landed(facts, payment),
      ...Settling.givenBack(facts, payment)
    ],
    notices: [{ id: `${id}.1`, kind: told, to: "holder", account: payment.account, subject: payment.id, at }]
  }
}

/** The bank debited nothing: nothing moves, and the bill can be paid again (TOP-17). */
export const unfunded = (facts: Facts, payment: PaymentFunding, moment: Moment): Following =>
  fail(facts, payment, "topUpFailed", "paymentFailed", moment)

const draw = (
  facts: Facts,
  payment: PaymentFunding,
  biller: Biller,
  funding: Funding.Funding,
  { at, entryNumber, id }: Funded
): Following => {
  const { _tag: _, ...common } = payment
  const isOnline = biller.confirmation === "online"
  const entry = JournalEntry.entryId(id, entryNumber)
  const drawn = { ...common, ...funding, entry }
  const next: Payment = isOnline ? { _tag: "processing", ...drawn } : { _tag: "completed", ...drawn, settledAt: at }
  return {
    ...nothing,
    entries: [Settling.drawing(drawn, entry, at)],
    puts: [put(payments, next), ...(isOnline ? [] : [Settling.bill(payment, "paid"), Settling.landed(facts, payment)])],
    requests: isOnline ? [{ id: requestId(id), kind: "billerNotice", subject: payment.id, askedAt: at }] : [],
    drawsCash: funding.fromCash > 0
  }
}

/**
 * The bank debited what was lacking: the payment draws from what can be spent now, the top-up included. Where that
 * does not cover it any more, the account may not pay now (ACC-20), or the contract with the biller has ended (PAY-08),
 * it fails, and the holder is told that the top-up stays (TOP-17).
 */
export const funded = (
  facts: Facts,
  payment: PaymentFunding,
  account: Account,
  available: Funding.Available,
  moment: Funded
): Following => {
  const needed = Amount.plus(payment.amount, payment.fee)
  const drawn = Result.gen(function* () {
    yield* operable(facts, account, moment.at)
    const biller = yield* contracted(facts, payment.biller)
    return { biller, funding: yield* Funding.draw(needed, available) }
  })
  return Result.match(drawn, {
    onFailure: ({ _tag }) => fail(facts, payment, _tag, "topUpKept", moment),
    onSuccess: ({ biller, funding }) => draw(facts, payment, biller, funding, moment)
  })
}

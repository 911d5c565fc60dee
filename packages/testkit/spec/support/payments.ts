/**
 * Tills: a holder with some balance, a contracted biller and a slip, before and after a payment.
 */
import { type Account, type AccountId, accounts } from "@kinchaku/domain/account/Account"
import { bills } from "@kinchaku/domain/bill/Bill"
import { type Biller, type BillerCode, billers } from "@kinchaku/domain/bill/Biller"
import { type Slip, type SlipNumber, write } from "@kinchaku/domain/bill/SlipBarcode"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Command } from "@kinchaku/domain/engine/Command"
import { put } from "@kinchaku/domain/engine/Facts"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import { cash, fees, merchantPayable, money } from "@kinchaku/domain/ledger/AccountCode"
import { usages } from "@kinchaku/domain/limit/Usage"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import type { BillerAnswer } from "@kinchaku/domain/payment/BillerAnswer"
import { type Payment, payments } from "@kinchaku/domain/payment/Payment"
import { type PaySlip, type Quote } from "@kinchaku/domain/payment/SlipPayment"
import { compat, type Policy } from "@kinchaku/domain/policy/Policy"
import * as fc from "fast-check"
import { commandId, Desk, type Given, noon } from "./paymentsDesk.ts"
import { hashOf } from "./accounts.ts"

export type PayCommand = typeof PaySlip
export type Paying = PayCommand extends Command<infer Content, infer _S, infer _R> ? Content : never

/** The id of the n-th holder. */
export const accountIdOf = (n: number): AccountId => `acct_${commandId(900 + n)}` as AccountId
export const me: AccountId = accountIdOf(0)

export const accountOf = (id: AccountId, kind: Account["kind"]): Account => ({
  id,
  kind,
  person: hashOf("person", 1),
  kanaName: hashOf("kanaName", 1),
  openedAt: noon
})

/** A biller whose slips may be paid; its books settle without asking it. */
export const waterworks: Biller = {
  code: "912345" as BillerCode,
  name: "みなと市水道局",
  confirmation: "none",
  active: true
}
/** The same biller, whose own system has to accept each payment. */
export const asked: Biller = { ...waterworks, confirmation: "online" }

/** A slip of the waterworks without due date. */
export const slipOf = (amount: number, more: Partial<Slip> = {}): SlipNumber =>
  write({ biller: waterworks.code, free: "1", reissues: 0, stamp: false, amount: amount as PositiveYen, ...more })

/** What stands before a payment. */
export interface Till {
  readonly cash?: number
  readonly money?: number
  readonly fee?: number
  readonly kind?: Account["kind"]
  readonly biller?: Biller | undefined
  readonly policy?: Policy
}

/** `compat` without limits in the way, and with a fee for each payment. */
export const policyWith = (fee: number, more: Partial<Policy> = {}): Policy => ({
  ...compat,
  limits: {
    cash: { ...compat.limits.cash, payment: {} },
    money: { ...compat.limits.money, payment: {} }
  },
  fees: [{ function: "payment", fixed: fee as Yen }],
  ...more
})

export const givenTill = (till: Till = {}): Given => {
  const { fee = 0, kind = "money", policy = policyWith(fee) } = till
  const biller = "biller" in till ? till.biller : waterworks
  return {
    policy,
    records: [put(accounts, accountOf(me, kind)), ...(biller === undefined ? [] : [put(billers, biller)])],
    held: [
      { account: cash(me), yen: till.cash ?? 0 },
      { account: money(me), yen: till.money ?? 0 }
    ]
  }
}

export const tillWith = (till: Till = {}): Desk => new Desk(givenTill(till))

/** The quote of a slip of the waterworks, as its holder saw it. */
export const quoteOf = (amount: number, more: Partial<Quote> = {}): Quote => ({
  payee: waterworks.name,
  amount: amount as PositiveYen,
  fee: 0 as Yen,
  ...more
})

/** Pays a slip of this amount as it was quoted. */
export const paying = (amount: number, more: Partial<Quote> = {}, account = me): Paying => ({
  account,
  barcode: slipOf(amount, more.due === undefined ? {} : { due: more.due }),
  quote: quoteOf(amount, more)
})

/** Where a holder's and everybody else's yen are, and how much of the limits is used. */
export const standing = (desk: Desk): Readonly<Record<string, number>> => ({
  cash: desk.held(cash(me)),
  money: desk.held(money(me)),
  owed: desk.booked(merchantPayable(waterworks.code)),
  fees: desk.booked(fees),
  used: desk.recordsOf(usages).reduce((sum, { total }) => sum + total, 0)
})

export const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

export const billerAnswer = (): fc.Arbitrary<BillerAnswer> =>
  fc.constantFrom<BillerAnswer>(
    { _tag: "accepted" },
    { _tag: "refused", reason: "account closed" },
    { _tag: "refused", reason: "already paid elsewhere" }
  )

/** The request by which the biller was told of a payment. */
export const requestOf = (payment: Payment): RequestId => `req_${payment.id.slice(4)}` as RequestId

/** The one payment of a desk, and the state of its bill. */
export const paid = (desk: Desk): { readonly payment: Payment | undefined; readonly bill: string | undefined } => ({
  payment: desk.recordsOf(payments)[0],
  bill: desk.recordsOf(bills)[0]?.state
})

/** So many milliseconds after the last one of a day in Japan. */
export const afterDay = (day: string, millis: number): Instant =>
  (Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8)), 14, 59, 59, 999) + millis) as Instant

/** A balance for what is asked: so much less or more than it, any part of it in cash. */
export const funds = (): fc.Arbitrary<{ readonly amount: number; readonly fee: number; readonly over: number; readonly cash: number; readonly money: number }> =>
  fc
    .tuple(
      fc.oneof(fc.constantFrom(1, 299_999, 300_000), fc.integer({ min: 1, max: 300_000 })),
      fc.constantFrom(0, 1, 220),
      fc.oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -300_000, max: 300_000 })),
      fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }))
    )
    .map(([amount, fee, delta, part]) => {
      const over = Math.max(delta, -(amount + fee))
      const have = amount + fee + over
      const inCash = Math.floor(have * part)
      return { amount, fee, over, cash: inCash, money: have - inCash }
    })

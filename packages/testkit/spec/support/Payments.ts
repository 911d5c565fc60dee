/**
 * Tills: a holder with some balance, a contracted biller and a slip, before and after a payment.
 */
import { type Account, type AccountActive, type AccountId, accounts } from "@kinchaku/domain/account/Account"
import type { Holder } from "@kinchaku/domain/account/Holder"
import { bills } from "@kinchaku/domain/bill/Bill"
import { type Biller, type BillerCode, billers } from "@kinchaku/domain/bill/Biller"
import { type Slip, type SlipNumber, write } from "@kinchaku/domain/bill/SlipBarcode"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { AnyCommand, Command, CommandId } from "@kinchaku/domain/engine/Command"
import * as Decision from "@kinchaku/domain/engine/Decision"
import { put } from "@kinchaku/domain/engine/Facts"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import { balanceKey } from "@kinchaku/domain/engine/RecordKind"
import { cash, fees, merchantPayable, money } from "@kinchaku/domain/ledger/AccountCode"
import * as JournalEntry from "@kinchaku/domain/ledger/JournalEntry"
import { usages } from "@kinchaku/domain/limit/Usage"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import type { BillerAnswer, RecordBillerAnswer } from "@kinchaku/domain/payment/BillerAnswer"
import { type Payment, payments } from "@kinchaku/domain/payment/Payment"
import { type PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import { type Quote } from "@kinchaku/domain/payment/SlipTerms"
import { compat, type Policy } from "@kinchaku/domain/policy/Policy"
import { Result, Schema } from "effect"
import * as fc from "fast-check"
import { type Asked, commandId, Desk, type Given, noon, named } from "./PaymentsDesk.ts"
import { codeless } from "../../src/scenario/TestPolicy.ts"
import { hashOf } from "./Accounts.ts"
import { drawn, rewritten } from "./Contents.ts"

export type PayCommand = typeof PaySlip
export type Paying = PayCommand extends Command<infer Content, infer _S, infer _R> ? Content : never

/** The id of the n-th holder. */
export const accountIdOf = (n: number): AccountId => `acct_${commandId(900 + n)}` as AccountId
export const me: AccountId = accountIdOf(0)

export const accountOf = (id: AccountId, kind: Account["kind"]): AccountActive => ({
  _tag: "active",
  id,
  kind,
  origin: "certificate",
  person: hashOf("person", 1),
  kanaName: hashOf("kanaName", 1),
  openedAt: noon,
  confirmedAt: noon
})

/** How the holder of an account is reached. */
export const holderOf = (id: AccountId): Holder => {
  const opening = id.slice("acct_".length) as CommandId
  return {
    id,
    email: hashOf("email", 1),
    phone: hashOf("phone", 1),
    emailIn: opening,
    phoneIn: opening,
    attributesIn: opening,
    language: "ja",
    bankLinks: []
  }
}

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
  ...codeless,
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
export const standing = (desk: Desk): Readonly<Record<"cash" | "money" | "owed" | "fees" | "used", number>> => ({
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
  (Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8)), 14, 59, 59, 999) +
    millis) as Instant

/** A balance for what is asked: so much less or more than it, any part of it in cash. */
export const funds = (): fc.Arbitrary<{
  readonly amount: number
  readonly fee: number
  readonly over: number
  readonly cash: number
  readonly money: number
}> =>
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

/** Holders with ¥20,000 each, before one slip. */
export const racers = (holders: number, biller: Biller): Given => {
  const all = Array.from({ length: holders }, (_, n) => accountIdOf(n))
  return {
    policy: policyWith(0),
    records: [put(billers, biller), ...all.map((id) => put(accounts, accountOf(id, "money")))],
    held: all.map((id) => ({ account: money(id), yen: 20_000 }))
  }
}

/** What somebody would say to a command of the catalogue to have a payment taken back. */
export const undoing = (command: AnyCommand, payment: Payment): unknown => {
  const request = requestOf(payment)
  const said: Readonly<Record<string, unknown>> = {
    AdoptPolicy: { policy: { ...policyWith(0), slipMaximum: 1 } },
    ExpireCash: { account: me },
    RemindCashExpiry: { account: me },
    "RecordLinkAnswer/2": { request, answer: { _tag: "refused", reason: "cancel" } },
    TopUpFromBank: { account: me, link: `link_${payment.id.slice(4)}`, amount: 5_000, quotedFee: 0 },
    RecordDebitAnswer: { request, answer: { _tag: "refused", reason: "cancel" } },
    RaiseUnresolved: { topUp: `top_${payment.id.slice(4)}` },
    ContractBiller: { ...waterworks, active: false },
    PaySlip: paying(5_000),
    RecordBillerAnswer: { request, answer: { _tag: "refused", reason: "cancel" } },
    SealLanes: { heads: [{ lane: 0, seq: 1, hash: "0".repeat(64) }] },
    CancelPayment: { payment: payment.id }
  }
  return said[command.tag] ?? rewritten(drawn(command), about(request))
}

/** Whatever names an account or a request is about the payer and the payment. */
const about = (request: RequestId) => (text: string) => {
  if (text.startsWith("acct_")) return me
  return text.startsWith("req_") ? request : text
}

/** A command that must not exist: it takes a payment back. */
export const cancelling: AnyCommand = {
  tag: "CancelPayment",
  content: Schema.Unknown,
  success: Schema.Unknown,
  reads: () => [balanceKey(money(me))],
  decide: (_facts: unknown, { at, id }: { readonly at: Instant; readonly id: string }) =>
    Result.succeed(
      Decision.make({
        result: {},
        entries: [
          JournalEntry.balanced({
            id: JournalEntry.entryId(id, 1),
            kind: "paymentReversed",
            businessAt: at,
            postings: [
              ...JournalEntry.debit(merchantPayable(waterworks.code), 5_000 as Yen),
              ...JournalEntry.credit(money(me), 5_000 as Yen)
            ]
          })
        ]
      })
    )
}

// ── what is seen ─────────────────────────────────────────────────────────────────────────────────────────────────────

export const accepted: BillerAnswer = { _tag: "accepted" }
export const refused: BillerAnswer = { _tag: "refused", reason: "account closed" }

type Answering = typeof RecordBillerAnswer

/** The state of the one payment of a desk, and of its bill. */
export const statesOf = (desk: Desk): ReadonlyArray<string | undefined> => [paid(desk).payment?._tag, paid(desk).bill]

/** The states that the biller's first answer leads to. */
export const endingOf = (first: BillerAnswer | undefined): ReadonlyArray<string> => {
  if (first === undefined) return ["processing", "inPayment"]
  return first._tag === "accepted" ? ["completed", "paid"] : ["failed", "payable"]
}

/** What is seen of a payment after each answer of the biller. */
export const answersOf = (
  desk: Desk,
  record: Answering,
  payment: Payment,
  answers: ReadonlyArray<BillerAnswer>,
  keyOf?: (answer: BillerAnswer) => string
): ReadonlyArray<unknown> =>
  answers.map((answer) => {
    const how = keyOf === undefined ? {} : { key: keyOf(answer) }
    const outcome = named(desk.ask(record, { request: requestOf(payment), answer }, how))
    return [outcome, standing(desk), statesOf(desk)]
  })

/** A holder's payments as the history shows them. */
export const linesOf = (desk: Desk) =>
  desk.history(me).flatMap((line) => {
    if (line.kind !== "payment") return []
    const { _tag: status, amount: billed, barcode, fromCash, fromMoney, paidAt: date, payee } = line.payment
    return [
      { date, status: status as string, billed: billed as number, fromBalance: fromCash + fromMoney, payee, barcode }
    ]
  })

/** The fee and the due date of a quote. */
export const shown = (fee: number, due: string | undefined): Partial<Quote> => ({
  fee: fee as Yen,
  ...(due === undefined ? {} : { due: due as NonNullable<Quote["due"]> })
})

/** An object with its fields in the order of their names. */
export const sorted = (value: object): object =>
  Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))

/** Each of so many holders pays the same slip. */
export const eachPays = (pay: PayCommand, holders: number): ReadonlyArray<Asked> =>
  Array.from({ length: holders }, (_, n) => ({ command: pay, content: paying(5_000, {}, accountIdOf(n)) }))

/** The same payment, sent again and again with its key, or each time with a key of its own. */
export const repeated = (pay: PayCommand, times: number, key: string | undefined): ReadonlyArray<Asked> =>
  Array.from({ length: times }, () => ({ command: pay, content: paying(5_000), ...(key === undefined ? {} : { key }) }))

/**
 * Paying a slip in worked examples: the lines that are booked, the refusals in their order, and the way back.
 */
import { Result } from "effect"
import { expect, test } from "vitest"
import { type Account, type AccountId, accounts, type KeyedHash } from "../../src/account/Account.ts"
import { bills } from "../../src/bill/Bill.ts"
import { type Biller, type BillerCode, billers } from "../../src/bill/Biller.ts"
import { write } from "../../src/bill/SlipBarcode.ts"
import { instant, type JapanDate } from "../../src/calendar/JapanDate.ts"
import { put } from "../../src/engine/Facts.ts"
import type { RequestId } from "../../src/engine/Outbox.ts"
import * as AccountCode from "../../src/ledger/AccountCode.ts"
import { entryId } from "../../src/ledger/JournalEntry.ts"
import * as Usage from "../../src/limit/Usage.ts"
import type { PositiveYen, Yen } from "../../src/money/Yen.ts"
import { paymentIdOf, RecordBillerAnswer } from "../../src/payment/BillerAnswer.ts"
import { draw } from "../../src/payment/Funding.ts"
import { type Payment, payments } from "../../src/payment/Payment.ts"
import { PaySlip } from "../../src/payment/SlipPayment.ts"
import { quoteKeys } from "../../src/payment/SlipTerms.ts"
import { accountOf, codeless, decided, id, lines, named, noon } from "./Deciding.ts"

const yen = (n: number): Yen => n as Yen

test.each([
  [1_200, { cash: 300, money: 5_000 }, { fromCash: 300, fromMoney: 900 }],
  [1_200, { cash: 1_200, money: 0 }, { fromCash: 1_200, fromMoney: 0 }],
  [1_200, { cash: 2_000, money: 9 }, { fromCash: 1_200, fromMoney: 0 }],
  [0, { cash: 0, money: 0 }, { fromCash: 0, fromMoney: 0 }]
])("¥%i out of %j is %j", (asked, { cash, money }, drawn) =>
  expect(Result.getOrThrow(draw(yen(asked), { cash: yen(cash), money: yen(money) }))).toEqual(drawn)
)

test("¥1,200 out of ¥300 and ¥899 is one yen short", () => {
  const result = draw(yen(1_200), { cash: yen(300), money: yen(899) })
  expect(Result.isFailure(result) && { ...result.failure }).toMatchObject({
    asked: 1_200,
    available: 1_199,
    shortfall: 1
  })
})

const account = `acct_${id}` as AccountId
const hash = "a".repeat(64) as KeyedHash
const holder = accountOf("money", hash)
const biller: Biller = { code: "912345" as BillerCode, name: "水道局", confirmation: "none", active: true }
const barcode = write({
  biller: biller.code,
  free: "1",
  reissues: 0,
  due: "2026-05-20" as JapanDate,
  stamp: false,
  amount: 1_200 as PositiveYen
})
const quote = { payee: "水道局", amount: 1_200 as PositiveYen, fee: yen(110), due: "2026-05-20" as JapanDate }
const content = { account, barcode: barcode as string, quote }
const policy = { ...codeless, fees: [{ function: "payment" as const, fixed: yen(110) }] }
const [cash, money] = [AccountCode.cash(account), AccountCode.money(account)]
const held = { [cash]: 300, [money]: 5_000 }
const known = { policy, held, records: [put(accounts, holder), put(billers, biller)] }

test("a slip of ¥1,200 with a fee of ¥110 out of ¥300 cash and ¥5,000 money", () => {
  const { entries, puts, requests, result } = Result.getOrThrow(decided(PaySlip, content, known))
  expect(lines(entries[0]?.postings)).toEqual([
    `debit ${cash} 300`,
    `debit ${money} 1010`,
    "credit liability:merchant:912345 1200",
    "credit revenue:fees 110"
  ])
  expect(result).toMatchObject({
    _tag: "completed",
    amount: 1_200,
    fee: 110,
    feeTax: 10,
    fromCash: 300,
    fromMoney: 1_010
  })
  expect(requests).toEqual([])
  expect(puts.map(({ kind }) => kind)).toEqual(["payment", "bill", "usage", "usage", "account"])
})

test("a biller that is asked is asked, and the bill is in payment", () => {
  const asked = {
    ...known,
    records: [put(accounts, holder), put(billers, { ...biller, confirmation: "online" as const })]
  }
  const { puts, requests, result } = Result.getOrThrow(decided(PaySlip, content, asked))
  expect(result._tag).toBe("processing")
  expect(requests).toEqual([{ id: `req_${id}`, kind: "billerNotice", subject: `pay_${id}`, askedAt: noon }])
  expect(puts.find(({ kind }) => kind === "bill")?.record).toMatchObject({ state: "inPayment", payment: `pay_${id}` })
})

test("cash that has expired does not pay", () => {
  const records = [put(accounts, { ...holder, cashExpiresAt: instant(noon - 1) }), put(billers, biller)]
  expect(Result.getOrThrow(decided(PaySlip, content, { ...known, records })).result).toMatchObject({
    fromCash: 0,
    fromMoney: 1_310
  })
})

const ended = put(billers, { ...biller, active: false })
const paid = put(bills, { barcode, state: "paid" as const, payment: paymentIdOf(`req_${id}` as RequestId) })
const late = { at: instant(noon + 86_400_000) }
const { due: _due, ...undated } = quote

test.each([
  ["AccountNotFound", { ...content, barcode: "x" }, { policy }],
  ["BarcodeInvalid", { ...content, barcode: "x" }, known],
  ["BillerNotContracted", content, { ...known, ...late, records: [put(accounts, holder), ended] }],
  ["BillExpired", content, { ...known, ...late, policy: { ...policy, slipMaximum: 1 as PositiveYen } }],
  [
    "AmountAboveMaximum",
    content,
    { ...known, records: [...known.records, paid], policy: { ...policy, slipMaximum: 1_199 as PositiveYen } }
  ],
  [
    "BillAlreadyPaid",
    { ...content, quote: { ...quote, fee: yen(0) } },
    { ...known, records: [...known.records, paid] }
  ],
  ["QuoteChanged", { ...content, quote: undated }, { ...known, held: {} }],
  [
    "LimitExceeded",
    content,
    {
      ...known,
      held: {},
      policy: {
        ...policy,
        limits: { ...policy.limits, money: { ...policy.limits.money, payment: { perOperation: yen(1_199) } } }
      }
    }
  ],
  ["InsufficientBalance", content, { ...known, held: { [cash]: 300, [money]: 1_009 } }],
  ["accepted", content, { ...known, held: { [cash]: 300, [money]: 1_010 } }]
])("%s", (outcome, asked, facts) => expect(named(decided(PaySlip, asked, facts))).toBe(outcome))

test("a quote needs the biller and the bill; what is no slip needs nothing", () => {
  expect(quoteKeys(barcode).map(({ kind }) => kind)).toEqual(["biller", "bill"])
  // What is no text of a database never becomes a key.
  for (const text of ["x", "9".repeat(45), "\u0000".repeat(44), "\ud800".repeat(44)])
    expect(quoteKeys(text)).toEqual([])
})

const request = `req_${id}` as RequestId
const processing: Payment = {
  _tag: "processing",
  id: paymentIdOf(request),
  account,
  way: "barcode",
  biller: biller.code,
  payee: biller.name,
  barcode,
  amount: 1_200 as PositiveYen,
  fee: yen(110),
  feeTax: yen(10),
  fromCash: yen(300),
  fromMoney: yen(1_010),
  entry: entryId(id, 1),
  paidAt: noon
}
const counted = ["2026-05-20", "2026-05", "inFlight"].map((period) =>
  put(Usage.usages, Usage.count(Usage.empty(account, "payment", period), "barcode", yen(1_200)))
)
const refused = { request, answer: { _tag: "refused" as const, reason: "closed" } }
const accepted = { request, answer: { _tag: "accepted" as const } }
const knowing = (payment: Payment, who: Account = holder, inCash = 0) => ({
  records: [put(payments, payment), put(accounts, who), ...counted],
  held: { [cash]: inCash }
})

test("a refusal books the exact reverse and tells the holder", () => {
  const { entries, notices, puts, result } = Result.getOrThrow(
    decided(RecordBillerAnswer, refused, knowing(processing))
  )
  expect(lines(entries[0]?.postings)).toEqual([
    `credit ${cash} 300`,
    `credit ${money} 1010`,
    "debit liability:merchant:912345 1200",
    "debit revenue:fees 110"
  ])
  expect(entries[0]?.reverses).toBe(`${id}.1`)
  expect(result).toMatchObject({ _tag: "failed", reason: "closed" })
  expect(notices).toMatchObject([{ kind: "paymentFailed", to: "holder" }])
  expect(puts.flatMap(({ record }) => ("total" in record ? [record.total] : []))).toEqual([0, 0, 0])
})

test("cash that expired meanwhile goes to breakage, cash that comes back lives again", () => {
  const expired = { ...holder, cashExpiresAt: instant(noon - 1) }
  const { entries, puts } = Result.getOrThrow(decided(RecordBillerAnswer, refused, knowing(processing, expired, 70)))
  expect(entries.map(({ kind }) => kind)).toEqual(["cashExpired", "paymentReversed"])
  expect(puts.find(({ kind }) => kind === "account")?.record).toMatchObject({
    cashExpiresAt: Date.UTC(2028, 4, 20, 14, 59, 59, 999)
  })
})

test("a refusal of a payment from money alone leaves the cash alone", () => {
  const fromMoney = { ...processing, fromCash: yen(0), fromMoney: yen(1_310) }
  const { entries, puts } = Result.getOrThrow(decided(RecordBillerAnswer, refused, knowing(fromMoney)))
  expect(lines(entries[0]?.postings)[0]).toBe(`credit ${money} 1310`)
  expect(puts.some(({ kind }) => kind === "account")).toBe(false)
})

test("an acceptance books nothing more; a later answer changes nothing; an answer to no payment is refused", () => {
  const done = Result.getOrThrow(decided(RecordBillerAnswer, accepted, knowing(processing)))
  expect([done.entries, done.result._tag, done.answered]).toEqual([[], "completed", [request]])
  const again = Result.getOrThrow(decided(RecordBillerAnswer, refused, knowing(done.result)))
  expect([again.puts, again.entries, again.result, again.answered]).toEqual([[], [], done.result, [request]])
  expect(named(decided(RecordBillerAnswer, accepted))).toBe("PaymentNotFound")
  expect(named(decided(RecordBillerAnswer, accepted, { records: [put(payments, processing)] }))).toBe("PaymentNotFound")
})

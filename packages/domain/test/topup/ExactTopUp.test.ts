/**
 * Exact top-ups in worked examples: what the bank is debited for, and what is booked when it took it.
 */
import { Result } from "effect"
import { expect, test } from "vitest"
import { type AccountId, accounts, type KeyedHash } from "../../src/account/Account.ts"
import type { BankCode, BankLinkId } from "../../src/bank/BankLink.ts"
import { type Biller, type BillerCode, billers } from "../../src/bill/Biller.ts"
import { write } from "../../src/bill/SlipBarcode.ts"
import { put } from "../../src/engine/Facts.ts"
import type { RequestId } from "../../src/engine/Outbox.ts"
import * as AccountCode from "../../src/ledger/AccountCode.ts"
import * as Usage from "../../src/limit/Usage.ts"
import type { PositiveYen, Yen } from "../../src/money/Yen.ts"
import { type Payment, type PaymentFunding, type PaymentId, payments } from "../../src/payment/Payment.ts"
import { RecordDebitAnswer, topUpIdOf } from "../../src/topup/DebitAnswer.ts"
import { leastAmount } from "../../src/topup/ExactTopUp.ts"
import { type TopUp, type TopUpProcessing, topUps } from "../../src/topup/TopUp.ts"
import { accountOf, codeless, decided, id, lines, noon } from "../payment/Deciding.ts"

const yen = (n: number): Yen => n as Yen
const terms = { minimum: 1_000 as PositiveYen, step: 500 as PositiveYen }
const bank = "0001" as BankCode
const flat = [{ function: "topUp" as const, fixed: yen(110) }]
const freeFrom5000 = [{ function: "topUp" as const, to: yen(4_999), fixed: yen(600) }]

test.each([
  [1, [], 1_000],
  [1_001, [], 1_500],
  [890, flat, 1_000],
  [891, flat, 1_500],
  // ¥4,500 leaves ¥3,900; the next that leaves enough is the first without a fee.
  [3_901, freeFrom5000, 5_000],
  [3_900, freeFrom5000, 4_500]
])("¥%i that is lacking takes, with the fees %j, ¥%i from the bank", (shortfall, fees, amount) =>
  expect(
    leastAmount({ policy: { ...codeless, fees }, bank, terms, most: yen(100_000) }, shortfall as PositiveYen)
  ).toBe(amount)
)

const account = `acct_${id}` as AccountId
const holder = accountOf("money", "a".repeat(64) as KeyedHash)
const biller: Biller = { code: "912345" as BillerCode, name: "水道局", confirmation: "none", active: true }
const request = `req_${id}` as RequestId
const payment: PaymentFunding = {
  _tag: "funding",
  id: `pay_${id}` as PaymentId,
  account,
  way: "barcode",
  biller: biller.code,
  payee: biller.name,
  barcode: write({ biller: biller.code, free: "1", reissues: 0, stamp: false, amount: 1_200 as PositiveYen }),
  amount: 1_200 as PositiveYen,
  fee: yen(110),
  feeTax: yen(10),
  fromCash: yen(0),
  fromMoney: yen(0),
  paidAt: noon,
  topUp: topUpIdOf(request)
}
const topUp: TopUpProcessing = {
  _tag: "processing",
  id: topUpIdOf(request),
  account,
  way: "bank",
  link: `link_${id}` as BankLinkId,
  bank,
  amount: 1_000 as PositiveYen,
  fee: yen(0),
  feeTax: yen(0),
  request,
  passbookText: "ウェルネット チャージ",
  askedAt: noon,
  payment: payment.id
}
const periods = ["inFlight", "2026-05-20", "2026-05"]
const known = {
  records: [
    put(accounts, holder),
    put(billers, biller),
    put(payments, payment as Payment),
    put(topUps, topUp as TopUp),
    ...periods.map((at) => put(Usage.usages, Usage.count(Usage.empty(account, "topUp", at), "bank", topUp.amount))),
    ...periods.map((at) =>
      put(Usage.usages, Usage.count(Usage.empty(account, "payment", at), "barcode", payment.amount))
    )
  ],
  held: { [AccountCode.cash(account)]: 300, [AccountCode.money(account)]: 500 }
}

test("¥1,200 and a fee of ¥110 out of ¥800 and ¥1,000 from the bank leave ¥490", () => {
  const answer = { _tag: "debited" as const, bankReference: "B-1" }
  const { entries, notices, puts } = Result.getOrThrow(decided(RecordDebitAnswer, { request, answer }, known))
  expect(entries.map(({ postings }) => lines(postings))).toEqual([
    ["debit asset:bank:0001 1000", `credit ${AccountCode.money(account)} 1000`],
    [
      `debit ${AccountCode.cash(account)} 300`,
      `debit ${AccountCode.money(account)} 1010`,
      "credit liability:merchant:912345 1200",
      "credit revenue:fees 110"
    ]
  ])
  expect(puts.find(({ kind }) => kind === "payment")?.record).toMatchObject({ _tag: "completed", entry: `${id}.2` })
  expect(notices).toEqual([])
})

test("a bank that refuses moves nothing, and the holder is told", () => {
  const answer = { _tag: "refused" as const, reason: "no" }
  const { entries, notices, puts } = Result.getOrThrow(decided(RecordDebitAnswer, { request, answer }, known))
  expect(entries).toEqual([])
  expect(puts.find(({ kind }) => kind === "payment")?.record).toMatchObject({ _tag: "failed", reason: "topUpFailed" })
  expect(notices).toMatchObject([{ kind: "paymentFailed", to: "holder", subject: payment.id }])
})

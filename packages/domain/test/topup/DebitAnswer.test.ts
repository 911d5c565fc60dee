/**
 * A bank's answer in worked examples: the lines that are booked, and what a contradiction leaves.
 */
import { Result } from "effect"
import { expect, test } from "vitest"
import { type Account, type AccountId, accounts, type KeyedHash } from "../../src/account/Account.ts"
import type { BankCode, BankLinkId } from "../../src/bank/BankLink.ts"
import { instant } from "../../src/calendar/JapanDate.ts"
import { put } from "../../src/engine/Facts.ts"
import type { RequestId } from "../../src/engine/Outbox.ts"
import * as AccountCode from "../../src/ledger/AccountCode.ts"
import * as Usage from "../../src/limit/Usage.ts"
import type { PositiveYen, Yen } from "../../src/money/Yen.ts"
import { compat } from "../../src/policy/Policy.ts"
import { RecordDebitAnswer, topUpIdOf } from "../../src/topup/DebitAnswer.ts"
import { type TopUp, type TopUpProcessing, topUps } from "../../src/topup/TopUp.ts"
import { raisedSince, RaiseUnresolved } from "../../src/topup/Unresolved.ts"
import { accountOf, decided, id, lines, named, noon } from "../payment/Deciding.ts"

const account = `acct_${id}` as AccountId
const hash = "a".repeat(64) as KeyedHash
const holder = accountOf("cash", hash)
const request = `req_${id}` as RequestId
const topUp: TopUpProcessing = {
  _tag: "processing",
  id: topUpIdOf(request),
  account,
  way: "bank",
  link: `link_${id}` as BankLinkId,
  bank: "0001" as BankCode,
  amount: 5_000 as PositiveYen,
  fee: 110 as Yen,
  feeTax: 10 as Yen,
  request,
  passbookText: "ウェルネット チャージ",
  askedAt: noon
}
const counted = ["inFlight", "2026-05-20", "2026-05"].map((period) =>
  put(Usage.usages, Usage.count(Usage.empty(account, "topUp", period), "bank", 5_000 as Yen))
)
const knowing = (state: TopUp, who: Account = holder, held = 0) => ({
  records: [put(topUps, state), put(accounts, who), ...counted],
  held: { [AccountCode.cash(account)]: held }
})
const debited = { request, answer: { _tag: "debited" as const, bankReference: "B-1" } }
const refused = { request, answer: { _tag: "refused" as const, reason: "no" } }
const cash = AccountCode.cash(account)

test("¥5,000 with a fee of ¥110 on a cash account", () => {
  const { answered, entries, result } = Result.getOrThrow(decided(RecordDebitAnswer, debited, knowing(topUp)))
  expect(entries.map(({ postings }) => lines(postings))).toEqual([
    ["debit asset:bank:0001 5000", `credit ${cash} 5000`, `debit ${cash} 110`, "credit revenue:fees 110"]
  ])
  expect(result).toMatchObject({ _tag: "completed", creditedTo: "cash", settledAt: noon })
  expect(answered).toEqual([request])
})

test("on a money account the cash expiry is left alone", () => {
  const { entries, puts } = Result.getOrThrow(
    decided(RecordDebitAnswer, debited, knowing(topUp, { ...holder, kind: "money" }))
  )
  expect(lines(entries[0]?.postings)[1]).toBe(`credit ${AccountCode.money(account)} 5000`)
  expect(puts.some(({ kind }) => kind === "account")).toBe(false)
})

test("expired cash of ¥300 goes to breakage before the credit", () => {
  const expired = { ...holder, cashExpiresAt: instant(noon - 1) }
  const { entries } = Result.getOrThrow(decided(RecordDebitAnswer, debited, knowing(topUp, expired, 300)))
  expect(lines(entries[0]?.postings)).toEqual([`debit ${cash} 300`, "credit revenue:breakage:cash 300"])
  expect(entries.map((entry) => entry.id)).toEqual([`${id}.1`, `${id}.2`])
})

test("a refusal books nothing and gives the limits back", () => {
  const { entries, puts, result } = Result.getOrThrow(decided(RecordDebitAnswer, refused, knowing(topUp)))
  expect(entries).toEqual([])
  expect(result).toMatchObject({ _tag: "failed", reason: "no" })
  expect(puts.flatMap(({ record }) => ("total" in record ? [record.total] : []))).toEqual([0, 0, 0])
})

const { _tag: _, ...common } = topUp
const completed: TopUp = { _tag: "completed", ...common, settledAt: noon, creditedTo: "cash" }
const failed: TopUp = { _tag: "failed", ...common, settledAt: noon, reason: "no" }

test.each([
  ["completed, debited again", completed, debited, [], 0],
  ["completed, then refused", completed, refused, [], 1],
  ["failed, refused again", failed, refused, [], 0],
  ["failed, then debited", failed, debited, ["debit asset:bank:0001 5000", "credit liability:suspense 5000"], 1],
  ["failed, then debited, and again", { ...failed, contradictedAt: noon }, debited, [], 0],
  ["failed, then debited, then refused", { ...failed, contradictedAt: noon }, refused, [], 1],
  ["completed, then refused, and again", { ...completed, contradictedAt: noon }, refused, [], 0],
  ["completed, then refused, then debited", { ...completed, contradictedAt: noon }, debited, [], 1]
])("%s", (_name, state, content, booked, told) => {
  const { answered, entries, notices, result } = Result.getOrThrow(decided(RecordDebitAnswer, content, knowing(state)))
  expect(entries.flatMap(({ postings }) => lines(postings))).toEqual(booked)
  expect(notices).toHaveLength(told)
  expect(result._tag).toBe(state._tag)
  expect(answered).toEqual([request])
})

test("an answer to no top-up, or to one of no account, is refused", () => {
  expect(named(decided(RecordDebitAnswer, debited))).toBe("TopUpNotFound")
  expect(named(decided(RecordDebitAnswer, debited, { records: [put(topUps, topUp)] }))).toBe("TopUpNotFound")
})

test("raising looks at what is there, and its time begins with time itself", () => {
  expect(named(decided(RaiseUnresolved, { topUp: topUp.id }))).toBe("TopUpNotFound")
  expect(raisedSince(compat, instant(0))).toBe(0)
  const { puts } = Result.getOrThrow(
    decided(RaiseUnresolved, { topUp: topUp.id }, knowing({ ...topUp, raisedAt: noon }))
  )
  expect(puts).toEqual([])
})

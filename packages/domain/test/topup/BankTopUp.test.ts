/**
 * Asking a bank for an amount: the refusals in their order, and what an accepted one writes.
 */
import { Result } from "effect"
import { expect, test } from "vitest"
import { type AccountId, accounts, type KeyedHash } from "../../src/account/Account.ts"
import { type BankCode, type BankLink, type BankLinkId, bankLinks } from "../../src/bank/BankLink.ts"
import { put } from "../../src/engine/Facts.ts"
import type { RequestId } from "../../src/engine/Outbox.ts"
import * as AccountCode from "../../src/ledger/AccountCode.ts"
import type { PositiveYen, Yen } from "../../src/money/Yen.ts"
import { TopUpFromBank } from "../../src/topup/BankTopUp.ts"
import { accountOf, codeless, decided, id, named, noon } from "../payment/Deciding.ts"

const bank = "0001" as BankCode
const account = `acct_${id}` as AccountId
const link = `link_${id}` as BankLinkId
const hash = "a".repeat(64) as KeyedHash
const holder = put(accounts, accountOf("cash", hash))
const terms = {
  name: "A",
  minimum: 1_000 as PositiveYen,
  step: 500 as PositiveYen,
  opens: "08:00",
  closes: "21:00",
  maintenance: []
}
const policy = { ...codeless, banks: { [bank]: terms }, fees: [{ function: "topUp" as const, fixed: 110 as Yen }] }
const registered: BankLink = {
  _tag: "registered",
  id: link,
  account,
  bank,
  bankAccount: hash,
  request: `req_${id}` as RequestId,
  askedAt: noon,
  settledAt: noon
}
const known = { policy, records: [holder, put(bankLinks, registered)] }
const asking = (amount: number, quotedFee = 110) => ({
  account,
  link,
  amount: amount as PositiveYen,
  quotedFee: quotedFee as Yen
})

test.each([
  ["AccountNotFound", asking(5_000), { policy }],
  ["BankLinkNotRegistered", asking(5_000), { policy, records: [holder] }],
  ["BankUnknown", asking(5_000), { ...known, policy: { ...policy, banks: {} } }],
  ["BankUnavailable", asking(999), { ...known, at: (noon + 9 * 3_600_000) as typeof noon }],
  ["BelowMinimumAmount", asking(999, 0), known],
  ["QuoteChanged", asking(50_000, 0), known],
  [
    "FeeExceedsAmount",
    asking(1_000, 1_000),
    { ...known, policy: { ...policy, fees: [{ function: "topUp" as const, fixed: 1_000 as Yen }] } }
  ],
  ["LimitExceeded", asking(30_500), known],
  ["BalanceCapExceeded", asking(30_000), { ...known, held: { [AccountCode.cash(account)]: 70_001 } }],
  ["accepted", asking(30_000), { ...known, held: { [AccountCode.cash(account)]: 70_000 } }]
])("%s", (outcome, content, facts) => expect(named(decided(TopUpFromBank, content, facts))).toBe(outcome))

test("¥5,000 with a fee of ¥110 is in processing, counted, and asked; nothing is booked", () => {
  const decision = Result.getOrThrow(decided(TopUpFromBank, asking(5_000), known))
  expect(decision.result).toEqual({
    _tag: "processing",
    id: `top_${id}`,
    account,
    way: "bank",
    link,
    bank,
    amount: 5_000,
    fee: 110,
    feeTax: 10,
    request: `req_${id}`,
    passbookText: codeless.passbookText,
    askedAt: noon
  })
  expect(decision.entries).toEqual([])
  expect(decision.requests).toEqual([{ id: `req_${id}`, kind: "bankDebit", subject: `top_${id}`, askedAt: noon }])
  expect(decision.puts.map(({ id, kind, record }) => [kind, id, "total" in record ? record.total : undefined])).toEqual(
    [
      ["topUp", `top_${id}`, undefined],
      ["usage", `${account}:topUp:inFlight`, 5_000],
      ["usage", `${account}:topUp:2026-05-20`, 5_000],
      ["usage", `${account}:topUp:2026-05`, 5_000],
      ["bankLink", link, undefined]
    ]
  )
})

test("expired cash leaves room under the cap", () => {
  const expired = put(accounts, { ...(holder.record as never as object), cashExpiresAt: noon - 1 } as never)
  const facts = {
    policy,
    records: [expired, put(bankLinks, registered)],
    held: { [AccountCode.cash(account)]: 100_000 }
  }
  expect(named(decided(TopUpFromBank, asking(5_000), facts))).toBe("accepted")
})

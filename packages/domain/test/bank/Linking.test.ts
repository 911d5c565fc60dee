/**
 * Linking: what is recorded and asked, and why a link is rejected, in this order.
 */
import { Result } from "effect"
import { expect, test } from "vitest"
import { type AccountId, accounts, type KeyedHash } from "../../src/account/Account.ts"
import { claims } from "../../src/account/Claim.ts"
import { LinkBankAccount, RecordLinkAnswer as FormerLinkAnswer } from "../../src/audit/FormerLinks.ts"
import { debitAnswerKey } from "../../src/bank/BankCourier.ts"
import {
  type BankCode,
  type BankLink,
  type BankLinkId,
  type BankLinkInProcedure,
  bankLinks
} from "../../src/bank/BankLink.ts"
import { bankSettings } from "../../src/bank/BankSettings.ts"
import { RecordLinkAnswer } from "../../src/bank/LinkAnswer.ts"
import { AddBankLink } from "../../src/bank/Linking.ts"
import { linkProcedures } from "../../src/bank/LinkProcedure.ts"
import { instant } from "../../src/calendar/JapanDate.ts"
import { IdempotencyKey } from "../../src/engine/Command.ts"
import { holders } from "../../src/account/Holder.ts"
import { put } from "../../src/engine/Facts.ts"
import type { RequestId } from "../../src/engine/Outbox.ts"
import type { PositiveYen } from "../../src/money/Yen.ts"
import { compat } from "../../src/policy/Policy.ts"
import { accountOf, decided, id, named, noon } from "../payment/Deciding.ts"
import { Schema } from "effect"

const hash = (digit: string): KeyedHash => digit.repeat(64) as KeyedHash
const bank = "0001" as BankCode
const one = 1 as PositiveYen
const terms = { name: "A", minimum: one, step: one, opens: "00:00", closes: "24:00", maintenance: [] }
const policy = { ...compat, linkFactorsRequired: 2, banks: { [bank]: terms } }
const account = `acct_${id}` as AccountId
const holder = put(accounts, accountOf("cash", hash("a"), hash("d")))
const reached = put(holders, {
  id: account,
  email: hash("b"),
  phone: hash("c"),
  emailIn: id,
  phoneIn: id,
  attributesIn: id,
  language: "ja" as const,
  bankLinks: []
})
const request = `req_${id}` as RequestId
const link: BankLinkInProcedure = {
  _tag: "inProcedure",
  id: `link_${id}` as BankLinkId,
  account,
  bank,
  bankAccount: hash("e"),
  request,
  askedAt: noon
}

test("a link is provisional, and nothing is asked at the bank", () => {
  const directory = { version: "1", bank: true, branch: true }
  const asked = { account, bank, bankAccount: hash("e"), directory }
  const decision = Result.getOrThrow(decided(AddBankLink, asked, { policy, records: [holder, reached] }))
  const { releasesAt: _release, request: _request, ...added } = { releasesAt: noon, ...link }
  expect(decision.result).toEqual({ ...added, _tag: "provisional" })
  expect(decision.requests).toEqual([])
  expect(named(decided(AddBankLink, asked, { policy }))).toBe("AccountNotFound")
  expect(named(decided(AddBankLink, asked, { records: [holder, reached] }))).toBe("BankUnknown")
})

const procedure = put(linkProcedures, { id: request, link: link.id, account, startedAt: noon })

const claimed = (by: string) =>
  put(claims, {
    id: `bankAccount:${hash("e")}`,
    of: "bankAccount" as const,
    account: `acct_${by}` as AccountId,
    state: "held" as const
  })
const linked = { _tag: "linked" as const, holder: hash("d"), factors: 2 }

test.each([
  ["refusedByBank", { _tag: "refused" as const, reason: "no" }, []],
  ["holderNameMismatch", { ...linked, holder: hash("f"), factors: 0 }, [claimed("1")]],
  ["tooFewFactors", { ...linked, factors: 1 }, [claimed("1")]],
  ["bankAccountTaken", linked, [claimed("1")]],
  [undefined, linked, [claimed(id)]],
  [undefined, linked, []]
])("a link is rejected: %s", (reason, answer, records) => {
  const known = { policy, records: [holder, procedure, put(bankLinks, link), ...records] }
  const { answered, notices, puts, result } = Result.getOrThrow(decided(RecordLinkAnswer, { request, answer }, known))
  expect(result._tag === "rejected" ? result.reason : undefined).toBe(reason)
  expect(answered).toEqual([request])
  expect([notices.length, puts.length]).toEqual(reason === undefined ? [1, 3] : [0, 1])
  const counted = puts.flatMap(({ kind, record }) => (kind === bankSettings.name ? [record] : []))
  expect(counted).toEqual(reason === undefined ? [{ id: account, registrations: 1 }] : [])
})

test("an answer to no link is refused, one to a settled link changes nothing", () => {
  expect(named(decided(RecordLinkAnswer, { request, answer: linked }, { policy }))).toBe("LinkNotFound")
  const settled = { ...link, _tag: "registered" as const, settledAt: noon }
  const known = { policy, records: [holder, procedure, put(bankLinks, settled)] }
  const decision = Result.getOrThrow(decided(RecordLinkAnswer, { request, answer: linked }, known))
  expect([decision.result, decision.puts, decision.answered]).toEqual([settled, [], [request]])
})

test("a former link is kept with the end of its procedure, of which neither its answer nor what becomes of it says anything", () => {
  const asked = { account, bank, bankAccount: hash("e") }
  const former = Result.getOrThrow(decided(LinkBankAccount, asked, { policy, records: [holder, reached] }))
  const kept = former.puts.flatMap(({ kind, record }) => (kind === bankLinks.name ? [record as BankLink] : []))
  expect(former.result).toEqual(link)
  expect(kept).toEqual([{ ...link, releasesAt: instant(Date.UTC(2026, 4, 21, 1)) }])
  const known = { policy, records: [holder, ...kept.map((one) => put(bankLinks, one))] }
  for (const answer of [linked, { _tag: "refused" as const, reason: "no" }]) {
    const { puts, result } = Result.getOrThrow(decided(FormerLinkAnswer, { request, answer }, known))
    expect([result, ...puts.map(({ record }) => record)].filter((one) => "releasesAt" in one)).toEqual([])
  }
})

test.each(["B-1", "受付 123", "a\nb", "\ud800", "", "9".repeat(400)])(
  "a bank's number %j fits into a key",
  (bankReference) => {
    expect(Schema.is(IdempotencyKey)(debitAnswerKey(request, { _tag: "debited", bankReference }))).toBe(true)
    expect(Schema.is(IdempotencyKey)(debitAnswerKey(request, { _tag: "refused", reason: bankReference }))).toBe(true)
  }
)

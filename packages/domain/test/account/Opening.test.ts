/**
 * Opening and verifying: the records that are written, and the refusals in their order.
 */
import { Result } from "effect"
import { expect, test } from "vitest"
import type { Account, AccountId, KeyedHash } from "../../src/account/Account.ts"
import { accounts } from "../../src/account/Account.ts"
import { CompleteIdentityVerification, OpenAccount } from "../../src/account/Opening.ts"
import { put } from "../../src/engine/Facts.ts"
import { decided, id, named, noon } from "../payment/Deciding.ts"

const hash = (digit: string): KeyedHash => digit.repeat(64) as KeyedHash
const evidence = { certificate: "verified" as const, email: true, phone: true }
const content = { person: hash("a"), email: hash("b"), phone: hash("c"), kanaName: hash("d"), evidence }
const account: Account = {
  id: `acct_${id}` as AccountId,
  kind: "cash",
  person: hash("a"),
  kanaName: hash("d"),
  openedAt: noon
}

test("an opening writes the account and three claims, and nothing else", () => {
  const decision = Result.getOrThrow(decided(OpenAccount, content))
  expect(decision.result).toEqual(account)
  expect(decision.puts.map(({ id, kind }) => `${kind} ${id}`)).toEqual([
    `account ${account.id}`,
    `claim person:${hash("a")}`,
    `claim email:${hash("b")}`,
    `claim phone:${hash("c")}`
  ])
  expect([decision.entries, decision.requests, decision.notices, decision.answered]).toEqual([[], [], [], []])
})

test.each([
  [
    { ...evidence, certificate: "expired" as const, email: false },
    { _tag: "CertificateExpired", verdict: "expired" }
  ],
  [
    { ...evidence, certificate: "notYetValid" as const },
    { _tag: "CertificateExpired", verdict: "notYetValid" }
  ],
  [{ ...evidence, certificate: "untrusted" as const }, { _tag: "CertificateUntrusted" }],
  [{ ...evidence, certificate: "challengeInvalid" as const }, { _tag: "ChallengeInvalid" }],
  [
    { ...evidence, email: false, phone: false },
    { _tag: "ContactUnproven", contact: "email" }
  ],
  [
    { ...evidence, phone: false },
    { _tag: "ContactUnproven", contact: "phone" }
  ]
])("evidence %j is refused", (found, refusal) => {
  const result = decided(OpenAccount, { ...content, evidence: found })
  expect(Result.isFailure(result) && { ...result.failure }).toMatchObject(refusal)
})

const verification = { account: account.id, person: hash("a"), evidence: { certificate: "verified" as const } }
const known = { records: [put(accounts, account)] }

test("verification makes a cash account a money account and changes nothing else of it", () => {
  const { puts, result } = Result.getOrThrow(decided(CompleteIdentityVerification, verification, known))
  expect(result).toEqual({ ...account, kind: "money" })
  expect(puts).toEqual([put(accounts, { ...account, kind: "money" as const })])
})

test("a money account that is verified again stays one", () => {
  const again = { records: [put(accounts, { ...account, kind: "money" as const })] }
  expect(Result.getOrThrow(decided(CompleteIdentityVerification, verification, again)).result.kind).toBe("money")
})

test.each([
  ["AccountNotFound", verification, {}],
  ["CertificateOfAnother", { ...verification, person: hash("e") }, known],
  // Whoever proves nothing learns nothing: the same answer for another's account and for none (SEC-01).
  ["CertificateExpired", { ...verification, person: hash("e"), evidence: { certificate: "expired" as const } }, known],
  [
    "CertificateUntrusted",
    { ...verification, person: hash("e"), evidence: { certificate: "untrusted" as const } },
    known
  ],
  ["CertificateUntrusted", { ...verification, evidence: { certificate: "untrusted" as const } }, {}],
  ["CertificateExpired", { ...verification, evidence: { certificate: "expired" as const } }, known]
])("a verification is refused: %s", (refusal, asked, facts) =>
  expect(named(decided(CompleteIdentityVerification, asked, facts))).toBe(refusal)
)

/**
 * Opening and verifying: the records that are written, and the refusals in their order.
 */
import { Result } from "effect"
import { expect, test } from "vitest"
import { type Account, accounts, type KeyedHash } from "../../src/account/Account.ts"
import { holders } from "../../src/account/Holder.ts"
import { CompleteIdentityVerification, OpenAccount } from "../../src/account/Opening.ts"
import type { Nonce } from "../../src/account/Secrets.ts"
import { instant } from "../../src/calendar/JapanDate.ts"
import { type Put, put } from "../../src/engine/Facts.ts"
import { usedChallenges } from "../../src/identity/Presenting.ts"
import { contactSubject, type Otp, type OtpId, otps } from "../../src/otp/Otp.ts"
import { accountOf, decided, id, named, noon } from "../payment/Deciding.ts"

const hash = (digit: string): KeyedHash => digit.repeat(64) as KeyedHash
const nonce = "n".repeat(22) as Nonce
const [emailOtp, phoneOtp] = [`otp_${id}` as OtpId, `otp_${id.slice(0, -1)}P` as OtpId]
const evidence = { verdict: "verified" as const, challenge: nonce }
const content = {
  person: hash("a"),
  email: hash("b"),
  phone: hash("c"),
  kanaName: hash("d"),
  language: "ja" as const,
  emailOtp,
  phoneOtp,
  evidence
}
const account = accountOf("cash", hash("a"), hash("d"))

const proof = (of: "email" | "phone", own: Partial<Otp> = {}): Put =>
  put<Otp>(otps, {
    id: of === "email" ? emailOtp : phoneOtp,
    subject: contactSubject(of, content[of]),
    purpose: of === "email" ? "openingEmail" : "openingPhone",
    channel: of === "email" ? "mail" : "sms",
    contact: content[of],
    contactIn: id,
    nonce,
    code: hash("e"),
    state: "confirmed",
    issuedAt: noon,
    expiresAt: noon,
    confirmedAt: noon,
    failures: 0,
    delivery: "sent",
    ...own
  })
const proved = { records: [proof("email"), proof("phone")] }

test("an opening writes account, holder and three claims, and uses up challenge and codes", () => {
  const decision = Result.getOrThrow(decided(OpenAccount, content, proved))
  expect(decision.result).toEqual(account)
  expect(decision.puts.map(({ id, kind }) => `${kind} ${id}`)).toEqual([
    `account ${account.id}`,
    `holder ${account.id}`,
    `claim person:${hash("a")}`,
    `claim email:${hash("b")}`,
    `claim phone:${hash("c")}`,
    `usedChallenge ${nonce}`,
    `otp ${emailOtp}`,
    `otp ${phoneOtp}`
  ])
  expect(decision.puts.slice(-2).map(({ record }) => record)).toMatchObject([{ state: "used" }, { state: "used" }])
  expect([decision.entries, decision.requests, decision.answered]).toEqual([[], [], []])
  expect(decision.notices).toMatchObject([{ kind: "accountOpened", to: "holder" }])
})

const used = put(usedChallenges, { id: nonce, usedAt: noon, by: id })

test.each([
  ["CertificateExpired", { ...content, evidence: { ...evidence, verdict: "expired" as const } }, {}],
  ["CertificateExpired", { ...content, evidence: { ...evidence, verdict: "notYetValid" as const } }, proved],
  ["CertificateUntrusted", { ...content, evidence: { ...evidence, verdict: "untrusted" as const } }, proved],
  ["CertificateRevoked", { ...content, evidence: { ...evidence, verdict: "revoked" as const } }, proved],
  ["CertificateUnchecked", { ...content, evidence: { ...evidence, verdict: "unchecked" as const } }, proved],
  ["ChallengeInvalid", { ...content, evidence: { ...evidence, verdict: "challengeInvalid" as const } }, proved],
  ["ChallengeInvalid", { ...content, evidence: { verdict: "verified" as const } }, proved],
  ["ChallengeInvalid", content, { records: [...proved.records, used] }],
  ["ContactUnproven", content, {}],
  ["ContactUnproven", content, { records: [proof("email"), proof("phone", { state: "open" })] }],
  ["ContactUnproven", content, { records: [proof("email"), proof("phone", { state: "used" })] }],
  // A code that was sent to another number proves nothing of this one.
  ["ContactUnproven", content, { records: [proof("email"), proof("phone", { contact: hash("f") })] }],
  ["ContactUnproven", content, { records: [proof("email"), proof("phone", { purpose: "openingEmail" })] }]
])("an opening is refused: %s", (refusal, asked, facts) =>
  expect(named(decided(OpenAccount, asked, facts))).toBe(refusal)
)

const verification = { account: account.id, person: hash("a"), evidence }
const holder = {
  id: account.id,
  email: hash("b"),
  phone: hash("c"),
  emailIn: id,
  phoneIn: id,
  attributesIn: id,
  language: "ja" as const,
  bankLinks: []
}
const known = { records: [put<Account>(accounts, account), put(holders, holder)] }

test("verification makes a cash account a money account and changes nothing else of it", () => {
  const { puts, result } = Result.getOrThrow(decided(CompleteIdentityVerification, verification, known))
  expect(result).toEqual({ ...account, kind: "money" })
  expect(puts.map(({ id, kind }) => `${kind} ${id}`)).toEqual([
    `account ${account.id}`,
    `holder ${account.id}`,
    `usedChallenge ${nonce}`
  ])
})

test("a money account that is verified again stays one, confirmed anew", () => {
  const earlier = { ...account, kind: "money" as const, confirmedAt: instant(0), confirmationNoticeDays: 30 }
  const again = { records: [put<Account>(accounts, earlier), put(holders, holder)] }
  const { result } = Result.getOrThrow(decided(CompleteIdentityVerification, verification, again))
  expect(result).toEqual({ ...account, kind: "money" })
})

test.each([
  ["AccountNotFound", verification, {}],
  ["CertificateOfAnother", { ...verification, person: hash("e") }, known],
  // Whoever proves nothing learns nothing: the same answer for another's account and for none (SEC-01).
  [
    "CertificateExpired",
    { ...verification, person: hash("e"), evidence: { ...evidence, verdict: "expired" as const } },
    known
  ],
  ["CertificateUntrusted", { ...verification, evidence: { ...evidence, verdict: "untrusted" as const } }, {}],
  ["ChallengeInvalid", verification, { records: [...known.records, used] }]
])("a verification is refused: %s", (refusal, asked, facts) =>
  expect(named(decided(CompleteIdentityVerification, asked, facts))).toBe(refusal)
)

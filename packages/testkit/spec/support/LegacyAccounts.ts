/**
 * Legacy accounts: what the former books say of them, and what a migration shows.
 */
import type { AccountKind, KeyedHash } from "@kinchaku/domain/account/Account"
import { accounts } from "@kinchaku/domain/account/Account"
import { claims } from "@kinchaku/domain/account/Claim"
import { ChangePhone } from "@kinchaku/domain/account/ContactChange"
import { type Holder, holders } from "@kinchaku/domain/account/Holder"
import type { ImportLegacyAccount } from "@kinchaku/domain/account/LegacyImport"
import type { MigrateAccount } from "@kinchaku/domain/account/Migration"
import type { CompleteIdentityVerification } from "@kinchaku/domain/account/Opening"
import { SetPassword } from "@kinchaku/domain/account/PasswordChange"
import { bankLinks } from "@kinchaku/domain/bank/BankLink"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { usedChallenges } from "@kinchaku/domain/identity/Presenting"
import { formerBooks } from "@kinchaku/domain/ledger/AccountCode"
import { cash, money } from "@kinchaku/domain/ledger/AccountCode"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { Result } from "effect"
import * as fc from "fast-check"
import { accountAt, change, claimOf, codeFor, deskFor, holderAt, openPolicy, operator } from "./AccountDesk.ts"
import { contents, type Import, legacy, rightPassword } from "./AccountOperations.ts"
import { hashOf, nonceOf } from "./Accounts.ts"
import { accountIdOf } from "./Payments.ts"
import { commandId, type Desk, noon } from "./PaymentsDesk.ts"

type Take = typeof ImportLegacyAccount

export interface Former {
  readonly isVerified: boolean
  readonly cash: number
  readonly money: number
  readonly hasPassword: boolean
}

const dayMillis = 86_400_000

/** An account of the former books as it is taken in; its cash changed so many days ago. */
export const importing = ({ cash: inCash, hasPassword, isVerified, money: inMoney }: Former, daysAgo = 1): Import => ({
  ...legacy,
  hasPassword,
  former: {
    openedAt: (noon - 1_000 * dayMillis) as Instant,
    cash: inCash as Yen,
    money: inMoney as Yen,
    ...(isVerified ? { verifiedAt: (noon - 900 * dayMillis) as Instant } : {}),
    ...(inCash > 0 ? { cashChangedAt: (noon - daysAgo * dayMillis) as Instant } : {})
  }
})

/** The account and the holder that an import made. */
export const imported = (take: Take, former: Former, daysAgo?: number) => {
  const desk = deskFor()
  const { id } = Result.getOrThrow(desk.ask(take, importing(former, daysAgo), { actor: operator }))
  const [account, holder] = [desk.record(accounts, id), desk.record(holders, id)]
  if (account === undefined || holder === undefined) throw new Error("nothing was taken in")
  return { desk, account, holder }
}

/** What is seen in the books of an import: balances, what is due from the former books, the expiry, and whether there is a password. */
export const booksOf = (take: Take, former: Former, daysAgo: number): ReadonlyArray<unknown> => {
  const { account, desk, holder } = imported(take, former, daysAgo)
  return [
    desk.held(cash(account.id)),
    desk.held(money(account.id)),
    -desk.booked(formerBooks),
    account.cashExpiresAt ?? "none",
    holder.password === commandId(2)
  ]
}

/** The last millisecond in Japan of the day two years after noon of 20 May 2026 less so many days. */
const expiry = (daysAgo: number): number => {
  const changed = new Date(noon - daysAgo * dayMillis)
  return Date.UTC(changed.getUTCFullYear() + 2, changed.getUTCMonth(), changed.getUTCDate(), 14, 59, 59, 999)
}

export const standsFor = (
  { cash: inCash, hasPassword, money: inMoney }: Former,
  daysAgo: number
): ReadonlyArray<unknown> => [inCash, inMoney, inCash + inMoney, inCash > 0 ? expiry(daysAgo) : "none", hasPassword]

// ── migrating ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A migration that nothing stands against, by a person whose certificate is the second. */
export const migrating = contents.migrate
/** Of a legacy account no certificate says who has it. */
export const legacyPerson: KeyedHash = hashOf("person", 2)

/** What stays when an account migrates. */
export const lasting = (desk: Desk): string => {
  const { confirmedAt: _confirmedAt, origin: _origin, person: _person, ...account } = accountAt(desk)
  const { attributesIn: _attributesIn, ...holder }: Holder = holderAt(desk)
  const others = desk.recordsOf(claims).filter(({ of }) => of === "bankAccount")
  return JSON.stringify([
    account,
    holder,
    desk.recordsOf(bankLinks),
    others,
    desk.held(cash(account.id)),
    desk.held(money(account.id))
  ])
}

const proofNames = [
  "right",
  "wrongPassword",
  "otherAddress",
  "passwordReplaced",
  "expiredCertificate",
  "challengeUsed",
  "personHasAccount"
] as const
export type ProofName = (typeof proofNames)[number]
export const proofs = (): fc.Arbitrary<ProofName> => fc.constantFrom("right", "right", "right", ...proofNames)

/** A migration in which one thing is otherwise, and what stands in the books besides. */
export const otherwise = (
  proof: ProofName
): { readonly content: typeof migrating | typeof contents.migrate; readonly records: ReadonlyArray<Put> } => {
  const { evidence } = migrating
  const as = (content: object, ...records: ReadonlyArray<Put>) => ({
    content: { ...migrating, ...content } as typeof migrating,
    records
  })
  switch (proof) {
    case "right":
      return as({})
    case "wrongPassword":
      return as({ proof: { ...rightPassword, isRight: false } })
    case "otherAddress":
      return as({ proof: { ...rightPassword, email: hashOf("email", 9) } })
    case "passwordReplaced":
      return as({ proof: { ...rightPassword, compared: commandId(699) } })
    case "expiredCertificate":
      return as({ evidence: { ...evidence, verdict: "expired" } })
    case "challengeUsed":
      return as({}, put(usedChallenges, { id: evidence.challenge, usedAt: noon, by: commandId(1) }))
    case "personHasAccount":
      return as({}, claimOf("person", migrating.person, "held", accountIdOf(4)))
  }
}

/** The kind of a legacy cash account after some steps, each with fresh codes and a fresh challenge. */
export const kindAfter = (
  by: { readonly migrate: typeof MigrateAccount; readonly verify: typeof CompleteIdentityVerification },
  steps: ReadonlyArray<string>
): AccountKind => {
  const desk = deskFor({ origin: "legacy", kind: "cash" })
  steps.forEach((step, n) => {
    const contact = holderAt(desk).phone
    change(
      desk,
      openPolicy(),
      ...(["migration", "phoneChange", "passwordSet"] as const).map((purpose) => codeFor(purpose, { contact }))
    )
    const evidence = { verdict: "verified" as const, challenge: nonceOf(400 + n) }
    const { password } = holderAt(desk)
    const compared = password === undefined ? {} : { compared: password }
    if (step === "migrate") desk.ask(by.migrate, { ...migrating, proof: { ...rightPassword, ...compared }, evidence })
    if (step === "verify") desk.ask(by.verify, { ...contents.verify, person: legacyPerson, evidence })
    if (step === "verifyByOther") desk.ask(by.verify, { ...contents.verify, person: hashOf("person", 3), evidence })
    if (step === "phone") desk.ask(ChangePhone, contents.phone)
    if (step === "password") desk.ask(SetPassword, contents.password)
  })
  return accountAt(desk).kind
}

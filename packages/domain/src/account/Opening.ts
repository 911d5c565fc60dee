/**
 * Opening an account and completing its identity verification.
 *
 * An account can only be opened with a verified certificate (ACC-05), for a person, an e-mail address and a phone that no
 * open account has (ACC-01, ACC-09, ACC-10), both contacts proved by a code before anything is said about them (SEC-01). It
 * starts as a cash account; only the completion of identity verification makes it a money account (ACC-03). Opening is free (ACC-12).
 */
import { Result, Schema } from "effect"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { Verdict } from "../identity/CertificateVerifier.ts"
import { Account, AccountId, AccountNotFound, accounts, KeyedHash } from "./Account.ts"
import { claimId, claimKey, type ClaimOf, claims } from "./Claim.ts"

/** Refused: the caller has not proved to own the contact; nothing is said about whether it is taken (SEC-01). */
export class ContactUnproven extends Schema.TaggedError<ContactUnproven>()("ContactUnproven", {
  contact: Schema.Literals(["email", "phone"])
}) {}

/** Refused: the person has an open account already (ACC-01). */
export class AccountAlreadyExists extends Schema.TaggedError<AccountAlreadyExists>()("AccountAlreadyExists", {
  /** Whether the account there is one that can migrate to certificate login (ACC-11). */
  migrationOffered: Schema.Boolean
}) {}

/** Refused: the e-mail address belongs to an open account, or to one that was closed (ACC-09). */
export class EmailTaken extends Schema.TaggedError<EmailTaken>()("EmailTaken", { migrationOffered: Schema.Boolean }) {}

/** Refused: the phone number belongs to an open account (ACC-10). */
export class PhoneTaken extends Schema.TaggedError<PhoneTaken>()("PhoneTaken", { migrationOffered: Schema.Boolean }) {}

/** Refused: the certificate is expired or not valid yet; have it issued again (CRT-10). */
export class CertificateExpired extends Schema.TaggedError<CertificateExpired>()("CertificateExpired", {
  verdict: Schema.Literals(["expired", "notYetValid"])
}) {}

/** Refused: no trusted authority vouches for the certificate (ACC-05). */
export class CertificateUntrusted extends Schema.TaggedError<CertificateUntrusted>()("CertificateUntrusted", {}) {}

/** Refused: the challenge is not of this verifier, too old, or its signature is not the certificate's; ask for a new one (CRT-09). */
export class ChallengeInvalid extends Schema.TaggedError<ChallengeInvalid>()("ChallengeInvalid", {}) {}

/** Refused: the certificate was revoked; have it issued again (CRT-10). */
export class CertificateRevoked extends Schema.TaggedError<CertificateRevoked>()("CertificateRevoked", {}) {}

/** Refused for now: whether the certificate is revoked could not be learnt; try again (CRT-09). */
export class CertificateUnchecked extends Schema.TaggedError<CertificateUnchecked>()("CertificateUnchecked", {}) {}

export type CertificateRefusal =
  | CertificateExpired
  | CertificateUntrusted
  | CertificateRevoked
  | CertificateUnchecked
  | ChallengeInvalid

/** What a verifier's verdict means for a command that needs a certificate. */
export const accepted = (verdict: Verdict): Result.Result<void, CertificateRefusal> => {
  switch (verdict) {
    case "verified":
      return Result.void
    case "expired":
    case "notYetValid":
      return Result.fail(new CertificateExpired({ verdict }))
    case "untrusted":
      return Result.fail(new CertificateUntrusted())
    case "revoked":
      return Result.fail(new CertificateRevoked())
    case "unchecked":
      return Result.fail(new CertificateUnchecked())
    case "challengeInvalid":
      return Result.fail(new ChallengeInvalid())
  }
}

export type OpeningRefusal = CertificateRefusal | ContactUnproven | AccountAlreadyExists | EmailTaken | PhoneTaken

const Content = Schema.Struct({
  /** Keyed hashes: of the certificate's subject, the contacts, and the kana name. */
  person: KeyedHash,
  email: KeyedHash,
  phone: KeyedHash,
  kanaName: KeyedHash,
  /** What was found at the time of asking: of the certificate, and whether the caller proved the contacts by a code. */
  evidence: Schema.Struct({ certificate: Verdict, email: Schema.Boolean, phone: Schema.Boolean })
})
type Content = typeof Content.Type

const claimed = { person: AccountAlreadyExists, email: EmailTaken, phone: PhoneTaken } as const

const free = (facts: Facts, of: keyof typeof claimed, value: KeyedHash): Result.Result<void, OpeningRefusal> => {
  const claim = facts.find(claims, claimId(of, value))
  if (claim === undefined) return Result.void
  return Result.fail(new claimed[of]({ migrationOffered: claim.state === "legacy" }))
}

const firstFailure = (checks: ReadonlyArray<() => Result.Result<void, OpeningRefusal>>) => {
  for (const check of checks) {
    const result = check()
    if (Result.isFailure(result)) return result
  }
  return Result.void
}

/** Opens a cash account. */
export const OpenAccount: Command<Content, Account, OpeningRefusal> = {
  tag: "OpenAccount",
  content: Content,
  success: Account,
  intent: ({ evidence: _, ...asked }) => asked,
  reads: ({ content }) => [
    claimKey("person", content.person),
    claimKey("email", content.email),
    claimKey("phone", content.phone)
  ],
  decide: (facts, { at, content, id }) => {
    const allowed = firstFailure([
      () => accepted(content.evidence.certificate),
      () => (content.evidence.email ? Result.void : Result.fail(new ContactUnproven({ contact: "email" }))),
      () => (content.evidence.phone ? Result.void : Result.fail(new ContactUnproven({ contact: "phone" }))),
      () => free(facts, "person", content.person),
      () => free(facts, "email", content.email),
      () => free(facts, "phone", content.phone)
    ])
    return Result.map(allowed, () => {
      const account: Account = {
        id: `acct_${id}` as AccountId,
        kind: "cash",
        person: content.person,
        kanaName: content.kanaName,
        openedAt: at
      }
      const claim = (of: ClaimOf, value: KeyedHash) =>
        put(claims, { id: claimId(of, value), of, account: account.id, state: "held" as const })
      return Decision.make({
        result: account,
        puts: [
          put(accounts, account),
          claim("person", content.person),
          claim("email", content.email),
          claim("phone", content.phone)
        ]
      })
    })
  }
}

/** Refused: the certificate is not the one of the account's person (ACC-01). */
export class CertificateOfAnother extends Schema.TaggedError<CertificateOfAnother>()("CertificateOfAnother", {
  account: AccountId
}) {}

const VerificationContent = Schema.Struct({
  account: AccountId,
  person: KeyedHash,
  evidence: Schema.Struct({ certificate: Verdict })
})

/** Completes the identity verification of an account with its person's verified signature certificate: the account is a money account from now on. */
export const CompleteIdentityVerification: Command<
  typeof VerificationContent.Type,
  Account,
  AccountNotFound | CertificateOfAnother | CertificateRefusal
> = {
  tag: "CompleteIdentityVerification",
  content: VerificationContent,
  success: Account,
  intent: ({ evidence: _, ...asked }) => asked,
  reads: ({ content }) => [key(accounts, content.account)],
  decide: (facts, { content }) =>
    Result.gen(function* () {
      // Nothing is said about an account or its person before the certificate is proved (SEC-01).
      yield* accepted(content.evidence.certificate)
      const account = facts.find(accounts, content.account)
      if (account === undefined) return yield* Result.fail(new AccountNotFound({ account: content.account }))
      if (account.person !== content.person) {
        return yield* Result.fail(new CertificateOfAnother({ account: content.account }))
      }
      const verified: Account = { ...account, kind: "money" }
      return Decision.make({ result: verified, puts: [put(accounts, verified)] })
    })
}

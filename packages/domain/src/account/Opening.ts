/**
 * Opening an account and completing its identity verification.
 *
 * An account can only be opened with a verified certificate (ACC-05), for a person, an e-mail address and a phone that no
 * open account has (ACC-01, ACC-09, ACC-10), both contacts proved by a code before anything is said about them (SEC-01). It
 * starts as a cash account; only the completion of identity verification makes it a money account (ACC-03). Opening is free (ACC-12).
 */
import { Result, Schema } from "effect"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { accept, CertificateEvidence, type CertificateRefusal, challengeKeys } from "../identity/Presenting.ts"
import { spend } from "../otp/Confirming.ts"
import { OtpId, otpKey } from "../otp/Otp.ts"
import { type Account, AccountActive, AccountId, AccountNotFound, accounts, KeyedHash } from "./Account.ts"
import { claimId, claimKey, type ClaimOf, claims, isTaken } from "./Claim.ts"
import { type Holder, holders, Language } from "./Holder.ts"
import { operable, type StandingRefusal } from "./Standing.ts"

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

export type OpeningRefusal = CertificateRefusal | ContactUnproven | AccountAlreadyExists | EmailTaken | PhoneTaken

const Content = Schema.Struct({
  /** Keyed hashes: of the certificate's subject, the contacts, and the kana name. */
  person: KeyedHash,
  email: KeyedHash,
  phone: KeyedHash,
  kanaName: KeyedHash,
  language: Language,
  /** The confirmed codes that prove the contacts (SEC-01, OTP-07). */
  emailOtp: OtpId,
  phoneOtp: OtpId,
  /** What was found of the certificate at the time of asking. */
  evidence: CertificateEvidence
})
type Content = typeof Content.Type

const claimed = { person: AccountAlreadyExists, email: EmailTaken, phone: PhoneTaken } as const

/** Whether nobody has a person's certificate, an address or a number; who has, may be one that can migrate (ACC-11). */
export const free = (
  facts: Facts,
  of: keyof typeof claimed,
  value: KeyedHash
): Result.Result<void, AccountAlreadyExists | EmailTaken | PhoneTaken> => {
  const claim = facts.find(claims, claimId(of, value))
  return isTaken(claim) ? Result.fail(new claimed[of]({ migrationOffered: claim.state === "legacy" })) : Result.void
}

/** Uses up the code that proves a contact; without it nothing is said about the contact (SEC-01). */
const proved = (facts: Facts, content: Content, contact: "email" | "phone", at: Instant) => {
  const [otp, purpose] =
    contact === "email" ? ([content.emailOtp, "openingEmail"] as const) : ([content.phoneOtp, "openingPhone"] as const)
  return Result.mapError(
    spend(facts, otp, { contact: content[contact], purpose }, at),
    () => new ContactUnproven({ contact })
  )
}

/** A claim of an account that is open. */
export const claimFor = (of: ClaimOf, value: KeyedHash, account: AccountId) =>
  put(claims, { id: claimId(of, value), of, account, state: "held" as const })

const made = ({ at, content, id }: Envelope<Content>): { readonly account: AccountActive; readonly holder: Holder } => {
  const account: AccountActive = {
    _tag: "active",
    id: `acct_${id}` as AccountId,
    kind: "cash",
    origin: "certificate",
    person: content.person,
    kanaName: content.kanaName,
    openedAt: at,
    confirmedAt: at
  }
  const { email, language, phone } = content
  const holder = { id: account.id, email, phone, emailIn: id, phoneIn: id, attributesIn: id, language, bankLinks: [] }
  return { account, holder }
}

/** Opens a cash account. */
export const OpenAccount: Command<Content, AccountActive, OpeningRefusal> = {
  tag: "OpenAccount/2",
  content: Content,
  success: AccountActive,
  intent: ({ evidence: _, ...asked }) => asked,
  reads: ({ content }) => [
    claimKey("person", content.person),
    claimKey("email", content.email),
    claimKey("phone", content.phone),
    otpKey(content.emailOtp),
    otpKey(content.phoneOtp),
    ...challengeKeys(content.evidence)
  ],
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { at, content, id } = envelope
      const used = yield* accept(facts, content.evidence, envelope)
      const email = yield* proved(facts, content, "email", at)
      const phone = yield* proved(facts, content, "phone", at)
      yield* free(facts, "person", content.person)
      yield* free(facts, "email", content.email)
      yield* free(facts, "phone", content.phone)
      const { account, holder } = made(envelope)
      return Decision.make({
        result: account,
        puts: [
          put(accounts, account as Account),
          put(holders, holder),
          ...(["person", "email", "phone"] as const).map((of) => claimFor(of, content[of], account.id)),
          used,
          email,
          phone
        ],
        notices: [{ id: `${id}.1`, kind: "accountOpened", to: "holder", account: account.id, subject: account.id, at }]
      })
    })
}

/** Refused: the certificate is not the one of the account's person (ACC-01). */
export class CertificateOfAnother extends Schema.TaggedError<CertificateOfAnother>()("CertificateOfAnother", {
  account: AccountId
}) {}

const VerificationContent = Schema.Struct({ account: AccountId, person: KeyedHash, evidence: CertificateEvidence })

/**
 * Completes the identity verification of an account with its person's signature certificate, and confirms it anew (IDV-01, IDV-03):
 * the account is a money account from now on, and its attributes are those of the certificate (ACC-13, CRT-17).
 */
export const CompleteIdentityVerification: Command<
  typeof VerificationContent.Type,
  AccountActive,
  AccountNotFound | CertificateOfAnother | CertificateRefusal | StandingRefusal
> = {
  tag: "CompleteIdentityVerification/2",
  content: VerificationContent,
  success: AccountActive,
  intent: ({ evidence: _, ...asked }) => asked,
  reads: ({ content }) => [
    key(accounts, content.account),
    key(holders, content.account),
    ...challengeKeys(content.evidence)
  ],
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { at, content, id } = envelope
      // Nothing is said about an account or its person before the certificate is proved (SEC-01).
      const used = yield* accept(facts, content.evidence, envelope)
      const account = facts.find(accounts, content.account)
      const holder = facts.find(holders, content.account)
      if (account === undefined || holder === undefined) {
        return yield* Result.fail(new AccountNotFound({ account: content.account }))
      }
      if (account.person !== content.person) {
        return yield* Result.fail(new CertificateOfAnother({ account: content.account }))
      }
      const { confirmationNoticeDays: _, ...open } = yield* operable(facts, account, at)
      const verified: AccountActive = { ...open, kind: "money", confirmedAt: at }
      return Decision.make({
        result: verified,
        puts: [put(accounts, verified as Account), put(holders, { ...holder, attributesIn: id }), used]
      })
    })
}

/**
 * Migration (引き継ぎ): a legacy account becomes one with certificate login, and stays what it was in everything else (ACC-06, ACC-07).
 *
 * It needs the legacy e-mail address and password, a code that was sent to the phone of the account, and the signature certificate of
 * the person who is to have it. It is all that a legacy account can do after the deadline (ACC-08).
 */
import { Result, Schema } from "effect"
import type { Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, type Found, put, type Put } from "../engine/Facts.ts"
import { key, type Key } from "../engine/RecordKind.ts"
import { accept, CertificateEvidence, type CertificateRefusal, challengeKeys } from "../identity/Presenting.ts"
import { OtpNotFound, type OtpRefusal, spend } from "../otp/Confirming.ts"
import { areStrangersBarred, isStranger, lockoutKeys, strangerFailed, succeeded } from "../otp/Lockout.ts"
import { OtpId, otpKey } from "../otp/Otp.ts"
import type { LoginFailed } from "../session/LoginFailed.ts"
import {
  type Account,
  AccountActive,
  AccountId,
  type AccountOpen,
  accounts,
  AccountStopped,
  AccountSuspended,
  KeyedHash
} from "./Account.ts"
import { claimId, claimKey, type ClaimOf, claims } from "./Claim.ts"
import { type Holder, holders } from "./Holder.ts"
import { type AccountAlreadyExists, type EmailTaken, free, type PhoneTaken } from "./Opening.ts"
import { judged, Mismatch, type PasswordNotSet, PasswordProof } from "./PasswordProof.ts"
import { type AccountLocked, unlocked } from "./Standing.ts"

interface Legacy {
  readonly account: AccountOpen
  readonly holder: Holder
}

/** The legacy account that an e-mail address reaches. */
const reached = (found: Pick<Found, "peek">, email: KeyedHash): Legacy | undefined => {
  const claim = found.peek(claims, claimId("email", email))
  if (claim?.state !== "legacy") return undefined
  const account = found.peek(accounts, claim.account)
  const holder = found.peek(holders, claim.account)
  return account === undefined || account._tag === "closed" || holder === undefined ? undefined : { account, holder }
}

const reachedKeys = (found: Found, email: KeyedHash): ReadonlyArray<Key> => {
  const account = found.peek(claims, claimId("email", email))?.account
  if (account === undefined) return []
  const person = found.peek(accounts, account)?.person
  const holder = found.peek(holders, account)
  return [
    key(accounts, account),
    key(holders, account),
    ...lockoutKeys(account),
    ...(person === undefined ? [] : [claimKey("person", person)]),
    ...(holder === undefined ? [] : [claimKey("phone", holder.phone)])
  ]
}

// ── asking for the code ──────────────────────────────────────────────────────────────────────────────────────────────

const ProofContent = Schema.Struct({ proof: PasswordProof, device: Schema.optionalKey(KeyedHash) })
type ProofContent = typeof ProofContent.Type

/** Whether an address and a password are those of a legacy account; that they are not is said to strangers without a reason (SEC-01). */
export const LegacyProof = Schema.Union([
  Schema.TaggedStruct("proved", { account: AccountId }),
  Schema.TaggedStruct("refused", { reason: Schema.Literals(["unknown", "locked", "barred", "changed", "mismatch"]) })
])
export type LegacyProof = typeof LegacyProof.Type

const refused = (
  reason: Extract<LegacyProof, { readonly _tag: "refused" }>["reason"],
  more: Partial<Decision.Decision<LegacyProof>> = {}
) => Decision.make<LegacyProof>({ result: { _tag: "refused", reason }, ...more })

const weighed = (facts: Facts, { account, holder }: Legacy, envelope: Envelope<ProofContent>) => {
  const { at, content } = envelope
  const { device, proof } = content
  if (Result.isFailure(unlocked(account))) return refused("locked")
  const isStrange = isStranger(facts, account.id, device)
  if (isStrange && areStrangersBarred(facts, account.id, at)) return refused("barred")
  const counted = judged(facts, { account, holder, proof }, envelope)
  if (Result.isFailure(counted)) return refused(holder.password === undefined ? "unknown" : "changed")
  if (counted.success === undefined) {
    return Decision.make<LegacyProof>({
      result: { _tag: "proved", account: account.id },
      puts: succeeded(facts, account.id)
    })
  }
  return refused("mismatch", isStrange ? strangerFailed(facts, account, envelope) : counted.success)
}

/** Proves the password of a legacy account, so that a code for its migration can be sent. A wrong one counts (LCK-01, SEC-09). */
export const ProveLegacyPassword: Command<ProofContent, LegacyProof, never> = {
  tag: "ProveLegacyPassword",
  content: ProofContent,
  success: LegacyProof,
  intent: ({ proof: { email } }) => email,
  reads: ({ content: { proof } }) => [claimKey("email", proof.email)],
  readsMore: (found, { content: { proof } }) => reachedKeys(found, proof.email),
  decide: (facts, envelope) => {
    const found = reached(facts, envelope.content.proof.email)
    return Result.succeed(found === undefined ? refused("unknown") : weighed(facts, found, envelope))
  }
}

// ── migrating ────────────────────────────────────────────────────────────────────────────────────────────────────────

const Content = Schema.Struct({
  /** The person of the certificate. */
  person: KeyedHash,
  proof: PasswordProof,
  /** The confirmed code that went to the phone of the legacy account. */
  otp: OtpId,
  evidence: CertificateEvidence
})
type Content = typeof Content.Type

/** What became of an attempt to migrate. */
export const Migrating = Schema.Union([AccountActive, AccountSuspended, AccountStopped, Mismatch])
export type Migrating = typeof Migrating.Type

export type MigrationRefusal =
  | CertificateRefusal
  | OtpRefusal
  | AccountLocked
  | PasswordNotSet
  | LoginFailed
  | AccountAlreadyExists
  | EmailTaken
  | PhoneTaken

/**
 * The account with certificate login. Its kind and state stay; reading the signature certificate confirms who has it (IDV-04), and
 * name, birth date and address are the certificate's from now on (ACC-13).
 */
const withCertificate = (account: AccountOpen, { at, content }: Envelope<Content>): AccountOpen => {
  const { confirmationNoticeDays: _, ...kept } = account
  return { ...kept, origin: "certificate", person: content.person, confirmedAt: at }
}

/** The claims of a legacy account, which are an ordinary account's from now on; the person is another one. */
const claimed = (facts: Facts, { account, holder }: Legacy, person: KeyedHash): ReadonlyArray<Put> => {
  const of = (kind: ClaimOf, value: KeyedHash) => facts.find(claims, claimId(kind, value))
  const held = [of("email", holder.email), of("phone", holder.phone)].flatMap((claim) =>
    claim?.account === account.id ? [put(claims, { ...claim, state: "held" as const })] : []
  )
  const former = of("person", account.person)
  return [
    ...held,
    ...(former?.account === account.id ? [put(claims, { ...former, state: "released" as const })] : []),
    put(claims, { id: claimId("person", person), of: "person", account: account.id, state: "held" as const })
  ]
}

/** Migrates a legacy account to certificate login. Nothing is said about it before the code of its phone was shown (SEC-01). */
export const MigrateAccount: Command<Content, Migrating, MigrationRefusal> = {
  tag: "MigrateAccount",
  content: Content,
  success: Migrating,
  intent: ({ otp, person, proof: { email } }) => ({ person, email, otp }),
  reads: ({ content }) => [
    claimKey("person", content.person),
    claimKey("email", content.proof.email),
    otpKey(content.otp),
    ...challengeKeys(content.evidence)
  ],
  readsMore: (found, { content: { proof } }) => reachedKeys(found, proof.email),
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { at, content, id } = envelope
      const presented = yield* accept(facts, content.evidence, envelope)
      const found = reached(facts, content.proof.email)
      if (found === undefined) return yield* Result.fail(new OtpNotFound({ otp: content.otp }))
      const { account, holder } = found
      const code = { account: account.id, contact: holder.phone, purpose: "migration" } as const
      const used = yield* spend(facts, content.otp, code, at)
      yield* unlocked(account)
      const counted = yield* judged(facts, { ...found, proof: content.proof }, envelope)
      if (counted !== undefined) {
        const { event, notices, puts } = counted
        return Decision.make<Migrating>({ result: { _tag: "mismatch", event }, puts: [...puts, presented], notices })
      }
      yield* free(facts, "person", content.person)
      const migrated = withCertificate(account, envelope)
      return Decision.make<Migrating>({
        result: migrated,
        puts: [
          put(accounts, migrated as Account),
          put(holders, { ...holder, attributesIn: id }),
          ...claimed(facts, found, content.person),
          presented,
          used,
          ...succeeded(facts, account.id)
        ],
        notices: [
          { id: `${id}.1`, kind: "accountMigrated", to: "holder", account: account.id, subject: account.id, at }
        ]
      })
    })
}

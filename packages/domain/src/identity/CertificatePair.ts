/**
 * Certificate pairs: the signature certificate (my電子証明書) and the login certificate (my認証) that a person has on one device.
 *
 * They are issued, superseded and revoked together, and only together they let anybody in (CRT-01, CRT-11). A pair is not
 * an account: which account a person reaches is said by the claim on the person (CRT-19).
 */
import { Result, Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { CommandId } from "../engine/Command.ts"
import { key, type Key, type RecordKind } from "../engine/RecordKind.ts"
import { CertificateUse } from "./CertificateVerifier.ts"
import { CertificateExpired, CertificateRevoked } from "./Presenting.ts"

const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))

/** Whether biometrics may stand for typing the secret: only where that was allowed when the secret was set (CRT-08). */
export const Biometrics = Schema.Literals(["notAllowed", "off", "on"])
export type Biometrics = typeof Biometrics.Type

/** One certificate of a pair, with the secret that opens it: the login PIN or the signature password. */
export const Credential = Schema.Struct({
  /** Which certificate it is: the keyed hash of its fingerprint. */
  fingerprint: KeyedHash,
  /** The last instant of its validity. */
  validUntil: Instant,
  /** Wrong entries of its secret in a row (CRT-06). */
  failures: Count,
  lockedAt: Schema.optionalKey(Instant),
  /** The command whose personal data hold the hash of the secret; none where it has to be set again (CRT-07). */
  secretIn: Schema.optionalKey(CommandId),
  biometrics: Biometrics
})
export type Credential = typeof Credential.Type

/**
 * The agreement that the issuer may receive the holder's latest attributes. "notRecorded": it was given, and could not be
 * recorded; it counts as not given until the certificates are issued again (CRT-12, CRT-15).
 */
export const Consent = Schema.Literals(["given", "notGiven", "notRecorded"])
export type Consent = typeof Consent.Type

/** What a holder is warned of; the certificates are valid all the same (CRT-15). */
export const ConsentWarning = Schema.Literals(["consentNotGiven", "consentNotRecorded"])
export type ConsentWarning = typeof ConsentWarning.Type

/** What is to be said of a consent. */
export const warningsOf = (consent: Consent): ReadonlyArray<ConsentWarning> => {
  switch (consent) {
    case "given":
      return []
    case "notGiven":
      return ["consentNotGiven"]
    case "notRecorded":
      return ["consentNotRecorded"]
  }
}

export const CertificatePair = Schema.Struct({
  /** The person: the keyed hash of the subject that both certificates name. */
  id: KeyedHash,
  state: Schema.Literals(["issued", "revoked", "superseded"]),
  signature: Credential,
  login: Credential,
  consent: Consent,
  /** The romanised name of this issue (CRT-14). */
  romanName: KeyedHash,
  /** How often the card's attributes had changed at the authority when the pair was issued (CRT-12). */
  attributeChanges: Count,
  /** When the authority issued it. */
  issuedAt: Instant,
  /** The command that registered it, whose personal data hold the attributes of this issue (CRT-17). */
  registeredIn: CommandId,
  revokedAt: Schema.optionalKey(Instant),
  /** The person as whom the holder got the next pair, where that is another one. */
  supersededBy: Schema.optionalKey(KeyedHash),
  /** The person as whom the holder had the pair before, where that is another one. */
  supersedes: Schema.optionalKey(KeyedHash)
})
export type CertificatePair = typeof CertificatePair.Type

export const certificatePairs: RecordKind<CertificatePair> = {
  name: "certificatePair",
  schema: CertificatePair,
  idOf: ({ id }) => id
}

/** The key of a person's pair. */
export const pairKey = (person: KeyedHash): Key => key(certificatePairs, person)

/** Refused: the two certificates are not issued, or not both; have them issued (CRT-01). */
export class CertificateNotIssued extends Schema.TaggedError<CertificateNotIssued>()("CertificateNotIssued", {}) {}

/** Refused: a newer pair of certificates took the place of this one (CRT-11). */
export class CertificateSuperseded extends Schema.TaggedError<CertificateSuperseded>()("CertificateSuperseded", {}) {}

/**
 * Refused: the secret was entered wrongly too often. That of a card is unlocked where the card was given out, that of a
 * certificate by its issuer's procedure (CRT-06).
 */
export class CredentialLocked extends Schema.TaggedError<CredentialLocked>()("CredentialLocked", {
  of: Schema.Literals(["card", "certificate"]),
  use: CertificateUse
}) {}

/** How a certificate stands (CRT-21). "notIssued": there is no pair. */
export type CertificateState = "valid" | "notIssued" | "expired" | "revoked" | "superseded" | "locked"

export type PairRefusal =
  | CertificateNotIssued
  | CertificateExpired
  | CertificateRevoked
  | CertificateSuperseded
  | CredentialLocked

const isOver = ({ validUntil }: Credential, at: Instant): boolean => validUntil < at

/** How one certificate of a pair stands by itself. */
export const stateOf = (pair: CertificatePair | undefined, use: CertificateUse, at: Instant): CertificateState => {
  if (pair === undefined) return "notIssued"
  if (pair.state !== "issued") return pair.state
  if (isOver(pair[use], at)) return "expired"
  return pair[use].lockedAt === undefined ? "valid" : "locked"
}

/**
 * Whether a pair lets its holder log in: both certificates have to be valid, and the login certificate not locked. A lock of
 * the signature certificate bars the services of that one alone (CRT-01, CRT-06).
 */
export const loginState = (pair: CertificatePair | undefined, at: Instant): CertificateState =>
  pair?.state === "issued" && isOver(pair.signature, at) ? "expired" : stateOf(pair, "login", at)

const refusals: Readonly<Record<Exclude<CertificateState, "valid">, (use: CertificateUse) => PairRefusal>> = {
  notIssued: () => new CertificateNotIssued(),
  expired: () => new CertificateExpired({ verdict: "expired" }),
  revoked: () => new CertificateRevoked(),
  superseded: () => new CertificateSuperseded(),
  locked: (use) => new CredentialLocked({ of: "certificate", use })
}

const acceptIn = (
  state: CertificateState,
  pair: CertificatePair | undefined,
  use: CertificateUse,
  fingerprint: KeyedHash
): Result.Result<void, PairRefusal> => {
  // Which of its certificates a person presents is settled first: what is said of a pair is not said of the one before it.
  const asked = pair !== undefined && pair[use].fingerprint !== fingerprint ? "superseded" : state
  return asked === "valid" ? Result.void : Result.fail(refusals[asked](use))
}

/** Accepts a verified certificate for what it is for, by itself: the one that the person has now, neither over nor locked. */
export const acceptUse = (
  pair: CertificatePair | undefined,
  use: CertificateUse,
  fingerprint: KeyedHash,
  at: Instant
): Result.Result<void, PairRefusal> => acceptIn(stateOf(pair, use, at), pair, use, fingerprint)

/** Accepts a verified login certificate for logging in: its whole pair has to be valid (CRT-01, CRT-10, CRT-11). */
export const acceptLogin = (
  pair: CertificatePair | undefined,
  fingerprint: KeyedHash,
  at: Instant
): Result.Result<void, PairRefusal> => acceptIn(loginState(pair, at), pair, "login", fingerprint)

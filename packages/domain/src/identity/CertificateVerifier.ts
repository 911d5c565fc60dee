/**
 * CertificateVerifier: whether a presented certificate is genuine, valid now, not revoked and in its holder's hand (ACC-05, CRT-09).
 */
import { Context, type Effect, Schema } from "effect"
import type { Nonce } from "../account/Secrets.ts"
import type { Instant } from "../calendar/JapanDate.ts"

/** A certificate as presented: its chain, and a signature over a challenge that the verifier gave. */
export const Presentation = Schema.Struct({
  /** PEM, the holder's certificate first, then intermediates. */
  certificate: Schema.String.check(Schema.isMaxLength(20_000)),
  /** A challenge of this verifier. */
  challenge: Schema.String.check(Schema.isMaxLength(300)),
  /** The signature over the challenge's text (SHA-256 with the certificate's key), base64. */
  signature: Schema.String.check(Schema.isMaxLength(2000))
})
export type Presentation = typeof Presentation.Type

/**
 * What a verifier found. "unchecked": whether it is revoked could not be learnt (no answer, or one that is too old), so it is
 * not accepted. "challengeInvalid": not a challenge of this verifier, too old, or not signed by the certificate's key.
 */
export const Verdict = Schema.Literals([
  "verified",
  "expired",
  "notYetValid",
  "untrusted",
  "revoked",
  "unchecked",
  "challengeInvalid"
])
export type Verdict = typeof Verdict.Type

/** What a certificate is for: the signature certificate (my電子証明書) has attributes, the login certificate (my認証) has none (CRT-01). */
export const CertificateUse = Schema.Literals(["signature", "login"])
export type CertificateUse = typeof CertificateUse.Type

/** The attributes of a signature certificate. Personal data. */
export const Attributes = Schema.Struct({
  name: Schema.String,
  /** "YYYY-MM-DD". */
  birthDate: Schema.String,
  address: Schema.String
})
export type Attributes = typeof Attributes.Type

/** What a presentation shows. */
export interface Findings {
  readonly verdict: Verdict
  /** The person that the certificate names, alike in both certificates of a person. Personal data; to be hashed. */
  readonly subject: string
  readonly use: CertificateUse
  /** SHA-256 of the certificate, hexadecimal: which certificate of that person it is. */
  readonly fingerprint: string
  /** The last instant of its validity. */
  readonly validUntil: Instant
  /** The nonce of the challenge, by which its use is recorded; none where it is no challenge of this verifier. */
  readonly challenge?: Nonce
  /** Of a signature certificate that has them. */
  readonly attributes?: Attributes
}

/** The certificate cannot be read at all: it is no X.509 certificate. */
export class CertificateUnreadable extends Schema.TaggedError<CertificateUnreadable>()("CertificateUnreadable", {}) {}

export class CertificateVerifier extends Context.Service<
  CertificateVerifier,
  {
    /** A fresh challenge and the end of its life. */
    readonly challenge: Effect.Effect<{ readonly challenge: string; readonly expiresAt: Instant }>
    /** What a presentation shows now. That a challenge is used once is not decided here, but with what it is used for. */
    readonly verify: (presentation: Presentation) => Effect.Effect<Findings, CertificateUnreadable>
  }
>()("@kinchaku/domain/identity/CertificateVerifier") {}

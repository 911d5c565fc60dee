/**
 * CertificateVerifier: whether a presented certificate is genuine, valid now and in its holder's hand (ACC-05, CRT-09).
 */
import { Context, type Effect, Schema } from "effect"
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

/** What a verifier found. The reasons are those of the refusals in `Opening`. */
export const Verdict = Schema.Literals(["verified", "expired", "notYetValid", "untrusted", "challengeInvalid"])
export type Verdict = typeof Verdict.Type

/** The certificate cannot be read at all: it is no X.509 certificate. */
export class CertificateUnreadable extends Schema.TaggedError<CertificateUnreadable>()("CertificateUnreadable", {}) {}

export class CertificateVerifier extends Context.Service<
  CertificateVerifier,
  {
    /** A fresh challenge and the end of its life. */
    readonly challenge: Effect.Effect<{ readonly challenge: string; readonly expiresAt: Instant }>
    /** The person that the certificate names (personal data; to be hashed), and whether the presentation holds now. */
    readonly verify: (
      presentation: Presentation
    ) => Effect.Effect<{ readonly subject: string; readonly verdict: Verdict }, CertificateUnreadable>
  }
>()("@kinchaku/domain/identity/CertificateVerifier") {}

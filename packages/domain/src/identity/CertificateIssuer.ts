/**
 * CertificateIssuer: the authority that issues the signature certificate and the login certificate, as the holder's device sees it.
 *
 * The authority sends its confirmation code itself, in its own name: no message of the wallet carries one (CRT-20). Both
 * certificates are issued at once, or none is.
 */
import { Context, type Effect, Schema } from "effect"
import type { Consent } from "./CertificatePair.ts"
import type { Presentation } from "./CertificateVerifier.ts"
import type { IssuerUnreachable } from "./IssuanceRegister.ts"

/** What a holder applies for. Personal data. */
export interface Application {
  /** Whether the issuer may receive the latest attributes from the authority (CRT-12). */
  readonly consent: boolean
  /** Whether the reading for the signature certificate serves for the login certificate too (CRT-02). */
  readonly reusesReading: boolean
  readonly romanName: string
}

/** A procedure that was begun. Its confirmation code is on its way from the authority to the holder. */
export interface Procedure {
  readonly id: string
  /** What the card has to sign. */
  readonly challenge: string
}

/** What one reading of the card gives: the certificate of the key, DER, and its signature over the challenge. */
export interface CardReading {
  readonly certificate: Uint8Array
  readonly signature: Uint8Array
}

/** A certificate on the holder's device, whose key never leaves it. */
export interface IssuedCertificate {
  readonly present: (challenge: string) => Effect.Effect<Presentation>
}

export interface Issued {
  readonly signature: IssuedCertificate
  readonly login: IssuedCertificate
  /** What became of the consent: it may have been given and not recorded (CRT-15). */
  readonly consent: Consent
}

/** Refused by the authority; nothing was issued. */
export class IssuerRefused extends Schema.TaggedError<IssuerRefused>()("IssuerRefused", {
  reason: Schema.Literals(["procedureUnknown", "codeWrong", "readingInvalid", "readingMissing", "romanNameMismatch"])
}) {}

export class CertificateIssuer extends Context.Service<
  CertificateIssuer,
  {
    /** Begins a procedure, and has the authority send its confirmation code. */
    readonly begin: (application: Application) => Effect.Effect<Procedure, IssuerUnreachable>
    /** Ends it: with the authority's code and a reading for each certificate, or one where the holder agreed to that at the start. */
    readonly issue: (
      procedure: Procedure,
      proof: { readonly code: string; readonly signature: CardReading; readonly login?: CardReading }
    ) => Effect.Effect<Issued, IssuerRefused | IssuerUnreachable>
  }
>()("@kinchaku/domain/identity/CertificateIssuer") {}

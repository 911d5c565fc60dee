/**
 * IssuanceRegister: what the authority that issues the certificates says of an issue, asked server to server.
 *
 * Whom a new certificate supersedes decides which account it reaches, so it is never taken from a holder's device (CRT-12).
 */
import { Context, Effect, Layer, Schema } from "effect"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Consent } from "./CertificatePair.ts"

/** What the authority recorded when it issued a pair. Personal data. */
export interface Issuance {
  readonly issuedAt: Instant
  readonly consent: Consent
  /** The romanised name of this issue, as the authority writes it (CRT-14). */
  readonly romanName: string
  /** How often the card's attributes have changed so far (CRT-12). */
  readonly attributeChanges: number
  /** The subject of the holder's former pair, where that was another one and the authority knows it. */
  readonly formerSubject?: string
}

/** The authority was not reached. Nothing was done; safe to ask again. */
export class IssuerUnreachable extends Schema.TaggedError<IssuerUnreachable>()("IssuerUnreachable", {
  cause: Schema.Defect()
}) {}

export class IssuanceRegister extends Context.Service<
  IssuanceRegister,
  {
    /**
     * The issue of which two certificates are, by their fingerprints (SHA-256, hexadecimal); none where they are not of one
     * issue of this authority.
     */
    readonly issuanceOf: (signature: string, login: string) => Effect.Effect<Issuance | undefined, IssuerUnreachable>
  }
>()("@kinchaku/domain/identity/IssuanceRegister") {
  /** Of an operator without an authority: it knows no issue, so no certificates are registered. */
  static readonly none: Layer.Layer<IssuanceRegister> = Layer.succeed(
    IssuanceRegister,
    IssuanceRegister.of({ issuanceOf: () => Effect.undefined })
  )
}

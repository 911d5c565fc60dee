/**
 * Issuing certificates from an individual number card, on the holder's device (CRT-02 to CRT-05, CRT-15, CRT-18).
 *
 * The card is read once for each certificate, or once for both where the holder agreed to that at the start. Whatever goes
 * wrong before the last step leaves nothing: neither a certificate nor a consent.
 */
import { Effect } from "effect"
import { Digest } from "../ledger/HashChain.ts"
import { CardReader } from "./CardReader.ts"
import { type Application, CertificateIssuer, type Issued, type Procedure } from "./CertificateIssuer.ts"
import { warningsOf } from "./CertificatePair.ts"
import type { CertificateUse } from "./CertificateVerifier.ts"
import { type SecretName, wellFormed } from "./CredentialSecret.ts"

/** What the holder enters and agrees to. Secrets and personal data. */
export interface Ceremony extends Application {
  /** The PINs of the card's two keys. */
  readonly cardPins: Readonly<Record<CertificateUse, string>>
  /** The secrets that the certificates are to have: the signature password and the login PIN. */
  readonly secrets: Readonly<Record<CertificateUse, string>>
  /** Asks the holder for the code that the authority sent. */
  readonly code: (procedure: Procedure) => Effect.Effect<string>
}

const typed = ({ cardPins, secrets }: Ceremony): ReadonlyArray<readonly [SecretName, string]> => [
  ["cardSignature", cardPins.signature],
  ["cardAuthentication", cardPins.login],
  ["signature", secrets.signature],
  ["login", secrets.login]
]

const bytesOf = (hexadecimal: string): Uint8Array =>
  Uint8Array.from({ length: hexadecimal.length / 2 }, (_, n) =>
    Number.parseInt(hexadecimal.slice(2 * n, 2 * n + 2), 16)
  )

/** Reads the card once: the certificate of a key, and its signature over the challenge. */
const read = Effect.fnUntraced(function* (use: CertificateUse, pin: string, challenge: string) {
  const reader = yield* CardReader
  const { sha256 } = yield* Digest
  const card = yield* reader.open
  const key = yield* card.unlock(use, pin)
  const certificate = yield* key.certificate
  const signature = yield* key.sign(bytesOf(sha256(challenge)))
  return { certificate, signature }
})

/** Has both certificates issued. Every secret is looked at before the card is. */
export const issue = Effect.fn("CardIssuing.issue")(function* (ceremony: Ceremony) {
  for (const [secret, text] of typed(ceremony)) yield* Effect.fromResult(wellFormed(secret, text))
  const issuer = yield* CertificateIssuer
  const { cardPins, consent, reusesReading, romanName } = ceremony
  const procedure = yield* issuer.begin({ consent, reusesReading, romanName })
  const signature = yield* read("signature", cardPins.signature, procedure.challenge)
  const second = reusesReading ? {} : { login: yield* read("login", cardPins.login, procedure.challenge) }
  const code = yield* ceremony.code(procedure)
  const issued: Issued = yield* issuer.issue(procedure, { code, signature, ...second })
  return { ...issued, warnings: warningsOf(issued.consent) }
})

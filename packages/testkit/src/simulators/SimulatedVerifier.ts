/**
 * SimulatedVerifier: a certificate verifier without cryptography, for properties that need many certificates fast.
 *
 * A certificate is the text "person:NAME;VERDICT" or "person:NAME;VERDICT;login"; everything else is no certificate.
 */
import { createHash } from "node:crypto"
import type { Nonce } from "@kinchaku/domain/account/Secrets"
import { instant, later } from "@kinchaku/domain/calendar/JapanDate"
import {
  CertificateUnreadable,
  type CertificateUse,
  CertificateVerifier,
  type Presentation,
  Verdict
} from "@kinchaku/domain/identity/CertificateVerifier"
import { Clock, Effect, Layer, Schema } from "effect"

const written = /^person:([^;]{1,100});(\w+)(;login)?$/
const validUntil = instant(Date.UTC(2036, 0, 1))

const isVerdict = Schema.is(Verdict)

/** The challenge that a person signs on an occasion. */
const signedOn = (person: string, occasion: string): string =>
  createHash("sha256").update(`${person} ${occasion}`).digest("base64url").slice(0, 22)

/** A certificate of a person, with what the verifier is to find. Each occasion has a challenge of its own. */
export const certificate = (
  person: string,
  verdict: Verdict = "verified",
  { occasion = "opening", use = "signature" }: { readonly occasion?: string; readonly use?: CertificateUse } = {}
): Presentation => ({
  certificate: `person:${person};${verdict}${use === "login" ? ";login" : ""}`,
  challenge: signedOn(person, occasion),
  signature: "signature"
})

const findings = (
  subject: string,
  verdict: Verdict,
  use: CertificateUse,
  { certificate, challenge }: Presentation
) => ({
  subject,
  verdict,
  use,
  fingerprint: createHash("sha256").update(certificate).digest("hex"),
  validUntil,
  ...(challenge.length === 22 ? { challenge: challenge as Nonce } : {}),
  attributes: { name: subject, birthDate: "1980-02-17", address: "東京都千代田区" }
})

const verifier = (verify: CertificateVerifier["Service"]["verify"]) =>
  Layer.sync(CertificateVerifier, () => {
    let given = 0
    return CertificateVerifier.of({
      challenge: Effect.map(Clock.currentTimeMillis, (now) => ({
        challenge: `${(given += 1)}`.padStart(22, "g"),
        expiresAt: later(instant(now), 300_000)
      })),
      verify
    })
  })

/** A verifier that finds what the certificate says. */
export const layer: Layer.Layer<CertificateVerifier> = verifier((presentation) => {
  const [, person, verdict = "", login] = written.exec(presentation.certificate) ?? []
  return person !== undefined && isVerdict(verdict)
    ? Effect.succeed(findings(person, verdict, login === undefined ? "signature" : "login", presentation))
    : Effect.fail(new CertificateUnreadable())
})

/** A verifier to whom every text is a genuine certificate that names its subject outright. For load, where nothing else counts. */
export const credulous: Layer.Layer<CertificateVerifier> = verifier((presentation) =>
  Effect.succeed(findings(presentation.certificate, "verified", "signature", presentation))
)

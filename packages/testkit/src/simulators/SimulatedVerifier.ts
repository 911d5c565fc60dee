/**
 * SimulatedVerifier: a certificate verifier without cryptography, for properties that need many certificates fast.
 *
 * A certificate is the text "person:NAME;VERDICT"; everything else is no certificate.
 */
import { instant, later } from "@kinchaku/domain/calendar/JapanDate"
import {
  CertificateUnreadable,
  CertificateVerifier,
  type Presentation,
  Verdict
} from "@kinchaku/domain/identity/CertificateVerifier"
import { Clock, Effect, Layer, Schema } from "effect"

const written = /^person:([^;]{1,100});(\w+)$/
const isVerdict = Schema.is(Verdict)

/** A certificate of a person, with what the verifier is to find. */
export const certificate = (person: string, verdict: Verdict = "verified"): Presentation => ({
  certificate: `person:${person};${verdict}`,
  challenge: "challenge",
  signature: "signature"
})

/** A verifier that finds what the certificate says. */
export const layer: Layer.Layer<CertificateVerifier> = Layer.succeed(
  CertificateVerifier,
  CertificateVerifier.of({
    challenge: Effect.map(Clock.currentTimeMillis, (now) => ({
      challenge: `challenge-${now}`,
      expiresAt: later(instant(now), 300_000)
    })),
    verify: ({ certificate: text }) => {
      const [, person, verdict] = written.exec(text) ?? []
      return person !== undefined && isVerdict(verdict)
        ? Effect.succeed({ subject: person, verdict })
        : Effect.fail(new CertificateUnreadable())
    }
  })
)

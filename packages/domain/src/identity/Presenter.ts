/**
 * Presenter: verifies a presentation, and says of it what commands may know: hashes and a verdict, no personal data.
 */
import { Effect } from "effect"
import type { Secrets } from "../account/Secrets.ts"
import type { CertificateUnreadable, CertificateVerifier, Findings, Presentation } from "./CertificateVerifier.ts"
import type { Presented } from "./Presented.ts"

export type KeyedHashing = Secrets["Service"]["keyedHash"]

/** What commands are told of a presentation: hashes, and what was found of it. */
export const presentedOf = (
  keyedHash: KeyedHashing,
  { challenge, fingerprint, subject, use, verdict }: Findings
): Presented => ({
  person: keyedHash("person", subject),
  use,
  fingerprint: keyedHash("certificate", fingerprint),
  certificate: { verdict, ...(challenge === undefined ? {} : { challenge }) }
})

/** Verifies and says it. */
export const presenting =
  (verifier: CertificateVerifier["Service"], keyedHash: KeyedHashing) =>
  (presentation: Presentation): Effect.Effect<Presented, CertificateUnreadable> =>
    Effect.map(verifier.verify(presentation), (findings) => presentedOf(keyedHash, findings))

/**
 * Showing: what a signature certificate shows, and what of it a command carries.
 */
import { Effect } from "effect"
import type { KeyedHash } from "../account/Account.ts"
import type { HolderData } from "../account/Holder.ts"
import type { Secrets } from "../account/Secrets.ts"
import type { CertificateUnreadable, CertificateVerifier, Presentation } from "./CertificateVerifier.ts"
import type { CertificateEvidence } from "./Presenting.ts"

/** The person, what is kept beside the books, and what the command carries. */
export interface Shown {
  readonly person: KeyedHash
  readonly data: HolderData
  readonly evidence: CertificateEvidence
}

/** Looks at a presentation. A login certificate opens, verifies and migrates nothing (IDV-01). */
export const showing = ({
  secrets,
  verifier
}: {
  readonly secrets: Secrets["Service"]
  readonly verifier: CertificateVerifier["Service"]
}): ((presentation: Presentation) => Effect.Effect<Shown, CertificateUnreadable>) =>
  Effect.fnUntraced(function* (presentation: Presentation) {
    const { attributes, challenge, subject, use, verdict } = yield* verifier.verify(presentation)
    const accepted = verdict === "verified" && use !== "signature" ? ("untrusted" as const) : verdict
    return {
      person: secrets.keyedHash("person", subject),
      data: { subject, ...attributes },
      evidence: { verdict: accepted, ...(challenge === undefined ? {} : { challenge }) }
    }
  })

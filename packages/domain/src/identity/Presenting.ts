/**
 * Presenting a certificate: what a verifier's verdict means, and that a signed challenge is used once (CRT-09).
 *
 * A challenge is used up by the command that it was shown to. The record is written with what that command does, so of two
 * presentations that race, one is refused.
 */
import { Result, Schema } from "effect"
import { Nonce } from "../account/Secrets.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { CommandId } from "../engine/Command.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { key, type Key, type RecordKind } from "../engine/RecordKind.ts"
import { Verdict } from "./CertificateVerifier.ts"

export const UsedChallenge = Schema.Struct({ id: Nonce, usedAt: Instant, by: CommandId })
export type UsedChallenge = typeof UsedChallenge.Type

export const usedChallenges: RecordKind<UsedChallenge> = {
  name: "usedChallenge",
  schema: UsedChallenge,
  idOf: ({ id }) => id
}

/** Refused: the certificate is expired or not valid yet; have it issued again (CRT-10). */
export class CertificateExpired extends Schema.TaggedError<CertificateExpired>()("CertificateExpired", {
  verdict: Schema.Literals(["expired", "notYetValid"])
}) {}

/** Refused: no trusted authority vouches for the certificate, or not for this use (ACC-05, CRT-09). */
export class CertificateUntrusted extends Schema.TaggedError<CertificateUntrusted>()("CertificateUntrusted", {}) {}

/** Refused: the certificate was revoked; have it issued again (CRT-10). */
export class CertificateRevoked extends Schema.TaggedError<CertificateRevoked>()("CertificateRevoked", {}) {}

/** Refused for now: whether the certificate is revoked could not be learnt; try again later (CRT-09). */
export class CertificateUnchecked extends Schema.TaggedError<CertificateUnchecked>()("CertificateUnchecked", {}) {}

/** Refused: the challenge is not of this verifier, too old, used before, or its signature is not the certificate's; ask for a new one (CRT-09). */
export class ChallengeInvalid extends Schema.TaggedError<ChallengeInvalid>()("ChallengeInvalid", {}) {}

export type CertificateRefusal =
  | CertificateExpired
  | CertificateUntrusted
  | CertificateRevoked
  | CertificateUnchecked
  | ChallengeInvalid

/** What was found of a presentation, as a command carries it; without personal data. */
export const CertificateEvidence = Schema.Struct({ verdict: Verdict, challenge: Schema.optionalKey(Nonce) })
export type CertificateEvidence = typeof CertificateEvidence.Type

/** The facts that {@link accept} reads. */
export const challengeKeys = ({ challenge }: CertificateEvidence): ReadonlyArray<Key> =>
  challenge === undefined ? [] : [key(usedChallenges, challenge)]

/** What a verifier's verdict means for a command that needs a certificate. */
const accepted = (verdict: Verdict): Result.Result<void, CertificateRefusal> => {
  switch (verdict) {
    case "verified":
      return Result.void
    case "expired":
    case "notYetValid":
      return Result.fail(new CertificateExpired({ verdict }))
    case "untrusted":
      return Result.fail(new CertificateUntrusted())
    case "revoked":
      return Result.fail(new CertificateRevoked())
    case "unchecked":
      return Result.fail(new CertificateUnchecked())
    case "challengeInvalid":
      return Result.fail(new ChallengeInvalid())
  }
}

/** Accepts a presentation, once: the answer marks its challenge as used by this command. */
export const accept = (
  facts: Facts,
  { challenge, verdict }: CertificateEvidence,
  { at, id }: { readonly at: Instant; readonly id: CommandId }
): Result.Result<Put, CertificateRefusal> =>
  Result.flatMap(accepted(verdict), () =>
    challenge === undefined || facts.find(usedChallenges, challenge) !== undefined
      ? Result.fail(new ChallengeInvalid())
      : Result.succeed(put(usedChallenges, { id: challenge, usedAt: at, by: id }))
  )

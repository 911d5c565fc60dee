/**
 * Entering the secret of a certificate: its login PIN or its signature password (CRT-06, CRT-08, CRT-21).
 *
 * A wrong entry is a decision, not a refusal: it counts, and the last one that is allowed locks that credential, and no other.
 */
import { Result, Schema } from "effect"
import { Instant } from "../calendar/JapanDate.ts"
import { type Command, CommandId, type Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, type Put, put } from "../engine/Facts.ts"
import type { Policy } from "../policy/Policy.ts"
import {
  Biometrics,
  type CertificatePair,
  certificatePairs,
  Consent,
  type Credential,
  type PairRefusal
} from "./CertificatePair.ts"
import type { CertificateUse } from "./CertificateVerifier.ts"
import { acceptPresented, intentOf, Presented, presentedKeys } from "./Presented.ts"
import type { CertificateRefusal } from "./Presenting.ts"

/** Refused: the secret has to be set first: the issuer's procedure voided the former one (CRT-07). */
export class CredentialSecretNotSet extends Schema.TaggedError<CredentialSecretNotSet>()(
  "CredentialSecretNotSet",
  {}
) {}

/** Refused: the secret was set anew while this entry was looked at; nothing counts, and it can be looked at again. */
export class CredentialSecretChanged extends Schema.TaggedError<CredentialSecretChanged>()(
  "CredentialSecretChanged",
  {}
) {}

/** Refused: biometrics were not allowed when the secret was set, or are switched off; set it again and allow them (CRT-08). */
export class BiometricsNotAllowed extends Schema.TaggedError<BiometricsNotAllowed>()("BiometricsNotAllowed", {}) {}

/** What a check of a typed secret found, and against which secret: the command that set it. */
export const SecretEvidence = Schema.Struct({ secretIn: Schema.optionalKey(CommandId), isRight: Schema.Boolean })
export type SecretEvidence = typeof SecretEvidence.Type

const Content = Schema.Struct({
  presented: Presented,
  /** Whether biometrics released the secret on the device instead of its being typed. */
  by: Schema.Literals(["typing", "biometrics"]),
  evidence: SecretEvidence
})
type Content = typeof Content.Type

const Wrong = Schema.TaggedStruct("wrong", { left: Schema.Int })
const Locked = Schema.TaggedStruct("locked", {})

/** What became of a wrong entry. */
export const Missed = Schema.Union([Wrong, Locked])
export type Missed = typeof Missed.Type

/** How a certificate stands, as its holder is shown it after entering its secret (CRT-21). */
export const Shown = Schema.TaggedStruct("right", {
  state: Schema.Literal("valid"),
  validUntil: Instant,
  consent: Consent,
  biometrics: Biometrics
})
export type Shown = typeof Shown.Type

const Entered = Schema.Union([Shown, Wrong, Locked])

/** How many wrong entries in a row lock a credential (CRT-06). */
export const triesOf = ({ authentication: { certificate } }: Policy, use: CertificateUse): number =>
  use === "login" ? certificate.pinTries : certificate.passwordTries

/** A pair with one of its credentials changed. */
export const withCredential = (pair: CertificatePair, use: CertificateUse, credential: Credential): Put =>
  put(certificatePairs, { ...pair, [use]: credential })

/** Counts a wrong entry, and locks at the last one allowed. */
export const missed = (
  { policy }: Pick<Facts, "policy">,
  pair: CertificatePair,
  use: CertificateUse,
  at: Instant
): { readonly result: Missed; readonly put: Put } => {
  const failures = pair[use].failures + 1
  const left = triesOf(policy, use) - failures
  return left > 0
    ? { result: { _tag: "wrong", left }, put: withCredential(pair, use, { ...pair[use], failures }) }
    : { result: { _tag: "locked" }, put: withCredential(pair, use, { ...pair[use], failures, lockedAt: at }) }
}

/** Refuses evidence of another secret than the one that is set. */
export const isCurrent = (
  { secretIn }: Credential,
  evidence: SecretEvidence
): Result.Result<void, CredentialSecretNotSet | CredentialSecretChanged> => {
  if (secretIn === undefined) return Result.fail(new CredentialSecretNotSet())
  return evidence.secretIn === secretIn ? Result.void : Result.fail(new CredentialSecretChanged())
}

export type EnteringRefusal =
  | CertificateRefusal
  | PairRefusal
  | CredentialSecretNotSet
  | CredentialSecretChanged
  | BiometricsNotAllowed

const decide = (
  facts: Facts,
  envelope: Envelope<Content>
): Result.Result<Decision.Decision<typeof Entered.Type>, EnteringRefusal> =>
  Result.gen(function* () {
    const { at, content } = envelope
    const { use } = content.presented
    const { pair, used } = yield* acceptPresented(facts, content.presented, envelope)
    const credential = pair[use]
    yield* isCurrent(credential, content.evidence)
    if (content.by === "biometrics" && credential.biometrics !== "on") {
      return yield* Result.fail(new BiometricsNotAllowed())
    }
    if (!content.evidence.isRight) {
      const wrong = missed(facts, pair, use, at)
      return Decision.make({ result: wrong.result, puts: [used, wrong.put] })
    }
    const { biometrics, validUntil } = credential
    const shown: Shown = { _tag: "right", state: "valid", validUntil, consent: pair.consent, biometrics }
    return Decision.make({ result: shown, puts: [used, withCredential(pair, use, { ...credential, failures: 0 })] })
  })

/** Enters the secret of a presented certificate. */
export const EnterCredentialSecret: Command<Content, typeof Entered.Type, EnteringRefusal> = {
  tag: "EnterCredentialSecret",
  content: Content,
  success: Entered,
  intent: ({ by, presented }) => ({ by, presented: intentOf(presented) }),
  reads: ({ content }) => presentedKeys(content.presented),
  decide
}

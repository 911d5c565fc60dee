/**
 * Managing the secrets of certificates: setting them, switching biometrics, and unlocking (CRT-06 to CRT-08).
 *
 * A secret is changed by whoever knows the former one. Where it is forgotten or locked, the issuer's procedure voids it and
 * lifts the lock; then it is set again.
 */
import { Result, Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import {
  Biometrics,
  CertificateNotIssued,
  certificatePairs,
  CertificateSuperseded,
  type Credential,
  pairKey,
  type PairRefusal
} from "./CertificatePair.ts"
import { CertificateUse } from "./CertificateVerifier.ts"
import { acceptPresented, intentOf, Presented, presentedKeys } from "./Presented.ts"
import { type CertificateRefusal, CertificateRevoked } from "./Presenting.ts"
import {
  BiometricsNotAllowed,
  type CredentialSecretChanged,
  isCurrent,
  type CredentialSecretNotSet,
  Missed,
  missed,
  SecretEvidence,
  withCredential
} from "./SecretEntry.ts"

/** Refused: changing a secret needs the former one (CRT-07). */
export class FormerSecretMissing extends Schema.TaggedError<FormerSecretMissing>()("FormerSecretMissing", {}) {}

/** Refused: a lock is lifted by the procedure of the certificate's issuer, not by its holder (CRT-06). */
export class UnlockRequiresIssuer extends Schema.TaggedError<UnlockRequiresIssuer>()("UnlockRequiresIssuer", {}) {}

const SetContent = Schema.Struct({
  presented: Presented,
  /** Whether biometrics may stand for the new secret (CRT-08). */
  biometrics: Schema.Boolean,
  /** What a check of the former secret found, where it was entered. */
  evidence: Schema.optionalKey(SecretEvidence)
})
const SetResult = Schema.Union([Schema.TaggedStruct("set", { biometrics: Biometrics }), ...Missed.members])

/** Sets a secret, kept as personal data of this command, after the former one where there is one; a wrong former one counts. */
export const SetCredentialSecret: Command<
  typeof SetContent.Type,
  typeof SetResult.Type,
  CertificateRefusal | PairRefusal | FormerSecretMissing | CredentialSecretChanged | CredentialSecretNotSet
> = {
  tag: "SetCredentialSecret",
  content: SetContent,
  success: SetResult,
  intent: ({ biometrics, presented }) => ({ biometrics, presented: intentOf(presented) }),
  reads: ({ content }) => presentedKeys(content.presented),
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { at, content, id } = envelope
      const { use } = content.presented
      const { pair, used } = yield* acceptPresented(facts, content.presented, envelope)
      if (pair[use].secretIn !== undefined) {
        if (content.evidence === undefined) return yield* Result.fail(new FormerSecretMissing())
        yield* isCurrent(pair[use], content.evidence)
        if (!content.evidence.isRight) {
          const wrong = missed(facts, pair, use, at)
          return Decision.make({ result: wrong.result, puts: [used, wrong.put] })
        }
      }
      const biometrics = content.biometrics ? "on" : "notAllowed"
      const credential: Credential = { ...pair[use], failures: 0, secretIn: id, biometrics }
      return Decision.make({
        result: { _tag: "set" as const, biometrics },
        puts: [used, withCredential(pair, use, credential)]
      })
    })
}

const SwitchContent = Schema.Struct({ presented: Presented, on: Schema.Boolean })
const SwitchResult = Schema.Struct({ biometrics: Biometrics })

/** Switches biometrics off, or on again where they were allowed when the secret was set. */
export const SwitchBiometrics: Command<
  typeof SwitchContent.Type,
  typeof SwitchResult.Type,
  CertificateRefusal | PairRefusal | BiometricsNotAllowed
> = {
  tag: "SwitchBiometrics",
  content: SwitchContent,
  success: SwitchResult,
  intent: ({ on, presented }) => ({ on, presented: intentOf(presented) }),
  reads: ({ content }) => presentedKeys(content.presented),
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { on, presented } = envelope.content
      const { pair, used } = yield* acceptPresented(facts, presented, envelope)
      const credential = pair[presented.use]
      if (credential.biometrics === "notAllowed") return yield* Result.fail(new BiometricsNotAllowed())
      const biometrics = on ? "on" : "off"
      return Decision.make({
        result: { biometrics },
        puts: [used, withCredential(pair, presented.use, { ...credential, biometrics })]
      })
    })
}

const UnlockContent = Schema.Struct({
  person: KeyedHash,
  use: CertificateUse,
  /** The issuer's number of the procedure. */
  procedure: Schema.String.check(Schema.isPattern(/^[\x21-\x7e]{1,80}$/))
})

/** The issuer's procedure was completed: the lock is lifted, the former secret void, and the holder sets a new one. */
export const UnlockCredential: Command<
  typeof UnlockContent.Type,
  Record<string, never>,
  UnlockRequiresIssuer | CertificateNotIssued | CertificateRevoked | CertificateSuperseded
> = {
  tag: "UnlockCredential",
  content: UnlockContent,
  success: Schema.Record(Schema.String, Schema.Never),
  reads: ({ content }) => [pairKey(content.person)],
  decide: (facts, { actor, content: { person, use } }) =>
    Result.gen(function* () {
      if (actor.startsWith("holder:")) return yield* Result.fail(new UnlockRequiresIssuer())
      const pair = facts.find(certificatePairs, person)
      if (pair === undefined) return yield* Result.fail(new CertificateNotIssued())
      if (pair.state === "revoked") return yield* Result.fail(new CertificateRevoked())
      if (pair.state === "superseded") return yield* Result.fail(new CertificateSuperseded())
      const { lockedAt: _lock, secretIn: _secret, ...credential } = pair[use]
      const opened: Credential = { ...credential, failures: 0, biometrics: "notAllowed" }
      return Decision.make({ result: {}, puts: [withCredential(pair, use, opened)] })
    })
}

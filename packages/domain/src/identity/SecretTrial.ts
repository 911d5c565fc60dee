/**
 * Trials of secrets: what was typed is compared with the secret that is set now, and the command counts what came of it.
 *
 * Where the secret is set anew between the look and the decision, it is looked at again.
 */
import { Effect } from "effect"
import type { Intent } from "../account/Accounts.ts"
import { Secrets } from "../account/Secrets.ts"
import { Busy, Engine, type EngineError } from "../engine/Engine.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import { PasswordHasher } from "../session/PasswordHasher.ts"
import * as Input from "./CertificateInput.ts"
import { type Biometrics, certificatePairs, CredentialLocked, pairKey, type PairRefusal } from "./CertificatePair.ts"
import { type CertificateUnreadable, type CertificateUse, CertificateVerifier } from "./CertificateVerifier.ts"
import { isRight, keep, type PinFormatInvalid, PinMismatch, wellFormed } from "./CredentialSecret.ts"
import { type Presented } from "./Presented.ts"
import { presenting } from "./Presenter.ts"
import type { CertificateRefusal } from "./Presenting.ts"
import * as SecretEntry from "./SecretEntry.ts"
import { type FormerSecretMissing, SetCredentialSecret } from "./SecretSetting.ts"

/** What a try of a secret can come to. */
export type TryingRefusal =
  | CertificateRefusal
  | CertificateUnreadable
  | PairRefusal
  | PinFormatInvalid
  | PinMismatch
  | SecretEntry.CredentialSecretNotSet
  | EngineError

const looksMax = 3

/** Looks again where the secret changed meanwhile; a caller who is overtaken each time tries again later. */
const current = <A, E, R>(
  look: Effect.Effect<A, E | SecretEntry.CredentialSecretChanged, R>
): Effect.Effect<A, Exclude<E, SecretEntry.CredentialSecretChanged> | Busy, R> =>
  look.pipe(
    Effect.retry({ times: looksMax, while: (e) => e instanceof SecretEntry.CredentialSecretChanged }),
    Effect.catchIf(
      (e) => e instanceof SecretEntry.CredentialSecretChanged,
      () => Effect.fail(new Busy({ reason: "contended" }))
    )
  ) as Effect.Effect<A, Exclude<E, SecretEntry.CredentialSecretChanged> | Busy, R>

/** A wrong entry, as its caller is told of it. */
const missedAs = (use: CertificateUse, missed: SecretEntry.Missed): PinMismatch | CredentialLocked =>
  missed._tag === "wrong"
    ? new PinMismatch({ of: "certificate", use, left: missed.left })
    : new CredentialLocked({ of: "certificate", use })

export const trying = Effect.gen(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const verifier = yield* CertificateVerifier
  const secrets = yield* Secrets
  const hasher = yield* PasswordHasher
  const keeping = { secrets, hasher, store }
  const present = presenting(verifier, secrets.keyedHash)

  /** Compares what was typed with the secret that is set now. */
  const look = Effect.fnUntraced(function* (
    { certificate, person, use }: Presented,
    typed: string
  ): Effect.fn.Return<SecretEntry.SecretEvidence, StoreUnavailable> {
    // Whoever shows no good certificate is refused all the same.
    if (certificate.verdict !== "verified") return { isRight: false }
    const pair = (yield* store.read([pairKey(person)])).find(certificatePairs, person)
    const { secretIn } = pair?.[use] ?? {}
    const right = yield* isRight(keeping, person, use, secretIn === undefined ? {} : { secretIn }, typed)
    return { ...(secretIn === undefined ? {} : { secretIn }), isRight: right }
  })

  const entering = Effect.fn("Certificates.enterSecret")(function* (
    entry: Input.Entry,
    intent: Intent
  ): Effect.fn.Return<SecretEntry.Shown, TryingRefusal | SecretEntry.BiometricsNotAllowed> {
    const { by, presentation, secret } = yield* Effect.fromResult(Input.validEntry(entry))
    const presented = yield* present(presentation)
    const { use } = presented
    yield* Effect.fromResult(wellFormed(use, secret))
    const entered = yield* current(
      Effect.flatMap(look(presented, secret), (evidence) =>
        engine.submit(SecretEntry.EnterCredentialSecret, { presented, by, evidence }, intent)
      )
    )
    return entered._tag === "right" ? entered : yield* missedAs(use, entered)
  })

  const changing = Effect.fn("Certificates.setSecret")(function* (
    asked: Input.NewSecret,
    intent: Intent
  ): Effect.fn.Return<{ readonly biometrics: Biometrics }, TryingRefusal | FormerSecretMissing> {
    const { biometrics, former, presentation, secret } = yield* Effect.fromResult(Input.validNewSecret(asked))
    const presented = yield* present(presentation)
    const { person, use } = presented
    for (const typed of [secret, ...(former === undefined ? [] : [former])]) {
      yield* Effect.fromResult(wellFormed(use, typed))
    }
    const personal = JSON.stringify(yield* keep(keeping, person, use, secret))
    const changed = yield* current(
      Effect.flatMap(former === undefined ? Effect.undefined : look(presented, former), (evidence) => {
        const content = { presented, biometrics, ...(evidence === undefined ? {} : { evidence }) }
        return engine.submit(SetCredentialSecret, content, { ...intent, personal })
      })
    )
    return changed._tag === "set" ? { biometrics: changed.biometrics } : yield* missedAs(use, changed)
  })

  return { entering, changing }
})

/**
 * Certificates: the service by which a holder's certificates are registered, opened with their secrets, managed and revoked.
 *
 * Whatever a holder does takes a presentation: a fresh challenge of the verifier, signed with the certificate (CRT-09). Secrets
 * are compared here, and counted by the commands (CRT-06).
 */
import { Context, Effect, Layer } from "effect"
import type { AccountId } from "../account/Account.ts"
import type { Intent } from "../account/Accounts.ts"
import { Secrets } from "../account/Secrets.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import type { Store } from "../engine/Store.ts"
import type { PasswordHasher } from "../session/PasswordHasher.ts"
import * as Input from "./CertificateInput.ts"
import type * as Pair from "./CertificatePair.ts"
import { type CertificateUnreadable, CertificateVerifier, type Presentation } from "./CertificateVerifier.ts"
import type { PinFormatInvalid } from "./CredentialSecret.ts"
import type { IssuanceRegister, IssuerUnreachable } from "./IssuanceRegister.ts"
import { presenting } from "./Presenter.ts"
import type { CertificateRefusal, CertificateRevoked } from "./Presenting.ts"
import type { Registered, RegisteringRefusal } from "./Registering.ts"
import { registering } from "./Registration.ts"
import { LinkCertificate, type LinkRefusal, RevokeCertificates } from "./Revoking.ts"
import type * as SecretEntry from "./SecretEntry.ts"
import * as SecretSetting from "./SecretSetting.ts"
import { trying, type TryingRefusal } from "./SecretTrial.ts"

/** What any presentation can meet. */
export type PresentingRefusal = CertificateRefusal | CertificateUnreadable | EngineError
export class Certificates extends Context.Service<
  Certificates,
  {
    /**
     * Registers both certificates after the authority issued them. It makes no account: the answer says which one they reach,
     * and what the holder is to be warned of (CRT-11 to CRT-15, CRT-19).
     */
    readonly register: (
      registration: Input.Registration,
      intent: Intent
    ) => Effect.Effect<
      Registered,
      RegisteringRefusal | PinFormatInvalid | CertificateUnreadable | IssuerUnreachable | EngineError
    >
    /** Enters the secret of a certificate, and is shown how the certificate stands (CRT-06, CRT-21). */
    readonly enterSecret: (
      entry: Input.Entry,
      intent: Intent
    ) => Effect.Effect<SecretEntry.Shown, TryingRefusal | SecretEntry.BiometricsNotAllowed>
    /** Changes a secret, or sets it again, with or without biometrics (CRT-07, CRT-08). */
    readonly setSecret: (
      secret: Input.NewSecret,
      intent: Intent
    ) => Effect.Effect<{ readonly biometrics: Pair.Biometrics }, TryingRefusal | SecretSetting.FormerSecretMissing>
    /** Switches biometrics off, or on where they were allowed (CRT-08). */
    readonly switchBiometrics: (
      asked: Input.BiometricsSwitch,
      intent: Intent
    ) => Effect.Effect<
      { readonly biometrics: Pair.Biometrics },
      PresentingRefusal | Pair.PairRefusal | SecretEntry.BiometricsNotAllowed
    >
    /** The issuer reports a completed procedure: the lock is lifted, and the secret is set again (CRT-06). */
    readonly unlock: (
      procedure: Input.IssuerProcedure,
      intent: Intent
    ) => Effect.Effect<
      void,
      | SecretSetting.UnlockRequiresIssuer
      | Pair.CertificateNotIssued
      | CertificateRevoked
      | Pair.CertificateSuperseded
      | EngineError
    >
    /** Revokes both certificates, with or without an account, and ends the session (CRT-16, SES-03). */
    readonly revoke: (
      presentation: Presentation,
      intent: Intent
    ) => Effect.Effect<
      { readonly revokedAt: number },
      PresentingRefusal | Pair.CertificateNotIssued | Pair.CertificateSuperseded
    >
    /** An operator links certificates that could not be matched to the account of their holder (CRT-13). */
    readonly link: (
      asked: Input.OperatorLink,
      intent: Intent
    ) => Effect.Effect<{ readonly account: AccountId }, LinkRefusal | EngineError>
  }
>()("@kinchaku/domain/identity/Certificates") {
  static readonly layer: Layer.Layer<
    Certificates,
    never,
    Engine | Store | Secrets | PasswordHasher | CertificateVerifier | IssuanceRegister
  > = Layer.effect(
    Certificates,
    Effect.suspend(() => make())
  )
}

const make = Effect.fnUntraced(function* () {
  const engine = yield* Engine
  const verifier = yield* CertificateVerifier
  const register = yield* registering
  const { changing, entering } = yield* trying
  const { keyedHash } = yield* Secrets
  const present = presenting(verifier, keyedHash)

  const switchBiometrics = Effect.fn("Certificates.switchBiometrics")(function* (
    asked: Input.BiometricsSwitch,
    intent: Intent
  ) {
    const { on, presentation } = yield* Effect.fromResult(Input.validSwitch(asked))
    return yield* engine.submit(SecretSetting.SwitchBiometrics, { presented: yield* present(presentation), on }, intent)
  })

  const unlock = Effect.fn("Certificates.unlock")(function* (reported: Input.IssuerProcedure, intent: Intent) {
    const { procedure, subject, use } = yield* Effect.fromResult(Input.validProcedure(reported))
    const content = { person: keyedHash("person", subject), use, procedure }
    yield* engine.submit(SecretSetting.UnlockCredential, content, intent)
  })

  const revoke = Effect.fn("Certificates.revoke")(function* (presentation: Presentation, intent: Intent) {
    const presented = yield* present(yield* Effect.fromResult(Input.validPresentation(presentation)))
    return yield* engine.submit(RevokeCertificates, { presented }, intent)
  })

  const link = Effect.fn("Certificates.link")(function* (asked: Input.OperatorLink, intent: Intent) {
    return yield* engine.submit(LinkCertificate, yield* Effect.fromResult(Input.validLink(asked)), intent)
  })

  return Certificates.of({
    register,
    enterSecret: entering,
    setSecret: changing,
    switchBiometrics,
    unlock,
    revoke,
    link
  })
})

/**
 * Migrations: the service by which the holder of a legacy account moves it to certificate login (ACC-06, ACC-07).
 */
import { Context, Effect, Layer, Schema } from "effect"
import { validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { Store } from "../engine/Store.ts"
import { type CertificateUnreadable, CertificateVerifier, Presentation } from "../identity/CertificateVerifier.ts"
import { showing } from "../identity/Showing.ts"
import { IssueOtp } from "../otp/Issuing.ts"
import { hashed, OtpId } from "../otp/Otp.ts"
import type { OtpIssued, OtpSendLimited } from "../otp/Sending.ts"
import { LoginFailed } from "../session/LoginFailed.ts"
import { PasswordHasher } from "../session/PasswordHasher.ts"
import { TypedPassword } from "../session/PasswordRule.ts"
import type { AccountNotFound, AccountOpen, KeyedHash } from "./Account.ts"
import type { Intent } from "./Accounts.ts"
import * as Contact from "./Contact.ts"
import { HolderText } from "./Holder.ts"
import { MigrateAccount, type MigrationRefusal, ProveLegacyPassword } from "./Migration.ts"
import { proving } from "./Proving.ts"
import { Secrets } from "./Secrets.ts"
import type { StandingRefusal } from "./Standing.ts"

/** The legacy account's e-mail address and password. */
export const LegacyCredentials = Schema.Struct({
  email: Contact.Email,
  password: TypedPassword,
  /** What a device that logged in with a password is called (SEC-09). */
  device: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/)))
})
export type LegacyCredentials = typeof LegacyCredentials.Type

/** What is needed to migrate. */
export const MigrationRequest = Schema.Struct({
  /** The signature certificate of the person who is to have the account. */
  presentation: Presentation,
  email: Contact.Email,
  password: TypedPassword,
  /** The confirmed code that went to the phone of the legacy account. */
  otp: OtpId
})
export type MigrationRequest = typeof MigrationRequest.Type

const validateCredentials = validator(LegacyCredentials)
const validateRequest = validator(MigrationRequest)
const encodeHolder = Schema.encodeSync(HolderText)

export class Migrations extends Context.Service<
  Migrations,
  {
    /** Sends a code for the migration to the phone of a legacy account, to whoever has its e-mail address and password. */
    readonly ask: (
      credentials: LegacyCredentials,
      intent: Intent
    ) => Effect.Effect<OtpIssued, LoginFailed | AccountNotFound | StandingRefusal | OtpSendLimited | EngineError>
    /** Migrates the account; a wrong password counts (LCK-01). */
    readonly migrate: (
      request: MigrationRequest,
      intent: Intent
    ) => Effect.Effect<AccountOpen, MigrationRefusal | CertificateUnreadable | EngineError>
  }
>()("@kinchaku/domain/account/Migrations") {
  static readonly layer: Layer.Layer<
    Migrations,
    never,
    Engine | Store | Secrets | CertificateVerifier | PasswordHasher
  > = Layer.effect(
    Migrations,
    Effect.gen(function* () {
      const engine = yield* Engine
      const secrets = yield* Secrets
      const prove = proving({ hasher: yield* PasswordHasher, secrets, store: yield* Store })
      const shown = showing({ secrets, verifier: yield* CertificateVerifier })

      const ask = Effect.fn("Migrations.ask")(function* (credentials: LegacyCredentials, { actor, key }: Intent) {
        const { device, ...valid } = yield* Effect.fromResult(validateCredentials(credentials))
        const proof = yield* prove.byEmail(valid)
        const content = { proof, ...(device === undefined ? {} : { device: device as KeyedHash }) }
        const proved = yield* engine.submit(ProveLegacyPassword, content, { actor, key })
        if (proved._tag !== "proved") return yield* new LoginFailed()
        const nonce = secrets.nonce()
        const code = secrets.keyedHash("otp", hashed(nonce, secrets.code(nonce)))
        const asked = { account: proved.account, purpose: "migration" as const, nonce, code }
        return yield* engine.submit(IssueOtp, asked, { actor, key: `${key} code` })
      })

      const migrate = Effect.fn("Migrations.migrate")(function* (request: MigrationRequest, { actor, key }: Intent) {
        const { email, otp, password, presentation } = yield* Effect.fromResult(validateRequest(request))
        const { data, evidence, person } = yield* shown(presentation)
        const proof = yield* prove.byEmail({ email, password })
        const options = { actor, key, personal: encodeHolder(data) }
        const migrating = yield* engine.submit(MigrateAccount, { person, proof, otp, evidence }, options)
        return migrating._tag === "mismatch" ? yield* new LoginFailed() : migrating
      })

      return Migrations.of({ ask, migrate })
    })
  )
}

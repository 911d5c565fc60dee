/**
 * Tokens: the service that token apps call. What a phone asks has a request ID; asked again with the same one, it is
 * answered as it was first, and nothing is done twice (TOK-23).
 *
 * The seed goes out with the answers of enrolment and renewal alone, to whoever knows the start password or has the seed
 * before.
 */
import { Context, Effect, Layer, Schema } from "effect"
import type { KeyedHash } from "../account/Account.ts"
import { Secrets } from "../account/Secrets.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { type Actor, type ValidationFailed, validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import { PasswordHasher } from "../session/PasswordHasher.ts"
import { CorrectToken, type Corrected } from "./Correction.ts"
import { CompleteTokenSetUp, EnrolToken, type TokenState } from "./Enrolment.ts"
import { asking, proven, provedBy, Random, refused, TokenRequest } from "./PhoneRequest.ts"
import { FinishTokenRenewal, RenewToken } from "./Renewal.ts"
import { serialOf, type TokenId } from "./Token.ts"
import type { TokenCodes } from "./TokenCodes.ts"
import { readApplication } from "./TokenDesk.ts"
import { TokenError } from "./TokenError.ts"
import { ServiceId, StartPassword, tokenUserId, tokenUsers, UserId } from "./TokenUser.ts"

/** What a phone sends to set a token up (TOK-03). */
export const EnrolmentRequest = Schema.Struct({
  request: Random,
  device: Random,
  service: ServiceId,
  user: UserId,
  startPassword: StartPassword,
  agreed: Schema.Literal(true),
  /** What the phone's clock says, in milliseconds since 1970 (UTC). */
  clock: Instant
})
export type EnrolmentRequest = typeof EnrolmentRequest.Encoded

/** With the phone's clock, which the proof covers. */
export const CorrectionRequest = Schema.Struct({ ...proven, clock: Instant })
export type CorrectionRequest = typeof CorrectionRequest.Encoded

const validateEnrolment = validator(EnrolmentRequest)
const validateRequest = validator(TokenRequest)
const validateCorrection = validator(CorrectionRequest)

/** The seed as it is sent to the phone, 40 hexadecimal digits, with what the app shows of the token (TOK-21). */
export interface NewToken {
  readonly token: TokenId
  readonly serial: string
  readonly serviceName: string
  readonly seed: string
  readonly stepSeconds: 30 | 60
  readonly expiresAt: Instant
  readonly renewableFrom: Instant
}
export type RenewedToken = Pick<NewToken, "seed" | "expiresAt" | "renewableFrom">

type Refusal = TokenError | EngineError

export class Tokens extends Context.Service<
  Tokens,
  {
    /** Sets a token up for a start password; the token is in use once its set-up is complete (TOK-03 to TOK-08). */
    readonly enrol: (request: EnrolmentRequest) => Effect.Effect<NewToken, Refusal>
    /** Says that the phone has the seed. */
    readonly completeSetUp: (request: TokenRequest) => Effect.Effect<TokenState, Refusal>
    /** Measures how far the phone's clock is ahead and applies it from now on (TOK-14). */
    readonly correct: (request: CorrectionRequest) => Effect.Effect<Corrected, Refusal>
    /** Gives the phone its next seed and a new end (TOK-10). */
    readonly renew: (request: TokenRequest) => Effect.Effect<RenewedToken, Refusal>
    /** Says, with a proof by the next seed, that the phone has it. */
    readonly finishRenewal: (request: TokenRequest) => Effect.Effect<TokenState, Refusal>
  }
>()("@kinchaku/domain/token/Tokens") {
  static readonly layer: Layer.Layer<Tokens, never, Engine | Store | Secrets | PasswordHasher | TokenCodes> =
    Layer.effect(
      Tokens,
      Effect.suspend(() => make())
    )
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")

const app = "system:tokenApp" as Actor
const typed = new Set(["service", "user", "startPassword"])

/** Which of the three inputs is malformed is not told (S0G1); anything else is the app's own mistake. */
const malformed = (failure: ValidationFailed): ValidationFailed | TokenError =>
  failure.issues.every(({ field }) => typed.has(field)) ? new TokenError({ code: "S0G1", operation: "setUp" }) : failure

/** Whether a start password is that of the application that counts; it takes as long where nobody applied (SEC-01). */
const startPasswordEvidence = Effect.fnUntraced(function* (service: ServiceId, user: KeyedHash, typedPassword: string) {
  const store = yield* Store
  const hasher = yield* PasswordHasher
  const id = tokenUserId(service, user)
  const found = (yield* store.read([key(tokenUsers, id)])).find(tokenUsers, id)
  if (found === undefined || found._tag === "unregistered") {
    return { fits: yield* hasher.verify(typedPassword, "") }
  }
  const application = yield* Effect.option(readApplication(yield* store.personal(found.appliedIn)))
  const phc = application._tag === "Some" ? application.value.startPassword : ""
  return { application: found.appliedIn, fits: yield* hasher.verify(typedPassword, phc) }
})

const make = Effect.fnUntraced(function* () {
  const engine = yield* Engine
  const secrets = yield* Secrets
  const context = yield* Effect.context<Store | Secrets | PasswordHasher | TokenCodes>()

  const enrol = Effect.fn("Tokens.enrol")(function* (request: EnrolmentRequest) {
    const valid = yield* Effect.mapError(Effect.fromResult(validateEnrolment(request)), malformed)
    const { agreed, clock, service } = valid
    const user = secrets.keyedHash("serviceUser", `${service}:${valid.user}`)
    const device = secrets.keyedHash("device", valid.device)
    const evidence = yield* startPasswordEvidence(service, user, valid.startPassword)
    const content = { service, user, device, agreed, clock, nonce: secrets.nonce(), evidence }
    const result = yield* engine
      .submit(EnrolToken, content, { actor: app, key: `enrol ${device} ${valid.request}` })
      .pipe(Effect.catchTag("IdempotencyConflict", () => refused("S0G1", "setUp")))
    if (result._tag === "denied") return yield* refused(result.code, "setUp")
    // The answer of a repetition was decided before: the seed is for whoever knows the start password now.
    if (!evidence.fits) return yield* refused("S0C1", "setUp")
    const { _tag: _, nonce, ...token } = result
    return { ...token, serial: serialOf(token.token), seed: hex(secrets.seed(nonce)) }
  }, Effect.provide(context))

  const completeSetUp = Effect.fn("Tokens.completeSetUp")(function* (request: TokenRequest) {
    const valid = yield* Effect.fromResult(validateRequest(request))
    const evidence = yield* provedBy({ operation: "setUp", method: "completeSetUp" }, valid)
    return yield* engine.submit(CompleteTokenSetUp, { token: valid.token, evidence }, asking("completeSetUp", valid))
  }, Effect.provide(context))

  const correct = Effect.fn("Tokens.correct")(function* (request: CorrectionRequest) {
    const { clock, ...valid } = yield* Effect.fromResult(validateCorrection(request))
    const evidence = yield* provedBy({ operation: "correction", method: "correct" }, valid, clock)
    return yield* engine.submit(CorrectToken, { token: valid.token, clock, evidence }, asking("correct", valid))
  }, Effect.provide(context))

  const renew = Effect.fn("Tokens.renew")(function* (request: TokenRequest) {
    const valid = yield* Effect.fromResult(validateRequest(request))
    const evidence = yield* provedBy({ operation: "renewal", method: "renew" }, valid)
    const content = { token: valid.token, nonce: secrets.nonce(), evidence }
    const { nonce, ...renewal } = yield* engine.submit(RenewToken, content, asking("renew", valid))
    return { ...renewal, seed: hex(secrets.seed(nonce)) }
  }, Effect.provide(context))

  const finishRenewal = Effect.fn("Tokens.finishRenewal")(function* (request: TokenRequest) {
    const valid = yield* Effect.fromResult(validateRequest(request))
    const evidence = yield* provedBy({ operation: "renewal", method: "finishRenewal" }, valid)
    return yield* engine.submit(FinishTokenRenewal, { token: valid.token, evidence }, asking("finishRenewal", valid))
  }, Effect.provide(context))

  return Tokens.of({ enrol, completeSetUp, correct, renew, finishRenewal })
})

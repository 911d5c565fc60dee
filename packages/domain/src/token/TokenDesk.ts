/**
 * TokenDesk: what a service asks about the tokens of its users: applications, suspensions and codes.
 *
 * Its caller is the service itself, which knows its users: reasons are told in full here, and never by the app's service.
 */
import { Clock, Context, Effect, Layer, Schema } from "effect"
import type { KeyedHash } from "../account/Account.ts"
import type { Intent } from "../account/Accounts.ts"
import * as Contact from "../account/Contact.ts"
import { Secrets } from "../account/Secrets.ts"
import { instant } from "../calendar/JapanDate.ts"
import { validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import { policyInForce } from "../policy/Policy.ts"
import { PasswordHasher } from "../session/PasswordHasher.ts"
import { ApplyForToken, OfferTokens, SuspendTokenUser } from "./Application.ts"
import { noncesOf } from "./PhoneRequest.ts"
import { stepAt, tokens } from "./Token.ts"
import { TokenCodeRejected, VerifyTokenCode } from "./TokenCode.ts"
import { matchingSteps, TokenCodes } from "./TokenCodes.ts"
import type { TokenError } from "./TokenError.ts"
import {
  ServiceId,
  StartPassword,
  type TokenService,
  type TokenServiceNotFound,
  type TokenUser,
  tokenUserId,
  type TokenUserNotFound,
  tokenUsers,
  UserId
} from "./TokenUser.ts"

/** What an applicant fills in; the start password is the one that the app will ask for (TOK-24). */
export const ApplicationRequest = Schema.Struct({
  service: ServiceId,
  user: UserId,
  email: Contact.Email,
  language: Schema.Literals(["ja", "en"]),
  startPassword: StartPassword
})
export type ApplicationRequest = typeof ApplicationRequest.Encoded

/** A user of a service. */
export const OfUser = Schema.Struct({ service: ServiceId, user: UserId })
export type OfUser = typeof OfUser.Encoded

/** A code that a user presented. */
export const CodeRequest = Schema.Struct({
  ...OfUser.fields,
  code: Schema.String.check(Schema.isPattern(/^[0-9]{6}$/))
})
export type CodeRequest = typeof CodeRequest.Encoded

/** What is kept beside an application; the start password as its hash alone. */
const Application = Schema.Struct({
  email: Schema.String,
  language: Schema.Literals(["ja", "en"]),
  service: Schema.String,
  user: Schema.String,
  startPassword: Schema.String
})

/** Reads the personal data of an application, as `apply` and `reissue` kept it. */
export const readApplication = Schema.decodeUnknownEffect(Schema.fromJsonString(Application))

const validateApplication = validator(ApplicationRequest)
const validateUser = validator(OfUser)
const validateCode = validator(CodeRequest)

/** What a user is known by in the books. */
export const userHash = (secrets: Secrets["Service"], { service, user }: typeof OfUser.Type): KeyedHash =>
  secrets.keyedHash("serviceUser", `${service}:${user}`)

type ApplicationRefusal = TokenServiceNotFound | TokenUserNotFound | TokenError | EngineError

export class TokenDesk extends Context.Service<
  TokenDesk,
  {
    /** Offers tokens for a service, or changes what is said of it. */
    readonly offer: (service: TokenService, intent: Intent) => Effect.Effect<TokenService, EngineError>
    /** Applies for a user's token (TOK-24). */
    readonly apply: (request: ApplicationRequest, intent: Intent) => Effect.Effect<TokenUser, ApplicationRefusal>
    /** Applies again where a token is in use, which ends at once (TOK-20). */
    readonly reissue: (request: ApplicationRequest, intent: Intent) => Effect.Effect<TokenUser, ApplicationRefusal>
    /** Suspends a user, or ends the suspension (TOK-06). */
    readonly suspend: (
      user: OfUser,
      suspended: boolean,
      intent: Intent
    ) => Effect.Effect<TokenUser, TokenUserNotFound | EngineError>
    /** Verifies a code; it is accepted once (TOK-15). */
    readonly verify: (request: CodeRequest, intent: Intent) => Effect.Effect<void, TokenCodeRejected | EngineError>
  }
>()("@kinchaku/domain/token/TokenDesk") {
  static readonly layer: Layer.Layer<TokenDesk, never, Engine | Store | Secrets | PasswordHasher | TokenCodes> =
    Layer.effect(
      TokenDesk,
      Effect.suspend(() => make())
    )
}

/** The seeds of a user's token tried against a presented code, as far around now as any correction may reach. */
const codeEvidence = Effect.fnUntraced(function* (id: string, code: string) {
  const store = yield* Store
  const secrets = yield* Secrets
  const codes = yield* TokenCodes
  const user = (yield* store.read([key(tokenUsers, id)])).find(tokenUsers, id)
  if (user?._tag !== "enrolled") return { matches: [] }
  const facts = yield* store.read([key(policyInForce, "current"), key(tokens, user.token)])
  const token = facts.find(tokens, user.token)
  if (token === undefined) return { matches: [] }
  const { driftMinutes, window } = facts.policy.authentication.token
  const now = instant(yield* Clock.currentTimeMillis)
  const reach = Math.ceil((driftMinutes * 60) / token.stepSeconds) + window + 1
  const near = { around: stepAt(now, token.stepSeconds), reach }
  const matches = noncesOf(token).flatMap((nonce) =>
    matchingSteps(codes, secrets.seed(nonce), code, near).map((step) => ({ nonce, step }))
  )
  return { token: token.id, matches }
})

const make = Effect.fnUntraced(function* () {
  const engine = yield* Engine
  const secrets = yield* Secrets
  const hasher = yield* PasswordHasher
  const context = yield* Effect.context<Store | Secrets | TokenCodes>()

  const applying = (reissue: boolean) =>
    Effect.fnUntraced(function* (request: ApplicationRequest, { actor, key: intentKey }: Intent) {
      const valid = yield* Effect.fromResult(validateApplication(request))
      const { language, service, user } = valid
      const email = Contact.email(valid.email)
      const startPassword = yield* hasher.hash(valid.startPassword)
      const content = { service, user: userHash(secrets, valid), email: secrets.keyedHash("email", email), reissue }
      const personal = JSON.stringify({ email, language, service, user, startPassword })
      return yield* engine.submit(ApplyForToken, content, { actor, key: intentKey, personal })
    })

  const suspend = Effect.fn("TokenDesk.suspend")(function* (request: OfUser, suspended: boolean, intent: Intent) {
    const valid = yield* Effect.fromResult(validateUser(request))
    const content = { service: valid.service, user: userHash(secrets, valid), suspended }
    return yield* engine.submit(SuspendTokenUser, content, intent)
  })

  const verify = Effect.fn("TokenDesk.verify")(function* (request: CodeRequest, intent: Intent) {
    const valid = yield* Effect.fromResult(validateCode(request))
    const { code, service } = valid
    const user = userHash(secrets, valid)
    const evidence = yield* codeEvidence(tokenUserId(service, user), code)
    const presented = secrets.keyedHash("otp", `token:${service}:${user}:${code}`)
    const result = yield* engine.submit(VerifyTokenCode, { service, user, code: presented, evidence }, intent)
    if (result._tag === "wrong") return yield* new TokenCodeRejected({ reason: result.locked ? "locked" : "wrong" })
  }, Effect.provide(context))

  return TokenDesk.of({
    offer: Effect.fn("TokenDesk.offer")((service: TokenService, intent: Intent) =>
      engine.submit(OfferTokens, service, intent)
    ),
    apply: Effect.fn("TokenDesk.apply")(applying(false)),
    reissue: Effect.fn("TokenDesk.reissue")(applying(true)),
    suspend,
    verify
  })
})

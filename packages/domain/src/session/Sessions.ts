/**
 * Sessions: the service by which holders log in and out, and by which every request says who asks.
 */
import { Clock, Context, Effect, Layer, Option, Schema } from "effect"
import { AccountId, type KeyedHash } from "../account/Account.ts"
import type { Intent } from "../account/Accounts.ts"
import { claimId, claimKey, claims } from "../account/Claim.ts"
import * as Contact from "../account/Contact.ts"
import { holders, HolderText } from "../account/Holder.ts"
import { Secrets } from "../account/Secrets.ts"
import type { MigrationRequired } from "../account/Standing.ts"
import { instant, Instant } from "../calendar/JapanDate.ts"
import { type Actor, validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import { type CertificateUnreadable, CertificateVerifier, Presentation } from "../identity/CertificateVerifier.ts"
import { ChallengeInvalid } from "../identity/Presenting.ts"
import { policyInForce } from "../policy/Policy.ts"
import { bearerOf, freshToken, goesOn, readBearer } from "./Beginning.ts"
import { compare, decidedOnce, nobody } from "./Comparing.ts"
import { EndSession, SessionExpired } from "./Ending.ts"
import { type CertificateLoginRefusal, type LoggedIn, LoginWithCertificate } from "./Login.ts"
import { LoginFailed } from "./LoginFailed.ts"
import { PasswordHasher } from "./PasswordHasher.ts"
import { LoginWithPassword, migrationRefusal } from "./PasswordLogin.ts"
import { password as writtenPassword, TypedPassword } from "./PasswordRule.ts"
import { type Session, SessionId, sessionKey, sessions } from "./Session.ts"
import { SessionActivity } from "./SessionActivity.ts"
import { type Uses, usesOf } from "./Uses.ts"
import { staffActor, type StaffId, type StaffRole, staffs } from "./Staff.ts"

/** What a device that logged in with a password is called: the answer to its first login said so. */
const Device = Schema.String.check(
  Schema.isPattern(/^[0-9a-f]{64}$/, { message: "expected a device of an earlier login" })
)

export const PasswordLoginRequest = Schema.Struct({
  email: Contact.Email,
  password: TypedPassword,
  /** Left out where the device never logged in. */
  device: Schema.optionalKey(Device)
})
export type PasswordLoginRequest = typeof PasswordLoginRequest.Type

/** A session that began. The bearer token is a secret: it goes to its holder and nowhere else. */
export const LoginAnswer = Schema.Struct({
  account: AccountId,
  session: SessionId,
  bearer: Schema.String,
  /** "resume": the session of a suspended account, which serves to resume it and for nothing else (ACC-21). */
  scope: Schema.Literals(["full", "resume"]),
  endsAt: Instant,
  /** What the device is called from now on, after a login with a password. */
  device: Schema.optionalKey(Device)
})
export type LoginAnswer = typeof LoginAnswer.Type

/** Who asks. */
export type Authenticated =
  | {
      readonly _tag: "holder"
      readonly account: AccountId
      readonly session: SessionId
      readonly scope: Session["scope"]
      readonly actor: Actor
    }
  | {
      readonly _tag: "staff"
      readonly staff: StaffId
      readonly roles: ReadonlyArray<StaffRole>
      readonly session: SessionId
      readonly actor: Actor
    }

const validatePresentation = validator(Presentation)
const validateLogin = validator(PasswordLoginRequest)
const readHolder = Schema.decodeUnknownOption(HolderText)
const passwordOf = (data: string): string | undefined => Option.getOrUndefined(readHolder(data))?.password

export class Sessions extends Context.Service<
  Sessions,
  {
    /** A challenge that the login certificate is to sign, the first of the two steps of its login. */
    readonly challenge: CertificateVerifier["Service"]["challenge"]
    /** Logs in with the login certificate; ends the former session of the account (SES-02). */
    readonly loginWithCertificate: (
      presentation: Presentation,
      intent: Intent
    ) => Effect.Effect<LoginAnswer, CertificateLoginRefusal | CertificateUnreadable | EngineError>
    /** Logs in on the web. Whoever does not get in is not told why, unless the password is right and the account can only migrate. */
    readonly loginWithPassword: (
      request: PasswordLoginRequest,
      intent: Intent
    ) => Effect.Effect<LoginAnswer, LoginFailed | MigrationRequired | EngineError>
    /** Who has a bearer token, of an account or of staff; the session counts as used now. */
    readonly authenticate: (bearer: string) => Effect.Effect<Authenticated, SessionExpired | StoreUnavailable>
    /** Logs out. */
    readonly end: (
      bearer: string,
      intent: Pick<Intent, "key">
    ) => Effect.Effect<{ readonly session: SessionId }, SessionExpired | EngineError>
  }
>()("@kinchaku/domain/session/Sessions") {
  static readonly layer: Layer.Layer<
    Sessions,
    never,
    Engine | Store | Secrets | CertificateVerifier | PasswordHasher | SessionActivity
  > = Layer.effect(
    Sessions,
    Effect.suspend(() => make())
  )
}

/** Looks at the password of whoever has an address. */
const comparedFor = Effect.fnUntraced(function* (
  comparing: { readonly hasher: PasswordHasher["Service"]; readonly store: Store["Service"] },
  email: KeyedHash,
  typed: string
) {
  const { store } = comparing
  const claim = (yield* store.read([claimKey("email", email)])).find(claims, claimId("email", email))
  const account = claim?.account ?? `acct_${nobody}`
  const holder = (yield* store.read([key(holders, account)])).find(holders, account)
  return yield* compare(comparing, typed, { setBy: holder?.password, kept: passwordOf })
})

/** What a bearer token is recognised with. */
interface Recognising {
  readonly store: Store["Service"]
  readonly secrets: Secrets["Service"]
  readonly uses: Uses
}

/** The session of a bearer token, where it goes on. */
const currentOf = Effect.fnUntraced(function* ({ secrets, store, uses }: Recognising, bearer: string) {
  const parts = readBearer(bearer)
  if (parts === undefined) return yield* new SessionExpired()
  const { of, token } = parts
  const facts = yield* store.read([sessionKey(of), key(staffs, of), key(policyInForce, "current")])
  const session = facts.find(sessions, of)
  if (session === undefined) return yield* new SessionExpired()
  const lastUsed = yield* uses.lastOf(of)
  const at = instant(yield* Clock.currentTimeMillis)
  const hash = secrets.keyedHash("session", token)
  if (!goesOn(facts.policy.authentication, session, { token: hash, at, lastUsed })) return yield* new SessionExpired()
  return { at, session, staff: facts.find(staffs, of) }
})

const make = Effect.fnUntraced(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const secrets = yield* Secrets
  const verifier = yield* CertificateVerifier
  const hasher = yield* PasswordHasher
  const uses = usesOf(yield* SessionActivity)
  const recognising = { secrets, store, uses }

  const answered = ({ account, endsAt, nonce, scope, session }: LoggedIn): LoginAnswer => ({
    account,
    session,
    bearer: bearerOf(secrets, account, nonce),
    scope,
    endsAt
  })

  const loginWithCertificate = Effect.fn("Sessions.loginWithCertificate")(function* (
    presentation: Presentation,
    { actor, key: intentKey }: Intent
  ) {
    const valid = yield* Effect.fromResult(validatePresentation(presentation))
    const { challenge, fingerprint, subject, use, verdict } = yield* verifier.verify(valid)
    const presented = {
      person: secrets.keyedHash("person", subject),
      use,
      fingerprint: secrets.keyedHash("certificate", fingerprint),
      certificate: { verdict, ...(challenge === undefined ? {} : { challenge }) }
    }
    const content = { presented, ...freshToken(secrets) }
    const outcome = yield* engine.submit(LoginWithCertificate, content, { actor, key: intentKey })
    // Repeated with its key, a login answers what it answered first, and that only to whoever signed its challenge again (LED-08).
    return verdict === "verified" ? answered(outcome) : yield* new ChallengeInvalid()
  })

  const loginWithPassword = Effect.fn("Sessions.loginWithPassword")(function* (
    request: PasswordLoginRequest,
    { actor, key: intentKey }: Intent
  ) {
    const { device, email: typed, password } = yield* Effect.fromResult(validateLogin(request))
    const email = secrets.keyedHash("email", Contact.email(typed))
    const known = device === undefined ? {} : { device: secrets.keyedHash("device", device) }
    const attempt = Effect.fnUntraced(function* (attemptKey: string) {
      const evidence = yield* comparedFor({ hasher, store }, email, writtenPassword(password))
      const fresh = freshToken(secrets)
      const newDevice = secrets.keyedHash("device", secrets.keyedHash("device", fresh.nonce))
      const content = { email, ...known, newDevice, evidence, ...fresh }
      return { evidence, outcome: yield* engine.submit(LoginWithPassword, content, { actor, key: attemptKey }) }
    })
    const outcome = yield* decidedOnce(attempt, intentKey, secrets.nonce())
    if (outcome === undefined || outcome._tag === "failed") return yield* new LoginFailed()
    if (outcome._tag === "migrationRequired") return yield* migrationRefusal(outcome)
    return { ...answered(outcome), device: device ?? secrets.keyedHash("device", outcome.nonce) }
  })

  const authenticate = Effect.fn("Sessions.authenticate")(function* (bearer: string) {
    const { at, session, staff } = yield* currentOf(recognising, bearer)
    yield* uses.note(session.id, at)
    if (staff !== undefined) {
      const { id, roles } = staff
      return { _tag: "staff" as const, staff: id, roles, session: session.session, actor: staffActor(id) }
    }
    const account = session.id as AccountId
    const actor = `holder:${account}` as Actor
    return { _tag: "holder" as const, account, session: session.session, scope: session.scope, actor }
  })

  const end = Effect.fn("Sessions.end")(function* (bearer: string, intent: Pick<Intent, "key">) {
    const { session, staff } = yield* currentOf(recognising, bearer)
    const actor = staff === undefined ? (`holder:${session.id}` as Actor) : staffActor(staff.id)
    return yield* engine.submit(EndSession, { of: session.id, session: session.session }, { actor, ...intent })
  })

  return Sessions.of({ challenge: verifier.challenge, loginWithCertificate, loginWithPassword, authenticate, end })
})

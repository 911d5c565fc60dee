/**
 * StaffOffice: the service by which staff is kept and logs in. Who is logged in says `Sessions`.
 */
import { Clock, Context, Effect, Layer, Option, Result, Schema } from "effect"
import type { KeyedHash } from "../account/Account.ts"
import type { Intent } from "../account/Accounts.ts"
import type { Forbidden } from "../account/OperatorCase.ts"
import { Secrets } from "../account/Secrets.ts"
import { instant, Instant } from "../calendar/JapanDate.ts"
import { validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import { policyInForce } from "../policy/Policy.ts"
import { bearerOf, freshToken, readBearer } from "./Beginning.ts"
import { compare, decidedOnce, nobody } from "./Comparing.ts"
import { LoginFailed } from "./LoginFailed.ts"
import { PasswordHasher } from "./PasswordHasher.ts"
import { acceptable, password as writtenPassword, type PasswordUnacceptable, TypedPassword } from "./PasswordRule.ts"
import { SessionId } from "./Session.ts"
import {
  LoginId,
  loginId as writtenLoginId,
  StaffId,
  staffNames,
  type StaffNotFound,
  StaffRole,
  staffs,
  StaffText
} from "./Staff.ts"
import {
  EndStaff,
  type LoginIdTaken,
  RegisterStaff,
  ResetStaffPassword,
  SetStaffPassword,
  settable,
  SettingTokenInvalid,
  type StaffView,
  UnlockStaff
} from "./StaffKeeping.ts"
import { LoginStaff } from "./StaffLogin.ts"

export const StaffRegistration = Schema.Struct({
  loginId: LoginId,
  /** The name, kept beside the books (REG-04). */
  name: Schema.String.check(Schema.isPattern(/^[^\u0000-\u001f]{1,100}$/, { message: "expected 1 to 100 characters" })),
  roles: Schema.Array(StaffRole).check(Schema.isMinLength(1), Schema.isMaxLength(3), Schema.isUnique())
})
export type StaffRegistration = typeof StaffRegistration.Type

const Setting = Schema.Struct({ token: Schema.String.check(Schema.isMaxLength(100)), password: TypedPassword })
const Login = Schema.Struct({ loginId: Schema.String.check(Schema.isMaxLength(100)), password: TypedPassword })

const validate = {
  registration: validator(StaffRegistration),
  setting: validator(Setting),
  login: validator(Login),
  staff: validator(Schema.Struct({ staff: StaffId }))
}
const encode = Schema.encodeSync(StaffText)
const readText = Schema.decodeUnknownOption(StaffText)
const passwordOf = (data: string): string | undefined => Option.getOrUndefined(readText(data))?.password

/** A staff user who has to set a password, and the token for it: a secret that is handed to that person alone. */
export interface StaffInvited {
  readonly staff: StaffView
  readonly settingToken: string
}

/** A session of staff that began. The bearer token is a secret: it goes to its holder and nowhere else. */
export const StaffLoginAnswer = Schema.Struct({
  staff: StaffId,
  roles: Schema.Array(StaffRole),
  session: SessionId,
  bearer: Schema.String,
  endsAt: Instant
})
export type StaffLoginAnswer = typeof StaffLoginAnswer.Type

/** What whoever keeps the staff can meet. */
type Kept = StaffNotFound | Forbidden | EngineError

export class StaffOffice extends Context.Service<
  StaffOffice,
  {
    /** Registers a staff user. */
    readonly register: (
      registration: StaffRegistration,
      intent: Intent
    ) => Effect.Effect<StaffInvited, LoginIdTaken | Forbidden | EngineError>
    /** Sets a password with the token that was handed over. */
    readonly setPassword: (
      setting: { readonly token: string; readonly password: string },
      intent: Intent
    ) => Effect.Effect<StaffView, SettingTokenInvalid | PasswordUnacceptable | EngineError>
    /** Logs in; ends the former session (SES-02). Whoever does not get in is not told why (SEC-01). */
    readonly login: (
      login: { readonly loginId: string; readonly password: string },
      intent: Intent
    ) => Effect.Effect<StaffLoginAnswer, LoginFailed | EngineError>
    /** Takes the lock off another staff user. */
    readonly unlock: (staff: StaffId, intent: Intent) => Effect.Effect<StaffView, Kept>
    /** Voids a password and gives another token to set one. */
    readonly reset: (staff: StaffId, intent: Intent) => Effect.Effect<StaffInvited, Kept>
    /** Ends a staff user for good. */
    readonly end: (staff: StaffId, intent: Intent) => Effect.Effect<StaffView, Kept>
  }
>()("@kinchaku/domain/session/StaffOffice") {
  static readonly layer: Layer.Layer<StaffOffice, never, Engine | Store | Secrets | PasswordHasher> = Layer.effect(
    StaffOffice,
    Effect.suspend(() => make())
  )
}

const make = Effect.fnUntraced(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const secrets = yield* Secrets
  const hasher = yield* PasswordHasher

  const register = Effect.fn("StaffOffice.register")(function* (registration: StaffRegistration, intent: Intent) {
    const { loginId, name, roles } = yield* Effect.fromResult(validate.registration(registration))
    const content = { loginId: secrets.keyedHash("loginId", writtenLoginId(loginId)), roles, ...freshToken(secrets) }
    const { nonce, staff } = yield* engine.submit(RegisterStaff, content, { ...intent, personal: encode({ name }) })
    return { staff, settingToken: bearerOf(secrets, staff.id, nonce) }
  })

  const setPassword = Effect.fn("StaffOffice.setPassword")(function* (
    setting: { readonly token: string; readonly password: string },
    intent: Intent
  ) {
    const { password, token: given } = yield* Effect.fromResult(validate.setting(setting))
    const parts = readBearer(given)
    if (parts === undefined) return yield* new SettingTokenInvalid()
    const staff = parts.of as StaffId
    const token = secrets.keyedHash("session", parts.token)
    const facts = yield* store.read([key(staffs, staff), key(policyInForce, "current")])
    const found = facts.find(staffs, staff)
    const at = instant(yield* Clock.currentTimeMillis)
    // What the rule is, and what a hash costs, is for those who have a token; a repetition finds its first answer.
    const isSettable = settable(found, token, at)
    const accepted = acceptable(facts.policy.authentication.password, password)
    if (!isSettable && (found?._tag !== "active" || Result.isFailure(accepted))) return yield* new SettingTokenInvalid()
    const written = yield* Effect.fromResult(accepted)
    const personal = encode({ password: yield* hasher.hash(written) })
    return yield* engine.submit(SetStaffPassword, { staff, token }, { ...intent, personal })
  })

  /** Looks at the password of whoever has a login ID. */
  const compared = Effect.fnUntraced(function* (loginId: KeyedHash, typed: string) {
    const id = (yield* store.read([key(staffNames, loginId)])).find(staffNames, loginId)?.staff ?? `staff_${nobody}`
    const staff = (yield* store.read([key(staffs, id)])).find(staffs, id)
    const setBy = staff?._tag === "active" ? staff.password : undefined
    return yield* compare({ hasher, store }, typed, { setBy, kept: passwordOf })
  })

  const login = Effect.fn("StaffOffice.login")(function* (
    asked: { readonly loginId: string; readonly password: string },
    { actor, key: intentKey }: Intent
  ) {
    const valid = yield* Effect.fromResult(validate.login(asked))
    const loginId = secrets.keyedHash("loginId", writtenLoginId(valid.loginId))
    const attempt = Effect.fnUntraced(function* (attemptKey: string) {
      const evidence = yield* compared(loginId, writtenPassword(valid.password))
      const content = { loginId, evidence, ...freshToken(secrets) }
      return { evidence, outcome: yield* engine.submit(LoginStaff, content, { actor, key: attemptKey }) }
    })
    const outcome = yield* decidedOnce(attempt, intentKey, secrets.nonce())
    if (outcome === undefined || outcome._tag === "failed") return yield* new LoginFailed()
    const { endsAt, nonce, roles, session, staff } = outcome
    return { staff, roles, session, bearer: bearerOf(secrets, staff, nonce), endsAt }
  })

  const valid = (staff: StaffId) => Effect.fromResult(validate.staff({ staff }))

  const unlock = Effect.fn("StaffOffice.unlock")(function* (staff: StaffId, intent: Intent) {
    return yield* engine.submit(UnlockStaff, yield* valid(staff), intent)
  })
  const reset = Effect.fn("StaffOffice.reset")(function* (id: StaffId, intent: Intent) {
    const content = { ...(yield* valid(id)), ...freshToken(secrets) }
    const { nonce, staff } = yield* engine.submit(ResetStaffPassword, content, intent)
    return { staff, settingToken: bearerOf(secrets, staff.id, nonce) }
  })
  const end = Effect.fn("StaffOffice.end")(function* (staff: StaffId, intent: Intent) {
    return yield* engine.submit(EndStaff, yield* valid(staff), intent)
  })

  return StaffOffice.of({ register, setPassword, login, unlock, reset, end })
})

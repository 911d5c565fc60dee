/**
 * AccountChanges: the service by which holders change how they are reached, set a password, suspend, resume and close (ACC-15 to ACC-31).
 */
import { Context, Effect, Layer, Schema } from "effect"
import { validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import type { OtpRefusal } from "../otp/Confirming.ts"
import { OtpId } from "../otp/Otp.ts"
import { policyInForce } from "../policy/Policy.ts"
import { LoginFailed } from "../session/LoginFailed.ts"
import { PasswordHasher } from "../session/PasswordHasher.ts"
import { acceptable, type PasswordUnacceptable, TypedPassword } from "../session/PasswordRule.ts"
import { type AccountActive, AccountId, type AccountNotFound, type AccountSuspended } from "./Account.ts"
import type { Intent } from "./Accounts.ts"
import { type BalanceAboveClosingLimit, CloseAccount, type Closed, type OperationsInProgress } from "./Closing.ts"
import * as Contact from "./Contact.ts"
import { ChangeEmail, ChangePhone, type ContactChange, refusalOf } from "./ContactChange.ts"
import { HolderText } from "./Holder.ts"
import type { EmailTaken, PhoneTaken } from "./Opening.ts"
import { type PasswordSet, SetPassword } from "./PasswordChange.ts"
import type { PasswordNotSet } from "./PasswordProof.ts"
import { proving } from "./Proving.ts"
import { Secrets } from "./Secrets.ts"
import type { AccountClosed, AccountLocked, StandingRefusal } from "./Standing.ts"
import { type AccountNotSuspended, ResumeAccount, SuspendAccount } from "./Suspension.ts"

/** A new phone number, with the code that went to the current one and, where the policy asks for it, the one that went to the new. */
export const PhoneRequest = Schema.Struct({
  account: AccountId,
  phone: Contact.Phone,
  otp: OtpId,
  newOtp: Schema.optionalKey(OtpId)
})
export type PhoneRequest = typeof PhoneRequest.Type

/** A new e-mail address, with the code that went to the phone. */
export const EmailRequest = Schema.Struct({ account: AccountId, email: Contact.Email, otp: OtpId })
export type EmailRequest = typeof EmailRequest.Type

/** A new password, with the registered e-mail address and the code that went to the registered phone. */
export const PasswordRequest = Schema.Struct({ email: Contact.Email, otp: OtpId, password: TypedPassword })
export type PasswordRequest = typeof PasswordRequest.Type

/** The form by which an account is suspended or resumed on the web. */
export const WebForm = Schema.Struct({
  account: AccountId,
  email: Contact.Email,
  password: TypedPassword,
  otp: OtpId
})
export type WebForm = typeof WebForm.Type

const validatePhone = validator(PhoneRequest)
const validateEmail = validator(EmailRequest)
const validatePassword = validator(PasswordRequest)
const validateForm = validator(WebForm)
const validateAccount = validator(Schema.Struct({ account: AccountId }))
const encodeHolder = Schema.encodeSync(HolderText)

type Operating = AccountNotFound | StandingRefusal | OtpRefusal | EngineError
type OnTheWeb = Operating | PasswordNotSet | LoginFailed

export class AccountChanges extends Context.Service<
  AccountChanges,
  {
    /** Changes the phone number; the old one is told (ACC-15, ACC-16, SEC-06). */
    readonly changePhone: (
      request: PhoneRequest,
      intent: Intent
    ) => Effect.Effect<AccountId, Operating | EmailTaken | PhoneTaken>
    /** Changes the e-mail address; the old one is told (ACC-17). */
    readonly changeEmail: (
      request: EmailRequest,
      intent: Intent
    ) => Effect.Effect<AccountId, Operating | EmailTaken | PhoneTaken>
    /** Sets the web password, and unlocks the account (ACC-31, LCK-06). */
    readonly setPassword: (
      request: PasswordRequest,
      intent: Intent
    ) => Effect.Effect<PasswordSet, PasswordUnacceptable | OtpRefusal | AccountLocked | AccountClosed | EngineError>
    /** Suspends an account; a wrong password counts (ACC-18). */
    readonly suspend: (form: WebForm, intent: Intent) => Effect.Effect<AccountSuspended, OnTheWeb>
    /** Resumes an account that its holder suspended (ACC-21). */
    readonly resume: (form: WebForm, intent: Intent) => Effect.Effect<AccountActive, OnTheWeb | AccountNotSuspended>
    /** Closes an account for good; what is left on it is given up (ACC-25, ACC-27). */
    readonly close: (
      account: AccountId,
      intent: Intent
    ) => Effect.Effect<
      Closed,
      AccountNotFound | StandingRefusal | BalanceAboveClosingLimit | OperationsInProgress | EngineError
    >
  }
>()("@kinchaku/domain/account/AccountChanges") {
  static readonly layer: Layer.Layer<AccountChanges, never, Engine | Store | Secrets | PasswordHasher> = Layer.effect(
    AccountChanges,
    Effect.suspend(() => make())
  )
}

/** The account whose contact is another one now; a contact that somebody has is refused by name. */
const changedOf = (of: "email" | "phone", change: ContactChange): Effect.Effect<AccountId, EmailTaken | PhoneTaken> =>
  change._tag === "changed" ? Effect.succeed(change.account) : Effect.fail(refusalOf(of, change))

const make = Effect.fnUntraced(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const secrets = yield* Secrets
  const hasher = yield* PasswordHasher
  const prove = proving({ hasher, secrets, store })

  const changePhone = Effect.fn("AccountChanges.changePhone")(function* (request: PhoneRequest, intent: Intent) {
    const valid = yield* Effect.fromResult(validatePhone(request))
    const phone = Contact.phone(valid.phone)
    const content = { ...valid, phone: secrets.keyedHash("phone", phone) }
    const change = yield* engine.submit(ChangePhone, content, { ...intent, personal: encodeHolder({ phone }) })
    return yield* changedOf("phone", change)
  })

  const changeEmail = Effect.fn("AccountChanges.changeEmail")(function* (request: EmailRequest, intent: Intent) {
    const valid = yield* Effect.fromResult(validateEmail(request))
    const email = Contact.email(valid.email)
    const content = { ...valid, email: secrets.keyedHash("email", email) }
    const change = yield* engine.submit(ChangeEmail, content, { ...intent, personal: encodeHolder({ email }) })
    return yield* changedOf("email", change)
  })

  const setPassword = Effect.fn("AccountChanges.setPassword")(function* (request: PasswordRequest, intent: Intent) {
    const { email, otp, password } = yield* Effect.fromResult(validatePassword(request))
    const { policy } = yield* store.read([key(policyInForce, "current")])
    const written = yield* Effect.fromResult(acceptable(policy.authentication.password, password))
    const personal = encodeHolder({ password: yield* hasher.hash(written) })
    const content = { email: secrets.keyedHash("email", Contact.email(email)), otp }
    return yield* engine.submit(SetPassword, content, { ...intent, personal })
  })

  const proved = Effect.fnUntraced(function* (form: WebForm) {
    const { account, email, otp, password } = yield* Effect.fromResult(validateForm(form))
    return { account, otp, proof: yield* prove.ofAccount(account, { email, password }) }
  })

  const suspend = Effect.fn("AccountChanges.suspend")(function* (form: WebForm, intent: Intent) {
    const suspending = yield* engine.submit(SuspendAccount, yield* proved(form), intent)
    return suspending._tag === "mismatch" ? yield* new LoginFailed() : suspending
  })

  const resume = Effect.fn("AccountChanges.resume")(function* (form: WebForm, intent: Intent) {
    const resuming = yield* engine.submit(ResumeAccount, yield* proved(form), intent)
    return resuming._tag === "mismatch" ? yield* new LoginFailed() : resuming
  })

  const close = Effect.fn("AccountChanges.close")(function* (account: AccountId, intent: Intent) {
    return yield* engine.submit(CloseAccount, yield* Effect.fromResult(validateAccount({ account })), intent)
  })

  return AccountChanges.of({ changePhone, changeEmail, setPassword, suspend, resume, close })
})

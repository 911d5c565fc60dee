/**
 * OneTimePasswords: the service by which codes are asked for and confirmed.
 */
import { Context, Effect, Layer, Schema } from "effect"
import { AccountId, type AccountNotFound } from "../account/Account.ts"
import type { Intent } from "../account/Accounts.ts"
import * as Contact from "../account/Contact.ts"
import { Secrets } from "../account/Secrets.ts"
import type { AccountLocked, StandingRefusal } from "../account/Standing.ts"
import { type ValidationFailed, validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import { ConfirmOtp, type OtpAlreadyUsed, type OtpExpired, OtpMismatch, OtpNotFound } from "./Confirming.ts"
import { IssueContactOtp, IssueOtp, IssuePasswordOtp } from "./Issuing.ts"
import { hashed, HolderPurpose, type Otp, OtpId, otpKey, OtpOperation, otps } from "./Otp.ts"
import type { OtpIssued, OtpSendLimited } from "./Sending.ts"

/** What a code of an account is for. */
export const OtpRequest = Schema.Struct({
  account: AccountId,
  purpose: HolderPurpose,
  /** The operation in its written form, where money moves (OTP-04). */
  operation: Schema.optionalKey(OtpOperation),
  /** The number to be proved, for `newPhone` (ACC-16). */
  newPhone: Schema.optionalKey(Contact.Phone)
}).check(
  Schema.makeFilter(
    ({ newPhone, purpose }) =>
      (purpose === "newPhone") === (newPhone !== undefined) || {
        path: ["newPhone"],
        issue: "expected with newPhone only"
      }
  ),
  Schema.makeFilter(
    ({ operation, purpose }) =>
      ["topUp", "payment", "payout"].includes(purpose) === (operation !== undefined) || {
        path: ["operation"],
        issue: "expected exactly where money moves"
      }
  )
)
export type OtpRequest = typeof OtpRequest.Type

const validateRequest = validator(OtpRequest)
const validateContact = validator(
  Schema.Union([Schema.Struct({ phone: Contact.Phone }), Schema.Struct({ email: Contact.Email })])
)
const validateEmail = validator(Schema.Struct({ email: Contact.Email }))
const validateAttempt = validator(
  Schema.Struct({
    otp: OtpId,
    code: Schema.String.check(Schema.isPattern(/^\d{6}$/, { message: "expected six digits" }))
  })
)
const validateId = validator(Schema.Struct({ otp: OtpId }))

export class OneTimePasswords extends Context.Service<
  OneTimePasswords,
  {
    /** Sends a code to the phone of an account, or to its new one, for one purpose and operation. */
    readonly issue: (
      request: OtpRequest,
      intent: Intent
    ) => Effect.Effect<OtpIssued, AccountNotFound | StandingRefusal | OtpSendLimited | EngineError>
    /** Sends a code to a contact that an account is to be opened with. Nothing is said about who has it (SEC-01). */
    readonly prove: (
      contact: { readonly phone: string } | { readonly email: string },
      intent: Intent
    ) => Effect.Effect<OtpIssued, OtpSendLimited | EngineError>
    /** Sends a code to the phone of whoever has an e-mail address, so that a password can be set; answered alike for nobody's (SEC-01). */
    readonly forPassword: (email: string, intent: Intent) => Effect.Effect<OtpIssued, OtpSendLimited | EngineError>
    /** Confirms a code as it was typed. A wrong one counts (LCK). */
    readonly confirm: (
      otp: OtpId,
      code: string,
      intent: Intent
    ) => Effect.Effect<
      { readonly otp: OtpId },
      OtpMismatch | OtpNotFound | OtpExpired | OtpAlreadyUsed | AccountLocked | EngineError
    >
    /** A code as it stands: its state and whether its message was delivered (OTP-11). */
    readonly get: (otp: OtpId) => Effect.Effect<Otp, OtpNotFound | ValidationFailed | StoreUnavailable>
  }
>()("@kinchaku/domain/otp/OneTimePasswords") {
  static readonly layer: Layer.Layer<OneTimePasswords, never, Engine | Store | Secrets> = Layer.effect(
    OneTimePasswords,
    Effect.suspend(() => make())
  )
}

const make = Effect.fnUntraced(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const secrets = yield* Secrets

  /** A fresh nonce, and the hash of the code that it makes. */
  const fresh = () => {
    const nonce = secrets.nonce()
    return { nonce, code: secrets.keyedHash("otp", hashed(nonce, secrets.code(nonce))) }
  }

  const issue = Effect.fn("OneTimePasswords.issue")(function* (request: OtpRequest, { actor, key }: Intent) {
    const { newPhone, ...asked } = yield* Effect.fromResult(validateRequest(request))
    if (newPhone === undefined) return yield* engine.submit(IssueOtp, { ...asked, ...fresh() }, { actor, key })
    const phone = Contact.phone(newPhone)
    const content = { ...asked, newPhone: secrets.keyedHash("phone", phone), ...fresh() }
    return yield* engine.submit(IssueOtp, content, { actor, key, personal: JSON.stringify({ phone }) })
  })

  const prove = Effect.fn("OneTimePasswords.prove")(function* (
    contact: { readonly phone: string } | { readonly email: string },
    { actor, key }: Intent
  ) {
    const valid = yield* Effect.fromResult(validateContact(contact))
    const [of, value] =
      "phone" in valid
        ? (["phone", Contact.phone(valid.phone)] as const)
        : (["email", Contact.email(valid.email)] as const)
    const content = { of, value: secrets.keyedHash(of, value), ...fresh() }
    return yield* engine.submit(IssueContactOtp, content, { actor, key, personal: JSON.stringify({ [of]: value }) })
  })

  const forPassword = Effect.fn("OneTimePasswords.forPassword")(function* (email: string, { actor, key }: Intent) {
    const valid = yield* Effect.fromResult(validateEmail({ email }))
    const content = { email: secrets.keyedHash("email", Contact.email(valid.email)), ...fresh() }
    return yield* engine.submit(IssuePasswordOtp, content, { actor, key })
  })

  const find = Effect.fnUntraced(function* (id: OtpId) {
    const otp = (yield* store.read([otpKey(id)])).find(otps, id)
    return otp === undefined ? yield* new OtpNotFound({ otp: id }) : otp
  })

  const confirm = Effect.fn("OneTimePasswords.confirm")(function* (id: OtpId, typed: string, { actor, key }: Intent) {
    const { code, otp } = yield* Effect.fromResult(validateAttempt({ otp: id, code: typed.normalize("NFKC").trim() }))
    const { nonce } = yield* find(otp)
    const content = { otp, code: secrets.keyedHash("otp", hashed(nonce, code)) }
    const confirmation = yield* engine.submit(ConfirmOtp, content, { actor, key })
    return confirmation._tag === "confirmed" ? { otp } : yield* new OtpMismatch({ otp })
  })

  const get = Effect.fn("OneTimePasswords.get")(function* (id: OtpId) {
    yield* Effect.fromResult(validateId({ otp: id }))
    return yield* find(id)
  })

  return OneTimePasswords.of({ issue, prove, forPassword, confirm, get })
})

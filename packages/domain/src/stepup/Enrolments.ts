/**
 * Enrolments: the service by which issuer, holder and operator keep cards enrolled for step-up authentication.
 *
 * It is for the issuer's host, which knows who is logged in at the member site; a stranger reaches nothing of it but
 * {@link Enrolments} `remind`.
 */
import { Context, Effect, Layer, Schema } from "effect"
import type { Intent } from "../account/Accounts.ts"
import * as Contact from "../account/Contact.ts"
import { Language } from "../account/Holder.ts"
import { Secrets } from "../account/Secrets.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import { validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import { policyInForce } from "../policy/Policy.ts"
import { PasswordHasher } from "../session/PasswordHasher.ts"
import { acceptable, type PasswordUnacceptable, TypedPassword } from "../session/PasswordRule.ts"
import {
  AskedMethod,
  type CardNotEnrolled,
  type CardProfile,
  type ProfileFull,
  type ProfileId,
  type ProfileProvisional,
  type ProfileVoid
} from "./CardProfile.ts"
import { CardReference } from "./CardReference.ts"
import { type CardEnrolled, Enrol, EnrolProvisionally, type EnrolRefusal } from "./Enrolment.ts"
import {
  ChangeMethod,
  type ChangeMethodRefusal,
  type UnlockRequiresOperator,
  type ProfileNotFound,
  UnlockProfile,
  VoidEnrolment
} from "./EnrolmentChanges.ts"
import { memberId, MemberId, RemindMemberId } from "./MemberId.ts"

const asksPassword = Schema.makeFilter(
  ({ method, password }: { readonly method: AskedMethod; readonly password?: string }) =>
    (method === "password") === (password !== undefined) || {
      path: ["password"],
      issue: "expected exactly with the method password"
    }
)

/** What the issuer enrols provisionally with. Phone and address are personal data (REG-04). */
export const ProvisionalRequest = Schema.Struct({
  card: CardReference,
  phone: Contact.Phone,
  email: Contact.Email,
  language: Language
})
export type ProvisionalRequest = typeof ProvisionalRequest.Type

/** What a holder enrols with. */
export const EnrolRequest = Schema.Struct({
  ...ProvisionalRequest.fields,
  memberId: MemberId,
  method: AskedMethod,
  password: Schema.optionalKey(TypedPassword)
}).check(asksPassword)
export type EnrolRequest = typeof EnrolRequest.Type

/** How a holder wants to answer from now on. */
export const MethodRequest = Schema.Struct({
  memberId: MemberId,
  method: AskedMethod,
  password: Schema.optionalKey(TypedPassword)
}).check(asksPassword)
export type MethodRequest = typeof MethodRequest.Type

const validateProvisional = validator(ProvisionalRequest)
const validateEnrol = validator(EnrolRequest)
const validateMethod = validator(MethodRequest)
const validateCard = validator(Schema.Struct({ card: CardReference }))
const validateEmail = validator(Schema.Struct({ email: Contact.Email }))

export class Enrolments extends Context.Service<
  Enrolments,
  {
    /** The issuer enrols a cardholder who has not registered at the member site (AUT-05). */
    readonly provisional: (
      request: ProvisionalRequest,
      intent: Intent
    ) => Effect.Effect<ProfileProvisional, CardEnrolled | EngineError>
    /** The holder enrols in full, or completes a provisional enrolment, or enrols a new card number (AUT-05, AUT-06). */
    readonly enrol: (
      request: EnrolRequest,
      intent: Intent
    ) => Effect.Effect<ProfileFull, EnrolRefusal | PasswordUnacceptable | EngineError>
    /** The holder changes how challenges are answered, or the password (AUT-02, AUT-07). */
    readonly changeMethod: (
      request: MethodRequest,
      intent: Intent
    ) => Effect.Effect<ProfileFull, ChangeMethodRefusal | PasswordUnacceptable | EngineError>
    /** The issuer has given the holder another card number (AUT-06). */
    readonly cardChanged: (
      card: CardReference,
      intent: Intent
    ) => Effect.Effect<ProfileVoid, CardNotEnrolled | EngineError>
    /** An operator whom the holder has contacted in person unlocks a profile (LCK-08). */
    readonly unlock: (
      profile: ProfileId,
      contactedAt: Instant,
      intent: Intent
    ) => Effect.Effect<CardProfile, UnlockRequiresOperator | ProfileNotFound | EngineError>
    /** Mails the member ID to its registered address; answers the same where there is none (AUT-10). */
    readonly remind: (email: string, intent: Intent) => Effect.Effect<void, EngineError>
  }
>()("@kinchaku/domain/stepup/Enrolments") {
  static readonly layer: Layer.Layer<Enrolments, never, Engine | Store | Secrets | PasswordHasher> = Layer.effect(
    Enrolments,
    Effect.suspend(() => make())
  )
}

const make = Effect.fnUntraced(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const secrets = yield* Secrets
  const hasher = yield* PasswordHasher

  /** The hash of a password that the operator's rule accepts, as it is kept beside the books; nothing where there is none. */
  const hashed = Effect.fnUntraced(function* (
    typed: string | undefined
  ): Effect.fn.Return<{ readonly password?: string }, PasswordUnacceptable | StoreUnavailable> {
    if (typed === undefined) return {}
    const { policy } = yield* store.read([key(policyInForce, "current")])
    return { password: yield* hasher.hash(yield* Effect.fromResult(acceptable(policy.authentication.password, typed))) }
  })

  const contacts = (request: ProvisionalRequest) => {
    const [email, phone] = [Contact.email(request.email), Contact.phone(request.phone)]
    const hashes = {
      card: secrets.keyedHash("card", request.card),
      email: secrets.keyedHash("email", email),
      language: request.language
    }
    return { hashes, personal: { email, phone } }
  }

  const provisional = Effect.fn("Enrolments.provisional")(function* (request: ProvisionalRequest, intent: Intent) {
    const { hashes, personal } = contacts(yield* Effect.fromResult(validateProvisional(request)))
    return yield* engine.submit(EnrolProvisionally, hashes, { ...intent, personal: JSON.stringify(personal) })
  })

  const enrol = Effect.fn("Enrolments.enrol")(function* (request: EnrolRequest, intent: Intent) {
    const { method, password, ...valid } = yield* Effect.fromResult(validateEnrol(request))
    const { hashes, personal } = contacts(valid)
    const written = memberId(valid.memberId)
    const content = { ...hashes, memberId: secrets.keyedHash("memberId", written), method }
    const kept = JSON.stringify({ ...personal, memberId: written, ...(yield* hashed(password)) })
    return yield* engine.submit(Enrol, content, { ...intent, personal: kept })
  })

  const changeMethod = Effect.fn("Enrolments.changeMethod")(function* (request: MethodRequest, intent: Intent) {
    const { method, password, ...valid } = yield* Effect.fromResult(validateMethod(request))
    const content = { memberId: secrets.keyedHash("memberId", memberId(valid.memberId)), method }
    const kept = yield* hashed(password)
    const beside = kept.password === undefined ? {} : { personal: JSON.stringify(kept) }
    return yield* engine.submit(ChangeMethod, content, { ...intent, ...beside })
  })

  const cardChanged = Effect.fn("Enrolments.cardChanged")(function* (card: CardReference, intent: Intent) {
    const valid = yield* Effect.fromResult(validateCard({ card }))
    return yield* engine.submit(VoidEnrolment, { card: secrets.keyedHash("card", valid.card) }, intent)
  })

  const unlock = Effect.fn("Enrolments.unlock")((profile: ProfileId, contactedAt: Instant, intent: Intent) =>
    engine.submit(UnlockProfile, { profile, contactedAt }, intent)
  )

  const remind = Effect.fn("Enrolments.remind")(function* (email: string, intent: Intent) {
    const valid = yield* Effect.fromResult(validateEmail({ email }))
    const hash = secrets.keyedHash("email", Contact.email(valid.email))
    yield* engine.submit(RemindMemberId, { email: hash }, intent)
  })

  return Enrolments.of({ provisional, enrol, changeMethod, cardChanged, unlock, remind })
})

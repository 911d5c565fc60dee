/**
 * Accounts: the service by which accounts are opened, verified and looked at. What changes them later is
 * `AccountChanges`, what operators do with them `AccountOffice`.
 */
import { Clock, Context, Effect, Layer, Option, Schema } from "effect"
import { instant, Instant } from "../calendar/JapanDate.ts"
import { type Actor, type CommandId, type ValidationFailed, validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { balanceKey, key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import { type CertificateUnreadable, CertificateVerifier, Presentation } from "../identity/CertificateVerifier.ts"
import type { CertificateRefusal } from "../identity/Presenting.ts"
import { showing } from "../identity/Showing.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import { Yen } from "../money/Yen.ts"
import { OtpId } from "../otp/Otp.ts"
import { type Account, AccountId, AccountKind, AccountNotFound, AccountOrigin, accounts } from "./Account.ts"
import * as Cash from "./Cash.ts"
import * as Contact from "./Contact.ts"
import { holders, HolderText, Language } from "./Holder.ts"
import * as Opening from "./Opening.ts"
import { Secrets } from "./Secrets.ts"
import type { StandingRefusal } from "./Standing.ts"

/** Who asks, and the key of the intention: repeated with the same key, a call answers what it answered first (LED-08). */
export interface Intent {
  readonly actor: Actor
  readonly key: string
}

/** What is needed to open an account. Personal data: kept beside the books, erasable (REG-04). */
export const OpeningRequest = Schema.Struct({
  /** The signature certificate. */
  presentation: Presentation,
  email: Contact.Email,
  phone: Contact.Phone,
  kanaName: Contact.KanaName,
  /** The codes, confirmed, that were sent to both contacts (SEC-01). */
  emailOtp: OtpId,
  phoneOtp: OtpId,
  /** In which language the holder is written to; Japanese where nothing is said. */
  language: Schema.optionalKey(Language)
})
export type OpeningRequest = typeof OpeningRequest.Type

const validateOpening = validator(OpeningRequest)
const validateAccount = validator(Schema.Struct({ account: AccountId }))
const validatePresentation = validator(Presentation)
const encodeHolder = Schema.encodeSync(HolderText)

/** The balances that a holder sees (BAL-10). */
export const Balances = Schema.Struct({
  account: AccountId,
  kind: AccountKind,
  cash: Yen,
  money: Yen,
  /** The end of the last day on which the cash can be spent (BAL-04). */
  cashExpiresAt: Schema.optionalKey(Instant)
})
export type Balances = typeof Balances.Type

/** What a logged-in holder reads of the own account (ACC-33). Personal data; what was erased is left out. */
export const Profile = Schema.Struct({
  account: AccountId,
  state: Schema.Literals(["active", "suspended", "stopped", "closed"]),
  kind: AccountKind,
  origin: AccountOrigin,
  email: Schema.optionalKey(Schema.String),
  phone: Schema.optionalKey(Schema.String)
})
export type Profile = typeof Profile.Type

const readHolder = Schema.decodeUnknownOption(HolderText)

export class Accounts extends Context.Service<
  Accounts,
  {
    /** Opens a cash account with a verified certificate (ACC-05). */
    readonly open: (
      request: OpeningRequest,
      intent: Intent
    ) => Effect.Effect<Account, Opening.OpeningRefusal | CertificateUnreadable | EngineError>
    /** Completes identity verification with the person's own certificate; the account becomes a money account (ACC-03). */
    readonly verifyIdentity: (
      account: AccountId,
      presentation: Presentation,
      intent: Intent
    ) => Effect.Effect<
      Account,
      | CertificateRefusal
      | Opening.CertificateOfAnother
      | AccountNotFound
      | StandingRefusal
      | CertificateUnreadable
      | EngineError
    >
    /** What an account holds now, expired cash left out (BAL-10). */
    readonly balances: (
      account: AccountId
    ) => Effect.Effect<Balances, AccountNotFound | ValidationFailed | StoreUnavailable>
    /** Kind, user ID, phone and e-mail address of an account, for its own holder (ACC-33). */
    readonly profile: (
      account: AccountId
    ) => Effect.Effect<Profile, AccountNotFound | ValidationFailed | StoreUnavailable>
  }
>()("@kinchaku/domain/account/Accounts") {
  static readonly layer: Layer.Layer<Accounts, never, Engine | Store | CertificateVerifier | Secrets> = Layer.effect(
    Accounts,
    Effect.gen(function* () {
      const engine = yield* Engine
      const store = yield* Store
      const verifier = yield* CertificateVerifier
      const secrets = yield* Secrets

      const shown = showing({ secrets, verifier })

      const open = Effect.fn("Accounts.open")(function* (request: OpeningRequest, { actor, key: intentKey }: Intent) {
        const valid = yield* Effect.fromResult(validateOpening(request))
        const { data, evidence, person } = yield* shown(valid.presentation)
        const email = Contact.email(valid.email)
        const phone = Contact.phone(valid.phone)
        const kana = Contact.kanaName(valid.kanaName)
        const content = {
          person,
          email: secrets.keyedHash("email", email),
          phone: secrets.keyedHash("phone", phone),
          kanaName: secrets.keyedHash("kanaName", Contact.kanaKey(kana)),
          language: valid.language ?? ("ja" as const),
          emailOtp: valid.emailOtp,
          phoneOtp: valid.phoneOtp,
          evidence
        }
        const personal = encodeHolder({ ...data, email, phone, kanaName: kana })
        return yield* engine.submit(Opening.OpenAccount, content, { actor, key: intentKey, personal })
      })

      const verifyIdentity = Effect.fn("Accounts.verifyIdentity")(function* (
        account: AccountId,
        presentation: Presentation,
        { actor, key: intentKey }: Intent
      ) {
        const { data, evidence, person } = yield* shown(yield* Effect.fromResult(validatePresentation(presentation)))
        const options = { actor, key: intentKey, personal: encodeHolder(data) }
        return yield* engine.submit(Opening.CompleteIdentityVerification, { account, person, evidence }, options)
      })

      const balances = Effect.fn("Accounts.balances")(function* (id: AccountId) {
        yield* Effect.fromResult(validateAccount({ account: id }))
        const keys = [key(accounts, id), balanceKey(AccountCode.cash(id)), balanceKey(AccountCode.money(id))]
        const facts = yield* store.read(keys)
        const account = facts.find(accounts, id)
        if (account === undefined) return yield* new AccountNotFound({ account: id })
        const at = instant(yield* Clock.currentTimeMillis)
        const expires = account.cashExpiresAt === undefined ? {} : { cashExpiresAt: account.cashExpiresAt }
        return { account: id, kind: account.kind, ...Cash.spendable(facts, account, at), ...expires }
      })

      const kept = (id: CommandId) =>
        Effect.map(store.personal(id), (data) => Option.getOrUndefined(readHolder(data)) ?? {})

      const profile = Effect.fn("Accounts.profile")(function* (id: AccountId) {
        yield* Effect.fromResult(validateAccount({ account: id }))
        const facts = yield* store.read([key(accounts, id), key(holders, id)])
        const [account, holder] = [facts.find(accounts, id), facts.find(holders, id)]
        if (account === undefined || holder === undefined) return yield* new AccountNotFound({ account: id })
        const { email } = yield* kept(holder.emailIn)
        const { phone } = yield* kept(holder.phoneIn)
        return {
          account: id,
          state: account._tag,
          kind: account.kind,
          origin: account.origin,
          ...(email === undefined ? {} : { email }),
          ...(phone === undefined ? {} : { phone })
        }
      })

      return Accounts.of({ open, verifyIdentity, balances, profile })
    })
  )
}

/**
 * AccountOffice: the service by which operators take in legacy accounts, stop and resume accounts, and change what holders cannot (ACC-14,
 * ACC-15, ACC-22 to ACC-24, SEC-08, SEC-11).
 */
import { Context, Effect, Layer, Schema } from "effect"
import { validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import {
  type Account,
  type AccountActive,
  AccountId,
  type AccountNotFound,
  type AccountStopped,
  StopReason
} from "./Account.ts"
import type { Intent } from "./Accounts.ts"
import * as Contact from "./Contact.ts"
import { ChangeKanaName, ChangePhoneByOperator } from "./ContactChange.ts"
import { type DocumentsRequired, Examination, type IndividualNumberShown } from "./Documents.ts"
import { HolderText, Language } from "./Holder.ts"
import { FormerBooks, ImportLegacyAccount, type ImportRefusal } from "./LegacyImport.ts"
import type { PhoneTaken } from "./Opening.ts"
import { CaseReference, type Forbidden } from "./OperatorCase.ts"
import { Secrets } from "./Secrets.ts"
import type { AccountClosed, AccountLocked, StateRefusal } from "./Standing.ts"
import { type AccountNotStopped, ResumeStoppedAccount, StopAccount, UnlockAccount } from "./Stopping.ts"

/** An account of the former books. Personal data: kept beside the books, erasable (REG-04). */
export const LegacyAccount = Schema.Struct({
  email: Contact.Email,
  phone: Contact.Phone,
  kanaName: Contact.KanaName,
  language: Schema.optionalKey(Language),
  /** The hash of the password as a PHC text; left out where there is none that can be compared. */
  passwordHash: Schema.optionalKey(
    Schema.String.check(Schema.isPattern(/^\$[a-z0-9-]{1,32}\$[!-~]{1,400}$/, { message: "expected a PHC text" }))
  ),
  former: FormerBooks,
  reference: CaseReference
})
export type LegacyAccount = typeof LegacyAccount.Type

const Case = { account: AccountId, reference: CaseReference }
const validate = {
  legacy: validator(LegacyAccount),
  stop: validator(Schema.Struct({ ...Case, reason: StopReason })),
  resume: validator(Schema.Struct({ account: AccountId, examination: Examination })),
  unlock: validator(Schema.Struct(Case)),
  phone: validator(Schema.Struct({ ...Case, phone: Contact.Phone })),
  kanaName: validator(Schema.Struct({ ...Case, kanaName: Contact.KanaName }))
}
const encodeHolder = Schema.encodeSync(HolderText)

/** Whose account, and the operator's number of the case in which it is changed (SEC-11). */
export interface OperatorCase {
  readonly account: AccountId
  readonly reference: string
}

type Changing = Forbidden | AccountNotFound | AccountClosed | EngineError

export class AccountOffice extends Context.Service<
  AccountOffice,
  {
    /** Takes in an account of the former books, with its balances (ACC-04). */
    readonly importLegacy: (
      legacy: LegacyAccount,
      intent: Intent
    ) => Effect.Effect<AccountActive, ImportRefusal | EngineError>
    /** Stops an account; its holder is told whom to call (ACC-22). */
    readonly stop: (
      request: OperatorCase & { readonly reason: StopReason },
      intent: Intent
    ) => Effect.Effect<AccountStopped, Forbidden | AccountNotFound | StateRefusal | EngineError>
    /** Resumes an account that was stopped, after the holder was spoken to and documents were seen (ACC-23, ACC-24). */
    readonly resume: (
      request: { readonly account: AccountId; readonly examination: Examination },
      intent: Intent
    ) => Effect.Effect<AccountActive, Changing | AccountNotStopped | DocumentsRequired | IndividualNumberShown>
    /** Takes off the lock of too many wrong codes in a year (SEC-08). */
    readonly unlock: (request: OperatorCase, intent: Intent) => Effect.Effect<Account, Changing | AccountLocked>
    /** Changes the phone number of a holder who cannot receive on the current one (ACC-15). */
    readonly changePhone: (
      request: OperatorCase & { readonly phone: string },
      intent: Intent
    ) => Effect.Effect<AccountId, Changing | PhoneTaken>
    /** Changes the kana name (ACC-14). */
    readonly changeKanaName: (
      request: OperatorCase & { readonly kanaName: string },
      intent: Intent
    ) => Effect.Effect<Account, Changing>
  }
>()("@kinchaku/domain/account/AccountOffice") {
  static readonly layer: Layer.Layer<AccountOffice, never, Engine | Secrets> = Layer.effect(
    AccountOffice,
    Effect.suspend(() => make())
  )
}

const make = Effect.fnUntraced(function* () {
  const engine = yield* Engine
  const secrets = yield* Secrets

  const importLegacy = Effect.fn("AccountOffice.importLegacy")(function* (legacy: LegacyAccount, intent: Intent) {
    const { former, language, passwordHash, reference, ...valid } = yield* Effect.fromResult(validate.legacy(legacy))
    const [email, phone] = [Contact.email(valid.email), Contact.phone(valid.phone)]
    const kana = Contact.kanaName(valid.kanaName)
    const content = {
      // The person behind a legacy account is known by both contacts together (ACC-01).
      person: secrets.keyedHash("person", `legacy ${email} ${phone}`),
      email: secrets.keyedHash("email", email),
      phone: secrets.keyedHash("phone", phone),
      kanaName: secrets.keyedHash("kanaName", Contact.kanaKey(kana)),
      language: language ?? ("ja" as const),
      hasPassword: passwordHash !== undefined,
      former,
      reference
    }
    const password = passwordHash === undefined ? {} : { password: passwordHash }
    const personal = encodeHolder({ email, phone, kanaName: kana, ...password })
    return yield* engine.submit(ImportLegacyAccount, content, { ...intent, personal })
  })

  const stop = Effect.fn("AccountOffice.stop")(function* (
    request: OperatorCase & { readonly reason: StopReason },
    intent: Intent
  ) {
    return yield* engine.submit(StopAccount, yield* Effect.fromResult(validate.stop(request)), intent)
  })

  const resume = Effect.fn("AccountOffice.resume")(function* (
    request: { readonly account: AccountId; readonly examination: Examination },
    intent: Intent
  ) {
    return yield* engine.submit(ResumeStoppedAccount, yield* Effect.fromResult(validate.resume(request)), intent)
  })

  const unlock = Effect.fn("AccountOffice.unlock")(function* (request: OperatorCase, intent: Intent) {
    return yield* engine.submit(UnlockAccount, yield* Effect.fromResult(validate.unlock(request)), intent)
  })

  const changePhone = Effect.fn("AccountOffice.changePhone")(function* (
    request: OperatorCase & { readonly phone: string },
    intent: Intent
  ) {
    const valid = yield* Effect.fromResult(validate.phone(request))
    const phone = Contact.phone(valid.phone)
    const content = { ...valid, phone: secrets.keyedHash("phone", phone) }
    yield* engine.submit(ChangePhoneByOperator, content, { ...intent, personal: encodeHolder({ phone }) })
    return valid.account
  })

  const changeKanaName = Effect.fn("AccountOffice.changeKanaName")(function* (
    request: OperatorCase & { readonly kanaName: string },
    intent: Intent
  ) {
    const valid = yield* Effect.fromResult(validate.kanaName(request))
    const kana = Contact.kanaName(valid.kanaName)
    const content = { ...valid, kanaName: secrets.keyedHash("kanaName", Contact.kanaKey(kana)) }
    return yield* engine.submit(ChangeKanaName, content, { ...intent, personal: encodeHolder({ kanaName: kana }) })
  })

  return AccountOffice.of({ importLegacy, stop, resume, unlock, changePhone, changeKanaName })
})

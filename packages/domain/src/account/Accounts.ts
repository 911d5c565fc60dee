/**
 * Accounts: the service by which accounts are opened, verified and looked at.
 */
import { Clock, Context, Effect, Layer, Schema } from "effect"
import { instant, Instant } from "../calendar/JapanDate.ts"
import { type Actor, type ValidationFailed, validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { balanceKey, key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import { type CertificateUnreadable, CertificateVerifier, Presentation } from "../identity/CertificateVerifier.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import { Yen } from "../money/Yen.ts"
import { type Account, AccountId, AccountKind, AccountNotFound, accounts } from "./Account.ts"
import * as Cash from "./Cash.ts"
import * as Contact from "./Contact.ts"
import * as Opening from "./Opening.ts"
import { Secrets } from "./Secrets.ts"

/** Who asks, and the key of the intention: repeated with the same key, a call answers what it answered first (LED-08). */
export interface Intent {
  readonly actor: Actor
  readonly key: string
}

/** What is needed to open an account. Personal data: kept beside the books, erasable (REG-04). */
export const OpeningRequest = Schema.Struct({
  presentation: Presentation,
  email: Contact.Email,
  phone: Contact.Phone,
  kanaName: Contact.KanaName,
  /** The contacts that the caller has proved by a code sent there (SEC-01). */
  proved: Schema.Struct({ email: Schema.Boolean, phone: Schema.Boolean })
})
export type OpeningRequest = typeof OpeningRequest.Type

const validateOpening = validator(OpeningRequest)
const validateAccount = validator(Schema.Struct({ account: AccountId }))
const validatePresentation = validator(Presentation)

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
      Opening.CertificateRefusal | Opening.CertificateOfAnother | AccountNotFound | CertificateUnreadable | EngineError
    >
    /** What an account holds now, expired cash left out (BAL-10). */
    readonly balances: (
      account: AccountId
    ) => Effect.Effect<Balances, AccountNotFound | ValidationFailed | StoreUnavailable>
  }
>()("@kinchaku/domain/account/Accounts") {
  static readonly layer: Layer.Layer<Accounts, never, Engine | Store | CertificateVerifier | Secrets> = Layer.effect(
    Accounts,
    Effect.gen(function* () {
      const engine = yield* Engine
      const store = yield* Store
      const verifier = yield* CertificateVerifier
      const secrets = yield* Secrets

      const open = Effect.fn("Accounts.open")(function* (request: OpeningRequest, { actor, key: intentKey }: Intent) {
        const valid = yield* Effect.fromResult(validateOpening(request))
        const { subject, verdict } = yield* verifier.verify(valid.presentation)
        const email = Contact.email(valid.email)
        const phone = Contact.phone(valid.phone)
        const kana = Contact.kanaName(valid.kanaName)
        const content = {
          person: secrets.keyedHash("person", subject),
          email: secrets.keyedHash("email", email),
          phone: secrets.keyedHash("phone", phone),
          kanaName: secrets.keyedHash("kanaName", Contact.kanaKey(kana)),
          evidence: { certificate: verdict, ...valid.proved }
        }
        const personal = JSON.stringify({ subject, email, phone, kanaName: kana })
        return yield* engine.submit(Opening.OpenAccount, content, { actor, key: intentKey, personal })
      })

      const verifyIdentity = Effect.fn("Accounts.verifyIdentity")(function* (
        account: AccountId,
        presentation: Presentation,
        { actor, key: intentKey }: Intent
      ) {
        const { subject, verdict } = yield* verifier.verify(
          yield* Effect.fromResult(validatePresentation(presentation))
        )
        const content = { account, person: secrets.keyedHash("person", subject), evidence: { certificate: verdict } }
        return yield* engine.submit(Opening.CompleteIdentityVerification, content, { actor, key: intentKey })
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

      return Accounts.of({ open, verifyIdentity, balances })
    })
  )
}

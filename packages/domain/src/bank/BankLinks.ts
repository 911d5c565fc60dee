/**
 * BankLinks: the service by which a holder links an own bank account.
 */
import { Context, Effect, Layer, Schema } from "effect"
import { AccountId, type AccountNotFound } from "../account/Account.ts"
import type { Intent } from "../account/Accounts.ts"
import { Secrets } from "../account/Secrets.ts"
import type { BankFunctionsRestricted, StandingRefusal } from "../account/Standing.ts"
import { type ValidationFailed, validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import { BankAccount } from "./BankGateway.ts"
import {
  type BankCode,
  type BankLink,
  BankLinkId,
  type BankLinkInProcedure,
  BankLinkNotFound,
  bankLinks
} from "./BankLink.ts"
import { type BankUnknown, LinkBankAccount } from "./Linking.ts"

export class BankLinks extends Context.Service<
  BankLinks,
  {
    /** Asks the bank to link an account; the link settles when the bank reports. */
    readonly link: (
      account: AccountId,
      bankAccount: BankAccount,
      intent: Intent
    ) => Effect.Effect<
      BankLinkInProcedure,
      AccountNotFound | StandingRefusal | BankFunctionsRestricted | BankUnknown | EngineError
    >
    /** A link of an account, in its present state. */
    readonly get: (
      account: AccountId,
      link: BankLinkId
    ) => Effect.Effect<BankLink, BankLinkNotFound | ValidationFailed | StoreUnavailable>
  }
>()("@kinchaku/domain/bank/BankLinks") {
  static readonly layer: Layer.Layer<BankLinks, never, Engine | Store | Secrets> = Layer.effect(
    BankLinks,
    Effect.gen(function* () {
      const engine = yield* Engine
      const store = yield* Store
      const secrets = yield* Secrets

      const link = Effect.fn("BankLinks.link")(function* (
        account: AccountId,
        bankAccount: BankAccount,
        { actor, key: intentKey }: Intent
      ) {
        const read = yield* Effect.fromResult(validateBankAccount(bankAccount))
        const parts = "branch" in read ? [read.branch, read.kind, read.number] : [read.symbol, read.number]
        const hash = secrets.keyedHash("bankAccount", [read.bank, ...parts].join("-"))
        const personal = JSON.stringify(read)
        const content = { account, bank: read.bank as BankCode, bankAccount: hash }
        return yield* engine.submit(LinkBankAccount, content, { actor, key: intentKey, personal })
      })

      const get = Effect.fn("BankLinks.get")(function* (account: AccountId, id: BankLinkId) {
        yield* Effect.fromResult(validateRead({ account, link: id }))
        const found = (yield* store.read([key(bankLinks, id)])).find(bankLinks, id)
        return found?.account === account ? found : yield* new BankLinkNotFound({ link: id })
      })

      return BankLinks.of({ link, get })
    })
  )
}

const validateRead = validator(Schema.Struct({ account: AccountId, link: BankLinkId }))
const validateBankAccount = validator(BankAccount)

/** Reads the personal data that `link` kept beside the books. */
export const readBankAccount = Schema.decodeUnknownEffect(Schema.fromJsonString(BankAccount))

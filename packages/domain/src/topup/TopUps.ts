/**
 * TopUps: the service by which value comes in.
 */
import { Context, Effect, Layer, Schema } from "effect"
import { AccountId } from "../account/Account.ts"
import type { Intent } from "../account/Accounts.ts"
import { BankLinkId, BankLinkNotRegistered, bankLinks } from "../bank/BankLink.ts"
import { type ValidationFailed, validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import type { Fee } from "../fee/Fee.ts"
import { PositiveYen, type Yen } from "../money/Yen.ts"
import type { OtpId } from "../otp/Otp.ts"
import { policyInForce } from "../policy/Policy.ts"
import * as BankTopUp from "./BankTopUp.ts"
import { type TopUp, TopUpId, TopUpNotFound, type TopUpProcessing, topUps } from "./TopUp.ts"

export interface BankTopUpRequest {
  readonly account: AccountId
  readonly link: BankLinkId
  readonly amount: PositiveYen
  /** The fee that was shown and confirmed (TOP-19). */
  readonly quotedFee: Yen
  /** The confirmed code, where one is needed; it was asked for with `operation` of this link and amount (OTP-08). */
  readonly otp?: OtpId
}

const validateQuote = validator(Schema.Struct({ account: AccountId, link: BankLinkId, amount: PositiveYen }))
const validateRead = validator(Schema.Struct({ account: AccountId, topUp: TopUpId }))

export class TopUps extends Context.Service<
  TopUps,
  {
    /** The fee of a bank top-up, to be shown before confirming (TOP-19). */
    readonly quote: (
      account: AccountId,
      link: BankLinkId,
      amount: PositiveYen
    ) => Effect.Effect<Fee, BankLinkNotRegistered | ValidationFailed | StoreUnavailable>
    /** Asks the bank for an amount. The answer is a top-up in processing; it settles when the bank reports (TOP-03, TOP-10). */
    readonly fromBank: (
      request: BankTopUpRequest,
      intent: Intent
    ) => Effect.Effect<TopUpProcessing, BankTopUp.TopUpRefusal | EngineError>
    /** A top-up of an account, in its present state. */
    readonly get: (
      account: AccountId,
      topUp: TopUpId
    ) => Effect.Effect<TopUp, TopUpNotFound | ValidationFailed | StoreUnavailable>
  }
>()("@kinchaku/domain/topup/TopUps") {
  static readonly layer: Layer.Layer<TopUps, never, Engine | Store> = Layer.effect(
    TopUps,
    Effect.gen(function* () {
      const engine = yield* Engine
      const store = yield* Store

      const quote = Effect.fn("TopUps.quote")(function* (account: AccountId, id: BankLinkId, amount: PositiveYen) {
        yield* Effect.fromResult(validateQuote({ account, link: id, amount }))
        const facts = yield* store.read([key(policyInForce, "current"), key(bankLinks, id)])
        const link = facts.find(bankLinks, id)
        if (link?.account !== account || link._tag !== "registered")
          return yield* new BankLinkNotRegistered({ link: id })
        return BankTopUp.fee(facts, link.bank, amount)
      })

      const fromBank = Effect.fn("TopUps.fromBank")((request: BankTopUpRequest, intent: Intent) =>
        engine.submit(BankTopUp.TopUpFromBank, request, intent)
      )

      const get = Effect.fn("TopUps.get")(function* (account: AccountId, id: TopUpId) {
        yield* Effect.fromResult(validateRead({ account, topUp: id }))
        const topUp = (yield* store.read([key(topUps, id)])).find(topUps, id)
        return topUp?.account === account ? topUp : yield* new TopUpNotFound({ topUp: id })
      })

      return TopUps.of({ quote, fromBank, get })
    })
  )
}

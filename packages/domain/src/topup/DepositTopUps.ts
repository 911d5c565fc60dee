/**
 * DepositTopUps: the service by which holders top up at convenience stores, by net banking and at ATMs.
 */
import { Context, Effect, Layer, Schema } from "effect"
import { AccountId } from "../account/Account.ts"
import type { Intent } from "../account/Accounts.ts"
import { type ValidationFailed, validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import type { Fee } from "../fee/Fee.ts"
import { PositiveYen, type Yen } from "../money/Yen.ts"
import { policyInForce } from "../policy/Policy.ts"
import type { ChainCode, WalletPolicy } from "../policy/Wallet.ts"
import { fee } from "./Acceptance.ts"
import {
  type DepositTopUp,
  type DepositTopUpAwaiting,
  DepositTopUpId,
  DepositTopUpNotFound,
  depositTopUps,
  DepositWay
} from "./Deposit.ts"
import { type DepositRequestRefusal, RequestDeposit } from "./DepositRequest.ts"

export interface DepositTopUpRequest {
  readonly account: AccountId
  readonly way: DepositWay
  /** The chain of convenience stores, where it is one. */
  readonly chain?: ChainCode
  readonly amount: PositiveYen
  /** The fee that was shown and confirmed (TOP-19). */
  readonly quotedFee: Yen
}

/** Where value can be paid in: the chains of convenience stores, and the pages with the steps of the other ways (TOP-02, TOP-05). */
export type DepositWays = Pick<WalletPolicy["deposit"], "chains" | "steps" | "dueDays">

const validateQuote = validator(Schema.Struct({ way: DepositWay, amount: PositiveYen }))
const validateRead = validator(Schema.Struct({ account: AccountId, topUp: DepositTopUpId }))

export class DepositTopUps extends Context.Service<
  DepositTopUps,
  {
    /** Where value can be paid in now, and how many days there are for it. */
    readonly ways: Effect.Effect<DepositWays, StoreUnavailable>
    /** The fee of a top-up, to be shown before confirming (TOP-19). */
    readonly quote: (way: DepositWay, amount: PositiveYen) => Effect.Effect<Fee, ValidationFailed | StoreUnavailable>
    /** Asks for a payment number. The top-up awaits its deposit; the number is mailed and stands in it once it is issued (TOP-05). */
    readonly request: (
      request: DepositTopUpRequest,
      intent: Intent
    ) => Effect.Effect<DepositTopUpAwaiting, DepositRequestRefusal | EngineError>
    /** A top-up of an account, in its present state. */
    readonly get: (
      account: AccountId,
      topUp: DepositTopUpId
    ) => Effect.Effect<DepositTopUp, DepositTopUpNotFound | ValidationFailed | StoreUnavailable>
  }
>()("@kinchaku/domain/topup/DepositTopUps") {
  static readonly layer: Layer.Layer<DepositTopUps, never, Engine | Store> = Layer.effect(
    DepositTopUps,
    Effect.gen(function* () {
      const engine = yield* Engine
      const store = yield* Store

      const ways = Effect.map(store.read([key(policyInForce, "current")]), ({ policy }): DepositWays => {
        const { chains, dueDays, steps } = policy.wallet.deposit
        return { chains, dueDays, steps }
      })

      const quote = Effect.fn("DepositTopUps.quote")(function* (way: DepositWay, amount: PositiveYen) {
        const asked = yield* Effect.fromResult(validateQuote({ way, amount }))
        return fee(yield* store.read([key(policyInForce, "current")]), asked)
      })

      const request = Effect.fn("DepositTopUps.request")((asked: DepositTopUpRequest, intent: Intent) =>
        engine.submit(RequestDeposit, asked, intent)
      )

      const get = Effect.fn("DepositTopUps.get")(function* (account: AccountId, id: DepositTopUpId) {
        yield* Effect.fromResult(validateRead({ account, topUp: id }))
        const topUp = (yield* store.read([key(depositTopUps, id)])).find(depositTopUps, id)
        return topUp?.account === account ? topUp : yield* new DepositTopUpNotFound({ topUp: id })
      })

      return DepositTopUps.of({ ways, quote, request, get })
    })
  )
}

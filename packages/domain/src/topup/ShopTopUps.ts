/**
 * ShopTopUps: the service by which value is loaded at counters, and by which top-ups of former books are taken in.
 */
import { Context, Effect, Layer, Schema } from "effect"
import type { AccountId } from "../account/Account.ts"
import type { Intent } from "../account/Accounts.ts"
import type { Forbidden } from "../account/OperatorCase.ts"
import { type ValidationFailed, validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import type { Fee } from "../fee/Fee.ts"
import { PositiveYen, type Yen } from "../money/Yen.ts"
import { policyInForce } from "../policy/Policy.ts"
import { fee } from "./Acceptance.ts"
import type { ImportedTopUp, Shop, ShopCode, ShopTopUp } from "./DirectTopUp.ts"
import { type FormerTopUp, ImportTopUp, type ImportTopUpRefusal } from "./DirectTopUpImport.ts"
import { ContractShop, TopUpAtShop, type ShopTopUpRefusal } from "./ShopTopUp.ts"

export interface ShopTopUpRequest {
  readonly account: AccountId
  readonly shop: ShopCode
  readonly amount: PositiveYen
  /** The fee that was shown and confirmed (TOP-19). */
  readonly quotedFee: Yen
}

const validateQuote = validator(Schema.Struct({ amount: PositiveYen }))

export class ShopTopUps extends Context.Service<
  ShopTopUps,
  {
    /** Puts the terms of a shop in force: a new one, changed terms, or no more top-ups there. */
    readonly contract: (shop: Shop, intent: Intent) => Effect.Effect<Shop, Forbidden | EngineError>
    /** The fee of a top-up at a counter, to be shown before confirming (TOP-19). */
    readonly quote: (amount: PositiveYen) => Effect.Effect<Fee, ValidationFailed | StoreUnavailable>
    /** Credits what was paid at a counter, at once (TOP-21). The shop's staff asks; who may is decided by the application. */
    readonly load: (
      request: ShopTopUpRequest,
      intent: Intent
    ) => Effect.Effect<ShopTopUp, ShopTopUpRefusal | EngineError>
    /** Takes in a top-up of former books for the history alone (TOP-20). */
    readonly importEntry: (
      former: FormerTopUp,
      intent: Intent
    ) => Effect.Effect<ImportedTopUp, ImportTopUpRefusal | EngineError>
  }
>()("@kinchaku/domain/topup/ShopTopUps") {
  static readonly layer: Layer.Layer<ShopTopUps, never, Engine | Store> = Layer.effect(
    ShopTopUps,
    Effect.gen(function* () {
      const engine = yield* Engine
      const store = yield* Store
      return ShopTopUps.of({
        contract: Effect.fn("ShopTopUps.contract")((shop: Shop, intent: Intent) =>
          engine.submit(ContractShop, shop, intent)
        ),
        quote: Effect.fn("ShopTopUps.quote")(function* (amount: PositiveYen) {
          const asked = yield* Effect.fromResult(validateQuote({ amount }))
          return fee(yield* store.read([key(policyInForce, "current")]), { way: "shop", ...asked })
        }),
        load: Effect.fn("ShopTopUps.load")((request: ShopTopUpRequest, intent: Intent) =>
          engine.submit(TopUpAtShop, request, intent)
        ),
        importEntry: Effect.fn("ShopTopUps.importEntry")((former: FormerTopUp, intent: Intent) =>
          engine.submit(ImportTopUp, former, intent)
        )
      })
    })
  )
}

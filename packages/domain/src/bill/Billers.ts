/**
 * Billers: the service by which an operator contracts billers.
 */
import { Context, Effect, Layer } from "effect"
import type { Intent } from "../account/Accounts.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import type { Biller } from "./Biller.ts"
import { ContractBiller } from "./Contract.ts"

export class Billers extends Context.Service<
  Billers,
  {
    /** Puts the terms of a biller in force: a new contract, changed terms, or (not active) its end (PAY-08). */
    readonly contract: (biller: Biller, intent: Intent) => Effect.Effect<Biller, EngineError>
  }
>()("@kinchaku/domain/bill/Billers") {
  static readonly layer: Layer.Layer<Billers, never, Engine> = Layer.effect(
    Billers,
    Effect.map(Engine, (engine) =>
      Billers.of({
        contract: Effect.fn("Billers.contract")((biller: Biller, intent: Intent) =>
          engine.submit(ContractBiller, biller, intent)
        )
      })
    )
  )
}

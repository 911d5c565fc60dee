/**
 * Policies: the service by which an operator puts a policy in force.
 */
import { Context, Effect, Equal, Layer } from "effect"
import type { Actor } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import { AdoptPolicy } from "./Adoption.ts"
import { type Policy, type PolicyInForce, policyInForce } from "./Policy.ts"

export class Policies extends Context.Service<
  Policies,
  {
    /** The policy in force and how many were adopted so far, or none before the first. */
    readonly inForce: Effect.Effect<PolicyInForce | undefined, StoreUnavailable>
    /** Puts a policy in force unless it already is; safe to call at every start. */
    readonly adopt: (policy: Policy, actor: Actor) => Effect.Effect<void, EngineError>
  }
>()("@kinchaku/domain/policy/Policies") {
  static readonly layer: Layer.Layer<Policies, never, Engine | Store> = Layer.effect(
    Policies,
    Effect.gen(function* () {
      const engine = yield* Engine
      const store = yield* Store
      const policyKey = key(policyInForce, "current")
      const inForce = Effect.map(store.read([policyKey]), (facts) => facts.find(policyInForce, policyKey.id))

      const adopt = Effect.fn("Policies.adopt")(function* (policy: Policy, actor: Actor) {
        const current = yield* inForce
        if (Equal.equals(current?.policy, policy)) return
        // The key names the step from the version that was read, so two starts at once adopt it once.
        const step = `adopt policy ${(current?.version ?? 0) + 1}`
        yield* engine.submit(AdoptPolicy, { policy }, { actor, key: step })
      })

      return Policies.of({ inForce, adopt })
    })
  )
}

/**
 * SuspenseDesk: the service by which operators look through what stands in suspense and resolve it (TOP-06, SEC-11).
 */
import { Context, Effect, Layer, Schema } from "effect"
import type { Intent } from "../account/Accounts.ts"
import { type ValidationFailed, validator } from "../engine/Command.ts"
import { Due } from "../engine/Due.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import { type Resolution, type ResolutionRefusal, ResolveSuspense, SuspenseItemNotFound } from "./Resolution.ts"
import {
  type SuspenseItem,
  SuspenseItemId,
  suspenseItems,
  type SuspenseOpen,
  type SuspenseResolved
} from "./SuspenseItem.ts"

const validatePage = validator(
  Schema.Struct({
    limit: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 500 })),
    after: Schema.optionalKey(SuspenseItemId)
  })
)
const validateItem = validator(SuspenseItemId)

export class SuspenseDesk extends Context.Service<
  SuspenseDesk,
  {
    /** What is open, the oldest first, after an item where one is named; at most `limit`, and 500. */
    readonly page: (
      limit: number,
      after?: SuspenseItemId
    ) => Effect.Effect<ReadonlyArray<SuspenseOpen>, ValidationFailed | StoreUnavailable>
    /** An item, open or resolved. */
    readonly get: (
      item: SuspenseItemId
    ) => Effect.Effect<SuspenseItem, SuspenseItemNotFound | ValidationFailed | StoreUnavailable>
    /** Credits an item to an account, or returns it. */
    readonly resolve: (
      resolution: Resolution,
      intent: Intent
    ) => Effect.Effect<SuspenseResolved, ResolutionRefusal | EngineError>
  }
>()("@kinchaku/domain/suspense/SuspenseDesk") {
  static readonly layer: Layer.Layer<SuspenseDesk, never, Due | Engine | Store> = Layer.effect(
    SuspenseDesk,
    Effect.gen(function* () {
      const due = yield* Due
      const engine = yield* Engine
      const store = yield* Store

      const page = Effect.fn("SuspenseDesk.page")(function* (limit: number, after?: SuspenseItemId) {
        yield* Effect.fromResult(validatePage(after === undefined ? { limit } : { limit, after }))
        const ids = yield* due.openSuspense(after ?? "", limit)
        const facts = yield* store.read(ids.map((id) => key(suspenseItems, id)))
        // One that was resolved between the two looks is no longer open.
        return ids.flatMap((id) => {
          const item = facts.find(suspenseItems, id)
          return item?._tag === "open" ? [item] : []
        })
      })

      const get = Effect.fn("SuspenseDesk.get")(function* (id: SuspenseItemId) {
        yield* Effect.fromResult(validateItem(id))
        const item = (yield* store.read([key(suspenseItems, id)])).find(suspenseItems, id)
        return item ?? (yield* new SuspenseItemNotFound({ item: id }))
      })

      const resolve = Effect.fn("SuspenseDesk.resolve")((resolution: Resolution, intent: Intent) =>
        engine.submit(ResolveSuspense, resolution, intent)
      )

      return SuspenseDesk.of({ page, get, resolve })
    })
  )
}

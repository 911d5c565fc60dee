/**
 * FaultyStore: any store with faults laid over its commits, by a script.
 *
 * The n-th commit meets the n-th fault of the script; after its end everything works. Reading is never disturbed.
 */
import { Store, StoreRefused, StoreUnavailable } from "@kinchaku/domain/engine/Store"
import { Effect, Layer } from "effect"

/**
 * What happens to one commit.
 *
 * none: nothing. before: the store is not reached. after: the batch is committed and the answer is lost, so the caller
 * cannot know. refused: the store refuses the writes.
 */
export type Fault = "none" | "before" | "after" | "refused"

/** Every fault there is, for generators. */
export const faults: ReadonlyArray<Fault> = ["none", "before", "after", "refused"]

const unavailable = (what: string): StoreUnavailable =>
  new StoreUnavailable({ operation: "commit", cause: new Error(`scripted fault: ${what}`) })

/** The store beneath, with the scripted faults; what else that layer offers stays as it is. */
export const layer = <ROut, E, RIn>(
  script: ReadonlyArray<Fault>,
  beneath: Layer.Layer<ROut | Store, E, RIn>
): Layer.Layer<ROut | Store, E, RIn> => {
  const faulty = Layer.effect(
    Store,
    Effect.gen(function* () {
      const store = yield* Store
      let commits = 0
      const commit: typeof store.commit = (work) =>
        Effect.suspend(() => {
          switch (script[commits++] ?? "none") {
            case "none":
              return store.commit(work)
            case "before":
              return Effect.fail(unavailable("not reached"))
            case "after":
              return Effect.andThen(store.commit(work), Effect.fail(unavailable("answer lost")))
            case "refused":
              return Effect.fail(new StoreRefused({ cause: new Error("scripted fault: refused") }))
          }
        })
      return Store.of({ ...store, commit })
    })
  )
  return Layer.provideMerge(faulty, beneath)
}

/**
 * StoreLine: the line between a process and its store, which can be cut, and which can lose an answer.
 */
import { Store, StoreUnavailable } from "@kinchaku/domain/engine/Store"
import type { StorePorts } from "@kinchaku/domain/Kinchaku"
import { Effect, Layer } from "effect"

const unavailable = (what: string): StoreUnavailable =>
  new StoreUnavailable({ operation: "commit", cause: new Error(what) })

export class StoreLine {
  #state: "clear" | "cut" | "losesNext" = "clear"
  #isLost = false

  /** No commit arrives any more. */
  cut(): void {
    this.#state = "cut"
  }
  /** The next commit is done, and its answer is lost. */
  loseNext(): void {
    this.#state = "losesNext"
    this.#isLost = false
  }
  /** Everything arrives again; tells whether an answer was lost. */
  mend(): boolean {
    this.#state = "clear"
    return this.#isLost
  }

  /** A store at the other end of the line. What it is read for always arrives. */
  over<E>(store: Layer.Layer<StorePorts, E>): Layer.Layer<StorePorts, E> {
    const faulty = Layer.effect(
      Store,
      Effect.map(Store, (beneath) => {
        const commit: typeof beneath.commit = (work) =>
          Effect.suspend(() => {
            if (this.#state === "clear") return beneath.commit(work)
            if (this.#state === "cut") return Effect.fail(unavailable("the line is cut"))
            return Effect.flatMap(beneath.commit(work), () => {
              this.#state = "clear"
              this.#isLost = true
              return Effect.fail(unavailable("the answer is lost"))
            })
          })
        return Store.of({ ...beneath, commit })
      })
    )
    return Layer.provideMerge(faulty, store)
  }
}

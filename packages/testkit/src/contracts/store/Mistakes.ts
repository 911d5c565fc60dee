/**
 * Mistakes: how a wrong store is made, from the reference store with one mistake laid over its services.
 */
import { Journal } from "@kinchaku/domain/audit/Journal"
import { Due } from "@kinchaku/domain/engine/Due"
import { Outbox } from "@kinchaku/domain/engine/Outbox"
import { Store, type Writes } from "@kinchaku/domain/engine/Store"
import { History } from "@kinchaku/domain/history/History"
import { Notices } from "@kinchaku/domain/notice/Notices"
import { Context, Effect, Layer } from "effect"
import * as MemoryStore from "../../memory/MemoryStore.ts"
import type { Ports } from "./Check.ts"

/** The reference store's services, before a mistake is made in one. */
interface Right {
  readonly store: Store["Service"]
  readonly outbox: Outbox["Service"]
  readonly journal: Journal["Service"]
  readonly history: History["Service"]
  readonly due: Due["Service"]
  readonly notices: Notices["Service"]
  readonly books: MemoryStore.MemoryBooks["Service"]["books"]
}

/** A store with some of its services mistaken. */
export const wrong = (mistake: (right: Right) => Partial<Right>): Layer.Layer<Ports> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const right: Right = {
        store: yield* Store,
        outbox: yield* Outbox,
        journal: yield* Journal,
        history: yield* History,
        due: yield* Due,
        notices: yield* Notices,
        books: (yield* MemoryStore.MemoryBooks).books
      }
      const { due, history, journal, notices, outbox, store } = { ...right, ...mistake(right) }
      return Context.make(Store, store).pipe(
        Context.add(Outbox, outbox),
        Context.add(Journal, journal),
        Context.add(History, history),
        Context.add(Due, due),
        Context.add(Notices, notices)
      )
    })
  ).pipe(Layer.provide(MemoryStore.layer))

/** A store that writes something else than was decided. */
export const writing = (change: (writes: Writes, right: Right) => Writes): Layer.Layer<Ports> =>
  wrong((right) => ({
    store: {
      ...right.store,
      commit: (work) => right.store.commit({ ...work, decide: (...given) => change(work.decide(...given), right) })
    }
  }))

/** A store whose commits are driven otherwise. */
export const committing = (commit: (right: Right) => Store["Service"]["commit"]): Layer.Layer<Ports> =>
  wrong((right) => ({ store: { ...right.store, commit: commit(right) } }))

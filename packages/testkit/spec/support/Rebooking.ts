/**
 * Rebooking: somebody tries to book once more what is booked already.
 */
import { type Head, type RecordedCommand, Store, type Work, type Writes } from "@kinchaku/domain/engine/Store"
import * as HashChain from "@kinchaku/domain/ledger/HashChain"
import { headOf } from "../../src/memory/Books.ts"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import { sha256 } from "../../src/memory/TestDigest.ts"
import { Effect, Exit, Layer } from "effect"
import type { Core } from "./Desk.ts"
import * as Looks from "./Looks.ts"

/** Under its own number, or as the next link. */
export const manners = ["as it was", "as the next link"] as const
export type Manner = (typeof manners)[number]

const asNext = (head: Pick<Head, "seq" | "hash">, command: RecordedCommand): RecordedCommand => {
  const content = { ...command, seq: head.seq + 1, previous: head.hash, entries: [] }
  return { ...content, hash: HashChain.linkCommand(sha256, head.hash, content) }
}

/** Books the n-th command without its entries once more; answers whether the store took it, and whether anything changed. */
export const rebook = (n: number, manner: Manner) =>
  Effect.gen(function* () {
    const store = yield* Store
    const [before, head] = [yield* Looks.recorded, yield* Looks.head]
    const recorded = before[n % before.length]!
    const command = manner === "as it was" ? { ...recorded, entries: [] } : asNext(head, recorded)
    const writes: Writes = {
      commands: [command],
      deltas: [],
      puts: [],
      requests: [],
      answered: [],
      notices: [],
      personal: [],
      head: { lane: command.lane, seq: command.seq, hash: command.hash, bookedAt: command.bookedAt }
    }
    const work: Work = { outcomeKeys: [], missing: () => [], decide: () => writes }
    const taken = Exit.isSuccess(yield* Effect.exit(store.commit(work)))
    return { taken, changed: JSON.stringify(yield* Looks.recorded) !== JSON.stringify(before) }
  })

/** A store that takes what it should refuse. */
export const takesAnything = (keeps: boolean): Core => ({
  store: Layer.effect(
    Store,
    Effect.gen(function* () {
      const store = yield* Store
      const { books } = yield* MemoryStore.MemoryBooks
      return Store.of({
        ...store,
        commit: (work) =>
          Effect.catchTag(store.commit(work), "StoreRefused", () =>
            Effect.sync(() => {
              if (keeps) books.commands.push(...work.decide(undefined as never, new Map(), headOf(books)).commands)
            })
          )
      })
    })
  ).pipe(Layer.provideMerge(MemoryStore.layer))
})

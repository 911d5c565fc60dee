/**
 * A store that lies: its commits succeed at once and are written some time later. The negative control of the kills.
 *
 * Decisions see what was answered and is not written yet, so nothing is wrong as long as nobody kills the process.
 */
import { Journal } from "@kinchaku/domain/audit/Journal"
import type { WorkingSet } from "@kinchaku/domain/engine/Facts"
import { balanceKind, type Key } from "@kinchaku/domain/engine/RecordKind"
import { type KnownOutcome, outcomeKey, Store, type Writes } from "@kinchaku/domain/engine/Store"
import type { AccountCode } from "@kinchaku/domain/ledger/AccountCode"
import { plus, type Yen } from "@kinchaku/domain/money/Yen"
import { Effect, Layer, Semaphore } from "effect"
import type { OverStore } from "./Core.ts"

/** How long an answer is ahead of its commit. */
const lead = "30 millis"

const layOver = (facts: WorkingSet, keys: ReadonlyArray<Key>, { deltas, puts }: Writes): void => {
  const asked = new Set(keys.map(({ id, kind }) => `${kind}/${id}`))
  const balances = deltas
    .filter(({ account }) => asked.has(`${balanceKind}/${account}`))
    .map(({ account, credits, debits }) => {
      const before = facts.balance(account as AccountCode)
      return { ...before, debits: plus(before.debits, debits as Yen), credits: plus(before.credits, credits as Yen) }
    })
  facts.lay(
    puts.filter(({ id, kind }) => asked.has(`${kind}/${id}`)),
    balances
  )
}

export const earlyAnswers: OverStore = (beneath) =>
  Layer.effect(
    Store,
    Effect.gen(function* () {
      const store = yield* Store
      const journal = yield* Journal
      const oneWriter = yield* Semaphore.make(1)
      const unwritten: Array<Writes> = []

      const read = Effect.fnUntraced(function* (keys: ReadonlyArray<Key>) {
        const facts = yield* store.read(keys)
        for (const writes of unwritten) layOver(facts, keys, writes)
        return facts
      })

      const write = oneWriter.withPermits(1)(
        Effect.suspend(() => {
          const [writes] = unwritten
          if (writes === undefined) return Effect.void
          const committed = store.commit({ outcomeKeys: [], missing: () => [], decide: () => writes })
          return Effect.map(committed, () => void unwritten.shift())
        })
      )

      const commit: typeof store.commit = Effect.fnUntraced(function* (work) {
        const keys: Array<Key> = []
        let facts = yield* read(keys)
        for (let more = work.missing(facts); more.length > 0; more = work.missing(facts)) {
          keys.push(...more)
          facts = yield* read(keys)
        }
        const commands = unwritten.flatMap((writes) => writes.commands)
        const outcomes = new Map<string, KnownOutcome>(
          commands.map((command) => [outcomeKey(command.actor, command.key), command])
        )
        const head = unwritten.at(-1)?.head ?? (yield* journal.head)
        const writes = work.decide(facts, outcomes, head)
        if (writes.commands.length === 0) return
        unwritten.push(writes)
        yield* Effect.forkDetach(Effect.andThen(Effect.sleep(lead), Effect.orDie(write)))
      })
      return Store.of({ ...store, commit, read })
    })
  ).pipe(Layer.provideMerge(beneath))

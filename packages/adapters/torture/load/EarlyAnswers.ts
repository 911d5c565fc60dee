/**
 * A store that lies: its commits succeed at once and are written some time later. The negative control of the kills.
 *
 * Decisions see what was answered and is not written yet, so nothing is wrong as long as nobody kills the process.
 */
import { Journal, lastOf } from "@kinchaku/domain/audit/Journal"
import { WorkingSet } from "@kinchaku/domain/engine/Facts"
import { balanceKind, type Key } from "@kinchaku/domain/engine/RecordKind"
import { type KnownOutcome, outcomeKey, Store, type Writes } from "@kinchaku/domain/engine/Store"
import type { AccountCode } from "@kinchaku/domain/ledger/AccountCode"
import { plus, type Yen } from "@kinchaku/domain/money/Yen"
import { Effect, Layer, Schema, Semaphore } from "effect"
import type { OverStore } from "./Core.ts"

/** How long an answer is ahead of its commit: longer than any wait before a kill, so that the control never finds nothing. */
const lead = "1 second"

/** Takes up what was read, and what was answered since and is not written. */
const takeUp = (
  facts: WorkingSet,
  keys: ReadonlyArray<Key>,
  found: WorkingSet,
  unwritten: ReadonlyArray<Writes>
): void => {
  const deltas = unwritten.flatMap((writes) => writes.deltas)
  const puts = new Map(unwritten.flatMap((writes) => writes.puts.map((put) => [`${put.kind}/${put.id}`, put.record])))
  for (const key of keys) {
    if (key.kind === balanceKind) {
      const { account, credits, debits } = found.balance(key.id as AccountCode)
      const since = deltas.filter((delta) => delta.account === account)
      facts.loadBalance({
        account,
        debits: since.reduce((sum, delta) => plus(sum, delta.debits as Yen), debits),
        credits: since.reduce((sum, delta) => plus(sum, delta.credits as Yen), credits)
      })
    } else {
      const kind = { name: key.kind, schema: Schema.ObjectKeyword, idOf: () => key.id }
      facts.load(key, puts.get(`${key.kind}/${key.id}`) ?? found.find(kind, key.id))
    }
  }
}

export const earlyAnswers: OverStore = (beneath) =>
  Layer.effect(
    Store,
    Effect.gen(function* () {
      const store = yield* Store
      const journal = yield* Journal
      const oneWriter = yield* Semaphore.make(1)
      const unwritten: Array<Writes> = []

      const write = oneWriter.withPermits(1)(
        Effect.suspend(() => {
          const [writes] = unwritten
          if (writes === undefined) return Effect.void
          const keys = [
            ...writes.puts.map(({ id, kind }) => ({ kind, id })),
            ...writes.deltas.map(({ account }) => ({ kind: balanceKind, id: account }))
          ]
          // A store that is shared locks what it is asked for, and inserts what was not there.
          const missing = (facts: WorkingSet) => keys.filter((key) => !facts.has(key))
          const committed = store.commit({ outcomeKeys: [], missing, decide: () => writes })
          return Effect.map(committed, () => void unwritten.shift())
        })
      )

      const commit: typeof store.commit = Effect.fnUntraced(function* (work) {
        const facts = new WorkingSet()
        for (let keys = work.missing(facts); keys.length > 0; keys = work.missing(facts)) {
          takeUp(facts, keys, yield* store.read(keys), unwritten)
        }
        const outcomes = new Map<string, KnownOutcome>(
          unwritten.flatMap(({ commands }) =>
            commands.map((command) => [outcomeKey(command.actor, command.key), command] as const)
          )
        )
        const head = unwritten.at(-1)?.head ?? lastOf(yield* journal.heads)
        const writes = work.decide(facts, outcomes, head)
        if (writes.commands.length === 0) return
        unwritten.push(writes)
        yield* Effect.forkDetach(Effect.andThen(Effect.sleep(lead), Effect.orDie(write)))
      })
      return Store.of({ ...store, writers: 1, commit })
    })
  ).pipe(Layer.provideMerge(beneath))

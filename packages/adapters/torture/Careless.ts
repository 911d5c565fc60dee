/**
 * A store that reads without locking and then writes: the negative control of the double spending.
 *
 * Every decision is made on what was true when it was read. The commit itself is as sound as ever, so what goes wrong is
 * what other writers did in between, and nothing else.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { WorkingSet } from "@kinchaku/domain/engine/Facts"
import { balanceKind, type Key } from "@kinchaku/domain/engine/RecordKind"
import { Store, type Writes } from "@kinchaku/domain/engine/Store"
import { type AccountCode, isCustomer } from "@kinchaku/domain/ledger/AccountCode"
import type { Posting } from "@kinchaku/domain/ledger/JournalEntry"
import { Effect, Layer } from "effect"
import type { CoreOptions } from "./TellerCore.ts"

/** How long a decision waits between what it read and what it writes, in milliseconds. */
const pause = 15

/** The balances after each line as they will be, whatever the decision took them for: the store compares them with its own. */
const rebalanced = (writes: Writes, now: WorkingSet): Writes => {
  const running = new Map<string, number>()
  const after = ({ account, amount, side }: Posting): number | undefined => {
    if (!isCustomer(account)) return undefined
    const { credits, debits } = now.balance(account)
    const held = (running.get(account) ?? credits - debits) + (side === "credit" ? amount : -amount)
    running.set(account, held)
    return held
  }
  const commands = writes.commands.map((command) => ({
    ...command,
    entries: command.entries.map((booked) => ({ ...booked, balances: booked.entry.postings.map(after) }))
  }))
  return { ...writes, commands }
}

export const careless: NonNullable<CoreOptions["over"]> = (beneath) =>
  Layer.effect(
    Store,
    Effect.map(Store, (store) => {
      const commit: typeof store.commit = Effect.fnUntraced(function* (work) {
        const facts = new WorkingSet()
        const balances: Array<Key> = []
        for (let keys = work.missing(facts); keys.length > 0; keys = work.missing(facts)) {
          balances.push(...keys.filter(({ kind }) => kind === balanceKind))
          const found = yield* store.read(keys)
          for (const key of keys) {
            if (key.kind === balanceKind) facts.loadBalance(found.balance(key.id as AccountCode))
            else facts.load(key, found.peekAt(key))
          }
        }
        yield* Effect.promise(() => sleep(Math.random() * pause))
        let rounds = 0
        yield* store.commit({
          outcomeKeys: work.outcomeKeys,
          missing: () => (rounds++ === 0 ? balances : []),
          decide: (now, outcomes, head) => rebalanced(work.decide(facts, outcomes, head), now)
        })
      })
      return Store.of({ ...store, commit })
    })
  ).pipe(Layer.provideMerge(beneath))

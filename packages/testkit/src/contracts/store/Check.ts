/**
 * Checks: what a store has to do, as named effects, so that they can be run against wrong stores as well.
 */
import { Journal } from "@kinchaku/domain/audit/Journal"
import type { Due } from "@kinchaku/domain/engine/Due"
import { Outbox } from "@kinchaku/domain/engine/Outbox"
import type { Key } from "@kinchaku/domain/engine/RecordKind"
import { Store } from "@kinchaku/domain/engine/Store"
import type { History } from "@kinchaku/domain/history/History"
import { Notices } from "@kinchaku/domain/notice/Notices"
import { Effect, Schema } from "effect"
import { minute } from "./Batches.ts"

/** The store and the ports that read it. */
export type Ports = Store | Outbox | Journal | History | Due | Notices

/** One thing that every store does, tried on an empty one. It fails where the store does not. */
export interface Check {
  readonly name: string
  readonly run: Effect.Effect<void, unknown, Ports>
}

/** A check from its steps. */
export const check = (
  name: string,
  steps: () => Generator<Effect.Effect<unknown, unknown, Ports>, void, never>
): Check => ({ name, run: Effect.gen(steps) })

/** Later than anything that a check asks or books. */
export const everAfter = minute(100_000_000)

const requestKinds = ["bankLink", "bankDebit", "billerNotice"]

/** All that the ports show: links, balances, requests, notices, and the records of some keys. */
export const visible = (keys: ReadonlyArray<Key>) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    const notices = yield* Notices
    const outbox = yield* Outbox
    const store = yield* Store
    const facts = yield* store.read(keys)
    return {
      heads: yield* journal.heads,
      commands: yield* journal.page(0, 10_000),
      balances: yield* journal.balances("", 10_000),
      due: (yield* Effect.forEach(requestKinds, (kind) => outbox.due(kind, everAfter, 10_000))).flat(),
      waiting: yield* outbox.waiting,
      notices: yield* notices.page("", 10_000),
      records: keys.map((key) => facts.find({ name: key.kind, schema: Schema.Unknown, idOf: () => key.id }, key.id))
    }
  })

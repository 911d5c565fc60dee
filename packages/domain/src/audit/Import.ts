/**
 * Import: an export, taken into an empty store by doing again what it records, and compared with what it says it comes to.
 *
 * A request that waits after an import may have been delivered before, by the store that was exported: it is noted as tried, so
 * that couriers inquire and never ask blindly. Personal data and notices are not in an export and do not come with it.
 */
import { Clock, Effect, Equal, Schema, Stream } from "effect"
import { instant, later } from "../calendar/JapanDate.ts"
import { Outbox, requestKinds } from "../engine/Outbox.ts"
import type { CommitFailure, Store } from "../engine/Store.ts"
import type { Balance } from "../ledger/Balance.ts"
import type { Digest } from "../ledger/HashChain.ts"
import { Journal, lastOf } from "./Journal.ts"
import type { Trailer } from "./JournalLines.ts"
import { type ExportUnreadable, read } from "./JournalReading.ts"
import * as Replay from "./Replay.ts"

/** Refused: the store has books already; nothing was changed. */
export class StoreNotEmpty extends Schema.TaggedError<StoreNotEmpty>()("StoreNotEmpty", {}) {}

/** What was imported does not come to what the export says: `at` names the lane or the account. The store is of no use. */
export class ImportDiffers extends Schema.TaggedError<ImportDiffers>()("ImportDiffers", {
  what: Schema.Literals(["head", "balance"]),
  at: Schema.String
}) {}

/** What an import did. */
export interface Imported extends Trailer {
  /** Requests that wait and will be inquired. */
  readonly waiting: number
}

const pageSize = 1000

const compareHeads = Effect.fnUntraced(function* (expected: Trailer["heads"]) {
  const journal = yield* Journal
  const found = yield* journal.heads
  for (const head of expected) {
    const { bookedAt, hash, seq } = found.find(({ lane }) => lane === head.lane) ?? {}
    if (seq !== head.seq || hash !== head.hash || bookedAt !== head.bookedAt) {
      return yield* new ImportDiffers({ what: "head", at: `${head.lane}` })
    }
  }
})

const compareBalances = Effect.fnUntraced(function* (expected: ReadonlyArray<Balance>) {
  const journal = yield* Journal
  let seen = 0
  for (let after = ""; ;) {
    const page = yield* journal.balances(after, pageSize)
    for (const [n, { account, credits, debits }] of page.entries()) {
      if (!Equal.equals({ account, debits, credits }, expected[seen + n])) {
        return yield* new ImportDiffers({ what: "balance", at: account })
      }
    }
    seen += page.length
    const last = page.at(-1)
    if (last === undefined) break
    after = last.account
  }
  const missing = expected[seen]
  if (missing !== undefined) return yield* new ImportDiffers({ what: "balance", at: missing.account })
})

/** Notes every request that waits as tried once; each is due at once. */
const markTried = Effect.fnUntraced(function* () {
  const outbox = yield* Outbox
  const journal = yield* Journal
  // Nothing was asked later than the last booking, so whatever is due after that has been marked.
  const last = lastOf(yield* journal.heads).bookedAt
  const now = instant(Math.max(yield* Clock.currentTimeMillis, last))
  let marked = 0
  for (const kind of requestKinds) {
    for (;;) {
      const due = yield* outbox.due(kind, now, pageSize)
      if (due.length === 0) break
      marked += due.length
      yield* outbox.postpone(
        due.map(({ attempts, request }) => ({ id: request.id, attempts: attempts + 1, until: later(now, 1) }))
      )
    }
  }
  const waiting = yield* outbox.waiting
  if (marked !== waiting)
    return yield* Effect.die(new Error(`of ${waiting} waiting requests ${marked} have a known kind`))
  return waiting
})

export interface ImportOptions {
  /** Told how many commands were imported so far. */
  readonly progress?: (commands: number) => void
}

/**
 * Imports an export into the store at hand, which must be empty. Where it fails after it began, the store holds a part of the
 * books and is to be thrown away. Memory grows with accounts, not with history.
 */
export const importText = Effect.fn("Import.importText")(function* <E, R>(
  text: Stream.Stream<string, E, R>,
  options: ImportOptions = {}
): Effect.fn.Return<
  Imported,
  E | ExportUnreadable | StoreNotEmpty | ImportDiffers | Replay.ReplayDiffers | Replay.RecordDiffers | CommitFailure,
  R | Store | Journal | Outbox | Digest
> {
  const journal = yield* Journal
  if ((yield* journal.heads).length > 0) return yield* new StoreNotEmpty()
  const balances: Array<Balance> = []
  let trailer: Trailer = { heads: [], commands: 0, entries: 0 }
  const commands = Stream.map(read(text), (part) => {
    balances.push(...part.balances)
    trailer = part.trailer ?? trailer
    return part.commands
  })
  yield* Replay.replayAll(commands, options)
  yield* compareHeads(trailer.heads)
  yield* compareBalances(balances)
  return { ...trailer, waiting: yield* markTried() }
})

/**
 * The store on PostgreSQL. A commit is one transaction of a few round trips: fetch and lock, decide, write and commit.
 *
 * What is fetched is locked in key order until the commit; what was not there is inserted, never overwritten. Where another
 * process was faster the batch is decided again, a bounded number of times (ADR-0013).
 */
import type { Journal } from "@kinchaku/domain/audit/Journal"
import type { CommandId } from "@kinchaku/domain/engine/Command"
import type { Due } from "@kinchaku/domain/engine/Due"
import { WorkingSet } from "@kinchaku/domain/engine/Facts"
import type { Outbox } from "@kinchaku/domain/engine/Outbox"
import type { Key } from "@kinchaku/domain/engine/RecordKind"
import { Store, StoreBusy, StoreRefused, StoreUnavailable, type Work } from "@kinchaku/domain/engine/Store"
import type { History } from "@kinchaku/domain/history/History"
import type { Notices } from "@kinchaku/domain/notice/Notices"
import type { SessionActivity } from "@kinchaku/domain/session/SessionActivity"
import { Cause, Effect, Exit, Layer, Option } from "effect"
import type { SqlError } from "effect/sql"
import { type Attempt, attempt, begun } from "./Attempt.ts"
import { failureOf } from "./Failure.ts"
import { readFacts } from "./Fetching.ts"
import * as Postgres from "./Postgres.ts"
import * as PostgresDue from "./PostgresDue.ts"
import * as PostgresHistory from "./PostgresHistory.ts"
import * as PostgresJournal from "./PostgresJournal.ts"
import * as PostgresNotices from "./PostgresNotices.ts"
import * as PostgresOutbox from "./PostgresOutbox.ts"
import * as PostgresSessionActivity from "./PostgresSessionActivity.ts"
import { list, type Options } from "./Session.ts"

/** How often a batch is decided again because of others, and how often because a connection was lost. */
const contendedMax = 12
const lostMax = 6
/** How long others may be in the way, in milliseconds: longer than the server leaves a writer that has stopped its locks. */
const patience = 20_000

const unavailable = (cause: unknown) => new StoreUnavailable({ operation: "commit", cause })

/** What the attempts of one batch have met so far. */
interface Tries {
  readonly begun: number
  contended: number
  lost: number
  /** What the heads were when a unique value was found taken. */
  takenAt?: string
}

/** What to do about a failed attempt: try again after a pause in milliseconds, or give up. */
const afterFailure = (
  error: SqlError.SqlError,
  tries: Tries,
  last: Attempt
): number | StoreUnavailable | StoreRefused | StoreBusy => {
  switch (failureOf(error)) {
    case "refused":
      return new StoreRefused({ cause: error })
    case "taken": {
      // Where nobody else has committed in between, it is these writes themselves that clash.
      if (tries.takenAt === last.heads) return new StoreRefused({ cause: error })
      tries.takenAt = last.heads
      return ++tries.contended > contendedMax ? new StoreBusy({ cause: error }) : 0
    }
    case "contended": {
      const isOver = ++tries.contended > contendedMax || performance.now() - tries.begun > patience
      return isOver ? new StoreBusy({ cause: error }) : Math.min(2 ** tries.contended, 200)
    }
    case "lost":
      return ++tries.lost > lostMax ? unavailable(error) : 20 * 2 ** tries.lost
    case "failed":
      return unavailable(error)
  }
}

const commit = (seat: Postgres.Seat, work: Work) =>
  Effect.gen(function* () {
    const tries: Tries = { begun: performance.now(), contended: 0, lost: 0 }
    const last = begun()
    for (;;) {
      const exit = yield* Effect.exit(Effect.flatMap(seat.writer, (writer) => attempt(writer, work, last)))
      if (Exit.isSuccess(exit)) {
        if (exit.value === "done") return
        continue
      }
      const failure = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
      // Whatever became of the session, the next batch begins on one that works.
      const isLost = failure !== undefined && failureOf(failure) === "lost"
      yield* isLost ? seat.discard : rollback(seat)
      if (failure === undefined) return yield* Effect.die(Cause.squash(exit.cause))
      const next = afterFailure(failure, tries, last)
      if (typeof next !== "number") return yield* next
      if (next > 0) yield* Postgres.pause(next)
    }
  })

const rollback = (seat: Postgres.Seat) =>
  Effect.flatMap(seat.writer, ({ session }) => session.rows("ROLLBACK")).pipe(Effect.catch(() => seat.discard))

const store = Effect.map(Postgres.Postgres, (postgres) =>
  Store.of({
    writers: postgres.writers,
    commit: (work) => Effect.uninterruptible(postgres.writing((seat) => commit(seat, work))),
    read: (keys: ReadonlyArray<Key>) => readFacts(postgres, new WorkingSet(), keys),
    personal: (id) =>
      Effect.map(
        postgres.read("personal", { sql: "SELECT data FROM personal WHERE id = $1", values: [id] }),
        ([rows]) => {
          const [row] = rows ?? []
          return row === undefined ? undefined : String(row[0])
        }
      ),
    personalOf: (ids) =>
      Effect.map(
        postgres.read("personal", {
          sql: "SELECT id, data FROM personal WHERE id = ANY($1::text[])",
          values: [list.texts(ids)]
        }),
        ([rows = []]) => new Map(rows.map(([id, data]) => [String(id) as CommandId, String(data)]))
      )
  })
)

/** The store and the ports that read it, on a database that is open. */
export const ports: Layer.Layer<
  Store | Outbox | Journal | History | Due | Notices | SessionActivity,
  never,
  Postgres.Postgres
> = Layer.mergeAll(
  Layer.effect(Store, store),
  PostgresOutbox.layer,
  PostgresJournal.layer,
  PostgresHistory.layer,
  PostgresDue.layer,
  PostgresNotices.layer,
  PostgresSessionActivity.layer
)

/** The store and its ports on one database; each writer of each layer has a lane of its own. */
export const layer = (
  options: Options
): Layer.Layer<Store | Outbox | Journal | History | Due | Notices | SessionActivity, StoreUnavailable> =>
  Layer.provide(ports, Postgres.layer(options))

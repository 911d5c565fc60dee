/**
 * PostgresSnapshot: one state of a database, as it was when it was opened, for whoever audits it.
 *
 * Nothing is written: the schema is not brought up to date, no lane is taken, and commits that go on meanwhile are not seen. While a
 * snapshot is held the server keeps what it shows, so it is not held for days.
 */
import type { Journal } from "@kinchaku/domain/audit/Journal"
import type { Due } from "@kinchaku/domain/engine/Due"
import type { Outbox } from "@kinchaku/domain/engine/Outbox"
import { type Store, StoreUnavailable } from "@kinchaku/domain/engine/Store"
import type { History } from "@kinchaku/domain/history/History"
import type { Notices } from "@kinchaku/domain/notice/Notices"
import type { SessionActivity } from "@kinchaku/domain/session/SessionActivity"
import { Effect, Layer, type Scope } from "effect"
import { SqlError } from "effect/sql"
import * as Postgres from "./Postgres.ts"
import * as PostgresStore from "./PostgresStore.ts"
import * as Session from "./Session.ts"

const begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
/** Whoever reads an export may be slow. */
const patience = "SET LOCAL idle_in_transaction_session_timeout = 0"

/** A session that reads one state of the database for the life of the scope. */
export const open = (url: Session.Options["url"]): Effect.Effect<Session.Session, SqlError.SqlError, Scope.Scope> =>
  Effect.tap(Session.open(url), (session) => session.pipeline([{ sql: begin }, { sql: patience }, { sql: "SELECT 1" }]))

const unavailable = (operation: string) => (cause: unknown) => new StoreUnavailable({ operation, cause })

const readOnly = "a snapshot is not written to"
const writing = new SqlError.SqlError({
  reason: new SqlError.UnknownError({ cause: new Error(readOnly), message: readOnly, operation: "write" })
})

const snapshot = ({ url }: Session.Options): Layer.Layer<Postgres.Postgres, StoreUnavailable> =>
  Layer.effect(
    Postgres.Postgres,
    Effect.map(Effect.mapError(open(url), unavailable("open")), (session) => {
      const read: Postgres.Postgres["Service"]["read"] = (operation, ...statements) =>
        Effect.mapError(session.pipeline(statements), unavailable(operation))
      return Postgres.Postgres.of({
        read,
        // Nothing is added to a state that stands.
        readSettled: read,
        run: (operation) => Effect.fail(unavailable(operation)(writing)),
        writers: 1,
        writing: (use) => use({ writer: Effect.fail(writing), discard: Effect.void })
      })
    })
  )

/** The store's ports over one state of a database. Whatever would write fails as unavailable. */
export const layer = (
  options: Session.Options
): Layer.Layer<Store | Outbox | Journal | History | Due | Notices | SessionActivity, StoreUnavailable> =>
  Layer.provide(PostgresStore.ports, snapshot(options))

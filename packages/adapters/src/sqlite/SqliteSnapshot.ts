/**
 * SqliteSnapshot: one state of a file, as it was when it was opened, for whoever audits it.
 *
 * Nothing is written: the schema is not brought up to date, no setting of the file changes, and commits of a server that goes on
 * meanwhile are not seen. A snapshot that is held for long lets the log of such a server grow.
 */
import { existsSync } from "node:fs"
import { resolve } from "node:path"
import { DatabaseSync, type StatementSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import type { Journal } from "@kinchaku/domain/audit/Journal"
import type { Due } from "@kinchaku/domain/engine/Due"
import type { Outbox } from "@kinchaku/domain/engine/Outbox"
import { type Store, StoreUnavailable } from "@kinchaku/domain/engine/Store"
import type { History } from "@kinchaku/domain/history/History"
import type { Notices } from "@kinchaku/domain/notice/Notices"
import type { SessionActivity } from "@kinchaku/domain/session/SessionActivity"
import { Effect, Layer } from "effect"
import type { Options } from "./Client.ts"
import { type Connection, type Row, SqliteFailed } from "./Connection.ts"
import * as Sqlite from "./Sqlite.ts"
import * as SqliteStore from "./SqliteStore.ts"

/** A database that reads one state of its file until it is closed. */
export const open = (filename: string): DatabaseSync => {
  const begun = (database: DatabaseSync): DatabaseSync => {
    try {
      database.exec("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; BEGIN")
      // The state is taken at the first read, not at BEGIN.
      database.prepare("SELECT count(*) FROM sqlite_schema").get()
      return database
    } catch (cause) {
      database.close()
      throw cause
    }
  }
  const readOnly = true
  const path = resolve(filename)
  try {
    return begun(new DatabaseSync(path, { readOnly }))
  } catch (cause) {
    // Where nothing may be written beside the file, and no log lies there, nobody writes: it is read as it stands.
    if (!existsSync(path) || existsSync(`${path}-wal`)) throw cause
    const asItStands = pathToFileURL(path)
    asItStands.searchParams.set("immutable", "1")
    return begun(new DatabaseSync(asItStands, { readOnly }))
  }
}

const writing = (): never => {
  throw new SqliteFailed("a snapshot is not written to")
}

const connectionOf = (database: DatabaseSync): Connection => {
  const prepared = new Map<string, StatementSync>()
  const statement = (sql: string): StatementSync => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const made = database.prepare(sql)
    made.setReturnArrays(true)
    prepared.set(sql, made)
    return made
  }
  const guarded = <A>(read: () => A): A => {
    try {
      return read()
    } catch (cause) {
      throw new SqliteFailed("the SQLite driver failed", { cause })
    }
  }
  return {
    database,
    // With setReturnArrays, node:sqlite returns arrays; its types say records.
    rows: (sql, ...values) => guarded(() => statement(sql).all(...values) as unknown as ReadonlyArray<Row>),
    row: (sql, ...values) => guarded(() => statement(sql).get(...values) as unknown as Row | undefined),
    run: writing,
    transact: writing,
    close: () => database.close()
  }
}

const unavailable = (operation: string) => (cause: unknown) => new StoreUnavailable({ operation, cause })

const snapshot = ({ filename }: Options): Layer.Layer<Sqlite.Sqlite, StoreUnavailable> =>
  Layer.effect(
    Sqlite.Sqlite,
    Effect.acquireRelease(
      Effect.try({ try: () => connectionOf(open(filename)), catch: unavailable("open") }),
      ({ close }) => Effect.sync(close)
    ).pipe(
      Effect.map((connection) =>
        Sqlite.Sqlite.of({
          read: (operation, body) => Effect.try({ try: () => body(connection), catch: unavailable(operation) }),
          write: (operation) => Effect.fail(unavailable(operation)(new SqliteFailed("a snapshot is not written to")))
        })
      )
    )
  )

/** The store's ports over one state of a file. Whatever would write fails as unavailable. */
export const layer = (
  options: Options
): Layer.Layer<Store | Outbox | Journal | History | Due | Notices | SessionActivity, StoreUnavailable> =>
  Layer.provide(SqliteStore.ports, snapshot(options))

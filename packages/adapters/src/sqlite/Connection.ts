/**
 * Connection: one SQLite file, opened with the settings that make a commit durable, and its prepared statements.
 *
 * Statements run synchronously, inside this process; a commit made of them is one step of the event loop. The settings
 * are read back when the file is opened, because a build or a file may ignore what it was asked (ADR-0005).
 */
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from "node:sqlite"

/** The driver failed, or a setting is not in force. The cause is what was thrown, where something was. */
export class SqliteFailed extends Error {
  override readonly name = "SqliteFailed"
}

export type Row = ReadonlyArray<SQLOutputValue>

export interface Connection {
  readonly database: DatabaseSync
  /** The first row of a query, its values in the order of the columns. */
  readonly row: (sql: string, ...values: ReadonlyArray<SQLInputValue>) => Row | undefined
  readonly rows: (sql: string, ...values: ReadonlyArray<SQLInputValue>) => ReadonlyArray<Row>
  /** Runs a statement and tells how many rows it changed. */
  readonly run: (sql: string, ...values: ReadonlyArray<SQLInputValue>) => number
  /** Runs a body between a BEGIN and COMMIT; whatever it throws rolls back and is thrown on. */
  readonly transact: <A>(begin: "BEGIN" | "BEGIN IMMEDIATE", body: () => A) => A
  readonly close: () => void
}

/** Milliseconds that a statement waits for another process; the event loop waits with it. */
const busyMillis = 50

const settings: ReadonlyArray<string> = [
  "PRAGMA journal_mode = WAL",
  // A commit is on the disk when it returns; NORMAL loses acknowledged commits when the power is cut.
  "PRAGMA synchronous = FULL",
  "PRAGMA foreign_keys = ON",
  "PRAGMA trusted_schema = OFF",
  // A row that REPLACE removes fires its DELETE trigger like any other.
  "PRAGMA recursive_triggers = ON",
  // 64 MiB of pages in memory, and a checkpoint every 16 MiB: hot pages are copied to the file less often.
  "PRAGMA cache_size = -65536",
  "PRAGMA wal_autocheckpoint = 4096"
]

const required: ReadonlyArray<readonly [pragma: string, values: ReadonlyArray<SQLOutputValue>]> = [
  // A database in memory has no log and nothing to lose.
  ["journal_mode", ["wal", "memory"]],
  ["synchronous", [2]],
  ["foreign_keys", [1]],
  ["trusted_schema", [0]],
  ["recursive_triggers", [1]]
]

/** Fails unless the settings that the store relies on are in force. */
export const assertSettings = (database: DatabaseSync): void => {
  for (const [pragma, values] of required) {
    const found = Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]
    if (!values.includes(found ?? null)) {
      throw new SqliteFailed(`PRAGMA ${pragma} is ${found}, and must be ${values.join(" or ")}`)
    }
  }
}

const failed = (cause: unknown): SqliteFailed =>
  cause instanceof SqliteFailed ? cause : new SqliteFailed("the SQLite driver failed", { cause })

/** Opens a file (":memory:" for none) and asserts its settings. */
export const open = (filename: string): Connection => {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(filename, { timeout: busyMillis })
    for (const setting of settings) database.exec(setting)
    assertSettings(database)
    return make(database)
  } catch (cause) {
    database?.close()
    throw failed(cause)
  }
}

const make = (database: DatabaseSync): Connection => {
  const prepared = new Map<string, StatementSync>()
  const prepare = (sql: string): StatementSync => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    prepared.set(sql, statement)
    return statement
  }

  // With setReturnArrays, node:sqlite returns arrays; its types say records.
  const rows: Connection["rows"] = (sql, ...values) => {
    try {
      return prepare(sql).all(...values) as unknown as ReadonlyArray<Row>
    } catch (cause) {
      throw failed(cause)
    }
  }
  const row: Connection["row"] = (sql, ...values) => {
    try {
      return prepare(sql).get(...values) as unknown as Row | undefined
    } catch (cause) {
      throw failed(cause)
    }
  }
  const run: Connection["run"] = (sql, ...values) => {
    try {
      return Number(prepare(sql).run(...values).changes)
    } catch (cause) {
      throw failed(cause)
    }
  }
  const rollback = (): void => {
    if (database.isTransaction) run("ROLLBACK")
  }
  const transact: Connection["transact"] = (begin, body) => {
    rollback()
    run(begin)
    try {
      const result = body()
      run("COMMIT")
      return result
    } catch (cause) {
      try {
        rollback()
      } catch {
        // The next transaction begins by rolling back again; the first failure is the one to report.
      }
      throw cause
    }
  }
  return { database, row, rows, run, transact, close: () => database.close() }
}

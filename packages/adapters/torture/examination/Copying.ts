/**
 * A PostgreSQL database copied to a file, row by row, so that the rules of agreement look at either store in the same words.
 */
import { DatabaseSync, type SQLInputValue } from "node:sqlite"
import { Effect, Layer } from "effect"
import { connect } from "../../test/postgres/Server.ts"
import { temporaryFile } from "../../test/TemporaryFile.ts"
import * as SqliteStore from "../../src/sqlite/SqliteStore.ts"

/** A value as a file keeps it. */
const kept = (value: unknown): SQLInputValue => {
  if (value === null || value === undefined) return null
  if (typeof value === "boolean") return value ? 1 : 0
  if (value instanceof Uint8Array || typeof value === "bigint") return value
  if (typeof value === "number" || typeof value === "string") return value
  return JSON.stringify(value)
}

const tablesOf = (database: DatabaseSync): ReadonlyArray<string> =>
  database
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'kinchaku_migration'"
    )
    .all()
    .map(({ name }) => String(name))

const dropTriggers = (database: DatabaseSync): void => {
  for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all()) {
    database.exec(`DROP TRIGGER ${String(name)}`)
  }
}

/** Copies a database to a new file, which goes away with the scope; answers the file. */
export const copyOf = Effect.fnUntraced(function* (url: string) {
  const filename = yield* temporaryFile
  yield* Effect.scoped(Layer.build(SqliteStore.layer({ filename })))
  const client = yield* connect(url)
  const database = new DatabaseSync(filename, { enableForeignKeyConstraints: false })
  dropTriggers(database)
  database.exec("PRAGMA synchronous = OFF; BEGIN")
  yield* client.unsafe("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").unprepared
  for (const table of tablesOf(database)) {
    const rows = yield* client.unsafe<Record<string, unknown>>(`SELECT * FROM ${table}`).unprepared
    const [first] = rows
    if (first === undefined) continue
    const columns = Object.keys(first)
    const insert = database.prepare(
      `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`
    )
    for (const row of rows) insert.run(...columns.map((column) => kept(row[column])))
  }
  yield* client.unsafe("COMMIT").unprepared
  database.exec("COMMIT")
  database.close()
  return filename
})

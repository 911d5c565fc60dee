/**
 * A file of books as schema 0002 kept them, filled with what that release wrote, in a directory that goes away with the scope.
 */
import { readFileSync } from "node:fs"
import { DatabaseSync, type SQLOutputValue } from "node:sqlite"
import { Effect } from "effect"
import * as Client from "../src/sqlite/Client.ts"
import { migrateTo } from "../src/sqlite/migrations/Migrations.ts"
import { temporaryFile } from "./TemporaryFile.ts"

const recorded = readFileSync(new URL("fixtures/0002.sql", import.meta.url), "utf8")

export const oldBooks = Effect.gen(function* () {
  const filename = yield* temporaryFile
  yield* Effect.provide(migrateTo(2), Client.layer({ filename }), { local: true })
  const database = new DatabaseSync(filename)
  // The triggers of that schema look through what is written here.
  database.exec(`BEGIN; ${recorded}; COMMIT`)
  database.close()
  return filename
})

/** The rows that a query finds in a file, as lists of values. */
export const rowsOf = (filename: string, sql: string): ReadonlyArray<ReadonlyArray<SQLOutputValue>> => {
  const database = new DatabaseSync(filename, { readOnly: true })
  try {
    return database
      .prepare(sql)
      .all()
      .map((row) => Object.values(row))
  } finally {
    database.close()
  }
}

/** The number of the last migration that a file has. */
export const schemaOf = (filename: string): unknown =>
  rowsOf(filename, "SELECT max(migration_id) FROM kinchaku_migration")[0]?.[0]

/**
 * A process that opens a file and is killed, by itself, in the midst of bringing it to the newest schema, just before a
 * statement: `Migrating.ts <file> <number of the statement>`. Where there are fewer, it ends with the code 0 and says after how
 * many the new schema was committed.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite"
import { Effect } from "effect"
import * as SqliteStore from "../../src/sqlite/SqliteStore.ts"

const [, , filename = "", statement = "0"] = process.argv

const { prepare } = DatabaseSync.prototype
let prepared = 0
let committed = 0

// The client prepares each statement of a migration just before it runs it.
DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql: string): StatementSync {
  prepared += 1
  if (prepared === Number(statement)) process.kill(process.pid, "SIGKILL")
  if (/^\s*COMMIT/i.test(sql)) committed = prepared
  return prepare.call(this, sql)
}

await Effect.runPromise(Effect.provide(Effect.void, SqliteStore.layer({ filename })))
process.stdout.write(`${committed}\n`)

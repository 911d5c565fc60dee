/**
 * The migrations of the SQLite store, in order. Each is applied once, all pending ones in one transaction: a crash
 * leaves the old schema or the new one.
 */
import { Effect } from "effect"
import { Migrator, SqlClient } from "effect/sql"
import * as Journal from "./0001_journal.ts"
import * as Records from "./0002_records.ts"
import * as Checks from "./0003_checks.ts"
import * as Lanes from "./0003_lanes.ts"
import * as Accounts from "./0004_accounts.ts"
import * as Certificates from "./0005_certificates.ts"
import * as Tokens from "./0006_tokens.ts"
import * as StepUp from "./0007_step_up.ts"
import * as Wallet from "./0008_wallet.ts"

const migration = (statements: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    for (const statement of statements) yield* sql.unsafe(statement)
  })

const migrations = {
  "0001_journal": migration(Journal.statements),
  "0002_records": migration(Records.statements),
  "0003_lanes": migration([...Lanes.tables, ...Checks.triggers]),
  "0004_accounts": migration(Accounts.statements),
  "0005_certificates": migration(Certificates.statements),
  "0006_tokens": migration(Tokens.statements),
  "0007_step_up": migration(StepUp.statements),
  "0008_wallet": migration(Wallet.statements)
}

/** The number of the newest schema. */
export const newest = Object.keys(migrations).length

/** Brings a file to a schema, the newest where none is named; one that has it is left as it is. */
export const migrateTo = (last: number = newest) =>
  Migrator.make({})({
    loader: Migrator.fromRecord(Object.fromEntries(Object.entries(migrations).slice(0, last))),
    table: "kinchaku_migration"
  })

export const migrate = migrateTo()

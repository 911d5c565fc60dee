/**
 * The migrations of the PostgreSQL store, in order. Each is applied once, all pending ones in one transaction: a crash
 * leaves the old schema or the new one. Processes that start together wait for each other.
 */
import { Effect } from "effect"
import { Migrator, SqlClient } from "effect/sql"
import * as Journal from "./0001_journal.ts"
import * as Records from "./0002_records.ts"
import * as Accounts from "./0003_accounts.ts"
import * as Certificates from "./0004_certificates.ts"
import * as Tokens from "./0005_tokens.ts"
import * as StepUp from "./0006_step_up.ts"
import * as Wallet from "./0007_wallet.ts"

const migration = ({ statements }: { readonly statements: ReadonlyArray<string> }) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    for (const statement of statements) yield* sql.unsafe(statement)
  })

const migrations = {
  "0001_journal": migration(Journal),
  "0002_records": migration(Records),
  "0003_accounts": migration(Accounts),
  "0004_certificates": migration(Certificates),
  "0005_tokens": migration(Tokens),
  "0006_step_up": migration(StepUp),
  "0007_wallet": migration(Wallet)
}

/** The number of the newest schema. */
export const newest = Object.keys(migrations).length

/** Brings a database to the newest schema; one that has it is left as it is. */
export const migrate = Migrator.make({})({
  loader: Migrator.fromRecord(migrations),
  table: "kinchaku_migration"
})

/**
 * Bytes: what a store grows by for each payment, by table and index.
 *
 * SQLite is measured by its pages after a checkpoint. PostgreSQL is measured as it stands after normal operation, whose updates leave
 * space that is used again, and once more after VACUUM FULL.
 */
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as PostgresStore from "../src/postgres/PostgresStore.ts"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"
import { withFolder } from "./Folder.ts"
import { report, rounded, say, size, together } from "./Part.ts"
import { execute, select, withPostgres } from "./Postgres.ts"
import { pay, prepared, type Service, service } from "./Service.ts"

const payments = size(40_000, 300)
type Sizes = ReadonlyMap<string, number>

/** What a payment's rows are, in both stores. */
const rows =
  "1 command, 1 entry, 3 postings, 1 payment, 1 bill; its account's balance, 2 usage counters, 2 balances of the books and the head are updated"

/** How much each table and index grew, for each payment; what did not grow is left out. */
const growth = (before: Sizes, after: Sizes) => {
  const grown = [...after].map(
    ([name, bytes]) => [name, rounded((bytes - (before.get(name) ?? 0)) / payments, 1)] as const
  )
  const holds = Object.fromEntries(grown.filter(([, bytes]) => bytes >= 0.1).toSorted(([, a], [, b]) => b - a))
  return { bytes: rounded(grown.reduce((sum, [, bytes]) => sum + bytes, 0)), holds }
}

const payAll = async (runtime: Pick<Service, "runPromise">, books: Awaited<ReturnType<typeof prepared>>) => {
  const { failed } = await runtime.runPromise(pay(books.slips(payments), 64))
  if (failed > 0) throw new Error(`${failed} payments failed`)
}

const sqliteSizes = (file: string): Sizes => {
  const database = new DatabaseSync(file)
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)")
  const sizes = database.prepare("SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name").all()
  database.close()
  return new Map(sizes.map(({ bytes, name }) => [String(name), Number(bytes)]))
}

const sqlite = await withFolder(async (folder) => {
  const file = join(folder, "books.db")
  const runtime = service(SqliteStore.layer({ filename: file }))
  const books = await prepared(runtime)
  const before = sqliteSizes(file)
  await payAll(runtime, books)
  await runtime.dispose()
  const { bytes, holds } = growth(before, sqliteSizes(file))
  say(`  SQLite: ${bytes} bytes`)
  return { figures: { "sqlite.bytes_per_payment": bytes, "sqlite.bytes_hold": { ...holds, rows } } }
})

/** A table with its TOAST table, and each index by itself. */
const relations = `SELECT relname AS name,
    CASE relkind WHEN 'i' THEN pg_relation_size(oid) ELSE pg_table_size(oid) END::float8 AS bytes
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')`

const postgresSizes = async (url: string): Promise<Sizes> =>
  new Map((await select(url, relations)).map(({ bytes, name }) => [String(name), Number(bytes)]))

const postgres = await withPostgres(["postgres.bytes_per_payment"], async (server) => {
  const url = await server.database()
  const runtime = service(PostgresStore.layer({ url }))
  const books = await prepared(runtime)
  const before = await postgresSizes(url)
  await payAll(runtime, books)
  const after = await postgresSizes(url)
  await runtime.dispose()
  await execute(url, "VACUUM FULL")
  const { bytes, holds } = growth(before, after)
  const compact = growth(before, await postgresSizes(url))
  say(`  PostgreSQL: ${bytes} bytes, ${compact.bytes} after VACUUM FULL`)
  return {
    figures: {
      "postgres.bytes_per_payment": bytes,
      "postgres.bytes_hold": { ...holds, rows },
      "postgres.bytes_after_vacuum_full": compact.bytes
    }
  }
})

report(together(sqlite, postgres))

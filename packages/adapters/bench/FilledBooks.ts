/**
 * Filled books in both stores: triggers are out of force and secondary indexes are made afterwards, so that millions of lines
 * take a minute.
 */
import { DatabaseSync } from "node:sqlite"
import * as PostgresStore from "../src/postgres/PostgresStore.ts"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"
import { type Dialect, type Extent, fill, type Ground, selectGround } from "./Filling.ts"
import { execute, select } from "./Postgres.ts"
import { prepared, service } from "./Service.ts"

const groundOf = (row: Readonly<Record<string, unknown>> | undefined): Ground => ({
  seq: Number(row?.["seq"]),
  bookedAt: Number(row?.["booked"]),
  balanceId: Number(row?.["balance"])
})

const sqliteDialect: Dialect = {
  numbers: (count) =>
    `(WITH RECURSIVE num (n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM num WHERE n < ${count - 1}) SELECT n FROM num) AS one`,
  padded: (expression, width) => `printf('%0${width}d', ${expression})`,
  hash: () => "randomblob(32)",
  givenIds: ""
}

/** What stands in the way of filling, with the statement that makes it again. */
const selectObstacles = `SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL
  AND (type = 'trigger' OR type = 'index' AND name = 'posting_by_account')`

/** Makes a file with books of some extent. */
export const fillSqlite = async (filename: string, extent: Extent): Promise<void> => {
  const runtime = service(SqliteStore.layer({ filename }))
  await prepared(runtime, 1, extent.billers)
  await runtime.dispose()
  const database = new DatabaseSync(filename)
  database.exec(
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -262144"
  )
  const obstacles = database.prepare(selectObstacles).all()
  for (const { name, type } of obstacles) database.exec(`DROP ${String(type)} ${String(name)}`)
  const ground = groundOf(database.prepare(selectGround).get())
  for (const [, statements] of fill(sqliteDialect, extent, ground)) {
    for (const statement of statements) database.exec(statement)
  }
  for (const { sql } of obstacles) database.exec(String(sql))
  database.exec("PRAGMA journal_mode = WAL")
  database.close()
}

const postgresDialect: Dialect = {
  numbers: (count) => `generate_series(0::bigint, ${count - 1}) AS one (n)`,
  padded: (expression, width) => `lpad((${expression})::text, ${width}, '0')`,
  hash: (expression) => `sha256(int8send(${expression}))`,
  givenIds: "OVERRIDING SYSTEM VALUE"
}

const selectIndexes = `SELECT indexname AS name, indexdef AS sql FROM pg_indexes
  WHERE indexname IN ('posting_by_account', 'payment_by_account')`

/** Makes books of some extent in an empty database. */
export const fillPostgres = async (url: string, extent: Extent): Promise<void> => {
  const runtime = service(PostgresStore.layer({ url }))
  await prepared(runtime, 1, extent.billers)
  await runtime.dispose()
  const [row] = await select(url, selectGround)
  const ground = groundOf(row)
  const indexes = await select(url, selectIndexes)
  await execute(
    url,
    "SET session_replication_role = replica",
    "SET synchronous_commit = off",
    "SET maintenance_work_mem = '512MB'",
    ...indexes.map(({ name }) => `DROP INDEX ${String(name)}`),
    ...fill(postgresDialect, extent, ground).flatMap(([, statements]) => statements),
    ...indexes.map(({ sql }) => String(sql)),
    "SELECT setval(pg_get_serial_sequence('balance', 'id'), (SELECT max(id) FROM balance))",
    "VACUUM ANALYZE",
    "CHECKPOINT"
  )
}

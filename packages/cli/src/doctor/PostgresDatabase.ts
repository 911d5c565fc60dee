/**
 * What a doctor looks at in a PostgreSQL database, without changing it.
 */
import { newest } from "@kinchaku/adapters/postgres/migrations/Migrations"
import * as PostgresSnapshot from "@kinchaku/adapters/postgres/PostgresSnapshot"
import type { Session } from "@kinchaku/adapters/postgres/Session"
import { Effect } from "effect"
import { type Check, expect, ok, problem, warning } from "./Check.ts"

const oldest = 150_000

const selectServer = `SELECT current_setting('server_version'), current_setting('server_version_num')::integer,
  current_setting('fsync'), current_setting('full_page_writes'), current_setting('data_checksums'),
  (SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit'), pg_database_size(current_database())::text`
const selectBooks = "SELECT count(*)::integer FROM pg_tables WHERE tablename = 'kinchaku_migration'"
const selectSchema = "SELECT max(migration_id)::integer FROM kinchaku_migration"
const selectLanes = "SELECT count(*)::integer FROM chain_head"
const selectWriters = `SELECT count(*)::integer FROM pg_locks
  WHERE locktype = 'advisory' AND granted AND classid = 1263489619
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

/** A setting of the server without which commits are lost when the power fails. */
const durable = (name: string, value: unknown): Check =>
  expect(
    value === "on",
    name,
    String(value),
    problem,
    `postgresql.conf で ${name} = on にしてください。停電でコミットが失われます。`,
    `set ${name} = on in postgresql.conf; without it commits are lost when the power fails.`
  )

const server = (row: ReadonlyArray<unknown>): ReadonlyArray<Check> => {
  const [version, number, fsync, fullPages, checksums, synchronous, bytes] = row
  return [
    expect(
      Number(number) >= oldest,
      "server",
      `PostgreSQL ${String(version)}`,
      problem,
      "PostgreSQL 15 以上を使ってください。",
      "use PostgreSQL 15 or newer."
    ),
    durable("fsync", fsync),
    durable("full_page_writes", fullPages),
    ok("synchronous_commit", `on in our sessions (the server's own: ${String(synchronous)})`),
    expect(
      checksums === "on",
      "data_checksums",
      String(checksums),
      warning,
      "ディスクの誤りに気付けません。停止して pg_checksums --enable を実行してください。",
      "errors of the disk go unnoticed; stop the server and run pg_checksums --enable."
    ),
    ok("size", `${Number(bytes).toLocaleString("en-US")} bytes`)
  ]
}

const schema = (found: unknown): Check =>
  expect(
    found === newest,
    "schema",
    `${String(found)} (newest ${newest})`,
    problem,
    "サーバーとこのプログラムの版をそろえてください。サーバーを開くと新しくなります。",
    "use one release for servers and this program; a server that opens the database brings it up to date."
  )

const noBooks = problem(
  "schema",
  "none",
  "帳簿のデータベースではありません。URLを確認してください。",
  "this database holds no books; check the URL."
)

const look = Effect.fnUntraced(function* (session: Session) {
  const [settings] = yield* session.rows(selectServer)
  const [books] = yield* session.rows(selectBooks)
  if (books?.[0] !== 1) return [...server(settings ?? []), noBooks]
  const [version] = yield* session.rows(selectSchema)
  const [lanes] = yield* session.rows(selectLanes)
  const [writers] = yield* session.rows(selectWriters)
  const writing = `${String(lanes?.[0])} with links, ${String(writers?.[0])} of 256 taken by processes now`
  return [...server(settings ?? []), schema(version?.[0]), ok("lanes", writing)]
})

/** The checks of a database. */
export const postgresDatabase = (url: string): Effect.Effect<ReadonlyArray<Check>> =>
  Effect.scoped(Effect.flatMap(PostgresSnapshot.open(url), look)).pipe(
    Effect.catch((error) =>
      Effect.succeed([
        problem(
          "connection",
          error.message,
          "サーバーが動いているか、URL・利用者・パスワードを確認してください。",
          "check that the server runs, and the URL, user and password."
        )
      ])
    )
  )

/**
 * OpenStore: a store by its name on the command line, a path of a SQLite file or the URL of a PostgreSQL database.
 */
import { closeSync, existsSync, openSync, readSync } from "node:fs"
import * as NodeDigest from "@kinchaku/adapters/platform/NodeDigest"
import { newest as newestOfPostgres } from "@kinchaku/adapters/postgres/migrations/Migrations"
import * as PostgresSnapshot from "@kinchaku/adapters/postgres/PostgresSnapshot"
import * as PostgresStore from "@kinchaku/adapters/postgres/PostgresStore"
import { sqlState } from "@kinchaku/adapters/postgres/Session"
import { newest as newestOfSqlite } from "@kinchaku/adapters/sqlite/migrations/Migrations"
import * as SqliteFilling from "@kinchaku/adapters/sqlite/SqliteFilling"
import * as SqliteSnapshot from "@kinchaku/adapters/sqlite/SqliteSnapshot"
import * as SqliteStore from "@kinchaku/adapters/sqlite/SqliteStore"
import type { Journal } from "@kinchaku/domain/audit/Journal"
import type { Outbox } from "@kinchaku/domain/engine/Outbox"
import { type Store, StoreUnavailable } from "@kinchaku/domain/engine/Store"
import type { Digest } from "@kinchaku/domain/ledger/HashChain"
import { Effect, Layer } from "effect"
import { broken, type Failed, usage } from "./Exit.ts"

/** What commands use of a store. */
export type Books = Store | Journal | Outbox | Digest
export type Opened = Layer.Layer<Books, StoreUnavailable | Failed>

/** Whether a name is the URL of a PostgreSQL database. */
export const isPostgres = (name: string): boolean => /^postgres(ql)?:\/\//.test(name)

/** A store's name without a password, as it may be shown. */
export const shown = (name: string): string =>
  isPostgres(name) ? name.replace(/^([a-z]+:\/\/[^:@/]*):[^@]*@/, "$1:…@") : name

const missing = (name: string) =>
  usage(
    "StoreMissing",
    `${name} はありません。`,
    `there is no file ${name}; name the SQLite file or a postgres:// URL.`
  )

const noBooks = (name: string) =>
  usage(
    "NotBooks",
    `${shown(name)} は帳簿ではありません。何も変更していません。`,
    `${shown(name)} does not hold books of Kinchaku; nothing was changed.`
  )

const damaged = (name: string) =>
  broken(
    "Damaged",
    `${name} は壊れています。書き込みを止め、バックアップから復元してください。`,
    `${name} is damaged; stop writing and restore a backup.`
  )

const otherSchema = (name: string, found: number, newest: number) => {
  const [ja, en] =
    found < newest
      ? [
          `${shown(name)} のスキーマは旧版 ${found} です（この版は ${newest}）。コピーを取り、サーバーで一度開いてください。`,
          `${shown(name)} has schema ${found}, this release has ${newest}; take a copy, then open it once with a server.`
        ]
      : [
          `${shown(name)} のスキーマ ${found} は、この版（${newest}）より新しいものです。新しい版を使ってください。`,
          `${shown(name)} has schema ${found}, newer than this release (${newest}); use a newer release.`
        ]
  return usage("OtherSchema", ja, en, { found, newest })
}

/** SQLITE_CORRUPT and SQLITE_NOTADB: the file is damaged, or none of SQLite's. */
const damage = new Set([11, 26])

/** The number of the schema that a SQLite file has, "damaged", or none where it holds no books; looking changes nothing in it. */
export const schemaOf = (filename: string): number | "damaged" | undefined => {
  try {
    const database = SqliteSnapshot.open(filename)
    try {
      const last = database.prepare("SELECT max(migration_id) AS last FROM kinchaku_migration").get()?.["last"]
      return typeof last === "number" ? last : undefined
    } finally {
      database.close()
    }
  } catch (thrown) {
    const code = typeof thrown === "object" && thrown !== null && "errcode" in thrown ? Number(thrown.errcode) : 0
    return damage.has(code & 0xff) ? "damaged" : undefined
  }
}

/** Whether a file begins as every SQLite file does. */
export const isSqlite = (file: string): boolean => begins(file, "SQLite format 3\0")

/** Whether a file begins with a text. */
export const begins = (file: string, text: string): boolean => {
  const handle = openSync(file, "r")
  try {
    const bytes = Buffer.alloc(text.length)
    readSync(handle, bytes)
    return bytes.toString("latin1") === text
  } finally {
    closeSync(handle)
  }
}

/** The number of the schema that a database has, or none where it holds no books. */
const schemaOfPostgres = (url: string): Effect.Effect<number | undefined, StoreUnavailable> =>
  Effect.scoped(
    Effect.flatMap(PostgresSnapshot.open(url), (session) =>
      session.rows("SELECT max(migration_id)::integer FROM kinchaku_migration")
    )
  ).pipe(
    Effect.map(([row]) => (typeof row?.[0] === "number" ? row[0] : undefined)),
    // 42P01: there is no such table.
    Effect.catch((error) =>
      sqlState(error) === "42P01"
        ? Effect.succeed(undefined)
        : Effect.fail(new StoreUnavailable({ operation: "open", cause: error }))
    )
  )

/** Fails unless a store holds books of this release. */
export const expectBooks = (name: string): Effect.Effect<void, Failed | StoreUnavailable> =>
  Effect.gen(function* () {
    if (isPostgres(name)) {
      const found = yield* schemaOfPostgres(name)
      if (found === undefined) return yield* noBooks(name)
      return found === newestOfPostgres ? undefined : yield* otherSchema(name, found, newestOfPostgres)
    }
    if (!existsSync(name)) return yield* missing(name)
    if (!isSqlite(name)) return yield* noBooks(name)
    const found = schemaOf(name)
    if (found === undefined) return yield* noBooks(name)
    if (found === "damaged") return yield* damaged(name)
    return found === newestOfSqlite ? undefined : yield* otherSchema(name, found, newestOfSqlite)
  })

const snapshotOf = (name: string) =>
  isPostgres(name) ? PostgresSnapshot.layer({ url: name }) : SqliteSnapshot.layer({ filename: name })

const storeOf = (name: string) =>
  isPostgres(name) ? PostgresStore.layer({ url: name }) : SqliteStore.layer({ filename: name })

/** A store to be read. It is read as it was at this moment and not changed. */
export const openStore = (name: string): Opened =>
  Layer.unwrap(Effect.as(expectBooks(name), Layer.merge(snapshotOf(name), NodeDigest.layer)))

/** A store to be written; tables and files that are not there are made. */
export const openForWriting = (name: string): Opened => Layer.merge(storeOf(name), NodeDigest.layer)

/** A new SQLite file to be filled, which is on the disk when all is done and of no use before. */
export const openForFilling = (filename: string): Opened =>
  Layer.merge(SqliteFilling.layer({ filename }), NodeDigest.layer)

/**
 * OpenStore: a store by its name on the command line, a path of a SQLite file or the URL of a PostgreSQL database.
 */
import { closeSync, existsSync, openSync, readSync } from "node:fs"
import * as NodeDigest from "@kinchaku/adapters/platform/NodeDigest"
import { newest } from "@kinchaku/adapters/sqlite/migrations/Migrations"
import * as SqliteSnapshot from "@kinchaku/adapters/sqlite/SqliteSnapshot"
import * as SqliteStore from "@kinchaku/adapters/sqlite/SqliteStore"
import type { Journal } from "@kinchaku/domain/audit/Journal"
import type { Outbox } from "@kinchaku/domain/engine/Outbox"
import type { Store, StoreUnavailable } from "@kinchaku/domain/engine/Store"
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
    `${name} はこの版の帳簿ではありません。何も変更していません。`,
    `${name} does not hold books of Kinchaku; nothing was changed.`
  )

const damaged = (name: string) =>
  broken(
    "Damaged",
    `${name} は壊れています。書き込みを止め、バックアップから復元してください。`,
    `${name} is damaged; stop writing and restore a backup.`
  )

const otherSchema = (name: string, found: number) =>
  usage(
    "OtherSchema",
    found < newest
      ? `${name} のスキーマは旧版 ${found} です（この版は ${newest}）。コピーを取り、npx kinchaku start で一度開いてください。`
      : `${name} のスキーマ ${found} は、この版（${newest}）より新しいものです。新しい版を使ってください。`,
    found < newest
      ? `${name} has schema ${found}, this release has ${newest}; take a copy, then open it once with npx kinchaku start.`
      : `${name} has schema ${found}, newer than this release (${newest}); use a newer release.`,
    { found, newest }
  )

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

/** Fails unless a file holds books of this release. */
export const expectBooks = (name: string): Effect.Effect<void, Failed> => {
  if (!existsSync(name)) return Effect.fail(missing(name))
  if (!isSqlite(name)) return Effect.fail(noBooks(name))
  const found = schemaOf(name)
  if (found === undefined) return Effect.fail(noBooks(name))
  if (found === "damaged") return Effect.fail(damaged(name))
  return found === newest ? Effect.void : Effect.fail(otherSchema(name, found))
}

/** A store to be read. A SQLite file is read as it was at this moment and not changed. */
export const openStore = (name: string): Opened =>
  Layer.unwrap(Effect.as(expectBooks(name), Layer.merge(SqliteSnapshot.layer({ filename: name }), NodeDigest.layer)))

/** A store to be written; what is not there is made. */
export const openForWriting = (name: string): Opened =>
  Layer.merge(SqliteStore.layer({ filename: name }), NodeDigest.layer)

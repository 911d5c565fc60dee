/**
 * What a doctor looks at in a SQLite file, without changing it.
 */
import { newest } from "@kinchaku/adapters/sqlite/migrations/Migrations"
import * as SqliteSnapshot from "@kinchaku/adapters/sqlite/SqliteSnapshot"
import { schemaOf } from "../OpenStore.ts"
import { type Check, expect, ok, problem, warning } from "./Check.ts"

const restore = [
  "書き込みを止め、バックアップから復元してください（docs/recipes/operate.md）。",
  "stop writing and restore a backup (docs/recipes/operate.md)."
] as const

const schema = (filename: string): Check => {
  const found = schemaOf(filename)
  if (found === undefined) {
    return problem(
      "schema",
      "none",
      "帳簿のファイルではありません。パスを確認してください。",
      "this file holds no books; check the path."
    )
  }
  if (found === "damaged") return problem("schema", "unreadable", ...restore)
  return expect(
    found === newest,
    "schema",
    `${found} (newest ${newest})`,
    problem,
    found < newest
      ? "コピーを取り、npx kinchaku start で一度開くと新しくなります。"
      : "このファイルには新しい版のプログラムが必要です。",
    found < newest
      ? "take a copy, then open it once with npx kinchaku start: that brings it up to date."
      : "this file needs a newer release."
  )
}

/** The checks of a file. `isFull` reads every index and every foreign key besides, which takes minutes on a large file. */
export const sqliteFile = (filename: string, isFull: boolean): ReadonlyArray<Check> => {
  const version = schema(filename)
  if (["none", "unreadable"].includes(version.found)) return [version]
  const database = SqliteSnapshot.open(filename)
  try {
    const first = (sql: string): string => String(Object.values(database.prepare(sql).get() ?? {})[0])
    const journal = first("PRAGMA journal_mode")
    const check = isFull ? "integrity_check" : "quick_check"
    const intact = first(`PRAGMA ${check}`)
    const dangling = isFull ? database.prepare("PRAGMA foreign_key_check").all().length : 0
    const pages = `${(Number(first("PRAGMA page_count")) * Number(first("PRAGMA page_size"))).toLocaleString("en-US")} bytes`
    return [
      version,
      expect(
        journal === "wal",
        "journal mode",
        journal,
        warning,
        "次にサーバーを起動すると WAL になります。",
        "it becomes WAL when a server opens it next."
      ),
      expect(intact === "ok", check, intact, problem, ...restore),
      ...(isFull ? [expect(dangling === 0, "foreign keys", `${dangling} dangling`, problem, ...restore)] : []),
      ok("size", pages)
    ]
  } catch (cause) {
    return [version, problem("read", cause instanceof Error ? cause.message : String(cause), ...restore)]
  } finally {
    database.close()
  }
}

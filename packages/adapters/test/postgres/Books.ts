/**
 * Empty books on PostgreSQL, for each test that wants some: one database for a file of tests, emptied every time.
 */
import { Effect, Layer, type Scope } from "effect"
import type { SqlError } from "effect/sql"
import { afterAll } from "vitest"
import { recordColumns } from "../../src/sql/RecordColumns.ts"
import * as Postgres from "../../src/postgres/Postgres.ts"
import * as PostgresStore from "../../src/postgres/PostgresStore.ts"
import * as Server from "./Server.ts"

const beside = [
  "chain_head",
  "command",
  "entry",
  "balance",
  "posting",
  "outbox",
  "notice",
  "personal",
  "session_activity"
]
const tables = [...beside, ...recordColumns.map(({ table }) => table)].join(", ")

/** Takes everything out of a database of ours, past the triggers that refuse it: its owner may. */
const empty = (url: string): Effect.Effect<void, SqlError.SqlError> =>
  Effect.scoped(
    Effect.flatMap(Server.connect(url), (client) =>
      Effect.gen(function* () {
        yield* client.unsafe("SET session_replication_role = replica").unprepared
        yield* client.unsafe(`TRUNCATE ${tables} RESTART IDENTITY`).unprepared
      })
    )
  )

/** A way to empty books on a server: their database is made by the first use and dropped after the file's last test. */
export const emptyBooks = (server: { readonly url: string }): Effect.Effect<string, unknown> => {
  let made: Promise<{ readonly url: string; readonly drop: () => Promise<void> }> | undefined
  const make = async () => {
    let drop = (): void => undefined
    const dropped = new Promise<void>((resolve) => (drop = resolve))
    let gone: Promise<unknown> = Promise.resolve()
    const url = await new Promise<string>((resolve, reject) => {
      const held = Effect.gen(function* (): Effect.fn.Return<void, unknown, Scope.Scope> {
        const url = yield* Server.database(server)
        yield* Effect.scoped(Layer.build(Postgres.layer({ url })))
        resolve(url)
        yield* Effect.promise(() => dropped)
      })
      gone = Effect.runPromise(Effect.scoped(held)).catch(reject)
    })
    return {
      url,
      drop: async () => {
        drop()
        await gone
      }
    }
  }
  afterAll(async () => (await made)?.drop())
  return Effect.tap(
    Effect.promise(async () => (await (made ??= make())).url),
    empty
  )
}

/** The store on empty books. */
export const layer = (server: { readonly url: string }) => {
  const books = emptyBooks(server)
  return Layer.unwrap(Effect.map(books, (url) => PostgresStore.layer({ url })))
}

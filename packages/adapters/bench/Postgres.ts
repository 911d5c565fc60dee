/**
 * A PostgreSQL for a part of the bench: durable, on the disk that is measured, gone when the part is over.
 */
import { Effect, Exit, Scope } from "effect"
import * as Server from "../test/postgres/Server.ts"
import { parentFolder } from "./Folder.ts"
import { type Report, without } from "./Part.ts"

export interface Postgres {
  /** Makes a database and gives its url. */
  readonly database: () => Promise<string>
}

/** A server that is running already, to be measured instead of one of ours. */
export const given = process.env["BENCH_PG_URL"]

/**
 * Runs with a server what measures figures, or answers why each of these keys has none. Settings are over those of a durable server.
 */
export const withPostgres = async (
  keys: ReadonlyArray<string>,
  use: (postgres: Postgres) => Promise<Report>,
  settings: Readonly<Record<string, string>> = {}
): Promise<Report> => {
  const scope = await Effect.runPromise(Scope.make())
  const run = <B, E>(effect: Effect.Effect<B, E, Scope.Scope>) =>
    Effect.runPromise(Effect.provideService(effect, Scope.Scope, scope))
  const start = Server.start({ under: parentFolder, settings })
  try {
    const server = await run(
      given === undefined
        ? Effect.catchTag(start, "ServerUnavailable", ({ reason }) => Effect.succeed({ unavailable: reason }))
        : Effect.succeed({ url: given })
    )
    if ("unavailable" in server) return without(keys, `no PostgreSQL: ${server.unavailable}`)
    return await use({ database: () => run(Server.database(server)) })
  } finally {
    await Effect.runPromise(Scope.close(scope, Exit.void))
  }
}

/** Runs statements on one connection, which is the superuser's. */
export const execute = (url: string, ...statements: ReadonlyArray<string>): Promise<void> =>
  Effect.runPromise(
    Effect.scoped(
      Effect.flatMap(Server.connect(url), (client) =>
        Effect.forEach(statements, (statement) => client.unsafe(statement).unprepared, { discard: true })
      )
    )
  )

/** The rows of one query. */
export const select = (url: string, statement: string): Promise<ReadonlyArray<Readonly<Record<string, unknown>>>> =>
  Effect.runPromise(
    Effect.scoped(
      Effect.flatMap(Server.connect(url), (client) => client.unsafe<Record<string, unknown>>(statement).unprepared)
    )
  )

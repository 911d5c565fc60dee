/**
 * Starts one PostgreSQL for a whole run of the adapters' tests, and tells the tests which servers there are.
 *
 * A server that PG_BIN or PG_URL asks for must be there. The package's own is reported as skipped where it cannot run.
 */
import { Effect, Exit, Scope } from "effect"
import type { TestProject } from "vitest/node"
import { connect, start } from "./Server.ts"
import type { ServerUnderTest } from "./Servers.ts"

const started = start().pipe(
  Effect.map(({ url, version }): ServerUnderTest => ({ name: `PostgreSQL ${Number.parseInt(version, 10)}`, url })),
  Effect.catchTag("ServerUnavailable", (unavailable) =>
    process.env["PG_BIN"] === undefined
      ? Effect.succeed<ServerUnderTest>({ name: "PostgreSQL", skipped: unavailable.reason })
      : Effect.fail(unavailable)
  )
)

const given = Effect.gen(function* () {
  const url = process.env["PG_URL"]
  if (url === undefined || url === "") return []
  yield* Effect.scoped(Effect.flatMap(connect(url), (client) => client`SELECT 1`))
  return [{ name: "PostgreSQL at PG_URL", url } satisfies ServerUnderTest]
})

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const scope = await Effect.runPromise(Scope.make())
  const close = () => Effect.runPromise(Scope.close(scope, Exit.void))
  const all = Effect.all([Effect.map(started, (server) => [server]), given])
  try {
    project.provide("postgres", (await Effect.runPromise(Effect.provideService(all, Scope.Scope, scope))).flat())
  } catch (error) {
    await close()
    throw error
  }
  return close
}

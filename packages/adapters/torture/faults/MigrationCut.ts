/**
 * migration-cut: the connection is cut while a PostgreSQL database gets its schema, at places all through the exchange, either way.
 *
 * The database has no table of ours or all of them, and the next one who opens it goes on.
 */
import { PgClient } from "@effect/sql-pg"
import { verify } from "@kinchaku/domain/audit/Verification"
import { Effect, Exit } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient } from "effect/sql"
import * as Proxy from "../../test/postgres/Proxy.ts"
import * as Server from "../../test/postgres/Server.ts"
import { migrate } from "../../src/postgres/migrations/Migrations.ts"
import { configuration } from "../../src/postgres/Session.ts"
import { disagreements } from "../examination/Agreement.ts"
import { copyOf } from "../examination/Copying.ts"
import { by, type Fault, sample, tryAll } from "../Fault.ts"
import { onCore } from "../load/Core.ts"
import * as Load from "../load/Load.ts"
import { ownServer } from "./Databases.ts"

const migrated = (url: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const client = yield* PgClient.make({ ...configuration(url), maxConnections: 1 })
      yield* Effect.provideService(migrate, SqlClient.SqlClient, client)
    })
  ).pipe(Effect.provide(Reactivity.layer))

const objects = `SELECT count(*)::int AS objects FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE nspname = 'public' AND relname NOT LIKE 'kinchaku_migration%'`

const objectsIn = (url: string) =>
  Effect.scoped(
    Effect.flatMap(Server.connect(url), (client) =>
      Effect.map(client.unsafe<{ readonly objects: number }>(objects).unprepared, ([row]) => row?.objects ?? 0)
    )
  )

/** How many bytes a migration sends and gets, and how many objects it makes. */
const measure = Effect.fnUntraced(function* (server: Server.Server) {
  const url = yield* Server.database(server)
  const proxy = yield* Proxy.make(url)
  // The connection is closed by the end of the migration: what it carried is counted while it is open.
  let sizes: Proxy.Counts = { toServer: 0, toClient: 0 }
  const watch = Effect.forever(
    Effect.andThen(
      Effect.map(proxy.counts, ([one]) => void (sizes = one ?? sizes)),
      Effect.sleep("1 millis")
    )
  )
  yield* Effect.raceFirst(migrated(proxy.url), watch)
  return { sizes, whole: yield* objectsIn(url) }
}, Effect.scoped)

export const migrationCut: Fault = {
  name: "migration-cut",
  run: Effect.fnUntraced(function* (setting) {
    const server = yield* ownServer
    const { sizes, whole } = yield* measure(server)
    const places = (["toServer", "toClient"] as const).flatMap((direction) =>
      sample(
        Array.from({ length: sizes[direction] }, (_, bytes) => ({ direction, bytes })),
        by(setting, { slice: 2, quick: 8, long: 200 })
      )
    )
    const cutAt = Effect.fnUntraced(function* ({ bytes, direction }: (typeof places)[number]) {
      const url = yield* Server.database(server)
      const proxy = yield* Proxy.make(url)
      yield* proxy.cutAfter(direction, bytes)
      const exit = yield* Effect.exit(migrated(proxy.url))
      const isCut = (yield* proxy.cuts) > 0
      const made = yield* objectsIn(url)
      const found = [
        ...(made === 0 || made === whole ? [] : [`${made} of ${whole} objects are there`]),
        ...(Exit.isSuccess(exit) && made !== whole ? ["the migration was told to be done"] : [])
      ]
      yield* onCore(url, Effect.andThen(Load.prepare(2), verify()))
      const wrong = disagreements(yield* copyOf(url))
      return {
        isCut,
        found: [...found, ...wrong].map((one) => `cut after ${bytes} bytes ${direction}: ${one}`)
      }
    }, Effect.scoped)
    const tried = yield* tryAll(places, setting, cutAt)
    return {
      points: tried.filter(({ isCut }) => isCut).length,
      findings: tried.flatMap(({ found }) => found),
      controls: [],
      note: `cuts in ${sizes.toServer} bytes to the server and ${sizes.toClient} back`
    }
  })
}

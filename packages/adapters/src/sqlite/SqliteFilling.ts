/**
 * SqliteFilling: a store on a new file that is of no use before it is whole, such as that of an import or a replay.
 *
 * Commits do not wait for the disk; all of it is on the disk when the layer is closed. A crash before that leaves a file to be
 * thrown away: whoever fills it gives it its name afterwards.
 */
import type { Journal } from "@kinchaku/domain/audit/Journal"
import type { Due } from "@kinchaku/domain/engine/Due"
import type { Outbox } from "@kinchaku/domain/engine/Outbox"
import type { Store, StoreUnavailable } from "@kinchaku/domain/engine/Store"
import type { History } from "@kinchaku/domain/history/History"
import type { Notices } from "@kinchaku/domain/notice/Notices"
import type { SessionActivity } from "@kinchaku/domain/session/SessionActivity"
import { Effect, Layer } from "effect"
import type { Options } from "./Client.ts"
import * as Sqlite from "./Sqlite.ts"
import * as SqliteStore from "./SqliteStore.ts"

const filling: Layer.Layer<Sqlite.Sqlite, StoreUnavailable, Sqlite.Sqlite> = Layer.effect(
  Sqlite.Sqlite,
  Effect.gen(function* () {
    const sqlite = yield* Sqlite.Sqlite
    const { database } = yield* sqlite.read("open", (connection) => connection)
    database.exec("PRAGMA synchronous = OFF")
    yield* Effect.addFinalizer(() =>
      // The log is synced before it is copied, and the file after; that covers what was written before, too.
      Effect.sync(() => database.exec("PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)"))
    )
    return sqlite
  })
)

/** The store and its ports on a new file, durable once the layer is closed. */
export const layer = (
  options: Options
): Layer.Layer<Store | Outbox | Journal | History | Due | Notices | SessionActivity, StoreUnavailable> =>
  SqliteStore.ports.pipe(Layer.provide(filling), Layer.provide(Sqlite.layer(options)))

/**
 * Sqlite: the store's file, migrated, and the two ways to use it: one read, one write transaction.
 *
 * Either is a synchronous function of the connection, so it is one step of the event loop: nothing comes between its
 * statements, and interrupting the caller leaves it undone or done, never torn.
 */
import { StoreRefused, StoreUnavailable } from "@kinchaku/domain/engine/Store"
import { Context, Effect, Layer } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient, type SqlError } from "effect/sql"
import * as Client from "./Client.ts"
import { type Connection, SqliteFailed } from "./Connection.ts"
import { migrate } from "./migrations/Migrations.ts"

/** Thrown inside a write: what is to be written breaks a check that the tables cannot make. Nothing of it is kept. */
export class WritesBroken extends Error {
  override readonly name = "WritesBroken"
}

export class Sqlite extends Context.Service<
  Sqlite,
  {
    /** Reads on one state of the file. */
    readonly read: <A>(operation: string, body: (connection: Connection) => A) => Effect.Effect<A, StoreUnavailable>
    /** Writes that are committed together, on the disk when it succeeds. What the body itself throws is a defect. */
    readonly write: <A>(
      operation: string,
      body: (connection: Connection) => A
    ) => Effect.Effect<A, StoreUnavailable | StoreRefused>
  }
>()("@kinchaku/adapters/sqlite/Sqlite") {}

const unavailable = (operation: string) => (cause: unknown) => new StoreUnavailable({ operation, cause })

/** A broken constraint, or a trigger that refused, says that the writes were wrong; anything else, that the store failed. */
const isRefusal = ({ reason }: SqlError.SqlError): boolean =>
  reason._tag === "ConstraintError" || reason._tag === "UniqueViolation"

const make = Effect.fnUntraced(function* (options: Client.Options) {
  const { borrow, connection, sql } = yield* Client.make(options)
  yield* migrate.pipe(Client.whileLocked, Effect.provideService(SqlClient.SqlClient, sql))

  const transact = <A>(operation: string, begin: "BEGIN" | "BEGIN IMMEDIATE", body: (connection: Connection) => A) =>
    Client.whileLocked(
      borrow(() =>
        Effect.suspend((): Effect.Effect<A, SqlError.SqlError | WritesBroken> => {
          try {
            return Effect.succeed(connection.transact(begin, () => body(connection)))
          } catch (thrown) {
            if (thrown instanceof WritesBroken) return Effect.fail(thrown)
            return thrown instanceof SqliteFailed ? Effect.fail(Client.sqlError(thrown, operation)) : Effect.die(thrown)
          }
        })
      )
    )

  return Sqlite.of({
    read: (operation, body) => Effect.mapError(transact(operation, "BEGIN", body), unavailable(operation)),
    write: (operation, body) =>
      Effect.mapError(transact(operation, "BEGIN IMMEDIATE", body), (error) =>
        error instanceof WritesBroken || isRefusal(error)
          ? new StoreRefused({ cause: error })
          : unavailable(operation)(error)
      )
  })
})

/** Opens the file, asserts its settings, and brings its schema up to date. */
export const layer = (options: Client.Options): Layer.Layer<Sqlite, StoreUnavailable> =>
  Layer.effect(Sqlite, Effect.mapError(make(options), unavailable("open"))).pipe(Layer.provide(Reactivity.layer))

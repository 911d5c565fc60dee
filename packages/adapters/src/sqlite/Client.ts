/**
 * Client: effect/sql over one SQLite connection, for the migrator and whatever else speaks effect/sql.
 *
 * One statement or transaction at a time holds the connection. The store borrows it in the same way and runs its
 * commits on the connection itself (ADR-0005).
 */
import type { SQLInputValue, StatementSync } from "node:sqlite"
import { Effect, Layer, Schedule, type Scope, Semaphore, Stream } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient, type SqlConnection, SqlError, Statement } from "effect/sql"
import { type Connection, open, SqliteFailed } from "./Connection.ts"

export interface Options {
  /** A path, or ":memory:". */
  readonly filename: string
}

/** The client, the connection below it, and the one way to hold that connection. */
export interface Client {
  readonly sql: SqlClient.SqlClient
  readonly connection: Connection
  readonly borrow: SqlConnection.Borrower
}

/** What the driver threw, classified. */
export const sqlError = (thrown: unknown, operation: string): SqlError.SqlError => {
  const driver = thrown instanceof SqliteFailed ? thrown.cause : thrown
  const hasCode = typeof driver === "object" && driver !== null && "errcode" in driver
  const cause = hasCode ? driver : thrown
  // The classifier reads `errno`, node:sqlite writes `errcode`. Clashes of a primary key (1555) and of a row id (2579)
  // count as UNIQUE (2067).
  if (hasCode) {
    const clash = driver.errcode === 1555 || driver.errcode === 2579
    Object.assign(driver, { errno: clash ? 2067 : driver.errcode })
  }
  const message = `sqlite: ${operation} failed`
  return new SqlError.SqlError({ reason: SqlError.classifySqliteError(cause, { message, operation }) })
}

/** Repeats what found the file locked by another process, for about a second. */
export const whileLocked = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.retry(effect, {
    while: (error) => SqlError.isSqlError(error) && error.reason._tag === "LockTimeoutError",
    schedule: Schedule.jittered(Schedule.exponential("10 millis")),
    times: 6
  })

const bindable = (value: unknown): SQLInputValue => {
  if (value === undefined) return null
  if (typeof value === "boolean") return value ? 1 : 0
  if (value instanceof Date) return value.toISOString()
  // Whatever else the driver cannot bind, it refuses itself.
  return value as SQLInputValue
}

/** The driver's side of effect/sql. Its statements are prepared afresh: the store's own are the ones that repeat. */
const effectConnection = ({ database }: Connection): SqlConnection.Connection => {
  const run = <A>(sql: string, params: ReadonlyArray<unknown>, use: (s: StatementSync, v: Array<SQLInputValue>) => A) =>
    Effect.withFiber<A, SqlError.SqlError>((fiber) => {
      try {
        const statement = database.prepare(sql)
        if (fiber.getRef(SqlClient.SafeIntegers)) statement.setReadBigInts(true)
        return Effect.succeed(use(statement, params.map(bindable)))
      } catch (cause) {
        return Effect.fail(sqlError(cause, "execute"))
      }
    })
  const execute: SqlConnection.Connection["execute"] = (sql, params, transform) => {
    const rows = run(sql, params, (statement, values) => statement.all(...values))
    return transform === undefined ? rows : Effect.map(rows, transform)
  }
  const executeValues: SqlConnection.Connection["executeValues"] = (sql, params) =>
    run(sql, params, (statement, values) => {
      statement.setReturnArrays(true)
      return statement.all(...values) as unknown as ReadonlyArray<ReadonlyArray<unknown>>
    })
  return {
    execute,
    executeUnprepared: execute,
    executeValues,
    executeValuesUnprepared: executeValues,
    executeRaw: (sql, params) => execute(sql, params, undefined),
    executeStream: (sql, params, transform) =>
      Stream.unwrap(Effect.map(execute(sql, params, transform), (rows) => Stream.fromArray([...rows])))
  }
}

/** Opens the file for the life of the scope. */
export const make = ({
  filename
}: Options): Effect.Effect<Client, SqlError.SqlError, Scope.Scope | Reactivity.Reactivity> =>
  Effect.gen(function* () {
    const opened = Effect.try({ try: () => open(filename), catch: (cause) => sqlError(cause, "open") })
    const connection = yield* Effect.acquireRelease(whileLocked(opened), ({ close }) => Effect.sync(close))
    const acquirers = SqlClient.makeSqliteAcquirers({
      connection: Effect.succeed(effectConnection(connection)),
      semaphore: yield* Semaphore.make(1),
      isTransaction: () => connection.database.isTransaction
    })
    const sql = yield* SqlClient.make({
      ...acquirers,
      compiler: Statement.makeCompilerSqlite(),
      driver: "node-sqlite",
      beginTransaction: "BEGIN IMMEDIATE",
      releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
      spanAttributes: [["db.system.name", "sqlite"]]
    })
    return { sql, connection, borrow: acquirers.borrower }
  })

export const layer = (options: Options): Layer.Layer<SqlClient.SqlClient, SqlError.SqlError> =>
  Layer.effect(
    SqlClient.SqlClient,
    Effect.map(make(options), ({ sql }) => sql)
  ).pipe(Layer.provide(Reactivity.layer))

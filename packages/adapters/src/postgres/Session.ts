/**
 * Session: one connection to PostgreSQL, on which statements are sent in one go and answered in one go.
 *
 * Statements that are sent together cost one round trip. They are prepared once, and whole numbers are JavaScript numbers,
 * exact up to 2^53−1 and refused beyond (LED-09).
 */
import { PgConnection, PgTypes } from "@effect/sql-pg"
import type { Cause } from "effect"
import { Effect, Exit, Redacted, Result, type Scope } from "effect"
import type { SqlError } from "effect/sql"

export interface Options {
  /** postgres://user:password@host:port/database, with sslmode and the like. */
  readonly url: Redacted.Redacted | string
  /** How many connections read at once, beside those that write; 4 where nothing is said. */
  readonly readers?: number
  /**
   * How many batches are under way at once, each on a connection and in a lane of its own; 1 where nothing is said. More help where
   * the server has cores that one batch at a time leaves idle, and cost where several processes write to the same accounts.
   */
  readonly writers?: number
}

/** A row, its values in the order of the columns. */
export type Row = ReadonlyArray<unknown>

/** A statement and the values of its parameters. */
export interface Statement {
  readonly sql: string
  readonly values?: ReadonlyArray<unknown>
}

export interface Session {
  /** The server's process behind the connection. */
  readonly pid: number
  /** Sends one statement and waits for its rows. */
  readonly rows: (
    sql: string,
    ...values: ReadonlyArray<unknown>
  ) => Effect.Effect<ReadonlyArray<Row>, SqlError.SqlError>
  /** Sends statements in one go, in order; answers the rows of each, or the first failure once all are answered. */
  readonly pipeline: (
    statements: ReadonlyArray<Statement>
  ) => Effect.Effect<ReadonlyArray<ReadonlyArray<Row>>, SqlError.SqlError>
}

const two32 = 4_294_967_296

const outOfRange = (value: unknown) =>
  Result.fail(new PgTypes.CodecError({ message: `not a whole number within 2^53: ${typeof value}` }))

const written = (value: number): Uint8Array => {
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  view.setInt32(0, Math.floor(value / two32))
  view.setUint32(4, value >>> 0)
  return bytes
}

const readNumber = (bytes: Uint8Array, offset: number, size: number): Result.Result<number, PgTypes.CodecError> => {
  if (size !== 8) return outOfRange(bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset + offset, 8)
  const value = view.getInt32(0) * two32 + view.getUint32(4)
  return Number.isSafeInteger(value) ? Result.succeed(value) : outOfRange(value)
}

/** Types as the driver has them, but for bigint columns, which are JavaScript numbers. */
export const types = PgTypes.makeRegistry()
types.register<number>(PgTypes.OID.int8, {
  encode: (value) => (Number.isSafeInteger(value) ? Result.succeed(written(value)) : outOfRange(value)),
  write: (sink, value) => {
    if (!Number.isSafeInteger(value)) return outOfRange(value)
    sink.int32(Math.floor(value / two32))
    sink.int32(value | 0)
    return Result.void
  },
  decode: (bytes) => readNumber(bytes, 0, bytes.length),
  read: readNumber
})

const parameter = (oid: number, value: unknown): PgTypes.Parameter => ({
  [PgTypes.ParameterTypeId]: PgTypes.ParameterTypeId,
  oid,
  value
})

/** A parameter with a whole number, whatever its size. */
export const whole = (value: number): PgTypes.Parameter => parameter(PgTypes.OID.int8, value)

const lists = (elementOid: number) => {
  const oid = PgTypes.arrayOidFor(elementOid) ?? 0
  return (values: ReadonlyArray<unknown>): PgTypes.Parameter => parameter(oid, values)
}

/** A parameter with a list of values of one type, which `unnest` makes a column of. */
export const list: {
  readonly texts: (values: ReadonlyArray<string | null>) => PgTypes.Parameter
  readonly numbers: (values: ReadonlyArray<number | null>) => PgTypes.Parameter
  readonly bytes: (values: ReadonlyArray<Uint8Array | null>) => PgTypes.Parameter
} = {
  texts: lists(PgTypes.OID.text),
  numbers: lists(PgTypes.OID.int8),
  bytes: lists(PgTypes.OID.bytea)
}

/** Several writing statements as one, which the server parses, plans and answers once. None may need what another writes. */
export const together = (statements: ReadonlyArray<Statement>): Statement => {
  const values: Array<unknown> = []
  const parts = statements.map(({ sql, values: own = [] }, index) => {
    const before = values.length
    values.push(...own)
    return `w${index} AS (${sql.replaceAll(/\$(\d+)/g, (_, n: string) => `$${Number(n) + before}`)})`
  })
  return { sql: `WITH ${parts.join(", ")} SELECT`, values }
}

/** The code of the server's error (SQLSTATE), where the server sent one. */
export const sqlState = ({ reason }: SqlError.SqlError): string | undefined => {
  const { cause } = reason
  return typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string"
    ? cause.code
    : undefined
}

const settings = {
  // A commit is on the disk when it is answered; the server's own default may have been changed.
  synchronous_commit: "on",
  default_transaction_isolation: "read committed",
  // Nobody waits for ever: not for a lock, and not for a process that stopped in the middle of its commit.
  lock_timeout: "5s",
  idle_in_transaction_session_timeout: "15s",
  statement_timeout: "60s",
  // Plans of prepared statements are made once, often on tables that are still empty: each statement has its index, so that is
  // what it uses at any size.
  plan_cache_mode: "force_generic_plan",
  enable_seqscan: "off",
  enable_bitmapscan: "off",
  enable_hashjoin: "off",
  enable_mergejoin: "off",
  jit: "off"
}

/** What every session of ours is opened with. */
export const configuration = (url: Options["url"]) => ({
  url: typeof url === "string" ? Redacted.make(url) : url,
  applicationName: "kinchaku",
  startupParameters: settings,
  keepAlive: "10 seconds" as const,
  types
})

/** Opens a session for the life of the scope. Its statements cannot be interrupted: they are answered first. */
export const open = (url: Options["url"]): Effect.Effect<Session, SqlError.SqlError, Scope.Scope> =>
  Effect.map(PgConnection.make({ ...configuration(url), multiplex: true }), (connection) => ({
    pid: connection.processId,
    rows: (sql, ...values) => connection.queryValues(sql, values),
    pipeline: Effect.fnUntraced(function* (statements) {
      const exits = yield* Effect.all(
        statements.map(({ sql, values = [] }) => Effect.exit(connection.queryValues(sql, values))),
        { concurrency: "unbounded" }
      )
      const answers: Array<ReadonlyArray<Row>> = []
      for (const exit of exits) {
        if (Exit.isFailure(exit)) return yield* Effect.failCause(exit.cause as Cause.Cause<SqlError.SqlError>)
        answers.push(exit.value)
      }
      return answers
    })
  }))

/**
 * Postgres: the store's database, migrated, with the sessions that read it and those that write.
 *
 * A writer owns a lane of the chain for as long as its session lives: an advisory lock of the server says so, and the
 * server gives it up with the session. A session that was lost is replaced by the next use. While one batch is decided here,
 * another is written there.
 */
import { setTimeout as sleep } from "node:timers/promises"
import { StoreUnavailable } from "@kinchaku/domain/engine/Store"
import type { Lane } from "@kinchaku/domain/ledger/HashChain"
import { PgClient } from "@effect/sql-pg"
import { Context, Effect, Exit, Layer, Pool, Scope, Semaphore } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient, SqlError } from "effect/sql"
import type { BalanceRow } from "./Appending.ts"
import { failureOf } from "./Failure.ts"
import { migrate } from "./migrations/Migrations.ts"
import * as Session from "./Session.ts"

/** The session that commits, and the lane that it writes. */
export interface Writer {
  readonly session: Session.Session
  readonly lane: Lane
  /** The rows of the books' own accounts in this lane, as the last commit left them: nobody else changes them. */
  readonly known: Map<string, BalanceRow>
}

/** The place of one writer, whose session may be lost and replaced. */
export interface Seat {
  /** The writer, opened where there is none. */
  readonly writer: Effect.Effect<Writer, SqlError.SqlError>
  /** Closes the writer's session: whatever its transaction was, the server ends it. */
  readonly discard: Effect.Effect<void>
}

export class Postgres extends Context.Service<
  Postgres,
  {
    /** Reads on one state of the database: statements that are sent together, and their rows. */
    readonly read: (
      operation: string,
      ...statements: ReadonlyArray<Session.Statement>
    ) => Effect.Effect<ReadonlyArray<ReadonlyArray<Session.Row>>, StoreUnavailable>
    /** Reads as {@link read}, at a moment when no commit is under way in any process: what commits later comes after it. */
    readonly readSettled: (
      operation: string,
      ...statements: ReadonlyArray<Session.Statement>
    ) => Effect.Effect<ReadonlyArray<ReadonlyArray<Session.Row>>, StoreUnavailable>
    /** Runs one statement that writes by itself. */
    readonly run: (
      operation: string,
      statement: Session.Statement
    ) => Effect.Effect<ReadonlyArray<Session.Row>, StoreUnavailable>
    /** How many can write at once. */
    readonly writers: number
    /** Lends the first seat that is free, and waits where none is. */
    readonly writing: <A, E>(use: (seat: Seat) => Effect.Effect<A, E>) => Effect.Effect<A, E>
  }
>()("@kinchaku/adapters/postgres/Postgres") {}

/** The advisory locks of the store: one for each lane, and one that commits share and that whoever needs stillness takes. */
const laneLocks = 1_263_489_619
export const commitLock = 4_926_641_823_746

const takeLane = `SELECT lane FROM generate_series(0, 255) AS lane WHERE pg_try_advisory_lock(${laneLocks}, lane) LIMIT 1`
const selectSettings = `SELECT current_setting('fsync'), current_setting('full_page_writes'), current_setting('synchronous_commit')`

const settingsError = (found: ReadonlyArray<unknown>) =>
  new SqlError.SqlError({
    reason: new SqlError.UnknownError({
      cause: new Error(`fsync, full_page_writes and synchronous_commit are ${found.join(", ")}; all must be on`),
      message: "PostgreSQL would lose commits when the power fails",
      operation: "open"
    })
  })

const openWriter = Effect.fnUntraced(function* (url: Session.Options["url"]) {
  const session = yield* Session.open(url)
  const [settings] = yield* session.rows(selectSettings)
  // A standby may be asked for more than "on"; less is not durable.
  const isDurable =
    settings?.[0] === "on" && settings[1] === "on" && ["on", "remote_apply"].includes(String(settings[2]))
  if (!isDurable) return yield* settingsError(settings ?? [])
  const [taken] = yield* session.rows(takeLane)
  if (taken === undefined) {
    const cause = new Error("256 processes write to this database; no lane is free")
    return yield* new SqlError.SqlError({
      reason: new SqlError.UnknownError({ cause, message: cause.message, operation: "open" })
    })
  }
  return { session, lane: Number(taken[0]) as Lane, known: new Map<string, BalanceRow>() }
})

/** How often a lost connection is replaced before the caller hears of it, and the first pause between; the pauses double. */
const attemptsMax = 5
const firstPause = 40

/** A pause by the machine's own clock, whatever clock the decisions have. */
export const pause = (milliseconds: number): Effect.Effect<void> =>
  Effect.promise(() => sleep(milliseconds * (0.5 + Math.random())))

/** Tries again where the connection was lost, on a new one; whatever is tried must not mind being done twice. */
const again = <A>(attempt: Effect.Effect<A, SqlError.SqlError>, n = 1): Effect.Effect<A, SqlError.SqlError> =>
  Effect.catch(attempt, (error) =>
    failureOf(error) === "lost" && n < attemptsMax
      ? Effect.andThen(pause(firstPause * 2 ** (n - 1)), again(attempt, n + 1))
      : Effect.fail(error)
  )

const unavailable = (operation: string) => (cause: unknown) => new StoreUnavailable({ operation, cause })

const begin: Session.Statement = { sql: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" }
const beginSettled: ReadonlyArray<Session.Statement> = [
  { sql: "BEGIN ISOLATION LEVEL READ COMMITTED" },
  { sql: `SELECT pg_advisory_xact_lock(${commitLock})` }
]
const commit: Session.Statement = { sql: "COMMIT" }

const makeReaders = Effect.fnUntraced(function* ({ readers = 4, url }: Session.Options) {
  const pool = yield* Pool.make({ acquire: Session.open(url), size: readers })
  return <A>(use: (session: Session.Session) => Effect.Effect<A, SqlError.SqlError>) =>
    again(
      Effect.scoped(
        Effect.flatMap(Pool.get(pool), (session) =>
          Effect.tapError(Effect.uninterruptible(use(session)), (error) =>
            failureOf(error) === "lost" ? Pool.invalidate(pool, session) : Effect.ignore(session.rows("ROLLBACK"))
          )
        )
      )
    )
})

const makeSeat = Effect.fnUntraced(function* (url: Session.Options["url"]): Effect.fn.Return<Seat, never, Scope.Scope> {
  const scope = yield* Effect.scope
  let current: { readonly writer: Writer; readonly scope: Scope.Closeable } | undefined
  const discard = Effect.suspend(() => {
    const closing = current
    current = undefined
    return closing === undefined ? Effect.void : Scope.close(closing.scope, Exit.void)
  })
  const writer = Effect.suspend(() =>
    current === undefined
      ? Effect.gen(function* () {
          const own = yield* Scope.fork(scope)
          const opened = yield* Effect.onError(Effect.provideService(openWriter(url), Scope.Scope, own), () =>
            Scope.close(own, Exit.void)
          )
          current = { writer: opened, scope: own }
          return opened
        })
      : Effect.succeed(current.writer)
  )
  return { writer, discard }
})

const make = Effect.fnUntraced(function* (options: Session.Options) {
  const migrated = Effect.gen(function* () {
    const client = yield* PgClient.make({ ...Session.configuration(options.url), maxConnections: 1 })
    yield* Effect.provideService(migrate, SqlClient.SqlClient, client)
  })
  yield* Effect.mapError(again(Effect.scoped(migrated) as Effect.Effect<void, SqlError.SqlError>), unavailable("open"))
  const reading = yield* makeReaders(options)
  const { writers = 1 } = options
  const free: Array<Seat> = []
  for (let n = 0; n < writers; n++) {
    const seat = yield* makeSeat(options.url)
    yield* Effect.mapError(again(seat.writer), unavailable("open"))
    free.push(seat)
  }
  const order = new Map(free.map((seat, n) => [seat, n]))
  const semaphore = yield* Semaphore.make(writers)
  const writing = <A, E>(use: (seat: Seat) => Effect.Effect<A, E>): Effect.Effect<A, E> =>
    semaphore.withPermit(
      Effect.suspend(() => {
        const seat = free.shift()
        if (seat === undefined) return Effect.die(new Error("a writer was lent twice"))
        return Effect.ensuring(
          use(seat),
          Effect.sync(() => {
            free.push(seat)
            free.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
          })
        )
      })
    )
  return Postgres.of({
    read: (operation, ...statements) =>
      reading((session) => session.pipeline([begin, ...statements, commit])).pipe(
        Effect.map((answers) => answers.slice(1, -1)),
        Effect.mapError(unavailable(operation))
      ),
    readSettled: (operation, ...statements) =>
      reading((session) => session.pipeline([...beginSettled, ...statements, commit])).pipe(
        Effect.map((answers) => answers.slice(beginSettled.length, -1)),
        Effect.mapError(unavailable(operation))
      ),
    run: (operation, { sql, values = [] }) =>
      Effect.mapError(
        reading((session) => session.rows(sql, ...values)),
        unavailable(operation)
      ),
    writers,
    writing
  })
})

/** Connects, brings the schema up to date and takes a lane for each writer. */
export const layer = (options: Session.Options): Layer.Layer<Postgres, StoreUnavailable> =>
  Layer.effect(Postgres, make(options)).pipe(Layer.provide(Reactivity.layer))

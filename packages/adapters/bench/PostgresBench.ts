/**
 * PostgreSQL: full payments through the public service, against pgbench's TPC-B-like load and against the ledger as people write it,
 * all on one server; and one hot biller against a thousand.
 */
import * as PostgresStore from "../src/postgres/PostgresStore.ts"
import { withFolder } from "./Folder.ts"
import * as Naive from "./Naive.ts"
import { inTurns, median, ratio, report, rounded, say, size, together, without } from "./Part.ts"
import * as Pgbench from "./Pgbench.ts"
import { type Postgres, withPostgres } from "./Postgres.ts"
import { paying, prepared, service } from "./Service.ts"

const seconds = size(3, 1)

const better = (one: ReadonlyArray<number>, other: ReadonlyArray<number>): ReadonlyArray<number> =>
  median(one) < median(other) ? other : one

/** Our payments, TPC-B-like transactions and payments of the naive ledger, in turns. */
const throughput = async (postgres: Postgres, folder: string) => {
  const pgbench = Pgbench.find()
  const runtime = service(PostgresStore.layer({ url: await postgres.database() }))
  const books = await prepared(runtime)
  const naiveUrl = await postgres.database()
  await Naive.prepare(naiveUrl)
  const naive = Naive.paying(naiveUrl, folder, pgbench)
  const tpcbUrl = await postgres.database()
  if (pgbench !== undefined) await Pgbench.prepare(pgbench, tpcbUrl)
  const none = async () => Number.NaN
  const measured = await inTurns({
    ours64: paying(runtime, books, { callers: 64, seconds }),
    tpcb: pgbench === undefined ? none : () => Pgbench.run(pgbench, tpcbUrl, seconds, "-c", "8", "-j", "2"),
    ours256: paying(runtime, books, { callers: 256, seconds }),
    naive8: naive(8, seconds),
    naive20: naive(20, seconds)
  })
  await runtime.dispose()
  const { naive20, naive8, ours256, ours64, tpcb } = measured
  const ours = better(ours64, ours256)
  const naiveBest = better(naive8, naive20)
  const figures = {
    "postgres.payments_per_s": rounded(median(ours)),
    "postgres.callers": ours === ours64 ? 64 : 256,
    "postgres.by_callers": { 64: rounded(median(ours64)), 256: rounded(median(ours256)) },
    "postgres.naive_per_s": rounded(median(naiveBest)),
    "postgres.naive_by_clients": { 8: rounded(median(naive8)), 20: rounded(median(naive20)) },
    "postgres.naive_called_by": pgbench === undefined ? "sessions of our driver" : "pgbench",
    "postgres.vs_naive": ratio(ours, naiveBest)
  }
  return together(
    { figures },
    pgbench === undefined
      ? without(["postgres.tpcb_per_s", "postgres.vs_tpcb"], "pgbench is not installed")
      : { figures: { "postgres.tpcb_per_s": rounded(median(tpcb)), "postgres.vs_tpcb": ratio(ours, tpcb) } }
  )
}

/** One hot biller against all of them, in turns on a database each. */
const hot = async (postgres: Postgres) => {
  const side = async (billers: number) => {
    const runtime = service(PostgresStore.layer({ url: await postgres.database() }))
    const books = await prepared(runtime)
    return { runtime, round: paying(runtime, books, { callers: 64, seconds: size(2, 0.2), billers }) }
  }
  const sides = { hot: await side(1), spread: await side(size(1000, 20)) }
  const { hot, spread } = await inTurns({ hot: sides.hot.round, spread: sides.spread.round })
  await Promise.all(Object.values(sides).map(({ runtime }) => runtime.dispose()))
  return ratio(hot, spread)
}

const keys = ["payments_per_s", "callers", "tpcb_per_s", "vs_tpcb", "naive_per_s", "vs_naive", "hot_ratio"]

report(
  await withFolder((folder) =>
    withPostgres(
      keys.map((key) => `postgres.${key}`),
      async (postgres) => {
        say("  payments and transactions per second")
        const found = await throughput(postgres, folder)
        say("  one biller and all of them, payments per second")
        return together(found, {
          figures: { "postgres.hot_ratio": await hot(postgres) }
        })
      }
    )
  )
)

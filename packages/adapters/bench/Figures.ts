/**
 * The figures of the bench: their keys, which part measures each, how it is measured, and what it is to reach.
 */

/** The parts, in the order in which they run: each is a program of its own, so that heaps and compiled code do not mix. */
export const parts = {
  sqlite: { file: "SqliteBench.ts" },
  postgres: { file: "PostgresBench.ts" },
  processes: { file: "ProcessesBench.ts" },
  latency: { file: "LatencyBench.ts" },
  chain: { file: "ChainBench.ts" },
  bytes: { file: "BytesBench.ts" },
  growth: { file: "GrowthBench.ts" },
  verify: { file: "../../verifier/bench/VerifyBench.ts" },
  http: { file: "../../http/bench/HttpBench.ts" },
  engine: { file: "EngineBench.ts", flags: ["--expose-gc"] }
} as const satisfies Readonly<Record<string, { readonly file: string; readonly flags?: ReadonlyArray<string> }>>

export type PartName = keyof typeof parts
export const partNames = Object.keys(parts) as ReadonlyArray<PartName>

/** What a figure is to reach: at least a value, or at most one. */
export type Target = { readonly least: number } | { readonly most: number }

export interface Figure {
  readonly key: string
  readonly part: PartName
  readonly target?: Target
  /** How it is measured. */
  readonly method: string
}

const of = (part: PartName, key: string, method: string, target?: Target): Figure => ({
  key,
  part,
  method,
  ...(target === undefined ? {} : { target })
})

const least = (value: number): Target => ({ least: value })
const most = (value: number): Target => ({ most: value })

export const figures: ReadonlyArray<Figure> = [
  of(
    "postgres",
    "postgres.payments_per_s",
    `Full payments through the public service \`Payments.paySlip\` by 64 and by 256 concurrent callers, each of which waits for its own durable
commit; the better of the two (\`postgres.callers\`). 1,000 accounts, 1,000 billers, limits counted, a fee on each payment.`
  ),
  of("postgres", "postgres.callers", "With how many callers `postgres.payments_per_s` was measured."),
  of(
    "postgres",
    "postgres.tpcb_per_s",
    "Transactions per second of `pgbench -M prepared -c 8 -j 2` (TPC-B-like, scale 10) on the same server, in turns with ours."
  ),
  of("postgres", "postgres.vs_tpcb", "Our payments per second / TPC-B-like transactions per second.", least(2)),
  of(
    "postgres",
    "postgres.naive_per_s",
    `The ledger as people write it: one SQL function for each payment in a transaction of its own, called by 8 and by 20 clients; the better
of the two. A payment is two transfers, to the biller and to the one fee account, which all payments share: a transfer locks both accounts in
the order of their ids, checks signs, updates balances and versions, and inserts two entries with the balances before and after. It keeps no
idempotency key, limit, bill, payment, outcome or hash.`
  ),
  of("postgres", "postgres.vs_naive", "Our payments per second / those of that ledger.", least(10)),
  of(
    "postgres",
    "postgres.hot_ratio",
    "Payments per second to one biller / to 1,000 billers, 64 callers.",
    least(0.95)
  ),
  of("sqlite", "sqlite.hot_ratio", "Payments per second to one biller / to 1,000 billers, 64 callers.", least(0.95)),
  of(
    "sqlite",
    "sqlite.payments_per_s",
    "Full payments through `Payments.paySlip` by 64 callers on one file, durable commits."
  ),
  of(
    "sqlite",
    "sqlite.floor_payments_per_s",
    `Hand-written statements on the bare driver that write the same rows in the same batches, as the store was heard to; nothing is read,
decided, hashed or checked beside the triggers of the tables.`
  ),
  of("sqlite", "sqlite.ratio", "Payments per second / those of the floor.", least(0.6)),
  of(
    "processes",
    "postgres.two_process_ratio",
    "Payments per second of two processes with half of the callers each / of one process with all 256, on one database.",
    least(0.9)
  ),
  of("processes", "postgres.two_process_failed", "How many of these payments failed.", most(0)),
  of(
    "latency",
    "latency.sqlite_ratio",
    "p50 of a payment by one caller alone / p50 of one bare insert of about 100 bytes with the same settings on the same disk.",
    most(5)
  ),
  of(
    "latency",
    "latency.postgres_ratio",
    "The same on PostgreSQL, through the same driver to the same server.",
    most(5)
  ),
  of(
    "chain",
    "chain.cost",
    "1 − payments per second with SHA-256 / with a digest that hashes nothing, on SQLite, 64 callers.",
    most(0.15)
  ),
  of(
    "bytes",
    "sqlite.bytes_per_payment",
    "Growth of the file over 40,000 payments of 1,000 accounts, after a checkpoint, by `dbstat` (`sqlite.bytes_hold`).",
    most(900)
  ),
  of(
    "bytes",
    "postgres.bytes_per_payment",
    "Growth of tables and indexes over 40,000 payments, as it stands after normal operation (`postgres.bytes_hold`; `postgres.bytes_after_vacuum_full`).",
    most(900)
  ),
  of(
    "growth",
    "growth.history_p99_ratio",
    "p99 of a page of 50 lines (`History.page`) in books with many ledger lines / with few (`growth.lines`), reads of both in turns; the worse of the two stores.",
    most(1.5)
  ),
  of("growth", "growth.balance_p99_ratio", "The same of `Accounts.balances`.", most(1.5)),
  of(
    "growth",
    "growth.balance_at_p99_ratio",
    "The same of `Journal.balanceAt`, of customers, billers and the fee account at random past times.",
    most(1.5)
  ),
  of(
    "growth",
    "growth.statement_p99_ratio",
    "The same of a page of 50 lines of `Journal.statement`, of customers and the fee account from random past times on.",
    most(1.5)
  ),
  of(
    "verify",
    "verify.entries_per_s",
    "Entries per second that the verifier walks in a SQLite file of 100,000 payments."
  ),
  of(
    "verify",
    "verify.ratio",
    "Seconds of a bare read of the same rows in the same order / seconds of `verify`.",
    least(0.3)
  ),
  of("verify", "verify.heap_mb", "Growth of the process while it verifies, at its peak, in MB.", most(100)),
  of(
    "http",
    "http.payments_per_s",
    "`POST /accounts/:account/payments` to the real server on a SQLite file, over 64 connections of another process."
  ),
  of("http", "http.empty_per_s", "The same requests to an empty Hono route on the same stack, in turns."),
  of("http", "http.ratio", "Payments per second / empty answers per second.", least(0.15)),
  of("http", "http.p99_ms", "p99 of a payment's answer in milliseconds, with 64 connections always busy.", most(50)),
  of(
    "engine",
    "engine.heap_ratio",
    "Heap in use after a collection after a million commands / after ten thousand, with a store that decides and drops the writes.",
    most(1.2)
  )
]

/** Whether a value reaches a target. */
export const holds = (target: Target, value: number): boolean =>
  "least" in target ? value >= target.least : value <= target.most

/** > ≥ 2 */
export const written = (target: Target): string => ("least" in target ? `≥ ${target.least}` : `≤ ${target.most}`)

/**
 * Growth: what one read costs in books with many ledger lines, against books with few, through the public ports. Reads of the two
 * take turns one by one.
 */
import { statfsSync } from "node:fs"
import { join } from "node:path"
import { Accounts } from "@kinchaku/domain/account/Accounts"
import { Journal } from "@kinchaku/domain/audit/Journal"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { Engine } from "@kinchaku/domain/engine/Engine"
import type { Store, StoreUnavailable } from "@kinchaku/domain/engine/Store"
import { History } from "@kinchaku/domain/history/History"
import * as AccountCode from "@kinchaku/domain/ledger/AccountCode"
import * as SimulatedVerifier from "@kinchaku/testkit/simulators/SimulatedVerifier"
import * as TestSecrets from "@kinchaku/testkit/simulators/TestSecrets"
import { Effect, Layer, ManagedRuntime } from "effect"
import * as NodeDigest from "../src/platform/NodeDigest.ts"
import * as NodeIds from "../src/platform/NodeIds.ts"
import * as PostgresStore from "../src/postgres/PostgresStore.ts"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"
import { fillPostgres, fillSqlite } from "./FilledBooks.ts"
import { accountId, commandId, type Extent, linesOf } from "./Filling.ts"
import { parentFolder, withFolder } from "./Folder.ts"
import { median, quantile, type Report, report, rounded, rounds, say, size, together, without } from "./Part.ts"
import { withPostgres } from "./Postgres.ts"
import * as Load from "./Load.ts"

const lines = Number(process.env["BENCH_LINES"] ?? size(10_000_000, 12_000))
const reads = size(1500, 30)
const warmUp = size(1000, 10)
const billers = 100

/** An account has as many payments as fill two pages, or some more. */
const few: Extent = { accounts: 25, billers, payments: 3333 }
const many: Extent = { accounts: Math.max(25, Math.floor(lines / 2000)), billers, payments: Math.floor(lines / 3) }

type Ports = Store | Journal | History

const opened = (store: Layer.Layer<Ports, StoreUnavailable>) =>
  ManagedRuntime.make(
    Accounts.layer.pipe(
      Layer.provide(Engine.layer()),
      Layer.provide(Layer.mergeAll(SimulatedVerifier.layer, TestSecrets.layer, NodeIds.layer, NodeDigest.layer)),
      Layer.provideMerge(store)
    )
  )

/** Books that are read, and when their payments were booked. */
interface Side {
  readonly runtime: ReturnType<typeof opened>
  readonly extent: Extent
  readonly until: number
}

const below = (n: number): number => Math.floor(Math.random() * n)

const begun = ({ extent: { payments }, until }: Side): number => until - payments

/** What is read: each answers an effect for books, at a random place. */
const kinds = {
  history: ({ extent: { accounts, payments } }: Side) =>
    Effect.gen(function* () {
      const before = below(2) === 0 ? undefined : commandId(below(payments))
      const page = yield* (yield* History).page(accountId(below(accounts)), 50, before)
      if (before === undefined && page.length !== 50) yield* Effect.die(new Error(`a page of ${page.length}`))
    }),
  balance: ({ extent: { accounts } }: Side) =>
    Effect.gen(function* () {
      const { money } = yield* (yield* Accounts).balances(accountId(below(accounts)))
      if (money === 0) yield* Effect.die(new Error("nothing is held"))
    }),
  balance_at: (side: Side) =>
    Effect.gen(function* () {
      const { accounts, payments } = side.extent
      const customer = AccountCode.money(accountId(below(accounts)))
      const codes = [customer, AccountCode.merchantPayable(Load.billerCode(below(billers))), AccountCode.fees]
      // Everybody has paid and been paid by then.
      const first = Math.max(accounts, billers) + 1
      const at = begun(side) + first + below(payments - first)
      const { credits } = yield* (yield* Journal).balanceAt(codes[below(3)] ?? customer, at as Instant)
      if (credits === 0) yield* Effect.die(new Error("nothing was booked"))
    }),
  statement: (side: Side) =>
    Effect.gen(function* () {
      const { accounts, payments } = side.extent
      const codes = [AccountCode.money(accountId(below(accounts))), AccountCode.fees]
      const from = begun(side) + below(payments - 1000)
      const period = { from: from as Instant, until: side.until as Instant }
      const lines = yield* (yield* Journal).statement(codes[below(2)] ?? AccountCode.fees, period, 50)
      if (lines.length > 50) yield* Effect.die(new Error(`a page of ${lines.length}`))
    })
}

type Kind = keyof typeof kinds

const timed = async (side: Side, read: (typeof kinds)[Kind]): Promise<number> => {
  const began = performance.now()
  await side.runtime.runPromise(read(side))
  return performance.now() - began
}

/** The p99 of some reads of both, in turns. */
const p99 = async (small: Side, large: Side, read: (typeof kinds)[Kind], count: number) => {
  const millis = { small: [] as Array<number>, large: [] as Array<number> }
  for (let n = 0; n < count; n++) {
    millis.small.push(await timed(small, read))
    millis.large.push(await timed(large, read))
  }
  return { small: quantile(millis.small, 0.99), large: quantile(millis.large, 0.99) }
}

/** What reads of one kind cost in both. */
interface Cost {
  readonly ratio: number
  readonly few_ms: number
  readonly many_ms: number
}

const costOf = async (small: Side, large: Side, read: (typeof kinds)[Kind]): Promise<Cost> => {
  await p99(small, large, read, warmUp)
  const each: Array<Awaited<ReturnType<typeof p99>>> = []
  for (let round = 0; round < rounds; round++) each.push(await p99(small, large, read, reads))
  return {
    ratio: rounded(median(each.map(({ large, small }) => large / small)), 2),
    few_ms: rounded(median(each.map(({ small }) => small)), 3),
    many_ms: rounded(median(each.map(({ large }) => large)), 3)
  }
}

const compare = async (name: string, small: Side, large: Side): Promise<Record<Kind, Cost>> => {
  const cost = async (kind: Kind): Promise<Cost> => {
    const found = await costOf(small, large, kinds[kind])
    say(`  ${name}, ${kind}: p99 ${found.few_ms} ms and ${found.many_ms} ms`)
    return found
  }
  const costs = {
    history: await cost("history"),
    balance: await cost("balance"),
    balance_at: await cost("balance_at"),
    statement: await cost("statement")
  }
  await Promise.all([small.runtime.dispose(), large.runtime.dispose()])
  return costs
}

/** Fills both books of a store and says how long it took. */
const measure = async (
  name: string,
  fill: (books: "few" | "many", extent: Extent) => Promise<Layer.Layer<Ports, StoreUnavailable>>
) => {
  const side = async (books: "few" | "many", extent: Extent): Promise<Side> => {
    const runtime = opened(await fill(books, extent))
    const heads = await runtime.runPromise(Effect.flatMap(Journal, (journal) => journal.heads))
    return { runtime, extent, until: heads[0]?.bookedAt ?? 0 }
  }
  const small = await side("few", few)
  const began = performance.now()
  const large = await side("many", many)
  const seconds = rounded((performance.now() - began) / 1000)
  say(`  ${name}: ${linesOf(many)} lines in ${seconds} s`)
  return { filled_s: seconds, ...(await compare(name, small, large)) }
}

type Found = Awaited<ReturnType<typeof measure>>

const ofSqlite = (): Promise<Found> =>
  withFolder((folder) =>
    measure("SQLite", async (books, extent) => {
      const filename = join(folder, `${books}.db`)
      await fillSqlite(filename, extent)
      return SqliteStore.layer({ filename })
    })
  )

// A bulk load that is not itself measured need not be kept in the log.
const bulk = { wal_level: "minimal", max_wal_senders: "0", max_wal_size: "4GB", autovacuum: "off" }

const ofPostgres = (): Promise<Report> =>
  withPostgres(
    ["growth.postgres"],
    async (server) => {
      const found = await measure("PostgreSQL", async (_, extent) => {
        const url = await server.database()
        await fillPostgres(url, extent)
        return PostgresStore.layer({ url })
      })
      return { figures: { "growth.postgres": found } }
    },
    bulk
  )

const keys = [
  "growth.history_p99_ratio",
  "growth.balance_p99_ratio",
  "growth.balance_at_p99_ratio",
  "growth.statement_p99_ratio"
]

/** Bytes of the disk that the books of both stores take at most, with their logs, for each ledger line; they come one after the other. */
const bytesOfLine = 1500

const measured = async (): Promise<Report> => {
  const sqlite = await ofSqlite()
  const found = await ofPostgres()
  const stores = [sqlite, found.figures["growth.postgres"] as Found | null]
  /** The worse of the two stores. */
  const worst = (kind: Kind): number => Math.max(...stores.map((costs) => costs?.[kind].ratio ?? 0))
  const figures = {
    "growth.history_p99_ratio": worst("history"),
    "growth.balance_p99_ratio": worst("balance"),
    "growth.balance_at_p99_ratio": worst("balance_at"),
    "growth.statement_p99_ratio": worst("statement"),
    "growth.lines": { few: linesOf(few), many: linesOf(many) },
    "growth.sqlite": sqlite
  }
  return together({ figures }, found)
}

const { bavail, bsize } = statfsSync(parentFolder)
report(
  bavail * bsize < lines * bytesOfLine
    ? without(keys, `the disk has less than ${rounded((lines * bytesOfLine) / 2 ** 30, 1)} GB to spare`)
    : await measured()
)

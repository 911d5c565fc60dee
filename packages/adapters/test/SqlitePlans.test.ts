/**
 * Plans: no query of the ports that read goes through a whole table, whatever its size; each finds its rows by a key.
 *
 * The queries are those that the ports run, overheard; a query that is not run here is not judged.
 */
import type { SQLInputValue } from "node:sqlite"
import { Journal } from "@kinchaku/domain/audit/Journal"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { Due } from "@kinchaku/domain/engine/Due"
import { Outbox } from "@kinchaku/domain/engine/Outbox"
import { History } from "@kinchaku/domain/history/History"
import type { AccountCode } from "@kinchaku/domain/ledger/AccountCode"
import type { Lane } from "@kinchaku/domain/ledger/HashChain"
import { Notices } from "@kinchaku/domain/notice/Notices"
import { accountId, commandId } from "@kinchaku/testkit/contracts/store/Batches"
import { Effect, Layer } from "effect"
import { describe, expect, test } from "vitest"
import { type Connection, open } from "../src/sqlite/Connection.ts"
import * as Sqlite from "../src/sqlite/Sqlite.ts"
import * as SqliteDue from "../src/sqlite/SqliteDue.ts"
import * as SqliteHistory from "../src/sqlite/SqliteHistory.ts"
import * as SqliteJournal from "../src/sqlite/SqliteJournal.ts"
import * as SqliteNotices from "../src/sqlite/SqliteNotices.ts"
import * as SqliteOutbox from "../src/sqlite/SqliteOutbox.ts"
import { oldBooks } from "./OldBooks.ts"

const fees = "revenue:fees" as AccountCode

/** Tables of which every row is wanted: one for each lane, one for each request that waits. */
const small = [/^SCAN chain_head$/, /^SCAN outbox USING COVERING INDEX/]
/** Steps over rows that another step has found. */
const found = [/^SCAN \(subquery/, /^SCAN CONSTANT ROW/]

/** The steps of a query's plan that go through a whole table, or sort more than they return. */
const faults = (connection: Connection, sql: string): ReadonlyArray<string> =>
  connection
    .rows(`EXPLAIN QUERY PLAN ${sql}`)
    .map((row) => String(row[3]))
    .filter((step) => /^SCAN|TEMP B-TREE|AUTOMATIC/.test(step))
    .filter((step) => ![...small, ...found].some((allowed) => allowed.test(step)))

const ports = Layer.mergeAll(
  SqliteJournal.layer,
  SqliteHistory.layer,
  SqliteNotices.layer,
  SqliteOutbox.layer,
  SqliteDue.layer
)

/** Every query of the steps with the operation that ran it. */
const overheard = <E>(filename: string, steps: Effect.Effect<unknown, E, Journal | History | Notices | Outbox | Due>) =>
  Effect.gen(function* () {
    const queries = new Map<string, string>()
    const listening = Layer.effect(
      Sqlite.Sqlite,
      Effect.map(Sqlite.Sqlite, (sqlite) =>
        Sqlite.Sqlite.of({
          ...sqlite,
          read: (operation, body) =>
            sqlite.read(operation, (connection) => {
              const listen =
                <A>(query: (sql: string, ...values: ReadonlyArray<SQLInputValue>) => A): typeof query =>
                (sql, ...values) => {
                  queries.set(sql, operation)
                  return query(sql, ...values)
                }
              return body({ ...connection, row: listen(connection.row), rows: listen(connection.rows) })
            })
        })
      )
    )
    yield* Effect.provide(steps, ports.pipe(Layer.provide(listening), Layer.provide(Sqlite.layer({ filename }))))
    return queries
  })

const everything = Effect.gen(function* () {
  const journal = yield* Journal
  const [head] = yield* journal.heads
  yield* journal.page(0, 10)
  yield* journal.link({ lane: 0 as Lane, seq: head?.seq ?? 1 })
  yield* journal.balances("", 10)
  yield* journal.balanceAt(fees, 9e12 as Instant)
  yield* journal.statement(fees, { from: 0 as Instant, until: 1 as Instant }, 10)
  yield* (yield* History).page(accountId(1), 10)
  yield* (yield* Notices).page(commandId(1), 10)
  const outbox = yield* Outbox
  yield* outbox.due("topUp", 0 as Instant, 10)
  yield* outbox.waiting
})

const dueWork = Effect.gen(function* () {
  const due = yield* Due
  yield* due.expiringCash(0 as Instant, accountId(1), 10)
  yield* due.unresolvedTopUps(0 as Instant, commandId(1) as never, 10)
  yield* due.confirmedUntil(0 as Instant, accountId(1), 10)
})

const sums = Effect.gen(function* () {
  const journal = yield* Journal
  yield* journal.totals("liability:cash", { from: 0 as Instant, until: 9e12 as Instant })
  yield* journal.expiredCash({ before: 9e12 as Instant, bookedSince: 0 as Instant })
})

describe("the ports that read", () => {
  test("find every row by a key, in the order that is wanted", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const filename = yield* oldBooks
          const queries = yield* overheard(filename, everything)
          const connection = open(filename)
          const operations = [
            "heads",
            "page",
            "link",
            "balances",
            "balanceAt",
            "statement",
            "history",
            "notices",
            "due",
            "waiting"
          ]
          expect([...new Set(queries.values())].toSorted()).toStrictEqual(operations.toSorted())
          const wrong = [...queries].map(([sql, operation]) => [operation, sql, faults(connection, sql)])
          connection.close()
          expect(wrong.filter(([, , steps]) => steps?.length !== 0)).toStrictEqual([])
        })
      )
    ))

  test("find due work among what can become due, and go through no table for it", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const filename = yield* oldBooks
          const queries = yield* overheard(filename, dueWork)
          const connection = open(filename)
          expect(queries.size).toBe(3)
          const steps = [...queries.keys()].flatMap((sql) => faults(connection, sql))
          connection.close()
          // What is due by now is sorted by id.
          expect(steps.filter((step) => !step.startsWith("USE TEMP B-TREE FOR ORDER BY"))).toStrictEqual([])
        })
      )
    ))

  test("sum by day what indexes find, and go through no table for it", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const filename = yield* oldBooks
          const queries = yield* overheard(filename, sums)
          const connection = open(filename)
          expect(queries.size).toBe(3)
          const steps = [...queries.keys()].flatMap((sql) => faults(connection, sql))
          const plans = [...queries.keys()].flatMap((sql) => connection.rows(`EXPLAIN QUERY PLAN ${sql}`))
          connection.close()
          // Sums are grouped, and what parts of a query found is gone through.
          const allowed = /^(USE TEMP B-TREE FOR GROUP BY|SCAN (one|expired))$/
          expect(steps.filter((step) => !allowed.test(step))).toStrictEqual([])
          expect(plans.map((row) => String(row[3]))).toContain(
            "SEARCH posting USING INDEX posting_by_account (account=? AND booked_at>? AND booked_at<?)"
          )
        })
      )
    ))

  test.each([
    ["a sum over a table", "SELECT sum(amount) FROM posting WHERE amount > 0"],
    ["the lines of an account without its index", "SELECT amount FROM posting WHERE +account = 1"],
    ["an order that no index has", "SELECT id FROM payment WHERE account = 'a' ORDER BY paid_at"],
    ["a page by offset", "SELECT id FROM command ORDER BY id LIMIT 10 OFFSET 100000"],
    ["the entries of a reversal", "SELECT * FROM entry WHERE reverses_command = 1"]
  ])("would not be allowed %s", (_, sql) =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const filename = yield* oldBooks
          yield* overheard(filename, everything)
          const connection = open(filename)
          const steps = faults(connection, sql)
          connection.close()
          expect(steps).not.toStrictEqual([])
        })
      )
    )
  )

  test("find a past balance by one line of each balance row", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const filename = yield* oldBooks
          const queries = yield* overheard(
            filename,
            Effect.flatMap(Journal, (journal) => journal.balanceAt(fees, 9e12 as Instant))
          )
          const connection = open(filename)
          const plans = [...queries.keys()].flatMap((sql) => connection.rows(`EXPLAIN QUERY PLAN ${sql}`))
          connection.close()
          expect(plans).toHaveLength(2)
          for (const row of plans) expect(String(row[3])).toMatch(/^SEARCH (balance|posting) USING COVERING INDEX/)
        })
      )
    ))
})

/**
 * Plans: no query of the ports that read goes through a whole table of PostgreSQL, whatever its size; each finds its rows by
 * an index.
 *
 * The queries are those that the ports run, overheard, with the values and settings that they run with.
 */
import type { AccountId } from "@kinchaku/domain/account/Account"
import { Journal } from "@kinchaku/domain/audit/Journal"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { Due } from "@kinchaku/domain/engine/Due"
import { Outbox } from "@kinchaku/domain/engine/Outbox"
import { balanceKind } from "@kinchaku/domain/engine/RecordKind"
import { Store } from "@kinchaku/domain/engine/Store"
import { History } from "@kinchaku/domain/history/History"
import type { AccountCode } from "@kinchaku/domain/ledger/AccountCode"
import { firstLane } from "@kinchaku/domain/ledger/HashChain"
import { Notices } from "@kinchaku/domain/notice/Notices"
import { accountId, commandId } from "@kinchaku/testkit/contracts/store/Batches"
import { Effect, Layer } from "effect"
import { expect, test } from "vitest"
import * as Postgres from "../../src/postgres/Postgres.ts"
import * as PostgresStore from "../../src/postgres/PostgresStore.ts"
import * as Session from "../../src/postgres/Session.ts"
import { recordColumns } from "../../src/sql/RecordColumns.ts"
import { emptyBooks } from "./Books.ts"
import { describeServers } from "./Servers.ts"

/** Tables of which every row is wanted: one for each lane, one for each request that waits. */
const small = new Set(["chain_head", "outbox"])

interface Plan {
  readonly "Node Type": string
  readonly "Relation Name"?: string
  readonly Plans?: ReadonlyArray<Plan>
}

/** The scans of whole tables in a plan. */
const scans = (plan: Plan): ReadonlyArray<string> => [
  ...(plan["Node Type"] === "Seq Scan" && !small.has(plan["Relation Name"] ?? "")
    ? [`scan of ${plan["Relation Name"]}`]
    : []),
  ...(plan.Plans ?? []).flatMap(scans)
]

const fees = "revenue:fees" as AccountCode
const time = 1 as Instant

/** Asks everything that the ports can be asked. */
const everything = Effect.gen(function* () {
  const journal = yield* Journal
  yield* journal.heads
  yield* journal.page(0, 10)
  yield* journal.link({ lane: firstLane, seq: 1 })
  yield* journal.balances("", 10)
  yield* journal.balanceAt(fees, time)
  yield* journal.statement(fees, { from: time, until: time }, 10)
  yield* journal.totals("liability:cash", { from: time, until: time })
  yield* journal.expiredCash({ before: time, bookedSince: time })
  yield* (yield* History).page(accountId(1), 50)
  yield* (yield* Notices).page("", 10)
  const outbox = yield* Outbox
  yield* outbox.due("bankDebit", time, 10)
  yield* outbox.postpone([])
  const due = yield* Due
  yield* due.expiringCash(time, "", 10)
  yield* due.unresolvedTopUps(time, "", 10)
  yield* due.confirmedUntil(time, "", 10)
  const store = yield* Store
  yield* store.personal(commandId(1))
  const kinds = [...recordColumns.map(({ kind }) => kind), balanceKind]
  yield* store.read(kinds.map((kind) => ({ kind, id: accountId(1) as AccountId })))
})

/** The statements that the ports send, on a store that remembers them. */
const overheard = Effect.fnUntraced(function* (url: string) {
  const sent: Array<Session.Statement> = []
  const listening = Layer.effect(
    Postgres.Postgres,
    Effect.map(Postgres.Postgres, (postgres) => {
      const noting =
        (ask: typeof postgres.read): typeof postgres.read =>
        (operation, ...statements) => {
          sent.push(...statements)
          return ask(operation, ...statements)
        }
      return Postgres.Postgres.of({
        ...postgres,
        read: noting(postgres.read),
        readSettled: noting(postgres.readSettled),
        run: (operation, statement) => {
          sent.push(statement)
          return postgres.run(operation, statement)
        }
      })
    })
  ).pipe(Layer.provide(Postgres.layer({ url })))
  yield* Effect.provide(everything, Layer.provide(PostgresStore.ports, listening))
  return sent
})

const scansOf = Effect.fnUntraced(function* (session: Session.Session, { sql, values = [] }: Session.Statement) {
  const [row] = yield* session.rows(`EXPLAIN (FORMAT JSON) ${sql}`, ...values)
  const plans = (row?.[0] ?? []) as ReadonlyArray<{ readonly Plan: Plan }>
  expect(plans).toHaveLength(1)
  return plans.flatMap(({ Plan: plan }) => scans(plan).map((scan) => `${scan}: ${sql}`))
})

describeServers((server) => {
  const books = emptyBooks(server)

  test("every query of the ports finds its rows by an index", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const url = yield* books
          const statements = yield* overheard(url)
          expect(statements.length).toBeGreaterThan(20)
          const session = yield* Session.open(url)
          const found = yield* Effect.forEach(statements, (statement) => scansOf(session, statement))
          expect(found.flat()).toStrictEqual([])
        })
      )
    ))

  test("a query without an index is seen", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const session = yield* Session.open(yield* books)
          for (const sql of [
            "SELECT * FROM command WHERE tag = 'PaySlip'",
            "SELECT sum(amount) FROM posting",
            "SELECT account.id FROM account LEFT JOIN payment ON payment.payee = account.id WHERE account.id = 'a'"
          ]) {
            expect(yield* scansOf(session, { sql }), sql).not.toStrictEqual([])
          }
        })
      )
    ))
})

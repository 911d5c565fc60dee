/**
 * Books of an earlier schema, opened by this release: every number, hash and balance is what it was, and they go on.
 */
import { DatabaseSync } from "node:sqlite"
import { Journal, lastOf } from "@kinchaku/domain/audit/Journal"
import { replay } from "@kinchaku/domain/audit/Replay"
import * as Verification from "@kinchaku/domain/audit/Verification"
import { releaseTime } from "@kinchaku/domain/bank/Releasing"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { Due } from "@kinchaku/domain/engine/Due"
import { Store } from "@kinchaku/domain/engine/Store"
import type { AccountCode } from "@kinchaku/domain/ledger/AccountCode"
import { compat } from "@kinchaku/domain/policy/Policy"
import * as MemoryStore from "@kinchaku/testkit/memory/MemoryStore"
import { Effect, Exit, type Scope } from "effect"
import { describe, expect, test } from "vitest"
import { disagreements } from "../torture/examination/Agreement.ts"
import { onCore } from "../torture/load/Core.ts"
import { settle } from "../torture/load/Load.ts"
import { newest } from "../src/sqlite/migrations/Migrations.ts"
import { oldBooks, rowsOf, schemaOf } from "./OldBooks.ts"

const run = <A, E>(steps: Effect.Effect<A, E, Scope.Scope>): Promise<A> => Effect.runPromise(Effect.scoped(steps))

/** Changes an old file as somebody would who has it, past its triggers. */
const tamper = (filename: string, sql: string): void => {
  const database = new DatabaseSync(filename, { enableForeignKeyConstraints: false })
  // They are made again, because the upgrade takes them away by their names.
  const triggers = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all()
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${String(name)}`)
  database.exec(sql)
  for (const trigger of triggers) database.exec(String(trigger["sql"]))
  database.close()
}

const allCommands = Effect.flatMap(Journal, (journal) => journal.page(0, 1000))

describe("books of schema 0002", () => {
  test("every link keeps its number and its hash, and the chain verifies", () =>
    run(
      Effect.gen(function* () {
        const filename = yield* oldBooks
        const links = rowsOf(
          filename,
          "SELECT seq, hash, previous, id FROM command UNION ALL SELECT seq, hash, previous, id FROM entry ORDER BY seq"
        )
        const [head = []] = rowsOf(filename, "SELECT seq, hash, booked_at FROM chain_head")
        yield* onCore(
          filename,
          Effect.gen(function* () {
            const commands = yield* allCommands
            const found = commands.flatMap((command) => [
              [command.seq, command.hash, command.previous, command.id],
              ...command.entries.map(({ entry, hash, previous, seq }) => [seq, hash, previous, entry.id])
            ])
            expect(found).toStrictEqual(links)
            const { heads } = yield* Verification.verify()
            expect(heads).toStrictEqual([{ lane: 0, seq: head[0], hash: head[1], bookedAt: head[2] }])
          })
        )
        expect(schemaOf(filename)).toBe(newest)
      })
    ))

  test("balances are what they were, now and at every earlier time", () =>
    run(
      Effect.gen(function* () {
        const filename = yield* oldBooks
        const stored = rowsOf(filename, "SELECT account, debits, credits FROM balance ORDER BY account")
        const past = rowsOf(
          filename,
          `SELECT account, at, coalesce(sum(amount) FILTER (WHERE side = 'debit'), 0),
              coalesce(sum(amount) FILTER (WHERE side = 'credit'), 0)
            FROM (SELECT DISTINCT booked_at + change AS at FROM command, (SELECT -1 AS change UNION SELECT 0))
            CROSS JOIN balance LEFT JOIN posting USING (account)
            WHERE posting.booked_at <= at GROUP BY account, at`
        )
        yield* onCore(
          filename,
          Effect.gen(function* () {
            const journal = yield* Journal
            const balances = yield* journal.balances("", 1000)
            expect(balances.map(({ account, credits, debits }) => [account, debits, credits])).toStrictEqual(stored)
            expect(past.length).toBeGreaterThan(100)
            for (const [account, at, debits, credits] of past) {
              const found = yield* journal.balanceAt(account as AccountCode, at as Instant)
              expect(found).toStrictEqual({ account, debits, credits })
            }
          })
        )
      })
    ))

  test("records stay, to the last column, and are those of a replay", () =>
    run(
      Effect.gen(function* () {
        const filename = yield* oldBooks
        const tables = ["account", "claim", "bank_link", "top_up", "biller", "payment", "bill", "usage", "policy"]
        const others = ["outbox", "notice", "personal"]
        const columns = new Map(
          [...tables, ...others].map((table) => [
            table,
            rowsOf(filename, `SELECT name FROM pragma_table_info('${table}') ORDER BY cid`).join(", ")
          ])
        )
        // What was not counted before is counted now: payments that wait for their biller.
        const old = (table: string) => (table === "usage" ? "WHERE id NOT LIKE '%:payment:inFlight'" : "")
        const all = () =>
          [...columns].map(([table, names]) =>
            rowsOf(filename, `SELECT ${names} FROM ${table} ${old(table)} ORDER BY 1`)
          )
        const before = all()
        const commands = yield* onCore(
          filename,
          Effect.gen(function* () {
            const live = yield* Store
            const journal = yield* Journal
            return yield* Effect.provide(replay(journal, { live }), MemoryStore.layer, { local: true })
          })
        )
        expect(commands).toBe(rowsOf(filename, "SELECT 1 FROM command").length)
        expect(all()).toStrictEqual(before)
      })
    ))

  test.each([
    ["2026-05-20T03:00:00.000Z", "2026-05-21T01:00:00.000Z"],
    ["2026-05-20T14:59:59.999Z", "2026-05-21T01:00:00.000Z"],
    ["2026-05-20T15:00:00.000Z", "2026-05-22T01:00:00.000Z"],
    ["2026-05-20T23:59:59.999Z", "2026-05-22T01:00:00.000Z"],
    ["2028-02-28T15:00:00.000Z", "2028-03-01T01:00:00.000Z"]
  ])("a procedure of %s is over at 10:00 of the next day in Japan, as in a replay", (asked, over) =>
    run(
      Effect.gen(function* () {
        const filename = yield* oldBooks
        const [askedAt, overAt] = [Date.parse(asked), Date.parse(over)]
        tamper(filename, `UPDATE bank_link SET state = 'inProcedure', settled_at = NULL, asked_at = ${askedAt}`)
        const found = yield* onCore(
          filename,
          Effect.gen(function* () {
            const due = yield* Due
            const at = (time: number) => due.releasableLinks(time as Instant, "", 10)
            return [(yield* at(overAt - 1)).length, (yield* at(overAt)).length]
          })
        )
        expect(found).toStrictEqual([0, rowsOf(filename, "SELECT 1 FROM bank_link").length])
        expect(releaseTime({ policy: compat }, askedAt as Instant)).toBe(overAt)
      })
    )
  )

  test("references hold, nothing of the old tables is left, and the books go on", () =>
    run(
      Effect.gen(function* () {
        const filename = yield* oldBooks
        yield* onCore(
          filename,
          Effect.gen(function* () {
            const { heads: before } = yield* Verification.verify()
            expect(disagreements(filename)).toStrictEqual([])
            // Answers to the requests that wait are new commands.
            yield* settle
            const { heads: after } = yield* Verification.verify()
            expect(lastOf(after).seq).toBeGreaterThan(lastOf(before).seq)
          })
        )
        expect(disagreements(filename)).toStrictEqual([])
        expect(rowsOf(filename, "SELECT * FROM pragma_foreign_key_check")).toStrictEqual([])
        const left = "SELECT name FROM sqlite_schema WHERE name LIKE 'old%' OR sql LIKE '%old\\_%' ESCAPE '\\'"
        expect(rowsOf(filename, left)).toStrictEqual([])
      })
    ))

  test.each([
    ["an amount", "UPDATE posting SET amount = amount + 1 WHERE entry_seq = (SELECT max(entry_seq) FROM posting)"],
    [
      "a hash",
      "UPDATE entry SET hash = replace(hash, substr(hash, 1, 1), 'f') WHERE seq = (SELECT max(seq) FROM entry)"
    ],
    ["a balance", "UPDATE balance SET credits = credits + 1 WHERE account = 'revenue:fees'"],
    ["a time", "UPDATE posting SET booked_at = booked_at - 1 WHERE entry_seq = (SELECT max(entry_seq) FROM posting)"]
  ])("%s that was changed before is still found after", (_, sql) =>
    run(
      Effect.gen(function* () {
        const filename = yield* oldBooks
        tamper(filename, sql)
        const exit = yield* Effect.exit(onCore(filename, Verification.verify()))
        expect(Exit.isFailure(exit)).toBe(true)
        expect(schemaOf(filename)).toBe(newest)
      })
    )
  )

  test.each([
    ["a line without an entry", "DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)"],
    ["a line without a balance", "DELETE FROM balance WHERE account = 'revenue:fees'"]
  ])("with %s they stay as they are, and are not opened", (_, sql) =>
    run(
      Effect.gen(function* () {
        const filename = yield* oldBooks
        tamper(filename, sql)
        const before = rowsOf(filename, "SELECT * FROM posting")
        const failed = yield* Effect.flip(onCore(filename, Verification.verify()))
        expect(failed).toMatchObject({ _tag: "StoreUnavailable", operation: "open" })
        expect(rowsOf(filename, "SELECT * FROM posting")).toStrictEqual(before)
        expect(schemaOf(filename)).toBe(2)
      })
    )
  )
})

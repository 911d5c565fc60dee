/**
 * Controls: a verifier that is blind to one thing misses what only that shows, so each check is there for something; and what
 * somebody made to fit in everything else is found by the one check that is left.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { sqliteFile } from "@kinchaku/verifier/SqliteFile"
import type { Pages, Row, Tables } from "@kinchaku/verifier/Tables"
import { verify } from "@kinchaku/verifier/Verify"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import * as Books from "./Books.ts"
import * as Forgery from "./Forgery.ts"
import { Random } from "./Random.ts"
import * as OfSqlite from "./SqliteTampering.ts"
import { num } from "./Tampered.ts"

const folder = mkdtempSync(join(tmpdir(), "kinchaku-controls-"))
let one: OfSqlite.Original
let laned: OfSqlite.Original

beforeAll(async () => {
  await Books.make(join(folder, "one.db"), { payments: 24, lanes: [0] })
  await Books.make(join(folder, "laned.db"), { payments: 24, lanes: [0, 1, 7], sealEvery: 8 })
  one = OfSqlite.original(join(folder, "one.db"), join(folder, "tampered.db"))
  laned = OfSqlite.original(join(folder, "laned.db"), join(folder, "tampered.db"))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Rows with some cells taken from what they were before somebody tampered with them. */
async function* blinded(pages: Pages, change: (row: Row, index: number) => Row): Pages {
  let index = 0
  for await (const page of pages) yield page.map((row) => change(row, index++))
}

const withCells = (row: Row, cells: Readonly<Record<number, Row[number]>>): Row =>
  row.map((cell, n) => (n in cells ? cells[n] : cell))

type Blind = (from: OfSqlite.Original, source: Tables) => Tables

const blindTo: Readonly<Record<string, Blind>> = {
  "stored balances": ({ rows }, source) => ({
    ...source,
    balances: () =>
      blinded(source.balances(), (row, n) =>
        withCells(row, { 3: num(rows.balance[n]?.["debits"]), 4: num(rows.balance[n]?.["credits"]) })
      )
  }),
  "running totals": ({ rows }, source) => ({
    ...source,
    postings: () =>
      blinded(source.postings(), (row, n) =>
        withCells(row, { 6: num(rows.posting[n]?.["debits"]), 7: num(rows.posting[n]?.["credits"]) })
      )
  }),
  "booking times of lines": ({ rows }, source) => ({
    ...source,
    postings: () => blinded(source.postings(), (row, n) => withCells(row, { 5: num(rows.posting[n]?.["booked_at"]) }))
  }),
  "what is below the rows": (_, source) => ({ ...source, damage: async () => undefined }),
  // The heads of another day: those of the journal as it is now.
  heads: (_, source) => ({
    ...source,
    heads: async function* () {
      const all: Array<Row> = []
      for await (const page of source.commands()) all.push(...page)
      const entries: Array<Row> = []
      for await (const page of source.entries()) entries.push(...page)
      const [place, , , , , , bookedAt, , , , hash] = all.at(-1) ?? []
      const own = entries.filter(([command]) => command === place)
      yield [[0, Math.floor(Number(place) / 256) + own.length, own.at(-1)?.[8] ?? hash, bookedAt]]
    }
  })
}

/** One cell of one row, whichever is drawn. */
const setCell =
  (table: string, set: string): OfSqlite.Tampering =>
  (from, random) => ({
    ...OfSqlite.tampered(from, (database) => {
      const keys = table === "posting" ? "command, entry, n" : table === "balance" ? "id" : "lane"
      const offset = random.below(num(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"]))
      const row = `SELECT ${keys} FROM ${table} ORDER BY ${keys} LIMIT 1 OFFSET ${offset}`
      database.exec(`UPDATE ${table} SET ${set} WHERE (${keys}) = (${row})`)
    }),
    names: () => true
  })

describe("a verifier that is blind", () => {
  test.each<readonly [string, OfSqlite.Tampering]>([
    ["stored balances", setCell("balance", "credits = credits + 1")],
    ["running totals", setCell("posting", "debits = debits + 1")],
    ["booking times of lines", setCell("posting", "booked_at = booked_at + 1")],
    ["heads", setCell("chain_head", "booked_at = booked_at + 1")]
  ])("to %s misses what only that shows", async (what, tamper) => {
    for (let n = 0; n < 20; n++) {
      expect(await verify(tamper(one, new Random(n))!.source)).toMatchObject({ ok: false })
      expect(await verify(blindTo[what]!(one, sqliteFile(one.copy)))).toMatchObject({ ok: true })
    }
  })

  test("to what is below the rows misses damage of indexes", async () => {
    let missed = 0
    for (let n = 0; n < 60; n++) {
      const verdict = await verify(OfSqlite.bitOfFile(one, new Random(n))!.source)
      if (verdict.ok || !("file" in verdict.at)) continue
      if ((await verify(blindTo["what is below the rows"]!(one, sqliteFile(one.copy)))).ok) missed += 1
    }
    expect(missed).toBeGreaterThan(5)
  })

  test.each<readonly [string, OfSqlite.Tampering]>([
    ["cut off", OfSqlite.tailCutAndFitted],
    ["rewritten", OfSqlite.rewritten]
  ])("to published heads misses a tail that was %s and made to fit", async (_, tamper) => {
    let missed = 0
    for (let n = 0; n < 20; n++) {
      const { published = [], source } = tamper(one, new Random(n))!
      expect(await verify(source, { published })).toMatchObject({ ok: false })
      if ((await verify(sqliteFile(one.copy))).ok) missed += 1
    }
    // Some forged entries do not balance.
    expect(missed).toBeGreaterThan(5)
  })
})

const lastPayment = "(SELECT max(command) FROM entry WHERE kind = 'payment')"
const reversal = "(SELECT max(command) FROM entry WHERE reverses_n = 1)"
const fees = (lane: number): string => `(SELECT id FROM balance WHERE account = 'revenue:fees' AND lane = ${lane})`

describe("what was made to fit in everything else", () => {
  test.each<readonly [fault: string, sql: string, laned: boolean]>([
    ["unbalanced", `UPDATE posting SET amount = amount + 1 WHERE n = 0 AND command = ${lastPayment}`, false],
    ["unbalanced", `DELETE FROM posting WHERE command = ${lastPayment}`, false],
    ["amount", `UPDATE posting SET amount = 0 WHERE n = 0 AND command = ${lastPayment}`, false],
    [
      "amount",
      `UPDATE posting SET amount = 9007199254740991 * sign(amount) WHERE n < 2 AND command = ${lastPayment}`,
      false
    ],
    [
      "negativeBalance",
      `UPDATE posting SET amount = amount + sign(amount) * 1e13 WHERE n < 2 AND command = ${lastPayment}`,
      false
    ],
    [
      "bookingTime",
      `UPDATE posting SET booked_at = 0 WHERE command = ${lastPayment};
      UPDATE command SET booked_at = 0 WHERE place = ${lastPayment}`,
      false
    ],
    [
      "sequence",
      "UPDATE command SET place = place + 256 WHERE place > 256 * 80 AND place NOT IN (SELECT command FROM entry)",
      false
    ],
    ["sequence", `UPDATE posting SET n = 7 WHERE n = 2 AND command = ${lastPayment}`, false],
    ["reverses", `UPDATE entry SET reverses_n = 9 WHERE command = ${reversal}`, false],
    ["reverses", `UPDATE entry SET reverses_command = NULL WHERE command = ${reversal}`, false],
    ["account", "UPDATE balance SET lane = 3 WHERE account GLOB 'liability:money:*'", false],
    ["account", `UPDATE posting SET account = ${fees(1)} WHERE account = ${fees(7)}`, true],
    [
      "storedBalance",
      "INSERT INTO balance (id, account, lane, debits, credits) VALUES (99, 'asset:bank:1', 0, 0, 0)",
      false
    ],
    ["account", "UPDATE balance SET lane = 300 WHERE id = (SELECT max(id) FROM balance)", false],
    ["seal", "UPDATE command SET content = '{}' WHERE tag = 'SealLanes'", true],
    ["seal", "UPDATE command SET content = replace(content, '\"lane\":0', '\"lane\":9') WHERE tag = 'SealLanes'", true]
  ])("shows as %s: %s", async (fault, sql, isLaned) => {
    const { source } = OfSqlite.tampered(isLaned ? laned : one, (database) => {
      database.exec(sql)
      const extra = database.prepare("SELECT id, account, lane FROM balance WHERE id = 99").get()
      Forgery.refit(database)
      if (extra !== undefined) database.exec(sql)
    })
    expect(await verify(source)).toMatchObject({ ok: false, fault })
  })

  test("is nothing where a forged seal is no seal: only the check of seals shows it", async () => {
    const { source } = OfSqlite.tampered(laned, (database) => {
      database.exec("UPDATE command SET tag = 'SealLane', content = '{}' WHERE tag = 'SealLanes'")
      Forgery.refit(database)
    })
    expect(await verify(source)).toMatchObject({ ok: true })
  })
})

/**
 * Replay, export and import as people run them: the real program as a process, on books that were filled through the public services.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { fill, type Filled, kinchakuIn, tamper } from "./Books.ts"

const folder = mkdtempSync(join(tmpdir(), "kinchaku-cli-"))
const file = join(folder, "books.db")
const kinchaku = kinchakuIn(folder)
let filled: Filled

beforeAll(async () => {
  filled = await fill(file)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const hasHledger = spawnSync("hledger", ["--version"]).status === 0

describe("replay", () => {
  test("says that the commands lead to the same records and heads", () => {
    const { status, stdout } = kinchaku("replay", file)
    expect(stdout).toMatch(/^ok: \d+ commands lead to the same records and the same heads\nhead 0:\d+:[0-9a-f]{64}\n$/)
    expect(status).toBe(0)
  })

  test.each([
    ["bill", "UPDATE bill SET state = 'payable' WHERE barcode = (SELECT min(barcode) FROM bill)"],
    ["usage", "UPDATE usage SET total = total + 1 WHERE id = (SELECT min(id) FROM usage)"]
  ])("finds a %s that was changed, which the chain does not cover", (kind, sql) => {
    const copy = tamper(file, join(folder, `${kind}.db`), sql)
    expect(kinchaku("verify", copy).status).toBe(0)
    const { status, stdout } = kinchaku("replay", copy, "--json")
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { reason: "RecordDiffers", details: { kind } } })
    expect(status).toBe(1)
  })
})

describe("export and import", () => {
  test("an export, imported and exported again, is the same text", () => {
    expect(kinchaku("export", file, "--output", "one.jsonl")).toMatchObject({ status: 0 })
    const imported = kinchaku("import", "one.jsonl", "two.db")
    expect(imported.stdout).toMatch(/^ok: \d+ commands, \d+ entries\nhead 0:/)
    expect(imported.status).toBe(0)
    const one = readFileSync(join(folder, "one.jsonl"), "utf8")
    expect(kinchaku("export", "two.db", "--json").stdout).toBe(one)
    expect(kinchakuIn(folder, one)("import", "-", "three.db").status).toBe(0)
    expect(kinchaku("export", "three.db").stdout).toBe(one)
    expect(kinchaku("replay", "three.db").status).toBe(0)
  })

  test("what waited is noted as tried after the import, and was not before", () => {
    kinchaku("export", file, "-o", "waiting.jsonl")
    kinchaku("import", "waiting.jsonl", "waiting.db")
    const attempts = (name: string) => {
      const database = new DatabaseSync(join(folder, name), { readOnly: true })
      const rows = database.prepare("SELECT attempts FROM outbox").all()
      database.close()
      return rows.map((row) => row["attempts"])
    }
    expect(attempts("books.db")).toEqual([0])
    expect(attempts("waiting.db")).toEqual([1])
  })

  test("books that are there are not imported into, and a file that is there is not written over", () => {
    kinchaku("export", file, "-o", "again.jsonl")
    const before = readFileSync(file)
    expect(kinchaku("import", "again.jsonl", file)).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/has books/)
    })
    expect(readFileSync(file).equals(before)).toBe(true)
    expect(kinchaku("export", file, "-o", "again.jsonl")).toMatchObject({ status: 2 })
  })

  test("an import that fails leaves nothing", () => {
    const text = kinchaku("export", file).stdout
    writeFileSync(join(folder, "bad.jsonl"), text.replace('"lane":0,"seq":3', '"lane":0,"seq":2'))
    const { status, stderr } = kinchaku("import", "bad.jsonl", "bad.db")
    expect(stderr).toMatch(/line 4: it is out of order; make the export again/)
    expect(status).toBe(2)
    writeFileSync(join(folder, "forged.jsonl"), text.replace('"at":17', '"at":16'))
    expect(kinchaku("import", "forged.jsonl", "bad.db").status).toBe(1)
    expect(readdirSync(folder).filter((name) => name.startsWith("bad.db"))).toEqual([])
  })

  test("CSV has a row for each posting, with running balances that end at the balances", () => {
    const { status, stdout } = kinchaku("export", file, "--format", "csv")
    expect(status).toBe(0)
    const [head, ...rows] = stdout.trimEnd().split("\r\n")
    expect(head).toBe("booked_at,lane,seq,entry,kind,command,actor,account,debit,credit,balance")
    expect(rows).toHaveLength(2 * filled.entries)
    expect(rows[0]).toMatch(/^2026-05-20T12:00:00\.000\+09:00,0,\d+,[0-9A-Z]{26}\.1,topUp,RecordDebitAnswer,/)
    const last = new Map(rows.map((row) => [row.split(",")[7], Number(row.split(",")[10])]))
    const { balances } = JSON.parse(kinchaku("balance", file, "--json").stdout) as {
      balances: Array<{ account: string; balance: number }>
    }
    expect(Object.fromEntries(last)).toEqual(Object.fromEntries(balances.map((one) => [one.account, one.balance])))
  })

  test("hledger's format begins with its directives", () => {
    expect(kinchaku("export", file, "--format", "hledger").stdout).toMatch(/^decimal-mark \.\ncommodity 1000\. JPY\n/)
  })

  test.skipIf(!hasHledger)("hledger accepts it (skipped where it is not installed)", () => {
    const input = kinchaku("export", file, "--format", "hledger").stdout
    const { status, stderr } = spawnSync("hledger", ["-f", "-", "check"], { encoding: "utf8", input })
    expect(stderr).toBe("")
    expect(status).toBe(0)
  })
})

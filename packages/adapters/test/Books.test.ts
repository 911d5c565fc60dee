/**
 * `npm run books` as an auditor runs it: a process of its own on a file that was filled through the public service.
 */
import { spawnSync } from "node:child_process"
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { Payments } from "@kinchaku/domain/payment/Payments"
import { Effect, Layer } from "effect"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import * as Load from "../bench/Load.ts"
import * as NodeDigest from "../src/platform/NodeDigest.ts"
import * as NodeIds from "../src/platform/NodeIds.ts"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"

const program = fileURLToPath(new URL("../bin/Books.ts", import.meta.url))
const flags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning"]
const folder = mkdtempSync(join(tmpdir(), "kinchaku-books-"))
const file = join(folder, "books.db")
const actor = "host:test" as Actor

/** Runs the program; answers its exit code and what it wrote to standard output. */
const books = (...args: ReadonlyArray<string>) => {
  const { status, stdout } = spawnSync(process.execPath, [...flags, program, ...args], { encoding: "utf8" })
  return { status, stdout }
}

const fill = Effect.gen(function* () {
  const accounts = yield* Load.prepare(2, 2)
  const payments = yield* Payments
  yield* Effect.forEach(Load.slips(0, 6, accounts, 2), (request) =>
    payments.paySlip(request, { actor, key: request.barcode })
  )
})

const service = Payments.layer.pipe(
  Layer.provideMerge(Engine.layer()),
  Layer.provide(Layer.mergeAll(SqliteStore.layer({ filename: file }), NodeIds.layer, NodeDigest.layer))
)

/** A copy of the books with the triggers dropped and a statement run, as somebody would who has the file. */
const tampered = (name: string, sql: string): string => {
  const copy = join(folder, `${name}.db`)
  copyFileSync(file, copy)
  const database = new DatabaseSync(copy)
  for (const row of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all()) {
    database.exec(`DROP TRIGGER ${row["name"]}`)
  }
  const { changes } = database.prepare(sql).run()
  database.close()
  expect(changes).toBe(1)
  return copy
}

const headOf = (stdout: string): string => /^head (\d+:[0-9a-f]{64})$/m.exec(stdout)?.[1] ?? "none"

beforeAll(() => Effect.runPromise(fill.pipe(Effect.provide(service))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe("verify", () => {
  test("says that the books hold, and prints the head", () => {
    const { status, stdout } = books("verify", file)
    expect(stdout).toMatch(/^ok: \d+ commands, 8 entries, \d+ accounts\nhead \d+:[0-9a-f]{64}\n$/)
    expect(status).toBe(0)
  })

  test("takes the head that was published, and no other", () => {
    const head = headOf(books("verify", file).stdout)
    expect(books("verify", file, "--head", head)).toMatchObject({ status: 0 })
    const other = head.replace(/[0-9a-f]$/, (digit) => (digit === "0" ? "1" : "0"))
    const refused = books("verify", file, "--head", other)
    expect(refused.stdout).toMatch(/^not ok: .*"BooksBroken"/)
    expect(refused.status).toBe(1)
  })

  test.each([
    [
      "an amount of a line",
      "UPDATE posting SET amount = amount + 1 WHERE n = 0 AND command = (SELECT min(command) FROM posting)"
    ],
    ["the content of a command", "UPDATE command SET content = content || ' ' WHERE place = 256"],
    ["a stored balance", "UPDATE balance SET credits = credits + 1 WHERE account = 'revenue:fees'"]
  ])("finds %s that was changed", (what, sql) => {
    const { status, stdout } = books("verify", tampered(what.replaceAll(" ", "-"), sql))
    expect(stdout).toMatch(/^not ok: .*"BooksBroken"/)
    expect(status).toBe(1)
  })
})

describe("replay", () => {
  test("says that the commands lead to the same records and head", () => {
    const { status, stdout } = books("replay", file)
    expect(stdout).toMatch(/^ok: \d+ commands lead to the same records and the same head [0-9a-f]{64}\n$/)
    expect(status).toBe(0)
  })

  test.each([
    ["bill", "UPDATE bill SET state = 'payable' WHERE barcode = (SELECT min(barcode) FROM bill)"],
    ["usage", "UPDATE usage SET total = total + 1 WHERE id = (SELECT min(id) FROM usage)"]
  ])("finds a %s that was changed, which the chain does not cover", (kind, sql) => {
    const copy = tampered(kind, sql)
    expect(books("verify", copy).status).toBe(0)
    const { status, stdout } = books("replay", copy)
    expect(stdout).toMatch(/^not ok: .*"RecordDiffers"/)
    expect(JSON.parse(stdout.slice("not ok: ".length))).toMatchObject({ kind })
    expect(status).toBe(1)
  })
})

describe("export", () => {
  const hasHledger = spawnSync("hledger", ["--version"]).status === 0

  test("writes the journal in hledger's format", () => {
    const { status, stdout } = books("export", file)
    expect(stdout.startsWith("decimal-mark")).toBe(true)
    expect(status).toBe(0)
  })

  test.skipIf(!hasHledger)("is accepted by hledger (skipped where it is not installed)", () => {
    const input = books("export", file).stdout
    const { status, stderr } = spawnSync("hledger", ["-f", "-", "check"], { encoding: "utf8", input })
    expect(stderr).toBe("")
    expect(status).toBe(0)
  })
})

describe("what cannot be done", () => {
  test("a file that is not there is named, and not made", () => {
    const missing = join(folder, "missing.db")
    expect(books("verify", missing).status).toBe(2)
    expect(existsSync(missing)).toBe(false)
  })

  test("a file that is no database is not broken books", () => {
    const text = join(folder, "text.db")
    writeFileSync(text, "no database\n".repeat(100))
    expect(books("verify", text).status).toBe(2)
  })

  test.each([
    ["nothing"],
    ["an unknown task", "count", file],
    ["no file", "verify"],
    ["an unknown flag", "verify", file, "--tail", "1"],
    ["a head of another form", "verify", file, "--head", "1"]
  ])("a command line with %s is refused", (_, ...args) => {
    expect(books(...args)).toEqual({ status: 2, stdout: "" })
  })
})

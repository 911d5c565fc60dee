/**
 * The command line as people run it: the real program as a process, on books that were filled through the public services.
 */
import { spawn } from "node:child_process"
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { fill, type Filled, kinchakuIn, tamper } from "./Books.ts"

const folder = mkdtempSync(join(tmpdir(), "kinchaku-cli-"))
const file = join(folder, "books.db")
const kinchaku = kinchakuIn(folder)
const json = (...args: ReadonlyArray<string>): Record<string, unknown> =>
  JSON.parse(kinchaku(...args, "--json").stdout) as Record<string, unknown>
let filled: Filled

beforeAll(async () => {
  filled = await fill(file)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const headOf = (stdout: string): string => /^head (\d+:\d+:[0-9a-f]{64})$/m.exec(stdout)?.[1] ?? "none"
const otherHash = (head: string): string => head.replace(/[0-9a-f]$/, (digit) => (digit === "0" ? "1" : "0"))

describe("help and usage", () => {
  test("--help lists every command and every exit code", () => {
    const { status, stdout } = kinchaku("--help")
    expect(status).toBe(0)
    for (const name of ["start", "verify", "replay", "export", "import", "balance", "prove", "doctor"]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"))
    }
    expect(stdout).toMatch(/EXIT CODES\n {2}0 [^]*\n {2}1 [^]*\n {2}2 [^]*\n {2}3 [^]*\n {2}70 /)
  })

  test.each([
    ["nothing", [], /SUBCOMMANDS/],
    ["an unknown command", ["verifi"], /unknown command: verifi \(verify\?\)/],
    ["an unknown flag", ["verify", "books.db", "--tail", "1"], /unknown flag: --tail/],
    ["no store", ["balance"], /the argument STORE is missing/],
    ["a head of another form", ["verify", "books.db", "--head", "1"], /1 is no head; write \[LANE:\]SEQ:HASH/],
    ["a time of another form", ["balance", "books.db", "--at", "yesterday"], /yesterday is no time/],
    ["an id and a number", ["prove", "books.db", "01ARZ", "--from", "1"], /not both/],
    ["hledger as JSON", ["export", "books.db", "--format", "hledger", "--json"], /only jsonl/]
  ])("a command line with %s is refused with 2 and names the mistake", (_, args, named) => {
    const { status, stderr, stdout } = kinchaku(...args)
    expect(args.includes("--json") ? stdout : stderr).toMatch(named)
    expect(status).toBe(2)
  })

  test("a mistake is one JSON document too", () => {
    expect(json("verify")).toMatchObject({
      ok: false,
      error: { reason: "Usage", en: expect.stringMatching(/missing/) }
    })
  })
})

describe("what cannot be opened", () => {
  test.each(["verify", "replay", "export", "balance", "prove"])(
    "%s names a file that is not there, and makes none",
    (name) => {
      const { status, stderr } = kinchaku(name, "missing.db")
      expect(stderr).toMatch(/missing\.db はありません。\nthere is no file missing\.db/)
      expect(status).toBe(2)
      expect(existsSync(join(folder, "missing.db"))).toBe(false)
    }
  )

  test("a file that is no database is not broken books", () => {
    writeFileSync(join(folder, "text.db"), "no database\n".repeat(1000))
    expect(kinchaku("verify", "text.db")).toMatchObject({ status: 2, stdout: "" })
    expect(kinchaku("balance", "text.db")).toMatchObject({ status: 2, stdout: "" })
  })

  test("a database of something else is not broken books", () => {
    const other = new DatabaseSync(join(folder, "other.db"))
    other.exec("CREATE TABLE a (b)")
    other.close()
    expect(kinchaku("verify", "other.db")).toMatchObject({ status: 2, stdout: "" })
  })

  test("a file whose pages are damaged is broken", () => {
    const bytes = readFileSync(file)
    bytes.fill(0xff, 4096)
    writeFileSync(join(folder, "damaged.db"), bytes)
    expect(kinchaku("verify", "damaged.db")).toMatchObject({ status: 1, stdout: "" })
    expect(kinchaku("balance", "damaged.db").status).toBe(1)
  })
})

describe("verify", () => {
  test("says that the books hold, and prints the head", () => {
    const { status, stdout } = kinchaku("verify", file)
    expect(stdout).toMatch(/^ok: (\d+) commands, (\d+) entries, \d+ accounts\nhead 0:\d+:[0-9a-f]{64}\n$/)
    expect(status).toBe(0)
    expect(json("verify", file)).toMatchObject({ ok: true, commands: filled.commands, entries: filled.entries })
  })

  test("takes heads that were published, and no others", () => {
    const head = headOf(kinchaku("verify", file).stdout)
    expect(kinchaku("verify", file, "--head", head, "--head", head.slice(2)).status).toBe(0)
    const refused = kinchaku("verify", file, "--head", head, "--head", otherHash(head))
    expect(refused.stderr).toMatch(/the books do not hold: published at lane 0, seq \d+/)
    expect(refused.status).toBe(1)
  })

  test.each([
    ["the content of a command", "UPDATE command SET content = content || ' ' WHERE place = 256", "hash"],
    ["a stored balance", "UPDATE balance SET credits = credits + 1 WHERE account = 'asset:bank:9999'", "storedBalance"]
  ])("finds %s that was changed", (what, sql, fault) => {
    const copy = tamper(file, join(folder, `${what.replaceAll(" ", "-")}.db`), sql)
    const { status, stdout } = kinchaku("verify", copy, "--json")
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { reason: "BooksBroken", details: { fault } } })
    expect(status).toBe(1)
  })

  test("reads an export, and finds one that was cut", () => {
    kinchaku("export", file, "-o", "verify.jsonl")
    expect(json("verify", "verify.jsonl")).toMatchObject({ ok: true, commands: filled.commands })
    const text = readFileSync(join(folder, "verify.jsonl"), "utf8")
    writeFileSync(join(folder, "cut.jsonl"), text.slice(0, text.length / 2))
    expect(kinchaku("verify", "cut.jsonl").status).toBe(1)
  })
})

describe("balance", () => {
  test("shows all accounts, one, and one as of a past time", () => {
    expect(kinchaku("balance", file).stdout).toMatch(/^asset:bank:9999 +8,001 +0 +8,001$/m)
    expect(json("balance", file, filled.account)).toMatchObject({ balances: [{ balance: 8001 - 2555 }] })
    const then = new Date(filled.between).toISOString()
    for (const at of [then, "2026-05-20", "2026-05-21T09:00"]) {
      expect(json("balance", file, filled.account, "--at", at)).toMatchObject({ balances: [{ balance: 5000 }] })
    }
    expect(json("balance", file, "--at", "2026-05-19")).toMatchObject({ ok: true, balances: [] })
  })
})

describe("prove", () => {
  test("proves a command, an entry, and that a lane has grown", () => {
    for (const id of [filled.command, `${filled.command}.1`]) {
      expect(json("prove", file, id)).toMatchObject({ ok: true, id, lane: 0, proof: expect.any(Array) })
    }
    expect(json("prove", file, "--from", "3", "--to", "5")).toMatchObject({ first: { size: 3 }, second: { size: 5 } })
    expect(json("prove", file)).toMatchObject({ treeHeads: [{ lane: 0, size: filled.commands + filled.entries }] })
    expect(kinchaku("prove", file, "--from", "3").stdout).toMatch(/^from lane 0, 3 links/)
  })

  test("names an id and a head that are not there", () => {
    expect(kinchaku("prove", file, "01ARZ3NDEKTSV4RRFFQ69G5FAV")).toMatchObject({ status: 2 })
    expect(kinchaku("prove", file, "--from", "4000")).toMatchObject({ status: 2 })
  })
})

describe("doctor", () => {
  test("finds a store well, and warns of a request that waits for long", () => {
    const { status, stdout } = kinchaku("doctor", file, "--full")
    expect(stdout).toMatch(/^ok +policy +from compat: deviates from secure in .*account\.coolingOff, /m)
    expect(stdout).toMatch(/^ok +integrity_check +ok$/m)
    expect(stdout).toMatch(/^warning +requests +1 waiting, 1 for over 30 minutes/m)
    expect(stdout).not.toMatch(/PROBLEM/)
    expect(status).toBe(0)
  })

  test.each([
    ["a file that is not there", "missing.db", "file"],
    ["a file of something else", "text.db", "schema"],
    ["an old schema", "old.db", "schema"],
    ["a clock behind the books", "ahead.db", "last booking"]
  ])("finds %s to be a problem", (_, name, check) => {
    tamper(
      file,
      join(folder, "old.db"),
      "DELETE FROM kinchaku_migration WHERE migration_id = (SELECT max(migration_id) FROM kinchaku_migration)"
    )
    tamper(file, join(folder, "ahead.db"), "UPDATE chain_head SET booked_at = 4102444800000")
    writeFileSync(join(folder, "text.db"), "no database\n".repeat(1000))
    const { status, stdout } = kinchaku("doctor", name, "--json")
    const { checks } = JSON.parse(stdout) as { checks: Array<{ name: string; state: string; en?: string }> }
    expect(checks.filter(({ state }) => state === "problem")).toMatchObject([{ name: check, en: expect.any(String) }])
    expect(status).toBe(1)
  })

  test("warns of keys that others may read", () => {
    mkdirSync(join(folder, "open"))
    copyFileSync(file, join(folder, "open", "kinchaku.sqlite"))
    writeFileSync(join(folder, "open", "api-key"), "key\n", { mode: 0o644 })
    expect(kinchaku("doctor", "open/kinchaku.sqlite").stdout).toMatch(/^warning +key file .*api-key 644$/m)
  })
})

test("looking at a store changes nothing in it", () => {
  const before = readFileSync(file)
  for (const name of ["verify", "replay", "export", "balance", "prove", "doctor"]) kinchaku(name, file)
  expect(readFileSync(file).equals(before)).toBe(true)
})

/** The program with its output read up to a text, then closed. */
const readUntil = (args: ReadonlyArray<string>, text: string) =>
  new Promise<{ readonly code: number | null; readonly stderr: string }>((resolve) => {
    const program = fileURLToPath(new URL("../bin/kinchaku.mjs", import.meta.url))
    const child = spawn(process.execPath, [program, ...args], { cwd: folder })
    let [stdout, stderr] = ["", ""]
    child.stdout.on("data", (piece: Buffer) => {
      stdout += piece.toString()
      if (stdout.includes(text)) child.stdout.destroy()
    })
    child.stderr.on("data", (piece: Buffer) => (stderr += piece.toString()))
    child.on("exit", (code) => resolve({ code, stderr }))
  })

test("a reader that closes the pipe ends an export quietly", async () => {
  expect(await readUntil(["export", file, "--format", "csv"], "booked_at")).toEqual({ code: 0, stderr: "" })
})

test("start is the server, and passes a signal on", async () => {
  const program = fileURLToPath(new URL("../bin/kinchaku.mjs", import.meta.url))
  const child = spawn(process.execPath, [program, "start", "--port", "0", "--data", "served"], { cwd: folder })
  let output = ""
  const ended = new Promise((resolve) => child.on("exit", resolve))
  await new Promise<void>((resolve) => {
    child.on("exit", () => resolve())
    child.stdout.on("data", (piece: Buffer) => {
      output += piece.toString()
      if (output.includes("Ctrl+C")) resolve()
    })
  })
  child.kill("SIGTERM")
  expect(await ended).toBe(0)
  expect(output).toMatch(/Docs +http:\/\/127\.0\.0\.1:\d+\/docs/)
  expect(kinchaku("doctor", "served/kinchaku.sqlite").status).toBe(0)
})

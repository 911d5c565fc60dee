/**
 * Sources: what is no books, what cannot be reached, what does not fit into memory.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { recentMax } from "@kinchaku/verifier/Chain"
import { exportFile, exportOf } from "@kinchaku/verifier/Export"
import * as Link from "@kinchaku/verifier/Link"
import { sqliteFile } from "@kinchaku/verifier/SqliteFile"
import { SourceUnavailable } from "@kinchaku/verifier/Verdict"
import { verify } from "@kinchaku/verifier/Verify"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import * as Books from "./Books.ts"
import { original } from "./SqliteTampering.ts"
import { num, placed } from "./Tampered.ts"

const folder = mkdtempSync(join(tmpdir(), "kinchaku-sources-"))
const path = (name: string): string => join(folder, name)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(() => {
  writeFileSync(path("text"), "no books\n".repeat(1000))
  writeFileSync(path("empty"), "")
  const other = new DatabaseSync(path("other"))
  other.exec("CREATE TABLE command (place INTEGER PRIMARY KEY); CREATE VIEW entry AS SELECT 1")
  other.close()
})

describe("what is no books of ours", () => {
  test.each(["text", "empty", "other"])("is told as a fault, as a database: %s", async (name) => {
    expect(await verify(sqliteFile(path(name)))).toMatchObject({ ok: false, fault: "file" })
  })

  test.each(["text", "empty", "other"])("is told as a fault, as an export: %s", async (name) => {
    expect(await verify(exportFile(path(name)))).toMatchObject({ ok: false })
  })
})

test("what is not there is not broken", async () => {
  await expect(verify(sqliteFile(path("missing")))).rejects.toThrow(SourceUnavailable)
  await expect(verify(exportFile(path("missing")))).rejects.toThrow(SourceUnavailable)
  await expect(verify(exportFile(folder))).rejects.toThrow(SourceUnavailable)
})

interface Made {
  readonly lane: number
  readonly seq: number
  readonly hash: string
}

/** A writer of exports that are as long as is wanted; its commands have no entries. */
const writer = () => {
  const last = new Map<number, Made>()
  let seq = 0
  let commands = 0
  return {
    command: (lane: number, tag: string, content: string): string => {
      seq += 1
      commands += 1
      const fields = {
        id: `${seq}`.padStart(26, "0"),
        tag,
        actor: "host:test",
        key: `${seq}`,
        at: 1,
        bookedAt: 1,
        content
      }
      const whole = { ...fields, outcome: "{}" }
      const hash = Link.commandHash(last.get(lane)?.hash ?? Link.genesisOf(lane), seq, whole)
      last.set(lane, { lane, seq, hash })
      return `${JSON.stringify({ lane, seq, ...whole, hash, entries: [] })}\n`
    },
    head: (lane: number): Made => last.get(lane) ?? { lane, seq: 0, hash: "" },
    end: (): string => {
      const heads = [...last.values()].map((head) => ({ ...head, bookedAt: 1 }))
      return `${JSON.stringify({ heads, commands, entries: 0 })}\n`
    }
  }
}

const firstLine = `${JSON.stringify({ kinchaku: "journal", version: 1 })}\n`

describe("a seal that names a link that is no longer in memory", () => {
  const sealed = (change: (hash: string) => string): string => {
    const { command, end, head } = writer()
    const parts = [command(0, "A", "{}"), command(3, "A", "{}")]
    const old = head(0)
    for (let n = 0; n < recentMax + 10; n++) parts.push(command(0, "A", `${n}`))
    const heads = [{ ...old, hash: change(old.hash) }, head(3)]
    return firstLine + [...parts, command(3, "SealLanes", JSON.stringify({ heads }))].join("") + end()
  }
  const ask = (text: string) =>
    verify(
      exportOf(async function* () {
        yield Buffer.from(text)
      })
    )

  test("is checked all the same", async () => {
    expect(await ask(sealed((hash) => hash))).toMatchObject({ ok: true })
    const broken = { ok: false, fault: "seal", at: { lane: 3, seq: recentMax + 13 } }
    expect(await ask(sealed((hash) => hash.replace(/^./, (digit) => (digit === "0" ? "1" : "0"))))).toMatchObject(
      broken
    )
  })
})

test("a file answers the hash of each link, and of no other", async () => {
  await Books.make(path("books"), { payments: 24, lanes: [0, 1, 7], sealEvery: 8 })
  const { rows } = original(path("books"), path("copy"))
  const source = sqliteFile(path("books"))
  const links = [
    ...rows.command.map((row) => ({ ...placed(num(row["place"])), hash: row["hash"] })),
    ...rows.entry.map((row) => ({ ...placed(num(row["command"]), num(row["n"])), hash: row["hash"] }))
  ]
  for (const { hash, lane, seq } of links) expect(await source.link(lane, seq)).toEqual(hash)
  expect(await source.link(5, 1)).toBeUndefined()
  expect(await source.link(0, 100_000)).toBeUndefined()
  await source.close()
})

test("memory does not grow with the journal", { timeout: 60_000 }, async () => {
  setFlagsFromString("--expose-gc")
  const collect: unknown = runInNewContext("gc")
  if (typeof collect !== "function") throw new Error("the collector cannot be called")
  const heap: Array<number> = []
  const { command, end } = writer()
  const source = exportOf(async function* () {
    yield Buffer.from(firstLine)
    for (let n = 1; n <= 100_000; n++) {
      yield Buffer.from(command(n % 4, "A", "{}"))
      if (n % 20_000 === 0) {
        collect()
        heap.push(process.memoryUsage().heapUsed)
      }
    }
    yield Buffer.from(end())
  })
  expect(await verify(source)).toMatchObject({ ok: true, commands: 100_000 })
  expect(heap.at(-1)! - heap[0]!).toBeLessThan(2_000_000)
})

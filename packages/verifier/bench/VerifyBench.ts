/**
 * Verify: how fast the verifier walks a SQLite file, against a bare read of the same rows in the same order, and how much memory it
 * takes.
 *
 * The bare read looks at no value; it is what SQLite and the driver cost. The two take turns; the first round warms up.
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { sqliteFile } from "../src/SqliteFile.ts"
import { verify } from "../src/Verify.ts"

const isQuick = process.env["BENCH_QUICK"] === "1"
const payments = isQuick ? 1000 : 100_000
const rounds = Number(process.env["BENCH_ROUNDS"] ?? (isQuick ? 1 : 5))
const accounts = isQuick ? 50 : 1000
const say = (text: string): void => void process.stderr.write(`${text}\n`)
const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits))
const median = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

/** The books are made by a program of the package that writes them, in a process of its own. */
const preparing = fileURLToPath(new URL("../../adapters/bench/Prepare.ts", import.meta.url))
const prepare = (file: string): void =>
  void execFileSync(process.execPath, [
    ...process.execArgv,
    preparing,
    file,
    `${accounts}`,
    `${accounts}`,
    `${payments}`
  ])

const selects = [
  "SELECT * FROM command ORDER BY place",
  "SELECT * FROM entry ORDER BY command, n",
  "SELECT * FROM posting ORDER BY command, entry, n"
]

/** Reads every column of every row; answers the seconds. */
const readAll = (file: string): number => {
  const database = new DatabaseSync(file, { readOnly: true })
  database.exec("PRAGMA cache_size = -32768; BEGIN")
  const begun = performance.now()
  let rows = 0
  for (const select of selects) {
    const statement = database.prepare(select)
    statement.setReturnArrays(true)
    for (const _ of statement.iterate()) rows++
  }
  const seconds = (performance.now() - begun) / 1000
  database.close()
  if (rows < payments * 5) throw new Error(`only ${rows} rows`)
  return seconds
}

const verifyAll = async (file: string, progress: (commands: number) => void) => {
  const begun = performance.now()
  const verdict = await verify(sqliteFile(file), { progress })
  const seconds = (performance.now() - begun) / 1000
  if (!verdict.ok) throw new Error(`the books do not verify: ${verdict.fault}`)
  return { seconds, entries: verdict.entries }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1))
const folder = mkdtempSync(join(process.env["BENCH_FOLDER"] ?? tmpdir(), "kinchaku-bench-"))
process.once("exit", () => rmSync(folder, { recursive: true, force: true }))
const file = join(folder, "books.db")
say(`  making books with ${payments} payments`)
prepare(file)
const before = process.memoryUsage.rss()
let peak = before
const watch = (): void => void (peak = Math.max(peak, process.memoryUsage.rss()))
const warm = await verifyAll(file, watch)
const heap_mb = rounded((peak - before) / 2 ** 20, 1)
say(`  warming up: ${rounded(warm.entries / warm.seconds)} entries per second`)
readAll(file)
const rates: Array<number> = []
const ratios: Array<number> = []
for (let round = 1; round <= rounds; round++) {
  const { entries, seconds } = await verifyAll(file, () => {})
  const bare = readAll(file)
  rates.push(entries / seconds)
  ratios.push(bare / seconds)
  say(
    `  round ${round} of ${rounds}: ${rounded(entries / seconds)} entries per second, bare ${rounded(entries / bare)}`
  )
}
const figures = {
  "verify.entries_per_s": rounded(median(rates)),
  "verify.ratio": rounded(median(ratios), 3),
  "verify.heap_mb": heap_mb,
  "verify.entries": warm.entries
}
process.stdout.write(`${JSON.stringify({ figures })}\n`)

/**
 * Tampering: whatever is done to books that were made by the engine, the verifier finds it and names the first thing that is wrong.
 *
 * TAMPERINGS says how many corruptions are tried, TAMPERING_SEED where their numbers begin. A corruption that changes nothing
 * that the books say (a bit of free space in the file) is not counted; that it changes nothing is checked.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { exportOf } from "@kinchaku/verifier/Export"
import { sqliteFile } from "@kinchaku/verifier/SqliteFile"
import type { Verdict } from "@kinchaku/verifier/Verdict"
import { verify } from "@kinchaku/verifier/Verify"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import * as Books from "./Books.ts"
import * as OfExport from "./ExportTampering.ts"
import { Random } from "./Random.ts"
import * as OfSqlite from "./SqliteTampering.ts"
import type { Tampered } from "./Tampered.ts"

const count = Number(process.env["TAMPERINGS"] ?? 600)
const seed = Number(process.env["TAMPERING_SEED"] ?? 1)
const folder = mkdtempSync(join(tmpdir(), "kinchaku-tampering-"))
const several = [0, 1, 7]

interface Kept {
  readonly sqlite: OfSqlite.Original
  readonly text: OfExport.Text
}
let one: Kept
let laned: Kept

const keep = async (name: string, terms: Books.Terms): Promise<Kept> => {
  const file = join(folder, `${name}.db`)
  const text = await Books.make(file, terms)
  return { sqlite: OfSqlite.original(file, join(folder, `${name}-tampered.db`)), text: OfExport.textOf(text) }
}

beforeAll(async () => {
  one = await keep("one", { payments: 48, lanes: [0] })
  laned = await keep("laned", { payments: 60, lanes: several, sealEvery: 12 })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Draw = (kept: Kept, random: Random) => Tampered | undefined

const { bitOfCell, bitOfFile, cloned, fileCut, forged, otherValue, projection } = OfSqlite
const { rewritten, rowDeleted, sealForged, swapped, tailCut, tailCutAndFitted } = OfSqlite
const ofSqlite = { bitOfCell, otherValue, rowDeleted, tailCut, tailCutAndFitted, rewritten, swapped, cloned, forged }
const others = { projection, sealForged, fileCut, bitOfFile }
const { bitOfText, lineDeleted, lineDoubled, linesSwapped, otherField, textCut, textCutAndFitted } = OfExport
const ofExport = { bitOfText, lineDeleted, lineDoubled, linesSwapped, otherField, textCut, textCutAndFitted }

const draws: ReadonlyArray<readonly [name: string, draw: Draw]> = [
  ...Object.entries({ ...ofSqlite, ...others }).map(
    ([name, draw]) => [name, (kept: Kept, random: Random) => draw(kept.sqlite, random)] as const
  ),
  // Bits of cells and of the file are what there is most of.
  ["bitOfCell", (kept, random) => bitOfCell(kept.sqlite, random)],
  ["bitOfFile", (kept, random) => bitOfFile(kept.sqlite, random)],
  ...Object.entries(ofExport).map(
    ([name, draw]) => [name, (kept: Kept, random: Random) => draw(kept.text, random)] as const
  )
]

const ask = ({ published, source }: Tampered): Promise<Verdict> =>
  verify(source, published === undefined ? {} : { published })

/** Draws until there is a corruption that changes something, and has it verified; answers what is wrong with the verdict. */
const tryOne = async (n: number): Promise<{ readonly harmless: number; readonly missed?: string }> => {
  const random = new Random(seed * 1_000_003 + n)
  const [name, draw] = draws[n % draws.length] ?? ["", () => undefined]
  for (let harmless = 0; ;) {
    const kept = random.below(2) === 0 ? one : laned
    const tampered = draw(kept, random)
    if (tampered === undefined) continue
    const verdict = await ask(tampered)
    if (!verdict.ok && tampered.names(verdict)) return { harmless }
    const what = `${n} ${name} ${kept === one ? "one" : "laned"}: ${JSON.stringify(verdict)}`
    if (!verdict.ok || tampered.isHarmless?.() !== true) return { harmless, missed: what }
    harmless += 1
  }
}

describe("books that nobody touched", () => {
  test.each(["one", "laned"])("hold: %s", async (name) => {
    const { sqlite, text } = name === "one" ? one : laned
    const file = await verify(sqliteFile(sqlite.file), { published: sqlite.heads })
    const lines = await verify(
      exportOf(async function* () {
        yield text.bytes
      }),
      { published: text.heads }
    )
    expect(file).toMatchObject({ ok: true, entries: sqlite.rows.entry.length, heads: sqlite.heads })
    expect(lines).toEqual(file)
    expect(sqlite.rows.entry.some((row) => row["reverses_command"] !== null)).toBe(true)
  })
})

test(`${count} corruptions are found, each at the first thing that is wrong`, { timeout: 3_600_000 }, async () => {
  const missed: Array<string> = []
  let harmless = 0
  for (let n = 0; n < count; n++) {
    const tried = await tryOne(n)
    harmless += tried.harmless
    if (tried.missed !== undefined) missed.push(tried.missed)
  }
  const found = count - missed.length
  process.stdout.write(`tampering: ${count} tried, ${found} found (${harmless} bits of free space changed nothing)\n`)
  expect(missed.slice(0, 20)).toEqual([])
})

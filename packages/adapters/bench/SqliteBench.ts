/**
 * SQLite: full payments through the public service, against the floor of hand-written statements that write the same rows in the same
 * batches; and one hot biller against a thousand.
 */
import { copyFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { Writes } from "@kinchaku/domain/engine/Store"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"
import * as Floor from "./Floor.ts"
import { withFolder } from "./Folder.ts"
import { inTurns, isQuick, median, ratio, report, rounded, say, size } from "./Part.ts"
import { overheard, pay, paying, prepared, service } from "./Service.ts"

const callersCounted = isQuick ? [1, 64] : [1, 8, 64, 256]

const tables = [
  "chain_head",
  "command",
  "entry",
  "posting",
  "balance",
  "payment",
  "bill",
  "usage",
  "account",
  "outbox",
  "notice"
]

/** Fails unless two files have the same rows: a floor that wrote less would be no floor. */
const sameRows = (file: string, other: string): void => {
  const database = new DatabaseSync(file, { readOnly: true })
  database.prepare("ATTACH ? AS other").run(other)
  for (const table of tables) {
    for (const [one, another] of [
      ["main", "other"],
      ["other", "main"]
    ] as const) {
      const select = `SELECT count(*) AS rows FROM (SELECT * FROM ${one}.${table} EXCEPT SELECT * FROM ${another}.${table})`
      const different = database.prepare(select).get()?.["rows"]
      if (different !== 0) throw new Error(`${String(different)} rows of ${table} are not in both files`)
    }
  }
  database.close()
}

/** Rounds of the service and of the floor, on files that begin alike. */
const againstFloor = async (folder: string, callers: number) => {
  const count = callers === 1 ? size(500, 20) : size(4000, 100)
  const file = join(folder, `service-${callers}.db`)
  const floorFile = join(folder, `floor-${callers}.db`)
  const first = service(SqliteStore.layer({ filename: file }))
  const books = await prepared(first)
  await first.dispose()
  copyFileSync(file, floorFile)
  const heard: Array<Writes> = []
  const runtime = service(overheard(SqliteStore.layer({ filename: file }), heard))
  const totals = new Floor.Totals(floorFile)
  const { floor, ours } = await inTurns({
    ours: async () => {
      heard.length = 0
      const { seconds } = await runtime.runPromise(pay(books.slips(count), callers))
      return count / seconds
    },
    floor: async () =>
      count /
      Floor.run(
        floorFile,
        heard.map((writes) => Floor.stepsOf(totals, writes))
      )
  })
  await runtime.dispose()
  sameRows(file, floorFile)
  return {
    payments_per_s: rounded(median(ours)),
    floor_payments_per_s: rounded(median(floor)),
    ratio: ratio(ours, floor)
  }
}

/** One hot biller against all of them, in turns on one file each. */
const hot = async (folder: string) => {
  const side = async (billers: number) => {
    const runtime = service(SqliteStore.layer({ filename: join(folder, `hot-${billers}.db`) }))
    const books = await prepared(runtime)
    return { runtime, round: paying(runtime, books, { callers: 64, seconds: size(1, 0.05), billers }) }
  }
  const sides = { hot: await side(1), spread: await side(size(1000, 20)) }
  const { hot, spread } = await inTurns({ hot: sides.hot.round, spread: sides.spread.round })
  await Promise.all(Object.values(sides).map(({ runtime }) => runtime.dispose()))
  return ratio(hot, spread)
}

await withFolder(async (folder) => {
  const byCallers: Record<number, Awaited<ReturnType<typeof againstFloor>>> = {}
  for (const callers of callersCounted) {
    say(`  ${callers} callers, payments per second`)
    byCallers[callers] = await againstFloor(folder, callers)
  }
  const at64 = byCallers[64]
  say("  one biller and all of them, payments per second")
  report({
    figures: {
      "sqlite.payments_per_s": at64?.payments_per_s,
      "sqlite.floor_payments_per_s": at64?.floor_payments_per_s,
      "sqlite.ratio": at64?.ratio,
      "sqlite.by_callers": byCallers,
      "sqlite.hot_ratio": await hot(folder)
    }
  })
})

/**
 * migration-kill: the process is killed at each call by which a new file is made, or an old one is brought to the newest schema.
 *
 * The file has the old schema or the new one, with everything that was in it, and the next one who opens it goes on.
 */
import { copyFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { head } from "@kinchaku/domain/audit/Journal"
import { verify } from "@kinchaku/domain/audit/Verification"
import { Effect } from "effect"
import { oldBooks, rowsOf } from "../../test/OldBooks.ts"
import { newest } from "../../src/sqlite/migrations/Migrations.ts"
import { disagreements } from "../examination/Agreement.ts"
import { by, type Fault, sample, tryAll } from "../Fault.ts"
import { onCore } from "../load/Core.ts"
import * as Load from "../load/Load.ts"
import * as Strace from "../process/Strace.ts"
import { quickFolder } from "./Prepared.ts"

/** The schema of a file: every object there is, but for the list of migrations, which is made before them. */
const schemaOf = (filename: string): string => {
  const database = new DatabaseSync(filename)
  try {
    const select = `SELECT name, sql FROM sqlite_schema
      WHERE name NOT LIKE 'sqlite_%' AND name <> 'kinchaku_migration' ORDER BY name`
    return JSON.stringify(database.prepare(select).all())
  } finally {
    database.close()
  }
}

/** A file to begin with: none, or old books. */
interface Beginning {
  readonly name: string
  readonly old?: string
}

/** Opens a file that follows on a beginning; what is found wrong with it. */
const look = Effect.fnUntraced(function* (filename: string, { old }: Beginning, allowed: ReadonlySet<string>) {
  const found = allowed.has(schemaOf(filename)) ? [] : ["the schema is neither the old one nor the new one"]
  yield* onCore(
    filename,
    Effect.gen(function* () {
      yield* verify()
      if (old !== undefined) {
        const [before = []] = rowsOf(old, "SELECT seq, hash FROM chain_head")
        const { hash, seq } = yield* head
        if (before[0] !== seq || before[1] !== hash) found.push("the head is another one than before")
      } else yield* Load.prepare(2)
    })
  )
  return [...found, ...disagreements(filename)]
})

const killing = Effect.fnUntraced(function* (beginning: Beginning, most: number, setting: Parameters<Fault["run"]>[0]) {
  const begin = Effect.map(quickFolder, (folder) => {
    const copy = join(folder, "books.db")
    if (beginning.old !== undefined) copyFileSync(beginning.old, copy)
    return { copy, log: join(folder, "calls") }
  })
  const whole = yield* Effect.scoped(
    Effect.gen(function* () {
      const { copy, log } = yield* begin
      const before = schemaOf(copy)
      const { counts } = yield* Strace.count(log, "Opening.ts", copy)
      return { counts, allowed: new Set([before, schemaOf(copy)]) }
    })
  )
  const points = sample(Strace.points(whole.counts), most)
  return yield* tryAll(points, setting, ({ call, when }) =>
    Effect.scoped(
      Effect.gen(function* () {
        const { copy } = yield* begin
        const { isKilled } = yield* Strace.inject(`${call}:signal=KILL:when=${when}`, "Opening.ts", copy)
        const found = yield* look(copy, beginning, whole.allowed).pipe(
          Effect.catch((failure) => Effect.succeed([`it cannot be opened: ${JSON.stringify(failure)}`]))
        )
        return { isKilled, found: found.map((one) => `${beginning.name}, killed at ${call} ${when}: ${one}`) }
      })
    )
  )
})

export const migrationKill: Fault = {
  name: "migration-kill",
  run: Effect.fnUntraced(function* (setting) {
    yield* Strace.required
    const most = by(setting, { slice: 3, quick: 16, long: Infinity })
    const made = yield* killing({ name: "a new file" }, most, setting)
    const upgraded = yield* killing({ name: "an old file", old: yield* oldBooks }, most, setting)
    const tried = [...made, ...upgraded]
    return {
      points: tried.filter(({ isKilled }) => isKilled).length,
      findings: tried.flatMap(({ found }) => found),
      controls: [],
      note: `kills, ${made.length} of a new file's and ${upgraded.length} of an upgrade to schema ${newest}`
    }
  })
}

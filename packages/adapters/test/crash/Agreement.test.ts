/**
 * The rules of agreement find nothing in sound books, and each finds what a foreign hand planted for it.
 */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Effect } from "effect"
import { afterAll, beforeAll, expect, test } from "vitest"
import { disagreements, rules } from "../../torture/examination/Agreement.ts"
import { onCore } from "../../torture/load/Core.ts"
import * as Load from "../../torture/load/Load.ts"

const folder = mkdtempSync(join(tmpdir(), "kinchaku-"))
const sound = join(folder, "sound.db")

/** Books with payments in every state, and with requests that wait. */
beforeAll(() =>
  Effect.runPromise(
    onCore(
      sound,
      Effect.gen(function* () {
        const ground = yield* Load.prepare(8)
        const asking = (from: number, count: number) =>
          Effect.forEach(
            Array.from({ length: count }, (_, n) => from + n),
            (n) => Effect.exit(Load.ask(ground, n)),
            { concurrency: "unbounded", discard: true }
          )
        yield* asking(0, 480)
        yield* Load.settle
        yield* asking(480, 48)
      })
    )
  )
)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test("nothing is found in sound books", () => {
  expect(disagreements(sound)).toStrictEqual([])
})

test.each(rules.filter(({ planted }) => planted !== "").map((rule, n) => [rule.name, rule.planted, n] as const))(
  "found: %s",
  (name, planted, n) => {
    const filename = join(folder, `${n}.db`)
    copyFileSync(sound, filename)
    const database = new DatabaseSync(filename, { enableForeignKeyConstraints: false })
    for (const { name: trigger } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all()) {
      database.exec(`DROP TRIGGER ${String(trigger)}`)
    }
    database.exec(planted)
    database.close()
    expect(disagreements(filename)).toContainEqual(expect.stringContaining(name))
  }
)

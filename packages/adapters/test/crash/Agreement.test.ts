/**
 * The rules of agreement find nothing in sound books, and each finds what a foreign hand planted for it.
 */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { dispatcher } from "@kinchaku/domain/engine/Dispatcher"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { RequestId } from "@kinchaku/domain/engine/Outbox"
import { RecordPayoutAnswer } from "@kinchaku/domain/payout/PayoutAnswer"
import { SuspenseDesk } from "@kinchaku/domain/suspense/SuspenseDesk"
import { Effect } from "effect"
import { afterAll, beforeAll, expect, test } from "vitest"
import { disagreements, rules } from "../../torture/examination/Agreement.ts"
import { onCore } from "../../torture/load/Core.ts"
import * as Load from "../../torture/load/Load.ts"
import { operator } from "../../torture/load/Terms.ts"

const folder = mkdtempSync(join(tmpdir(), "kinchaku-"))
const sound = join(folder, "sound.db")

/** The bank says the opposite of what it said first, of a payout in each state. */
const contradict = Effect.gen(function* () {
  const engine = yield* Engine
  const database = new DatabaseSync(sound, { readOnly: true })
  const settled = database.prepare("SELECT request, state FROM payout WHERE state <> 'processing' GROUP BY state").all()
  database.close()
  for (const { request, state } of settled) {
    const answer =
      state === "failed"
        ? { _tag: "credited" as const, bankReference: "after all" }
        : { _tag: "refused" as const, reason: "returned" }
    const content = { request: RequestId.make(String(request)), answer }
    yield* engine.submit(RecordPayoutAnswer, content, { actor: dispatcher, key: `opposite ${request}` })
  }
})

/** Some of what stands in suspense is credited or returned. */
const resolve = Effect.gen(function* () {
  const desk = yield* SuspenseDesk
  const items = yield* desk.page(500)
  for (const [n, { account, direction, id }] of items.entries()) {
    if (n % 2 === 1) continue
    const isCredited = n % 4 === 0 && direction === "in" && account !== undefined
    const resolution = isCredited ? { _tag: "credited" as const, account } : { _tag: "returned" as const }
    yield* desk.resolve({ item: id, resolution, reference: `case-${n}` }, { actor: operator, key: `resolve ${n}` })
  }
})

/** Books with everything in every state, and with requests that wait. */
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
        yield* contradict
        yield* resolve
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

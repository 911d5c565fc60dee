/**
 * SIGKILL while an old file is brought to the newest schema, before any of its statements: the file is as it was, and the
 * next one who opens it brings it there.
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { head } from "@kinchaku/domain/audit/Journal"
import { verify } from "@kinchaku/domain/audit/Verification"
import { Effect } from "effect"
import { expect, test } from "vitest"
import { newest } from "../../src/sqlite/migrations/Migrations.ts"
import { oldBooks, rowsOf, schemaOf } from "../OldBooks.ts"
import { disagreements } from "../../torture/examination/Agreement.ts"
import { onCore } from "../../torture/load/Core.ts"
import { between, randomFrom, seed } from "../../torture/load/Random.ts"

const kills = Math.ceil(Number(process.env["KILLS"] ?? 6) / 2)
const script = fileURLToPath(new URL("Migrating.ts", import.meta.url))
const flags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning"]

/** Upgrades an old file in a process that is killed before a statement; tells how it ended and which schema it left. */
const upgrade = Effect.fnUntraced(function* (statement: number) {
  const filename = yield* oldBooks
  const [old = []] = rowsOf(filename, "SELECT seq, hash FROM chain_head")
  const { signal, stdout } = spawnSync(process.execPath, [...flags, script, filename, `${statement}`])
  const schema = schemaOf(filename)
  yield* onCore(filename, verify())
  const { hash, seq } = yield* onCore(filename, head)
  expect([seq, hash]).toStrictEqual(old)
  expect(disagreements(filename)).toStrictEqual([])
  return { left: [signal, schema], committed: Number(String(stdout)) }
}, Effect.scoped)

test("killed at any moment, an upgrade leaves the old books", { timeout: 60_000 + kills * 5000 }, () =>
  Effect.runPromise(
    Effect.gen(function* () {
      const random = randomFrom(seed + 5)
      // Not killed, as the control: the new books are there, after so many statements.
      const { committed: statements, left } = yield* upgrade(100_000)
      expect(left).toStrictEqual([null, newest])
      expect(statements).toBeGreaterThan(77)
      const moments = Array.from({ length: kills }, () => between(random, 1, statements))
      for (const moment of [...moments, statements]) {
        expect([moment, (yield* upgrade(moment)).left]).toStrictEqual([moment, ["SIGKILL", 2]])
      }
    })
  )
)

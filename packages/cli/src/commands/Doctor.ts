/**
 * `kinchaku doctor`: looks at the machine and a store, changes nothing, and says what to do about what is not well.
 */
import { existsSync } from "node:fs"
import { Clock, Effect } from "effect"
import { books } from "../doctor/Books.ts"
import { type Check, lines, ok, problem } from "../doctor/Check.ts"
import { around, machine } from "../doctor/Machine.ts"
import { sqliteFile } from "../doctor/SqliteFile.ts"
import { failedBy } from "../Failures.ts"
import { openStore } from "../OpenStore.ts"
import type { Report } from "../Report.ts"

/** What the ports say; where the store cannot be read, that is the finding. */
const booksOf = (store: string, now: number): Effect.Effect<ReadonlyArray<Check>> =>
  books(now).pipe(
    Effect.provide(openStore(store)),
    Effect.catch((error) => {
      const failed = failedBy(error)
      return Effect.succeed([problem("books", failed?.reason ?? "unreadable", failed?.ja ?? "", failed?.en ?? "")])
    })
  )

const fileChecks = (store: string, isFull: boolean, now: number) =>
  Effect.gen(function* () {
    if (!existsSync(store)) {
      return [
        problem(
          "store",
          `${store} is not there`,
          "パスを確認してください。最初の起動（npx kinchaku start）で作られます。",
          "check the path; the first start (npx kinchaku start) makes it."
        )
      ]
    }
    const checks = [...around(store), ...sqliteFile(store, isFull)]
    return checks.some(({ name, state }) => state === "problem" && ["schema", "read"].includes(name))
      ? checks
      : [...checks, ...(yield* booksOf(store, now))]
  })

/** The checks of the machine and, where one is named or lies at the usual place, of a store. */
export const doctor = (named: string | undefined, isFull: boolean) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const usual = `${process.env["KINCHAKU_DATA"] ?? "data"}/kinchaku.sqlite`
    const store = named ?? (existsSync(usual) ? usual : undefined)
    const ofStore =
      store === undefined
        ? [ok("store", "none named, and none at the usual place yet")]
        : [ok("store", store), ...(yield* fileChecks(store, isFull, now))]
    const checks = [...machine(now), ...ofStore]
    const isWell = checks.every(({ state }) => state !== "problem")
    return { ok: isWell, json: { ok: isWell, checks }, text: lines(checks) } satisfies Report
  })

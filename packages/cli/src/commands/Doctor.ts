/**
 * `kinchaku doctor`: looks at the machine and a store, changes nothing, and says what to do about what is not well.
 */
import { existsSync } from "node:fs"
import { Clock, Effect } from "effect"
import { books } from "../doctor/Books.ts"
import { type Check, lines, ok, problem } from "../doctor/Check.ts"
import { around, machine } from "../doctor/Machine.ts"
import { postgresDatabase } from "../doctor/PostgresDatabase.ts"
import { sqliteFile } from "../doctor/SqliteFile.ts"
import { failedBy } from "../Failures.ts"
import { isPostgres, openStore, shown } from "../OpenStore.ts"
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

const isHopeless = ({ name, state }: Check): boolean =>
  state === "problem" && ["schema", "read", "file", "connection"].includes(name)

const ofItself = (store: string, isFull: boolean): Effect.Effect<ReadonlyArray<Check>> =>
  Effect.suspend(() => {
    if (isPostgres(store)) return postgresDatabase(store)
    if (!existsSync(store)) {
      return Effect.succeed([
        problem(
          "file",
          `${store} is not there`,
          "パスを確認してください。最初の起動（npx kinchaku start）で作られます。",
          "check the path; the first start (npx kinchaku start) makes it."
        )
      ])
    }
    return Effect.sync(() => [...around(store), ...sqliteFile(store, isFull)])
  })

const storeChecks = Effect.fnUntraced(function* (store: string, isFull: boolean, now: number) {
  const checks = yield* ofItself(store, isFull)
  return checks.some(isHopeless) ? checks : [...checks, ...(yield* booksOf(store, now))]
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
        : [ok("store", shown(store)), ...(yield* storeChecks(store, isFull, now))]
    const checks = [...machine(now), ...ofStore]
    const isWell = checks.every(({ state }) => state !== "problem")
    return { ok: isWell, json: { ok: isWell, checks }, text: lines(checks) } satisfies Report
  })

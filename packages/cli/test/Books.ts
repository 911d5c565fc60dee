/**
 * Books for the tests: a SQLite file filled through the public services, and the command line as a process on it.
 */
import { spawnSync } from "node:child_process"
import { copyFileSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import * as SqliteStore from "@kinchaku/adapters/sqlite/SqliteStore"
import { inWorld } from "@kinchaku/testkit/scenario/World"
import { Effect } from "effect"

const program = fileURLToPath(new URL("../bin/kinchaku.mjs", import.meta.url))

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the real program in a folder. */
export const kinchakuIn =
  (cwd: string, input?: string) =>
  (...args: ReadonlyArray<string>): Ran => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [program, ...args], {
      cwd,
      encoding: "utf8",
      maxBuffer: 1 << 26,
      ...(input === undefined ? {} : { input })
    })
    return { status, stdout, stderr }
  }

/** What a test knows of the books that it made. */
export interface Filled {
  readonly account: string
  readonly commands: number
  readonly entries: number
  /** A booking time after the first top-up and before the second. */
  readonly between: number
  /** The id of a command that booked an entry. */
  readonly command: string
}

/** A money account with two top-ups and payments, and a top-up that still waits for its bank. */
export const fill = (filename: string): Promise<Filled> =>
  Effect.runPromise(
    inWorld({ store: SqliteStore.layer({ filename }) }, (world) =>
      Effect.gen(function* () {
        yield* world.contract()
        const taro = yield* world.open("taro", "money")
        yield* world.topUp(taro, 5000)
        yield* world.wait("1 minute")
        const between = yield* world.now
        yield* world.wait("2 days")
        yield* world.topUp(taro, 3001)
        for (const amount of [1200, 800, 555]) yield* world.pay(taro, world.slip({ amount }))
        yield* world.askTopUp(taro, 1000)
        const commands = yield* world.journal.page(0, 1000)
        const booked = commands.filter(({ entries }) => entries.length > 0)
        return {
          account: `liability:money:${taro.account}`,
          commands: commands.length,
          entries: booked.reduce((sum, { entries }) => sum + entries.length, 0),
          between,
          command: booked[0]?.id ?? ""
        }
      })
    )
  )

/** A copy of a file with the triggers dropped and a statement run, as somebody would who has the file. */
export const tamper = (file: string, copy: string, sql: string): string => {
  copyFileSync(file, copy)
  const database = new DatabaseSync(copy)
  for (const row of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all()) {
    database.exec(`DROP TRIGGER ${String(row["name"])}`)
  }
  const { changes } = database.prepare(sql).run()
  database.close()
  if (changes !== 1) throw new Error(`${changes} rows were changed, not one`)
  return copy
}

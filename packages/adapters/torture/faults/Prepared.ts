/**
 * A prepared file: the ground of a scenario, made once and copied for each point at which it is disturbed.
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { Effect, type Scope } from "effect"
import { temporaryFile } from "../../test/TemporaryFile.ts"
import { onCore } from "../load/Core.ts"
import * as Load from "../load/Load.ts"

export interface Prepared {
  readonly filename: string
  readonly ground: Load.Ground
}

/** A closed file with accounts that have money, on which nobody has asked for anything yet. */
export const prepared: Effect.Effect<Prepared, unknown, Scope.Scope> = Effect.gen(function* () {
  const filename = yield* temporaryFile
  const ground = yield* onCore(filename, Load.prepare(4))
  return { filename, ground }
})

/** A folder in memory where there is one: what only a process does to a file needs no disk. */
export const quickFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "kinchaku-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** Uses a copy of a file, in a folder of its own. */
export const onCopy = <A, E, R>(filename: string, use: (copy: string) => Effect.Effect<A, E, R>) =>
  Effect.scoped(
    Effect.flatMap(quickFolder, (folder) => {
      const copy = join(folder, "books.db")
      copyFileSync(filename, copy)
      return use(copy)
    })
  )

/** A file beside another, in the same folder. */
export const beside = (filename: string, name: string): string => join(dirname(filename), name)

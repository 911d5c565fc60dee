/**
 * What a doctor looks at on the machine: Node, the SQLite of this build, the clock, the disk, and who may read the keys.
 */
import { existsSync, statfsSync, statSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { assertSettings, open } from "@kinchaku/adapters/sqlite/Connection"
import { type Check, expect, ok, problem, warning } from "./Check.ts"

const nodeNeeded = 24

const node = (): Check =>
  expect(
    Number.parseInt(process.versions.node, 10) >= nodeNeeded,
    "node",
    process.versions.node,
    problem,
    "Node 24 以上を使ってください。",
    "use Node 24 or newer."
  )

/** Whether this build of SQLite takes the settings that make a commit durable. */
const settings = (): Check => {
  const name = "sqlite settings"
  try {
    const { close, database } = open(":memory:")
    assertSettings(database)
    const { version } = database.prepare("SELECT sqlite_version() AS version").get() ?? {}
    close()
    return ok(name, `SQLite ${String(version)}: synchronous=FULL, foreign_keys=ON, trusted_schema=OFF`)
  } catch (cause) {
    return problem(
      name,
      cause instanceof Error ? cause.message : String(cause),
      "このNodeのSQLiteでは耐久性を保証できません。別のNodeを使ってください。",
      "this build of SQLite does not keep commits safely; use another build of Node."
    )
  }
}

/** No release of this program is older. */
const released = Date.UTC(2026, 0, 1)

const clock = (now: number): Check =>
  expect(
    now >= released,
    "clock",
    new Date(now).toISOString(),
    problem,
    "時計が遅れています。NTPで合わせてください。",
    "the clock is behind; set it by NTP."
  )

/** What does not depend on a store. */
export const machine = (now: number): ReadonlyArray<Check> => [node(), settings(), clock(now)]

const gibibyte = 1024 ** 3
const mode = (path: string): number => statSync(path).mode & 0o777

const isPrivate = (path: string): boolean => process.platform === "win32" || (mode(path) & 0o077) === 0

const disk = (folder: string): Check => {
  const { bavail, bsize } = statfsSync(folder)
  const free = bavail * bsize
  const found = `${(free / gibibyte).toFixed(1)} GiB free`
  const [ja, en] = [
    "空きを増やしてください。満杯になるとコミットは拒否されます。",
    "make room: on a full disk commits are refused."
  ]
  if (free >= 2 * gibibyte) return ok("disk", found)
  return free >= gibibyte / 4 ? warning("disk", found, ja, en) : problem("disk", found, ja, en)
}

const permission = (name: string, path: string): Check =>
  expect(
    isPrivate(path),
    name,
    `${path} ${mode(path).toString(8)}`,
    warning,
    `他の利用者が読めます。chmod go-rwx ${path}`,
    `others may read it: chmod go-rwx ${path}`
  )

const keyFiles = ["secret-key", "api-key", "operator-key"]

/** What stands around a SQLite file: the disk, and who may read it and the keys beside it. */
export const around = (filename: string): ReadonlyArray<Check> => {
  const folder = dirname(resolve(filename))
  const keys = keyFiles.map((name) => join(folder, name)).filter(existsSync)
  return [disk(folder), permission("file", filename), ...keys.map((path) => permission("key file", path))]
}

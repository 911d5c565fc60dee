/**
 * pgbench, where it is installed: PostgreSQL's own measure of transactions per second.
 */
import { execFile } from "node:child_process"
import { existsSync, readdirSync } from "node:fs"
import { delimiter, join } from "node:path"
import { promisify } from "node:util"
import { size } from "./Part.ts"

const execute = promisify(execFile)

const packaged = "/usr/lib/postgresql"

/** The program, in PATH or in Debian's folders, the newest of these. */
export const find = (): string | undefined => {
  const versions = existsSync(packaged) ? readdirSync(packaged).toSorted((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...(process.env["PATH"] ?? "").split(delimiter),
    ...versions.map((version) => join(packaged, version, "bin"))
  ]
  return folders.map((folder) => join(folder, "pgbench")).find(existsSync)
}

/** How many times 100,000 accounts. */
const scale = size(10, 1)

/** Fills an empty database with the tables of the TPC-B-like load. */
export const prepare = async (pgbench: string, url: string): Promise<void> =>
  void (await execute(pgbench, ["-i", "-q", "-s", `${scale}`, url]))

/** Runs it with prepared statements; answers the transactions per second. */
export const run = async (
  pgbench: string,
  url: string,
  seconds: number,
  ...options: ReadonlyArray<string>
): Promise<number> => {
  const { stdout } = await execute(pgbench, ["-n", "-M", "prepared", "-T", `${seconds}`, ...options, url])
  const [, found] = /^tps = ([\d.]+)/m.exec(stdout) ?? []
  if (found === undefined || /number of failed transactions: [1-9]/.test(stdout)) throw new Error(`pgbench: ${stdout}`)
  return Number(found)
}

/**
 * `npm run bench [-- --json | --only a,b | --quick | --profile part | --write-docs | --from results.json]`: the figures, each a ratio
 * inside one run.
 *
 * The parts run one after the other, each in a process of its own; their progress is on standard error.
 */
import { spawn, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { cpus, loadavg, tmpdir, totalmem } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { Effect } from "effect"
import { find } from "../test/postgres/Binaries.ts"
import { figures, type PartName, partNames, parts, written } from "./Figures.ts"
import { type Report, rounded, say, together, without } from "./Part.ts"
import { page, type Results, valueAt, verdict } from "./Performance.ts"
import { given, select } from "./Postgres.ts"
import { topOf } from "./Profile.ts"

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    only: { type: "string" },
    profile: { type: "string" },
    from: { type: "string" },
    "write-docs": { type: "boolean", default: false }
  }
})

const docs = fileURLToPath(new URL("../../../docs/performance.md", import.meta.url))

const named = (name: string): PartName => {
  const found = partNames.find((part) => part === name)
  if (found !== undefined) return found
  say(`no part ${name}: there are ${partNames.join(", ")}`)
  process.exit(2)
}

if (values["write-docs"] && (values.quick || values.only !== undefined)) {
  say("--write-docs writes a page of all figures: not with --quick or --only")
  process.exit(2)
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1))

/** Runs a part; what it printed on standard output is its report. */
const run = (name: PartName, env: Readonly<Record<string, string>>): Promise<Report> => {
  const part = parts[name]
  const file = fileURLToPath(new URL(part.file, import.meta.url))
  const flags = [...process.execArgv, ...("flags" in part ? part.flags : [])]
  const child = spawn(process.execPath, [...flags, file], {
    env: { ...process.env, ...(values.quick ? { BENCH_QUICK: "1" } : {}), ...env },
    stdio: ["ignore", "pipe", "inherit"]
  })
  const stop = (): void => void child.kill("SIGTERM")
  process.once("exit", stop)
  let printed = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => void (printed += text))
  return new Promise((resolve, reject) => {
    child.once("error", reject)
    child.once("close", (code) => {
      process.off("exit", stop)
      if (code === 0) resolve(JSON.parse(printed) as Report)
      else reject(new Error(`the part ${name} ended with ${code}`))
    })
  })
}

const keysOf = (part: PartName): ReadonlyArray<string> =>
  figures.filter((figure) => figure.part === part).map(({ key }) => key)

/** What a part found; where it failed it has no figure, and says so. */
const attempted = async (name: PartName): Promise<Report> => {
  say(`${name} (${partNames.indexOf(name) + 1} of ${partNames.length})`)
  try {
    return await run(name, {})
  } catch (error) {
    process.exitCode = 1
    say(`  ${String(error)}`)
    return without(keysOf(name), error instanceof Error ? error.message : "it failed")
  }
}

/** The figures of all parts by their keys with dots. */
const measure = async (only: ReadonlySet<PartName>): Promise<Required<Report>> => {
  const found: Array<Report> = partNames
    .filter((name) => !only.has(name))
    .map((name) => without(keysOf(name), "it was not asked for"))
  const waiting = partNames.filter((name) => only.has(name))
  const runner = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) found.push(await attempted(name))
  }
  // Where figures count, nothing else runs beside a part.
  await Promise.all(Array.from({ length: values.quick ? 3 : 1 }, runner))
  return together(...found)
}

/** Nests values by the dots of their keys. */
const nested = (flat: Readonly<Record<string, unknown>>): Results => {
  const groups: Record<string, Record<string, unknown>> = {}
  for (const [key, value] of Object.entries(flat)) {
    const [group = "", name = ""] = key.split(".")
    groups[group] = { ...groups[group], [name]: value }
  }
  return groups
}

const sqliteVersion = (): unknown => {
  const database = new DatabaseSync(":memory:")
  const row = database.prepare("SELECT sqlite_version() AS version").get()
  database.close()
  return row?.["version"]
}

const commit = (): string => {
  const git = (...args: ReadonlyArray<string>) => spawnSync("git", args, { encoding: "utf8" }).stdout?.trim() ?? ""
  const head = git("rev-parse", "--short=12", "HEAD")
  if (head === "") return "unknown"
  return git("status", "--porcelain", "--untracked-files=no") === "" ? head : `${head} with changes`
}

const postgresVersion = async (): Promise<unknown> => {
  if (given !== undefined) return (await select(given, "SHOW server_version"))[0]?.["server_version"]
  const ours = Effect.map(find(undefined, {}), ({ version }) => version)
  return Effect.runPromise(Effect.orElseSucceed(ours, () => "none"))
}

const machine = async () => ({
  cpu: cpus()[0]?.model.trim() ?? "unknown",
  cores: cpus().length,
  memory_gb: rounded(totalmem() / 2 ** 30),
  node: process.versions.node,
  sqlite: sqliteVersion(),
  postgres: await postgresVersion()
})

const measured = async (): Promise<Results> => {
  const load_average = loadavg().map((load) => rounded(load, 2))
  const begun = performance.now()
  const only = new Set((values.only?.split(",") ?? partNames).map(named))
  const { figures: flat, skipped } = await measure(only)
  return {
    ...nested(flat),
    machine: await machine(),
    durable: "SQLite: WAL, synchronous=FULL. PostgreSQL: fsync, synchronous_commit and full_page_writes on",
    load_average,
    rounds: Number(process.env["BENCH_ROUNDS"] ?? (values.quick ? 1 : 5)),
    seconds: rounded((performance.now() - begun) / 1000),
    date: new Date().toISOString().slice(0, 10),
    commit: commit(),
    skipped
  }
}

const table = (results: Results): string =>
  figures
    .map((figure) => {
      const target = figure.target === undefined ? "" : written(figure.target)
      const value = valueAt(results, figure.key)
      const holds = verdict(results, figure).replaceAll("*", "")
      return `${figure.key.padEnd(30)}${String(value ?? "–").padStart(10)}  ${target.padEnd(8)}  ${holds}`.trimEnd()
    })
    .join("\n")

const profile = async (name: PartName): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "kinchaku-profile-"))
  try {
    // The part and the processes that it starts write a profile each.
    const flags = `${process.env["NODE_OPTIONS"] ?? ""} --cpu-prof --cpu-prof-dir=${folder}`
    await run(name, { NODE_OPTIONS: flags.trim() })
    process.stdout.write(topOf(folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (values.profile !== undefined) await profile(named(values.profile))
else {
  const results =
    values.from === undefined ? await measured() : (JSON.parse(readFileSync(values.from, "utf8")) as Results)
  if (values["write-docs"]) writeFileSync(docs, page(results, existsSync(docs) ? readFileSync(docs, "utf8") : ""))
  process.stdout.write(values.json ? `${JSON.stringify(results)}\n` : `${table(results)}\n`)
}

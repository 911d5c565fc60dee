/**
 * The bench keeps its shape: every figure is there, as a number, or as null with a reason. What the figures are is not judged here,
 * on a machine that does other things.
 */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { figures, holds } from "../bench/Figures.ts"
import { page, type Results, valueAt, verdict } from "../bench/Performance.ts"
import { servers } from "./postgres/Servers.ts"

const bench = fileURLToPath(new URL("../bench/Bench.ts", import.meta.url))
const flags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning"]

const run = (...args: ReadonlyArray<string>) =>
  new Promise<{ readonly code: number | null; readonly stdout: string }>((resolve, reject) => {
    const server = servers().find((server) => "url" in server)
    const env = { ...process.env, ...(server === undefined ? {} : { BENCH_PG_URL: server.url }) }
    const child = spawn(process.execPath, [...flags, bench, ...args], { env, stdio: ["ignore", "pipe", "ignore"] })
    let stdout = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => void (stdout += text))
    child.once("error", reject)
    child.once("close", (code) => resolve({ code, stdout }))
  })

/** What is neither a number nor null with a reason. */
const missing = (results: Results): ReadonlyArray<string> =>
  figures
    .map(({ key }) => key)
    .filter((key) => {
      const value = valueAt(results, key)
      const skipped = results["skipped"] as Readonly<Record<string, string>>
      return !(value === null ? (skipped[key] ?? "") !== "" : Number.isFinite(value))
    })

test("npm run bench -- --json --quick prints every figure", { timeout: 180_000 }, async () => {
  const { code, stdout } = await run("--json", "--quick")
  expect(code).toBe(0)
  const results = JSON.parse(stdout) as Results
  expect(missing(results)).toEqual([])
  expect(valueAt(results, "postgres.two_process_failed")).toBe(0)
  for (const key of ["machine", "durable", "load_average", "rounds", "seconds", "date", "commit"]) {
    expect(results).toHaveProperty(key)
  }
  expect(missing({ ...results, chain: {} })).toEqual(["chain.cost"])
  expect(missing({ ...results, chain: { cost: null } })).toEqual(["chain.cost"])
})

describe("the page of the figures", () => {
  const results: Results = { sqlite: { ratio: 0.6, hot_ratio: 0.9499 }, chain: { cost: 0.16 }, skipped: {} }
  const of = (key: string) => verdict(results, figures.find((figure) => figure.key === key) ?? { key })

  test("a target is reached at its very value, and not beyond", () => {
    expect(of("sqlite.ratio")).toBe("yes")
    expect(of("sqlite.hot_ratio")).toBe("**no**")
    expect(of("chain.cost")).toBe("**no**")
    expect(of("verify.ratio")).toBe("")
    expect(holds({ least: 2 }, 1.99)).toBe(false)
    expect(holds({ most: 0 }, 0)).toBe(true)
  })

  test("what is written by hand stays, whatever is measured", () => {
    const first = page(results, "")
    const written = first.replace("Nothing is written here yet.", "The disk binds.")
    const second = page({ ...results, chain: { cost: 0.1 } }, written)
    expect(second).toContain("The disk binds.")
    expect(second).toContain("| `chain.cost` | ≤ 0.15 | 0.1 | yes |")
    expect(first).toContain("| `chain.cost` | ≤ 0.15 | 0.16 | **no** |")
    expect(page(results, written.replace("<!-- By hand, up to here. -->", ""))).not.toContain("The disk binds.")
  })
})

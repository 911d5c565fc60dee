/**
 * The bench keeps its shape: every figure is there and is a ratio inside one run. What the figures are is not judged here,
 * on a machine that does other things.
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"

const bench = fileURLToPath(new URL("../bench/Bench.ts", import.meta.url))
const flags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning"]

test("npm run bench -- --json prints every figure", { timeout: 180_000 }, () => {
  const env = { ...process.env, BENCH_ROUNDS: "1", BENCH_PAYMENTS: "200", BENCH_CALLERS: "1,64" }
  const { status, stdout } = spawnSync(process.execPath, [...flags, bench, "--json"], { encoding: "utf8", env })
  expect(status).toBe(0)
  const { batch, hot, sqlite } = JSON.parse(stdout)
  expect(Object.keys(sqlite)).toEqual(["payments_per_s", "floor_payments_per_s", "ratio"])
  expect(batch.map(({ callers }: { readonly callers: number }) => callers)).toEqual([1, 64])
  for (const figure of [sqlite.payments_per_s, sqlite.floor_payments_per_s, sqlite.ratio, hot.ratio]) {
    expect(figure).toBeGreaterThan(0)
  }
})

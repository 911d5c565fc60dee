/**
 * The demo is a promise to newcomers: it plays to its end, the server killed in the middle, and the books balance.
 */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, test } from "vitest"

const demo = fileURLToPath(new URL("../demo/Demo.ts", import.meta.url))
const flags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning"]

test("npm run demo ends with books that balance", { timeout: 180_000 }, () => {
  const { status, stderr, stdout } = spawnSync(process.execPath, [...flags, demo], { encoding: "utf8" })
  expect(stderr).toBe("")
  expect(stdout.trimEnd().split("\n").at(-1)).toBe("books balance: true")
  expect(stdout).toContain("answer the same bytes")
  expect(stdout).toContain("verify = ok")
  for (const chapter of [
    "through the bank's own page",
    "Payment numbers",
    "exact top-up",
    "A shop's counter",
    "A payout at once",
    "general transfers",
    "The reports of the law",
    "花子 is told by mail, 90 days before"
  ]) {
    expect(stdout).toContain(chapter)
  }
  expect(status).toBe(0)
})

/**
 * The directory of `zengin-code`: that it loads, what it knows, and how it says that it is not installed.
 */
import { entryOf } from "@kinchaku/domain/bank/BankDirectory"
import { canonical } from "@kinchaku/domain/bank/ZenginKana"
import { Effect, Result } from "effect"
import { mkdtempSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { make } from "../../src/bank/ZenginDirectory.ts"

const load = createRequire(import.meta.url)
const isInstalled = Result.isSuccess(Result.try(() => load.resolve("zengin-code")))

test.skipIf(!isInstalled)("it knows banks and branches, and says which edition it is", async () => {
  const directory = await Effect.runPromise(make())
  expect(directory.version).toMatch(/^zengin-code \d+\.\d+\.\d+-p\d{8}$/)
  expect(await Effect.runPromise(entryOf(directory, "0001", "105"))).toEqual({
    version: directory.version,
    bank: { code: "0001", name: "みずほ", kana: "ミズホ" },
    branch: { code: "105", name: "小舟町", kana: "コブナチヨウ" }
  })
  expect(await Effect.runPromise(entryOf(directory, "9999", "001"))).toMatchObject({
    bank: undefined,
    branch: undefined
  })
  expect(await Effect.runPromise(entryOf(directory, "9900", "198"))).toMatchObject({ branch: undefined })
})

test.skipIf(!isInstalled)("every name of a bank and branch can be written in a file for banks", async () => {
  const banks: Record<string, { kana: string; branches: Record<string, { kana: string }> }> = load("zengin-code")
  const kana = Object.values(banks).flatMap((bank) => [bank.kana, ...Object.values(bank.branches).map((b) => b.kana)])
  expect(kana.length).toBeGreaterThan(20_000)
  const odd = kana.filter((name) => Result.isFailure(canonical(name, "bankName")))
  expect(odd.length / kana.length, [...new Set(odd)].slice(0, 20).join(" ")).toBeLessThan(0.001)
})

test("a package that is not installed is named", async () => {
  const failure = await Effect.runPromise(Effect.flip(make("zengin-code-of-nobody")))
  expect(failure).toMatchObject({ reason: "notInstalled", module: "zengin-code-of-nobody" })
})

test("a package that holds anything but banks is unreadable", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kinchaku-directory-"))
  writeFileSync(join(folder, "package.json"), JSON.stringify({ version: "1.0.0", main: "banks.json" }))
  writeFileSync(join(folder, "banks.json"), JSON.stringify({ "0001": { code: "1", name: "みずほ", kana: "ミズホ" } }))
  const failure = await Effect.runPromise(Effect.flip(make(folder)))
  expect(failure).toMatchObject({ reason: "unreadable", module: folder })
})

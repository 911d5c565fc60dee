/**
 * A server starts with simulators only where it is told that it is a development server (SEC-13).
 */
import { Result } from "effect"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import * as Banks from "../src/Banks.ts"
import * as Configuration from "../src/Configuration.ts"
import type { Environment } from "../src/Environment.ts"
import * as Production from "../src/Production.ts"

const needed = [
  "KINCHAKU_CA_FILE",
  "KINCHAKU_BANK_URL",
  "KINCHAKU_BANK_KEY",
  "KINCHAKU_SMS_URL",
  "KINCHAKU_SMS_ACCOUNT",
  "KINCHAKU_SMS_TOKEN",
  "KINCHAKU_SMTP_HOST",
  "KINCHAKU_SMTP_FROM"
]
const unwritten = ["BillerGateway", "DepositGateway", "IssuanceRegister"]

/** An environment in which each setting is there, empty, or absent. */
const environments = fc
  .tuple(...needed.map(() => fc.constantFrom("there", "", undefined)))
  .map((values) => Object.fromEntries(needed.map((name, index) => [name, values[index]])) satisfies Environment)

/** Whether exactly what is not there is named, whatever else is. */
const namesEach = (lacking: (env: Environment) => ReadonlyArray<{ readonly name: string }>, env: Environment) => {
  const expected = [...unwritten, ...needed.filter((name) => (env[name] ?? "") === "")]
  return JSON.stringify(lacking(env).map(({ name }) => name)) === JSON.stringify(expected)
}

const notices = (wrong: typeof Production.lacking): boolean =>
  fc.check(
    fc.property(environments, (env) => namesEach(wrong, env)),
    { seed: 1 }
  ).failed

describe("a server in production", () => {
  it("is told everything that it lacks, and lacks gateways whatever is set", () => {
    fc.assert(fc.property(environments, (env) => namesEach(Production.lacking, env)))
    assert.isTrue(notices(() => []))
    assert.isTrue(notices((env) => Production.lacking(env).slice(1)))
    assert.isTrue(
      notices((env) => Production.lacking({ ...env, KINCHAKU_SMS_TOKEN: env["KINCHAKU_SMS_TOKEN"] ?? "x" }))
    )
    const emptyIsThere = (env: Environment) =>
      Production.lacking(
        Object.fromEntries(Object.entries(env).map(([name, value]) => [name, value === "" ? "x" : value]))
      )
    assert.isTrue(notices(emptyIsThere))
  })

  it("takes a bank on its own machine, or one with the simulator's key, for a simulator unless it is told", () => {
    const named = (env: Environment) =>
      Production.lacking(env).flatMap(({ name }) => (name.startsWith("KINCHAKU_BANK") ? [name] : []))
    const key = "the key of a real bank".replaceAll(" ", "-")
    const locals = [
      "http://127.0.0.1:3100",
      "http://localhost:3100",
      "http://[::1]:3100",
      "https://127.1",
      "https://2130706433"
    ]
    for (const url of locals) {
      assert.deepStrictEqual(named({ KINCHAKU_BANK_URL: url, KINCHAKU_BANK_KEY: key }), ["KINCHAKU_BANK_URL"])
      const told = { KINCHAKU_BANK_URL: url, KINCHAKU_BANK_KEY: key, KINCHAKU_BANK_ON_THIS_MACHINE: "yes" }
      assert.deepStrictEqual(named(told), [])
      assert.lengthOf(named({ ...told, KINCHAKU_BANK_ON_THIS_MACHINE: "no" }), 1)
    }
    const real = { KINCHAKU_BANK_URL: "https://bank.example.com/wallet", KINCHAKU_BANK_KEY: key }
    assert.deepStrictEqual(named(real), [])
    assert.deepStrictEqual(named({ ...real, KINCHAKU_BANK_KEY: "kinchaku-simulated-bank" }), ["KINCHAKU_BANK_KEY"])
  })

  it("reads a bank whole or not at all, and no open line to another machine", () => {
    const key = "k".repeat(16)
    const faults = (env: Environment) =>
      Result.match(Banks.read(env), { onFailure: (all) => all.map(({ name }) => name), onSuccess: () => [] })
    assert.isUndefined(Result.getOrThrow(Banks.read({})))
    assert.deepStrictEqual(faults({ KINCHAKU_BANK_URL: "https://bank.example", KINCHAKU_BANK_KEY: key }), [])
    assert.deepStrictEqual(faults({ KINCHAKU_BANK_URL: "http://127.0.0.1:3100", KINCHAKU_BANK_KEY: key }), [])
    assert.deepStrictEqual(faults({ KINCHAKU_BANK_URL: "https://bank.example" }), ["KINCHAKU_BANK_KEY"])
    assert.deepStrictEqual(faults({ KINCHAKU_BANK_KEY: key }), ["KINCHAKU_BANK_URL"])
    for (const url of [
      "http://bank.example",
      "ftp://bank.example",
      "bank",
      "https://u:p@bank.example",
      "https://b.example?x"
    ]) {
      assert.deepStrictEqual(faults({ KINCHAKU_BANK_URL: url, KINCHAKU_BANK_KEY: key }), ["KINCHAKU_BANK_URL"], url)
    }
    for (const short of ["k".repeat(15), "k".repeat(201), `${key}鍵`]) {
      assert.deepStrictEqual(faults({ KINCHAKU_BANK_URL: "https://bank.example", KINCHAKU_BANK_KEY: short }), [
        "KINCHAKU_BANK_KEY"
      ])
    }
  })

  it("is what a server is wherever one word says so, and none is what another word says", () => {
    const modes: ReadonlyArray<readonly [Environment, string]> = [
      [{}, "development"],
      [{ NODE_ENV: "test" }, "development"],
      [{ NODE_ENV: "production" }, "production"],
      [{ NODE_ENV: "production", KINCHAKU_ENV: "development" }, "development"],
      [{ KINCHAKU_ENV: "production" }, "production"]
    ]
    for (const [env, mode] of modes) assert.strictEqual(Result.getOrThrow(Configuration.modeOf(env)), mode)
    for (const word of ["", "Production", "prod", "dev", "staging", " production"]) {
      assert.isTrue(Result.isFailure(Configuration.modeOf({ KINCHAKU_ENV: word })), word)
    }
  })
})

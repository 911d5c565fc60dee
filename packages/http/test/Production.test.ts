/**
 * A server starts with simulators only where it is told that it is a development server (SEC-13).
 */
import { Result } from "effect"
import * as fc from "fast-check"
import { assert, describe, it } from "vitest"
import * as Configuration from "../src/Configuration.ts"
import type { Environment } from "../src/Environment.ts"
import * as Production from "../src/Production.ts"

const needed = [
  "KINCHAKU_CA_FILE",
  "KINCHAKU_SMS_URL",
  "KINCHAKU_SMS_ACCOUNT",
  "KINCHAKU_SMS_TOKEN",
  "KINCHAKU_SMTP_HOST",
  "KINCHAKU_SMTP_FROM"
]
const unwritten = ["BankGateway", "BillerGateway", "DepositGateway", "IssuanceRegister"]

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

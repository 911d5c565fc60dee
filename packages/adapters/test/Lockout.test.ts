/**
 * Codes typed by the hundred at once in two processes on one store, a slice: no more are looked at than the lock allows.
 *
 * The same runs by the thousand as a fault of `npm run torture`.
 */
import { Effect } from "effect"
import { expect, test } from "vitest"
import { type Options, run } from "../torture/Lockout.ts"
import type { Kind } from "../torture/Places.ts"
import { describeServers } from "./postgres/Servers.ts"

const rounds = Number(process.env["ROUNDS"] ?? 3)
const attempts = Number(process.env["ATTEMPTS"] ?? 200)
const seed = Number(process.env["SEED"] ?? 20_261_128)
const timeout = 120_000 + rounds * attempts * 10

const burst = async (kind: Kind, options: Pick<Options, "url"> = {}): Promise<void> => {
  const found = await Effect.runPromise(run(kind, { ...options, rounds, attempts, seed }))
  const { accepted, control, excess, faults, isControlCaught, looked, miscounted, most, seconds } = found
  expect({ faults, excess, miscounted }).toStrictEqual({ faults: [], excess: 0, miscounted: 0 })
  expect(found.attempts).toBeGreaterThanOrEqual(rounds * attempts)
  expect(most).toBeLessThanOrEqual(9)
  expect(isControlCaught, "a store that reads without locks was not found out").toBe(true)
  process.stdout.write(
    `lockout ${kind}: ${found.attempts} codes typed in ${rounds} rounds, ${seconds} s, ${looked} wrong and ${accepted} right ones looked at, at most ${most} in a ` +
      `round; control: ${control.excess} too many\n`
  )
}

test("two processes on one SQLite file", { timeout }, () => burst("sqlite"))

describeServers(({ url }) => {
  test("two processes on one PostgreSQL", { timeout }, () => burst("postgres", { url }))
})

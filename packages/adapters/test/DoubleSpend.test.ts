/**
 * Double spending over two processes on one store, a slice: nobody pays more than there is, and nothing is lost.
 *
 * The same runs as long as is wished as a fault of `npm run torture`.
 */
import { Effect } from "effect"
import { expect, test } from "vitest"
import { type Options, run } from "../torture/DoubleSpend.ts"
import { describeServers } from "./postgres/Servers.ts"

const attempts = Number(process.env["ATTEMPTS"] ?? 2000)
const seed = Number(process.env["SEED"] ?? 20_261_128)

const spend = async (options: Pick<Options, "stores" | "url">): Promise<void> => {
  const found = await Effect.runPromise(run({ ...options, attempts, seed }))
  const { accepted, controls, controlsCaught, faults, lost, overdrafts, refused, seconds } = found
  expect({ faults, overdrafts, lost }).toStrictEqual({ faults: [], overdrafts: 0, lost: 0 })
  expect(found.attempts).toBeGreaterThanOrEqual(attempts)
  // Neither side of the border is left out.
  expect(Math.min(accepted, refused)).toBeGreaterThan(attempts / 5)
  expect(controlsCaught, "a store that reads without locks was not found out").toBe(controls.length)
  process.stdout.write(
    `double-spend ${options.stores?.join()}: ${found.attempts} attempts in ${seconds} s, ${accepted} accepted, ` +
      `${refused} refused, overdrafts: 0, lost: 0, control caught\n`
  )
}

test("two processes on one SQLite file", { timeout: 120_000 + attempts * 10 }, () => spend({ stores: ["sqlite"] }))

describeServers(({ url }) => {
  test("two processes on one PostgreSQL", { timeout: 120_000 + attempts * 10 }, () =>
    spend({ stores: ["postgres"], url })
  )
})

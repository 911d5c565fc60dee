/**
 * The contract has to notice every wrong store, or passing it would say nothing.
 */
import { Cause, Effect, Exit } from "effect"
import { describe, expect, test } from "vitest"
import { checks, runCheck } from "../src/contracts/StoreContract.ts"
import { wrongStores } from "../src/contracts/WrongStores.ts"

const all = Object.values(checks).flat()

describe("the contract notices a store that", () => {
  for (const [mistake, layer] of Object.entries(wrongStores)) {
    test(mistake, async () => {
      const failed: Array<string> = []
      for (const check of all) {
        const exit = await Effect.runPromiseExit(runCheck(check, layer))
        if (Exit.isSuccess(exit)) continue
        // A check that breaks down has noticed nothing.
        expect(Cause.squash(exit.cause)).not.toBeInstanceOf(TypeError)
        failed.push(check.name)
      }
      expect(failed).not.toEqual([])
      // One mistake is not everything: the checks tell them apart.
      expect(failed.length).toBeLessThan(all.length / 2)
    })
  }
})

test("checks have names of their own", () => {
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
  expect(all.length).toBeGreaterThanOrEqual(40)
})

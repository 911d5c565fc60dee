/**
 * A slice of the torture as tests: each fault at a few points. `npm run torture` tries the rest.
 */
import { Effect } from "effect"
import { expect, test } from "vitest"
import { type Fault, Skipped } from "../../torture/Fault.ts"
import { seed } from "../../torture/load/Random.ts"

/** Defines a test of a fault: nothing is lost, and every control is caught. What cannot be tried here is skipped, with the reason. */
export const testSlice = (fault: Fault): void =>
  test(`${fault.name} loses nothing, and its controls are caught`, { timeout: 180_000 }, async ({ skip }) => {
    const tried = fault.run({ seed, extent: "slice", progress: () => undefined }).pipe(
      Effect.scoped,
      Effect.catchIf((error) => error instanceof Skipped, Effect.succeed)
    )
    const outcome = await Effect.runPromise(tried)
    if (outcome instanceof Skipped) return skip(outcome.why)
    const { controls, findings, points } = outcome
    expect(findings).toStrictEqual([])
    expect(points).toBeGreaterThan(0)
    expect(controls.filter(({ isCaught }) => !isCaught)).toStrictEqual([])
  })

/**
 * Callers who ask for one number after the other, on a core that may go away under them.
 */
import { Effect } from "effect"
import { asked } from "../examination/Judgement.ts"
import type * as Load from "./Load.ts"

export interface Callers {
  /** What they were answered. */
  readonly answers: Map<number, Load.Told>
  /** What they are asking for now, or were when they went away. */
  readonly open: Set<number>
  /** One caller: asks until it is over, or until it gets no answer; returns what it was told instead. */
  readonly caller: Effect.Effect<string, never, Load.Needed>
  /** One caller who asks again, under the same key, whenever it got no answer. */
  readonly persistent: Effect.Effect<void, never, Load.Needed>
  /** What callers were told that was no answer. */
  readonly failures: Array<Load.Told>
  /** Has every caller go after its answer. */
  readonly end: () => void
}

/** Callers on one store. */
export const newCallers = (ground: Load.Ground): Callers => {
  const answers = new Map<number, Load.Told>()
  const open = new Set<number>()
  const failures: Array<Load.Told> = []
  let next = 0
  let isOver = false
  const caller = Effect.gen(function* () {
    while (!isOver) {
      const n = next++
      open.add(n)
      const told = yield* asked(ground, n)
      open.delete(n)
      if (told.what === "failed") return told.text
      answers.set(n, told)
    }
    return "over"
  })
  const persistent = Effect.gen(function* () {
    while (!isOver) {
      const n = next++
      open.add(n)
      for (;;) {
        const told = yield* asked(ground, n)
        if (told.what !== "failed") {
          answers.set(n, told)
          break
        }
        failures.push(told)
        yield* Effect.sleep("20 millis")
      }
      open.delete(n)
    }
  })
  return { answers, open, caller, persistent, failures, end: () => void (isOver = true) }
}

import { Effect } from "effect"
import { describe, expect, test } from "vitest"
import type { Instant } from "../../src/calendar/JapanDate.ts"
import { StoreUnavailable } from "../../src/engine/Store.ts"
import { usesOf } from "../../src/session/Uses.ts"

const at = (millis: number): Instant => (1_795_309_200_000 + millis) as Instant
const [one, another] = ["acct_1", "acct_2"] as const

/** A port that writes down what it is told. */
const written = () => {
  const notes: Array<readonly [string, number]> = []
  const activity = {
    touch: (of: string, when: Instant) => Effect.sync(() => void notes.push([of, when - at(0)])),
    lastUsed: () => Effect.succeed(undefined)
  }
  return { notes, activity }
}

describe("uses of sessions", () => {
  test("each session is noted at most once a second, at its first use at once", () => {
    const { activity, notes } = written()
    const uses = usesOf(activity)
    for (const millis of [0, 1, 999, 1000, 1500, 2000]) Effect.runSync(uses.note(one, at(millis)))
    Effect.runSync(uses.note(another, at(999)))
    expect(notes).toStrictEqual([
      [one, 0],
      [one, 1000],
      [one, 2000],
      [another, 999]
    ])
  })

  test("the last use is known exactly where it was noted, and as far as it was noted elsewhere", () => {
    const uses = usesOf(written().activity)
    Effect.runSync(uses.note(one, at(0)))
    Effect.runSync(uses.note(one, at(400)))
    expect(Effect.runSync(uses.lastOf(one))).toBe(at(400))
    expect(Effect.runSync(uses.lastOf(another))).toBeUndefined()
    const later = usesOf({ ...written().activity, lastUsed: () => Effect.succeed(at(9000)) })
    Effect.runSync(later.note(one, at(400)))
    expect(Effect.runSync(later.lastOf(one))).toBe(at(9000))
  })

  test("a note that fails stops nothing, and the next one is tried", () => {
    let tried = 0
    const uses = usesOf({
      touch: () =>
        Effect.suspend(() => {
          tried += 1
          return Effect.fail(new StoreUnavailable({ operation: "session activity", cause: "away" }))
        }),
      lastUsed: () => Effect.succeed(undefined)
    })
    Effect.runSync(uses.note(one, at(0)))
    Effect.runSync(uses.note(one, at(1000)))
    expect(tried).toBe(2)
    expect(Effect.runSync(uses.lastOf(one))).toBe(at(1000))
  })

  test("what a process knows by itself stays bounded, and what was noted is still found", () => {
    const { activity, notes } = written()
    const uses = usesOf(activity)
    for (let n = 0; n < 10_001; n++) Effect.runSync(uses.note(`acct_${n}`, at(0)))
    expect(Effect.runSync(uses.lastOf("acct_0"))).toBeUndefined()
    expect(Effect.runSync(uses.lastOf("acct_1"))).toBe(at(0))
    expect(notes.length).toBe(10_001)
  })
})

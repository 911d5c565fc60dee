/**
 * The contract of session activity: what every implementation of SessionActivity does.
 */
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { SessionActivity } from "@kinchaku/domain/session/SessionActivity"
import { Effect, type Layer } from "effect"
import { describe, expect, test } from "vitest"

const at = (millis: number): Instant => (1_795_309_200_000 + millis) as Instant
const [one, another] = ["acct_00000000000000000000000001", "staff_00000000000000000000000001"] as const

/** Registers the contract for an implementation, which begins empty for each check. */
export const sessionActivityContract = <E>(name: string, layer: Layer.Layer<SessionActivity, E>): void => {
  const play = <A, F>(steps: (activity: SessionActivity["Service"]) => Effect.Effect<A, F>): Promise<A> =>
    Effect.runPromise(Effect.flatMap(SessionActivity, steps).pipe(Effect.provide(layer, { local: true })))

  describe(`session activity: ${name}`, () => {
    test("nothing is known of what was never used", async () => {
      expect(await play(({ lastUsed }) => lastUsed(one))).toBeUndefined()
    })
    test("SES-01 the last use is what was noted, to the millisecond, and a later note takes its place", async () => {
      const seen = await play(
        Effect.fnUntraced(function* ({ lastUsed, touch }: SessionActivity["Service"]) {
          yield* touch(one, at(1))
          const first = yield* lastUsed(one)
          yield* touch(one, at(2))
          return [first, yield* lastUsed(one)]
        })
      )
      expect(seen).toStrictEqual([at(1), at(2)])
    })
    test("a note that comes late takes nothing back", async () => {
      const seen = await play(({ lastUsed, touch }) =>
        Effect.andThen(touch(one, at(5)), Effect.andThen(touch(one, at(4)), lastUsed(one)))
      )
      expect(seen).toBe(at(5))
    })
    test("each has a note of its own", async () => {
      const seen = await play(({ lastUsed, touch }) =>
        Effect.andThen(
          touch(one, at(1)),
          Effect.andThen(touch(another, at(9)), Effect.all([lastUsed(one), lastUsed(another)]))
        )
      )
      expect(seen).toStrictEqual([at(1), at(9)])
    })
    test("of many notes at once the latest stays", async () => {
      const times = Array.from({ length: 50 }, (_, n) => at((n * 37) % 50))
      const seen = await play(({ lastUsed, touch }) =>
        Effect.andThen(
          Effect.forEach(times, (time) => touch(one, time), { concurrency: "unbounded" }),
          lastUsed(one)
        )
      )
      expect(seen).toBe(at(49))
    })
  })
}

/**
 * ShiftedClock: a clock that runs as the real one does and stands on another day, so that a development server can play a day of
 * the past or the future. Time-outs and waits stay real.
 */
import { Clock, Effect, Layer } from "effect"

const millis = 1_000_000n

/** The clock of so many milliseconds later (earlier when negative). */
export const layer = (shiftMillis: number): Layer.Layer<never> =>
  Layer.effect(
    Clock.Clock,
    Effect.map(Clock.Clock, (real): Clock.Clock => {
      const currentTimeMillisUnsafe = () => real.currentTimeMillisUnsafe() + shiftMillis
      const currentTimeNanosUnsafe = () => real.currentTimeNanosUnsafe() + BigInt(shiftMillis) * millis
      return {
        currentTimeMillisUnsafe,
        currentTimeMillis: Effect.sync(currentTimeMillisUnsafe),
        currentTimeNanosUnsafe,
        currentTimeNanos: Effect.sync(currentTimeNanosUnsafe),
        monotonicTimeNanosUnsafe: () => real.monotonicTimeNanosUnsafe(),
        monotonicTimeNanos: real.monotonicTimeNanos,
        sleep: (duration) => real.sleep(duration)
      }
    })
  )

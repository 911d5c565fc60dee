/**
 * MemorySessionActivity: when sessions were last used, in a map.
 */
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { SessionActivity } from "@kinchaku/domain/session/SessionActivity"
import { Effect, Layer } from "effect"

/** Nothing was used yet. */
export const make = (): SessionActivity["Service"] => {
  const used = new Map<string, Instant>()
  return {
    touch: (of, at) =>
      Effect.sync(() => {
        const before = used.get(of)
        used.set(of, before === undefined || at > before ? at : before)
      }),
    lastUsed: (of) => Effect.sync(() => used.get(of))
  }
}

export const layer: Layer.Layer<SessionActivity> = Layer.sync(SessionActivity, make)

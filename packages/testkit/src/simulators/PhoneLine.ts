/**
 * PhoneLine: the way between a phone and the wallet, which loses requests, loses answers, and delivers twice or late.
 */
import { Data, Effect } from "effect"
import type { Trouble } from "@kinchaku/domain/token/AppRules"

/** No answer came; whether the request arrived is not known on the phone. */
export class NoAnswer extends Data.TaggedError("NoAnswer")<{ readonly trouble: Trouble }> {}

/**
 * What becomes of one exchange. lost: the request never arrives. silent: it arrives and its answer is lost. twice: it arrives
 * twice. late: no answer comes, and the request arrives after the next one. offline: the phone has no network at all.
 */
export const fates = ["through", "lost", "silent", "twice", "late", "offline"] as const
export type Fate = (typeof fates)[number]

/** Carries one exchange. */
export type PhoneLine = <A, E>(exchange: Effect.Effect<A, E>) => Effect.Effect<A, E | NoAnswer>

const silence = Effect.fail(new NoAnswer({ trouble: "timedOut" }))

/** A line on which each exchange has the fate of its turn; when the list is used up, everything comes through. */
export const phoneLine = (script: ReadonlyArray<Fate> = []): PhoneLine => {
  let turn = 0
  let onTheWay: Array<Effect.Effect<unknown, unknown>> = []
  return (exchange) =>
    Effect.gen(function* () {
      const late = onTheWay
      onTheWay = []
      const fate = script[turn] ?? "through"
      turn += 1
      // Whatever arrives late has nobody who waits for its answer.
      const arriving = Effect.forEach(late, Effect.exit, { discard: true })
      switch (fate) {
        case "offline":
          onTheWay = late
          return yield* Effect.fail(new NoAnswer({ trouble: "noConnection" }))
        case "lost":
          return yield* Effect.andThen(arriving, silence)
        case "late":
          onTheWay.push(exchange)
          return yield* Effect.andThen(arriving, silence)
        case "silent":
          yield* Effect.exit(exchange)
          return yield* Effect.andThen(arriving, silence)
        case "twice":
          yield* Effect.exit(exchange)
          yield* arriving
          return yield* exchange
        case "through": {
          const answer = yield* Effect.exit(exchange)
          yield* arriving
          return yield* answer
        }
      }
    })
}

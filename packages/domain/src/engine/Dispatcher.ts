/**
 * The dispatcher: delivers what the outbox holds through ports and submits the answers as commands.
 *
 * Delivery is at least once, with the request's id as the reference. Where no answer came the request is inquired, later and
 * later; only an answer takes it out of the outbox. Couriers of different kinds do not wait for one another.
 */
import { Clock, Context, Duration, Effect, Layer } from "effect"
import { instant, later } from "../calendar/JapanDate.ts"
import { Engine } from "./Engine.ts"
import { type DueRequest, type OutgoingRequest, Outbox } from "./Outbox.ts"
import type { StoreUnavailable } from "./Store.ts"

/** No answer yet: try again later. */
export interface Unanswered {
  readonly _tag: "unanswered"
}
export const unanswered: Unanswered = { _tag: "unanswered" }

/** Delivers requests of one kind. It submits the answer itself, so that the answer's command carries its own type. */
export interface Courier {
  readonly kind: string
  /**
   * Delivers or, from the second attempt on, inquires, and submits the answer. It never fails: what went wrong is no answer.
   */
  readonly deliver: (request: OutgoingRequest, attempts: number) => Effect.Effect<Unanswered | undefined>
}

export interface DispatcherOptions {
  /** The wait after the first delivery without an answer; it doubles up to `longestWait`. */
  readonly firstWait?: Duration.Input
  readonly longestWait?: Duration.Input
  /** How often the outbox is looked at when no commit says that there is something new. */
  readonly poll?: Duration.Input
  /** How many deliveries run at once. */
  readonly concurrency?: number
}

const waits = (options: DispatcherOptions) => {
  const first = Duration.toMillis(Duration.fromInputUnsafe(options.firstWait ?? "2 seconds"))
  const longest = Duration.toMillis(Duration.fromInputUnsafe(options.longestWait ?? "5 minutes"))
  return (attempts: number): number => Math.min(first * 2 ** Math.min(attempts, 30), longest)
}

export class Dispatcher extends Context.Service<
  Dispatcher,
  {
    /** Delivers everything that is due now and waits for it; answers how many requests were tried. */
    readonly runDue: Effect.Effect<number, StoreUnavailable>
    /** Delivers for ever, until interrupted. */
    readonly run: Effect.Effect<never>
  }
>()("@kinchaku/domain/engine/Dispatcher") {
  /** A dispatcher with the couriers of an application, one for each kind of request. */
  static readonly layer = <R>(
    couriers: Effect.Effect<ReadonlyArray<Courier>, never, R>,
    options: DispatcherOptions = {}
  ): Layer.Layer<Dispatcher, never, Outbox | Engine | R> =>
    Layer.effect(
      Dispatcher,
      Effect.flatMap(couriers, (all) => make(all, options))
    )
}

const make = Effect.fnUntraced(function* (all: ReadonlyArray<Courier>, options: DispatcherOptions) {
  const outbox = yield* Outbox
  const { requested } = yield* Engine
  const couriers = new Map(all.map((courier) => [courier.kind, courier]))
  const waitAfter = waits(options)
  const concurrency = options.concurrency ?? 32

  const deliver = Effect.fnUntraced(function* ({ attempts, request }: DueRequest) {
    const courier = couriers.get(request.kind)
    const answer = courier === undefined ? unanswered : yield* courier.deliver(request, attempts)
    if (answer === undefined) return
    const now = instant(yield* Clock.currentTimeMillis)
    yield* outbox.postpone(request.id, attempts + 1, later(now, waitAfter(attempts)))
  })

  const runDue = Effect.gen(function* () {
    const now = instant(yield* Clock.currentTimeMillis)
    const due = yield* outbox.due(now, concurrency * 4)
    yield* Effect.forEach(due, deliver, { concurrency, discard: true })
    return due.length
  })

  const pollWait = Duration.fromInputUnsafe(options.poll ?? "1 second")
  const round = Effect.gen(function* () {
    requested.closeUnsafe()
    const tried = yield* runDue
    if (tried === 0) yield* Effect.timeoutOption(requested.await, pollWait)
  }).pipe(
    // A store that is away for a while is asked again; the requests wait in it.
    Effect.catch((error: StoreUnavailable) =>
      Effect.andThen(
        Effect.logWarning("the outbox could not be read", { operation: error.operation }),
        Effect.sleep(pollWait)
      )
    )
  )

  return Dispatcher.of({ runDue, run: Effect.forever(round) })
})

/** What an inquiry found: the answer, or why there is none yet. */
export type Found<Answer> = Answer | "pending" | "notFound"

/**
 * Asks at the first attempt; later inquires, and asks again only where the other side never got the request. What goes
 * wrong on the way is no answer. The answer is submitted; where the engine is busy or the store away, it is asked for again.
 */
export const delivery = <Answer, E, E2, E3>(steps: {
  readonly ask: (request: OutgoingRequest) => Effect.Effect<Answer, E>
  readonly inquire: (request: OutgoingRequest) => Effect.Effect<Found<Answer>, E2>
  readonly submit: (request: OutgoingRequest, answer: Answer) => Effect.Effect<unknown, E3>
}): Courier["deliver"] =>
  Effect.fnUntraced(
    function* (request: OutgoingRequest, attempts: number) {
      const found = attempts === 0 ? ("notFound" as const) : yield* steps.inquire(request)
      if (found === "pending") return unanswered
      yield* steps.submit(request, found === "notFound" ? yield* steps.ask(request) : found)
      return undefined
    },
    (effect, request) =>
      Effect.catch(effect, (error) =>
        Effect.as(
          Effect.logWarning("a request has no answer yet", { request: request.id, reason: reasonOf(error) }),
          unanswered
        )
      )
  )

const reasonOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "_tag" in error ? String(error._tag) : "unknown"

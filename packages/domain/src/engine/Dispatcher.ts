/**
 * The dispatcher: delivers what the outbox holds through ports and submits the answers as commands.
 *
 * Delivery is at least once, with the request's id as the reference. Where no answer came the request is inquired, later and
 * later; only an answer takes it out of the outbox. Kinds do not wait for one another.
 */
import { Clock, Context, Duration, Effect, Latch, Layer } from "effect"
import { instant, later } from "../calendar/JapanDate.ts"
import type { Actor } from "./Command.ts"
import { Engine } from "./Engine.ts"
import { type DueRequest, type OutgoingRequest, Outbox } from "./Outbox.ts"
import type { StoreUnavailable } from "./Store.ts"

/** Who submits what the outside answered. */
export const dispatcher = "system:dispatcher" as Actor

/** Delivers requests of one kind. It submits the answer itself, so that the answer's command carries its own type. */
export interface Courier {
  readonly kind: string
  /**
   * Delivers or, from the second attempt on, inquires, and submits the answer. It never fails: what went wrong is no answer,
   * and the request stays.
   */
  readonly deliver: (request: OutgoingRequest, attempts: number) => Effect.Effect<void>
  /** How many times as long as others its requests wait in the end, where answers take people and not systems; once, unsaid. */
  readonly patient?: number
}

export interface DispatcherOptions {
  /** The wait after the first delivery; it doubles up to `longestWait`. */
  readonly firstWait?: Duration.Input
  readonly longestWait?: Duration.Input
  /** How long a delivery may take, at most; never longer than the wait after it, so that no two of one request overlap. */
  readonly patience?: Duration.Input
  /** How often the outbox is looked at when no commit says that there is something new. */
  readonly poll?: Duration.Input
  /** How many deliveries of a kind run at once. */
  readonly concurrency?: number
}

const waits = (options: DispatcherOptions) => {
  const first = Duration.toMillis(Duration.fromInputUnsafe(options.firstWait ?? "5 seconds"))
  const longest = Duration.toMillis(Duration.fromInputUnsafe(options.longestWait ?? "5 minutes"))
  return ({ patient = 1 }: Courier, attempts: number): number =>
    Math.min(first * 2 ** Math.min(attempts, 30), longest * patient)
}

export class Dispatcher extends Context.Service<
  Dispatcher,
  {
    /** Tries everything that is due now and waits for it; answers how many requests were tried. */
    readonly runDue: Effect.Effect<number, StoreUnavailable>
    /** Delivers for ever, each kind by itself, until interrupted. */
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

const make = Effect.fnUntraced(function* (couriers: ReadonlyArray<Courier>, options: DispatcherOptions) {
  const outbox = yield* Outbox
  const { requested } = yield* Engine
  const waitAfter = waits(options)
  const limit = options.concurrency ?? 32
  const poll = Duration.fromInputUnsafe(options.poll ?? "1 second")

  const patience = Duration.toMillis(Duration.fromInputUnsafe(options.patience ?? "10 seconds"))

  // A courier that is broken fails its own delivery and no other.
  const deliver = (courier: Courier, { attempts, request }: DueRequest) =>
    Effect.timeoutOption(courier.deliver(request, attempts), Math.min(waitAfter(courier, attempts), patience)).pipe(
      Effect.catchCause((cause) =>
        Effect.logError("a courier is broken", { kind: courier.kind, request: request.id }, cause)
      )
    )

  /**
   * Takes what is due of one kind and nobody else took. That it is tried is noted before: whatever becomes of this process,
   * the next attempt inquires and does not ask blindly again.
   */
  const take = Effect.fnUntraced(function* (courier: Courier, most: number) {
    const now = instant(yield* Clock.currentTimeMillis)
    const due = yield* outbox.due(courier.kind, now, most)
    const tried = due.map(({ attempts, request }) => ({
      id: request.id,
      attempts: attempts + 1,
      until: later(now, waitAfter(courier, attempts))
    }))
    const own = new Set(tried.length > 0 ? yield* outbox.postpone(tried) : [])
    return due.filter(({ request }) => own.has(request.id))
  })

  const runDue = Effect.map(
    Effect.forEach(
      couriers,
      Effect.fnUntraced(function* (courier) {
        const due = yield* take(courier, limit)
        yield* Effect.forEach(due, (one) => deliver(courier, one), { concurrency: "unbounded", discard: true })
        return due.length
      }),
      // One at a time means one of any kind: then the order is always the same.
      { concurrency: limit === 1 ? 1 : "unbounded" }
    ),
    (tried) => tried.reduce((sum, n) => sum + n, 0)
  )

  /** The deliveries of one kind: at most `limit` at once, and none waits for another to end. */
  const deliverAll = (courier: Courier) => {
    let running = 0
    const ended = Latch.makeUnsafe(true)
    const one = (request: DueRequest) =>
      Effect.ensuring(
        deliver(courier, request),
        Effect.sync(() => {
          running -= 1
          ended.openUnsafe()
        })
      )
    const round = Effect.gen(function* () {
      requested.closeUnsafe()
      ended.closeUnsafe()
      const due = running < limit ? yield* take(courier, limit - running) : []
      running += due.length
      yield* Effect.forEach(due, (request) => Effect.forkChild(one(request)), { discard: true })
      if (running >= limit) yield* ended.await
      else if (due.length === 0) yield* Effect.timeoutOption(requested.await, poll)
    })
    // A store that is away for a while is asked again; the requests wait in it.
    const patient = Effect.catch(round, (error: StoreUnavailable) =>
      Effect.andThen(
        Effect.logWarning("the outbox could not be read", { operation: error.operation }),
        Effect.sleep(poll)
      )
    )
    return Effect.forever(patient)
  }

  const run = Effect.all(couriers.map(deliverAll), { concurrency: "unbounded" }).pipe(Effect.andThen(Effect.never))

  return Dispatcher.of({ runDue, run })
})

/** What an inquiry found: the answer, or why there is none yet. */
export type Found<Answer> = Answer | "pending" | "notFound"

/**
 * Asks at the first attempt; later inquires, and asks again only where the other side never got the request. What goes
 * wrong on the way is no answer. The answer is submitted; where the engine is busy or the store away, it is asked for again.
 */
export const delivery = <Answer, E, E2, E3>(steps: {
  readonly ask: (request: OutgoingRequest) => Effect.Effect<Answer | "pending", E>
  readonly inquire: (request: OutgoingRequest) => Effect.Effect<Found<Answer>, E2>
  readonly submit: (request: OutgoingRequest, answer: Answer) => Effect.Effect<unknown, E3>
}): Courier["deliver"] =>
  Effect.fnUntraced(
    function* (request: OutgoingRequest, attempts: number) {
      const found = attempts === 0 ? ("notFound" as const) : yield* steps.inquire(request)
      const answer = found === "notFound" ? yield* steps.ask(request) : found
      if (answer !== "pending") yield* steps.submit(request, answer)
    },
    (effect, request) =>
      Effect.catch(effect, (error) => {
        // Where a circuit is open it was said when it opened; a backlog would say it again for each request.
        const isLeftAlone = reasonOf(causeOf(error)) === "CircuitOpen"
        return Effect.logWithLevel(isLeftAlone ? "Debug" : "Warn")("a request has no answer yet", {
          request: request.id,
          reason: isLeftAlone ? "CircuitOpen" : reasonOf(error)
        })
      })
  )

const reasonOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "_tag" in error ? String(error._tag) : "unknown"

const causeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "cause" in error ? error.cause : undefined

/**
 * What a provider says, as it may stand in the books: a short code of printable ASCII characters. Free text may name a person
 * and has no bound; it is not recorded (REG-03).
 */
export const providerText = (said: string): string => (/^[\x21-\x7e]{1,64}$/.test(said) ? said : "unspecified")

/**
 * Circuit breakers: after several calls in a row that brought no answer, a provider is left alone for a while, so that one that is
 * dead keeps nobody waiting for the others.
 *
 * A circuit is closed (calls go through), open (calls fail at once) or half open (one call tries). Every answer closes it, a refusal
 * too: it breaks on silence alone. Circuits live as long as their process; what is asked meanwhile stays in the outbox.
 */
import { Cause, Clock, Context, Duration, Effect, type Exit, Latch, Layer, Result, Schema } from "effect"
import { Instant, instant, later } from "../calendar/JapanDate.ts"

/** The provider is left alone until an instant. It was not asked: nothing happened there. */
export class CircuitOpen extends Schema.TaggedError<CircuitOpen>()("CircuitOpen", {
  provider: Schema.String,
  until: Instant
}) {}

export interface BreakerOptions {
  /** How many calls in a row without an answer open a circuit; 5 where nothing is said. */
  readonly failures?: number
  /** How long it is open at first; it doubles with each try that fails, up to `longestWait`. 5 seconds and 1 minute. */
  readonly firstWait?: Duration.Input
  readonly longestWait?: Duration.Input
}

/** The options as numbers, in milliseconds. */
export interface Rules {
  readonly failures: number
  readonly firstWait: number
  readonly longestWait: number
}

const rulesOf = ({ failures = 5, firstWait = "5 seconds", longestWait = "1 minute" }: BreakerOptions): Rules => ({
  failures,
  firstWait: Duration.toMillis(Duration.fromInputUnsafe(firstWait)),
  longestWait: Duration.toMillis(Duration.fromInputUnsafe(longestWait))
})

/** Where one provider stands; `failures` counts those in a row, `wait` is how long it was or is open. */
export type Circuit =
  | { readonly _tag: "closed"; readonly failures: number }
  | { readonly _tag: "open"; readonly until: Instant; readonly wait: number }
  | { readonly _tag: "halfOpen"; readonly until: Instant; readonly wait: number }

export const closed: Circuit = { _tag: "closed", failures: 0 }

/** Whether a call goes through now, and whether it is the one that tries whether the provider is back. */
export const admission = (circuit: Circuit, now: Instant): "call" | "try" | "refused" => {
  if (circuit._tag === "closed") return "call"
  return circuit._tag === "open" && now >= circuit.until ? "try" : "refused"
}

/** The circuit while one call tries. */
export const trying = (circuit: Circuit): Circuit =>
  circuit._tag === "open" ? { ...circuit, _tag: "halfOpen" } : circuit

/** The circuit after a call without an answer. What began before it opened does not open it again. */
export const afterSilence = (rules: Rules, circuit: Circuit, isTry: boolean, now: Instant): Circuit => {
  const open = (wait: number): Circuit => ({ _tag: "open", until: later(now, wait), wait })
  if (circuit._tag === "closed") {
    const failures = circuit.failures + 1
    return failures >= rules.failures ? open(rules.firstWait) : { _tag: "closed", failures }
  }
  return isTry && circuit._tag === "halfOpen" ? open(Math.min(circuit.wait * 2, rules.longestWait)) : circuit
}

/** The circuit of one provider, as an operator sees it. */
export interface CircuitStatus {
  readonly provider: string
  readonly state: Circuit["_tag"]
  /** Until when it is left alone; absent where it is not. */
  readonly until?: Instant
}

export class Circuits extends Context.Service<
  Circuits,
  {
    /** Every provider that was called since the process began, in the order of their names. */
    readonly states: Effect.Effect<ReadonlyArray<CircuitStatus>>
    /**
     * Calls a provider unless its circuit is open. Which of its failures are answers is said by `isAnswer`; every other failure, a
     * defect and an interruption, as when patience is over, is silence.
     */
    readonly guard: <A, E>(
      provider: string,
      call: Effect.Effect<A, E>,
      isAnswer: (failure: E) => boolean
    ) => Effect.Effect<A, E | CircuitOpen>
  }
>()("@kinchaku/domain/engine/Circuits") {
  static readonly layer = (options: BreakerOptions = {}): Layer.Layer<Circuits> =>
    Layer.sync(Circuits, () => make(rulesOf(options)))
}

const now = Effect.map(Clock.currentTimeMillis, instant)

/** How long others wait for what becomes of a call that tries, counted from its beginning. */
const trialMillis = 1_000

/** What is logged where a circuit opens or closes; the names of providers are no personal data. */
const logged = (provider: string, before: Circuit, after: Circuit): Effect.Effect<void> => {
  if (after._tag === "open" && before._tag !== "open") {
    return Effect.logWarning("a circuit is open", { provider, until: after.until })
  }
  return after._tag === "closed" && before._tag !== "closed"
    ? Effect.logInfo("a circuit is closed", { provider })
    : Effect.void
}

const answers = <A, E>(exit: Exit.Exit<A, E>, isAnswer: (failure: E) => boolean): boolean => {
  if (exit._tag === "Success") return true
  const failure = Cause.findError(exit.cause)
  return Result.isSuccess(failure) && isAnswer(failure.success)
}

const make = (rules: Rules): Circuits["Service"] => {
  const circuits = new Map<string, Circuit>()
  const trials = new Map<string, { readonly ended: Latch.Latch; readonly until: Instant }>()
  const circuitOf = (provider: string): Circuit => circuits.get(provider) ?? closed

  /**
   * Requests that were refused together are due together again. Those that come while one of them tries wait a moment for it: if the
   * provider is back, none of them has to wait for its next turn; if it is not, they hold nothing up for longer than that moment.
   */
  const trialOf = (provider: string) =>
    Effect.flatMap(now, (at) => {
      const trial = trials.get(provider)
      return trial !== undefined && at < trial.until
        ? Effect.asVoid(Effect.timeoutOption(trial.ended.await, trial.until - at))
        : Effect.void
    })

  const become = (provider: string, next: Circuit): Effect.Effect<void> => {
    const before = circuitOf(provider)
    circuits.set(provider, next)
    return logged(provider, before, next)
  }

  /** Lets a call through, and says whether it is the one that tries. */
  const admit = (provider: string) =>
    Effect.flatMap(now, (at) => {
      const circuit = circuitOf(provider)
      const admitted = admission(circuit, at)
      if (admitted === "refused") {
        const until = circuit._tag === "closed" ? at : circuit.until
        return Effect.fail(new CircuitOpen({ provider, until }))
      }
      if (admitted === "try") {
        trials.set(provider, { ended: Latch.makeUnsafe(false), until: later(at, trialMillis) })
      }
      return Effect.as(become(provider, trying(circuit)), admitted === "try")
    })

  /** What a call came to: the next state of its circuit, and the end of a trial for those that wait for it. */
  const settle = (provider: string, isTry: boolean, isAnswered: boolean) =>
    Effect.flatMap(now, (at) => {
      const next = isAnswered ? closed : afterSilence(rules, circuitOf(provider), isTry, at)
      return Effect.andThen(
        become(provider, next),
        Effect.sync(() => {
          if (!isTry && next._tag !== "closed") return
          trials.get(provider)?.ended.openUnsafe()
          trials.delete(provider)
        })
      )
    })

  const guard: Circuits["Service"]["guard"] = (provider, call, isAnswer) =>
    Effect.andThen(
      trialOf(provider),
      Effect.acquireUseRelease(
        admit(provider),
        () => call,
        (isTry, exit) => settle(provider, isTry, answers(exit, isAnswer))
      )
    )

  const states = Effect.sync(() =>
    [...circuits]
      .map(([provider, circuit]): CircuitStatus => ({
        provider,
        state: circuit._tag,
        ...(circuit._tag === "closed" ? {} : { until: circuit.until })
      }))
      .toSorted((a, b) => (a.provider < b.provider ? -1 : 1))
  )
  return Circuits.of({ states, guard })
}

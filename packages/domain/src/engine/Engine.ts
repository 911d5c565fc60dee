/**
 * The engine: takes commands, forms batches, has them fetched, decided and committed, and answers every caller.
 *
 * Callers need no batch of their own: whatever waits when a batch ends forms the next one. The queue is bounded; a
 * caller that is interrupted stops waiting, its command does not stop. A defect in one command is that command's alone.
 */
import { Cause, Clock, Context, Effect, Exit, Latch, Layer, Result, Schema, SchemaIssue } from "effect"
import { instant } from "../calendar/JapanDate.ts"
import { Digest } from "../ledger/HashChain.ts"
import * as Batch from "./Batch.ts"
import { type Actor, type Command, IdempotencyConflict, IdempotencyKey, ValidationFailed } from "./Command.ts"
import { Ids } from "./Ids.ts"
import { Store, StoreRefused, StoreUnavailable } from "./Store.ts"

/** Refused for now: too many commands wait, or the engine is closing. Nothing was done; safe to send again with the same key. */
export class Busy extends Schema.TaggedError<Busy>()("Busy", {
  reason: Schema.Literals(["queueFull", "closing"])
}) {}

/** What any command can meet beside its own refusals. */
export type EngineError = ValidationFailed | IdempotencyConflict | Busy | StoreUnavailable

export interface SubmitOptions {
  readonly actor: Actor
  /** One intention of this actor: repeated, it answers what it answered first (LED-08). */
  readonly key: string
  /** Personal data to be kept beside the books under the command's id; erasable, never replayed (REG-04). */
  readonly personal?: string
}

export interface EngineOptions {
  /** How many commands may wait. */
  readonly capacity?: number
  /** How many commands are committed at once. */
  readonly batchMax?: number
}

interface Waiting extends Batch.Submission {
  readonly answer: (effect: Effect.Effect<unknown, unknown>) => void
}

const formatIssues = SchemaIssue.makeFormatterStandardSchemaV1()
const isKey = Schema.is(IdempotencyKey)

const invalidContent = (error: Schema.SchemaError): ValidationFailed =>
  new ValidationFailed({
    issues: formatIssues(error.issue).issues.map(({ path, message }) => ({
      field: (path ?? []).map(String).join("."),
      message
    }))
  })

// Decoders are built once for each command.
const decoders = new WeakMap<object, (content: unknown) => Result.Result<unknown, Schema.SchemaError>>()
const decode = (
  command: Command<unknown, unknown, unknown>,
  content: unknown
): Result.Result<unknown, Schema.SchemaError> => {
  let decoder = decoders.get(command)
  if (decoder === undefined) {
    decoder = Schema.decodeUnknownResult(command.content, { errors: "all", onExcessProperty: "error" })
    decoders.set(command, decoder)
  }
  return decoder(content)
}

const settle = (waiting: Waiting, answer: Batch.Answer): void => {
  switch (answer._tag) {
    case "accepted":
      return waiting.answer(Effect.succeed(answer.result))
    case "repeated":
      return waiting.answer(
        Schema.decodeUnknownEffect(waiting.command.success)(JSON.parse(answer.outcome)).pipe(Effect.orDie)
      )
    case "refused":
      return waiting.answer(Effect.fail(answer.refusal))
    case "defect":
      return waiting.answer(Effect.die(answer.defect))
    case "deferred":
      return waiting.answer(Effect.die(new Error("a command was deferred twice")))
  }
}

export class Engine extends Context.Service<
  Engine,
  {
    /** Submits a command and waits until it is committed durably, or says why it was not. */
    readonly submit: <Content, Success, Refusal>(
      command: Command<Content, Success, Refusal>,
      content: NoInfer<Content>,
      options: SubmitOptions
    ) => Effect.Effect<Success, Refusal | EngineError>
    /** Open after a commit that recorded requests; whoever delivers them closes it before it looks. */
    readonly requested: Latch.Latch
  }
>()("@kinchaku/domain/engine/Engine") {
  static readonly layer = (options: EngineOptions = {}): Layer.Layer<Engine, never, Store | Digest | Ids> =>
    Layer.effect(Engine, make(options))
}

const make = Effect.fnUntraced(function* ({ batchMax = 256, capacity = 10_000 }: EngineOptions) {
  const store = yield* Store
  const { sha256 } = yield* Digest
  const ids = yield* Ids
  const clock = yield* Clock.Clock
  const requested = Latch.makeUnsafe(true)
  const drained = Latch.makeUnsafe(false)
  let queue: Array<Waiting> = []
  let closing = false
  let wake: (() => void) | undefined
  const now = () => instant(clock.currentTimeMillisUnsafe())

  const commitOne = Effect.fnUntraced(function* (waiting: ReadonlyArray<Waiting>) {
    const batch = Batch.make(sha256, now(), waiting)
    let requests = 0
    const work = {
      ...batch,
      decide: (...facts: Parameters<typeof batch.decide>) => {
        const writes = batch.decide(...facts)
        requests = writes.requests.length
        return writes
      }
    }
    const exit = yield* Effect.exit(store.commit(work))
    if (Exit.isSuccess(exit) && requests > 0) requested.openUnsafe()
    return { exit, answers: batch.answers }
  })

  const runBatch = Effect.fnUntraced(function* (waiting: ReadonlyArray<Waiting>): Effect.fn.Return<void> {
    const { answers, exit } = yield* commitOne(waiting)
    if (Exit.isSuccess(exit)) {
      const deferred = waiting.filter((one, index) => {
        const answer = answers[index]
        if (answer?._tag === "deferred") return true
        settle(one, answer ?? { _tag: "defect", defect: new Error("the store committed without deciding") })
        return false
      })
      queue = [...deferred, ...queue]
      return
    }
    const failure = Cause.findErrorOption(exit.cause)
    if (failure._tag === "Some" && failure.value._tag === "StoreUnavailable") {
      for (const one of waiting) one.answer(Effect.fail(failure.value))
      return
    }
    // A write that the store refuses, or a defect while it was driven: each command is tried alone, so that only the one at fault fails.
    if (waiting.length > 1) {
      for (const one of waiting) yield* runBatch([one])
      return
    }
    const defect = failure._tag === "Some" ? failure.value : Cause.squash(exit.cause)
    for (const one of waiting) one.answer(Effect.die(defect))
  })

  const awaitWork = Effect.callback<void>((resume) => {
    wake = () => {
      wake = undefined
      resume(Effect.void)
    }
    if (queue.length > 0 || closing) wake()
  })

  const work = Effect.gen(function* () {
    while (queue.length > 0 || !closing) {
      if (queue.length === 0) yield* awaitWork
      else {
        const batch = queue.slice(0, batchMax)
        queue = queue.slice(batchMax)
        yield* runBatch(batch)
        // Callers that were just answered get to send their next command before the next batch forms.
        yield* Effect.yieldNow
      }
    }
    drained.openUnsafe()
  })

  yield* Effect.forkDetach(Effect.uninterruptible(work))
  yield* Effect.addFinalizer(() =>
    Effect.suspend(() => {
      closing = true
      wake?.()
      return drained.await
    })
  )

  const submit = <Content, Success, Refusal>(
    command: Command<Content, Success, Refusal>,
    content: Content,
    { actor, key, personal }: SubmitOptions
  ): Effect.Effect<Success, Refusal | EngineError> =>
    Effect.callback<unknown, unknown>((resume) => {
      if (closing || queue.length >= capacity) {
        resume(Effect.fail(new Busy({ reason: closing ? "closing" : "queueFull" })))
        return
      }
      if (!isKey(key)) {
        resume(
          Effect.fail(
            new ValidationFailed({
              issues: [{ field: "idempotencyKey", message: "expected 1 to 255 printable ASCII characters" }]
            })
          )
        )
        return
      }
      const decoded = decode(command as Command<unknown, unknown, unknown>, content)
      const valid = Result.isSuccess(decoded)
      const at = now()
      queue.push({
        command,
        envelope: { id: ids.next(at), at, actor, key, content: valid ? decoded.success : content },
        content: valid ? JSON.stringify(decoded.success) : "",
        answer: resume,
        ...(valid ? {} : { invalid: invalidContent(decoded.failure) }),
        ...(personal === undefined ? {} : { personal })
      })
      wake?.()
    }) as Effect.Effect<Success, Refusal | EngineError>

  return Engine.of({ submit, requested })
})

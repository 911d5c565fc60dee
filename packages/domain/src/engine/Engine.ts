/**
 * The engine: takes commands, forms batches, has them fetched, decided and committed, and answers every caller.
 *
 * Callers need no batch of their own: whatever waits when a batch ends forms the next one. A store with several writers gets
 * as many batches at once; commands about the same record go to the same writer, so that these do not wait for each other. The
 * queues are bounded; a caller that is interrupted stops waiting, its command does not stop. A defect in one command is that
 * command's alone.
 */
import { Cause, Clock, Context, Effect, Exit, Fiber, Latch, Layer, Option, Result, Schema } from "effect"
import { instant, type Instant } from "../calendar/JapanDate.ts"
import { Digest, type Sha256 } from "../ledger/HashChain.ts"
import * as Batch from "./Batch.ts"
import type { Submission } from "./Booking.ts"
import {
  Actor,
  type Command,
  type IdempotencyConflict,
  IdempotencyKey,
  ValidationFailed,
  validator
} from "./Command.ts"
import { Ids } from "./Ids.ts"
import { Queue } from "./Queue.ts"
import { Store, type StoreUnavailable } from "./Store.ts"

/**
 * Refused for now: too many commands wait, the engine is closing, or other processes were always faster to the same records.
 * Nothing was done; safe to send again with the same key.
 */
export class Busy extends Schema.TaggedError<Busy>()("Busy", {
  reason: Schema.Literals(["queueFull", "closing", "contended"])
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

interface Waiting extends Submission {
  readonly answer: (effect: Effect.Effect<unknown, unknown>) => void
}

const isKey = Schema.is(IdempotencyKey)
const isActor = Schema.is(Actor)

// Decoders are built once for each command.
const decoders = new WeakMap<object, (content: unknown) => Result.Result<unknown, ValidationFailed>>()
const decode = (
  command: Command<unknown, unknown, unknown>,
  content: unknown
): Result.Result<unknown, ValidationFailed> => {
  let decoder = decoders.get(command)
  if (decoder === undefined) {
    decoder = validator(command.content)
    decoders.set(command, decoder)
  }
  return decoder(content)
}

const undecided: Batch.Answer = { _tag: "defect", defect: new Error("the store committed without deciding") }
const invalid = (field: string, message: string) => new ValidationFailed({ issues: [{ field, message }] })

const settle = (waiting: Waiting, answer: Batch.Answer): void => {
  switch (answer._tag) {
    case "accepted":
    case "repeated":
      return waiting.answer(Effect.succeed(answer.result))
    case "refused":
      return waiting.answer(Effect.fail(answer.refusal))
    case "defect":
      return waiting.answer(Effect.die(answer.defect))
    case "deferred":
      return
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

/** Commits a batch and says what became of it; opens `requested` where it recorded requests. */
const commit = Effect.fnUntraced(function* (
  store: Store["Service"],
  sha256: Sha256,
  requested: Latch.Latch,
  waiting: ReadonlyArray<Waiting>
) {
  const at = instant(yield* Clock.currentTimeMillis)
  const batch = Batch.make(sha256, at, waiting)
  let requests = 0
  const decide: Batch.Batch["decide"] = (...found) => {
    const writes = batch.decide(...found)
    requests = writes.requests.length
    return writes
  }
  const exit = yield* Effect.exit(store.commit({ ...batch, decide }))
  if (Exit.isSuccess(exit) && requests > 0) requested.openUnsafe()
  return { exit, answers: batch.answers }
})

type Commit = (waiting: ReadonlyArray<Waiting>) => ReturnType<typeof commit>

/** Answers every command of a batch, but for those that must be decided in the next one: these are returned. */
const run = Effect.fnUntraced(function* (
  commitBatch: Commit,
  waiting: ReadonlyArray<Waiting>
): Effect.fn.Return<ReadonlyArray<Waiting>> {
  const { answers, exit } = yield* commitBatch(waiting)
  if (Exit.isSuccess(exit)) {
    waiting.forEach((one, index) => settle(one, answers[index] ?? undecided))
    return waiting.filter((_, index) => answers[index]?._tag === "deferred")
  }
  const failure = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (failure?._tag === "StoreUnavailable" || failure?._tag === "StoreBusy") {
    const answer = failure._tag === "StoreBusy" ? new Busy({ reason: "contended" }) : failure
    for (const one of waiting) one.answer(Effect.fail(answer))
    return []
  }
  // The store refused a write, or something threw: each command is tried alone, so that only the one at fault fails.
  if (waiting.length > 1) {
    const deferred = yield* Effect.forEach(waiting, (one) => run(commitBatch, [one]))
    return deferred.flat()
  }
  for (const one of waiting) one.answer(Effect.die(failure ?? Cause.squash(exit.cause)))
  return []
})

/** Whatever else goes wrong is the batch's defect; the engine goes on. */
const failing = (batch: ReadonlyArray<Waiting>) => (cause: Cause.Cause<never>) =>
  Effect.sync((): ReadonlyArray<Waiting> => {
    for (const one of batch) one.answer(Effect.die(Cause.squash(cause)))
    return []
  })

const submission = (
  ids: Ids["Service"],
  at: Instant,
  command: Command<unknown, unknown, unknown>,
  content: unknown,
  { actor, key, personal }: SubmitOptions
): Submission => {
  const decoded = decode(command, content)
  const beside = personal === undefined ? {} : { personal }
  const envelope = { id: ids.next(at), actor, key: key as IdempotencyKey }
  return Result.isSuccess(decoded)
    ? {
        command,
        envelope: { ...envelope, content: decoded.success },
        content: JSON.stringify(decoded.success),
        ...beside
      }
    : { command, envelope: { ...envelope, content }, content: "", invalid: decoded.failure, ...beside }
}

/** Takes batches from a queue until it is closed and empty. */
const workOn = Effect.fnUntraced(function* (queue: Queue<Waiting>, commitBatch: Commit, batchMax: number) {
  while (!queue.isDone) {
    yield* queue.ready
    const batch = queue.take(batchMax)
    if (batch.length > 0) queue.putBack(yield* run(commitBatch, batch).pipe(Effect.catchCause(failing(batch))))
    // Callers that were just answered get to send their next command before the next batch forms.
    yield* Effect.yieldNow
  }
})

/** Which of so many writers decides a command: always the same for the record that it asks for first. */
const writerFor = ({ command, envelope, invalid }: Submission, at: Instant, writers: number): number => {
  if (writers === 1 || invalid !== undefined) return 0
  try {
    const id = command.reads({ ...envelope, at })[0]?.id ?? ""
    let hash = 0
    for (let n = 0; n < id.length; n++) hash = (Math.imul(hash, 31) + id.charCodeAt(n)) | 0
    return Math.abs(hash) % writers
  } catch {
    // What is wrong with it shows when it is decided.
    return 0
  }
}

const make = Effect.fnUntraced(function* ({ batchMax = 256, capacity = 10_000 }: EngineOptions) {
  const store = yield* Store
  const { sha256 } = yield* Digest
  const ids = yield* Ids
  const clock = yield* Clock.Clock
  const requested = Latch.makeUnsafe(true)
  const queues = Array.from({ length: store.writers }, () => new Queue<Waiting>(Math.ceil(capacity / store.writers)))
  const commitBatch: Commit = (waiting) => commit(store, sha256, requested, waiting)

  const workers = yield* Effect.forEach(queues, (queue) =>
    Effect.forkDetach(Effect.uninterruptible(workOn(queue, commitBatch, batchMax)))
  )
  yield* Effect.addFinalizer(() => {
    for (const queue of queues) queue.close()
    return Fiber.joinAll(workers)
  })

  const submit = <Content, Success, Refusal>(
    command: Command<Content, Success, Refusal>,
    content: Content,
    options: SubmitOptions
  ): Effect.Effect<Success, Refusal | EngineError> =>
    Effect.callback<unknown, unknown>((resume) => {
      // Before anything is read: who is turned away costs next to nothing.
      const refused = queues.every(({ refusal }) => refusal !== undefined) ? queues[0]?.refusal : undefined
      if (refused !== undefined) return resume(Effect.fail(new Busy({ reason: refused })))
      if (!isKey(options.key)) {
        return resume(Effect.fail(invalid("idempotencyKey", "expected 1 to 255 printable ASCII characters")))
      }
      if (!isActor(options.actor)) {
        return resume(Effect.fail(invalid("actor", "expected holder:, operator:, host: or system: and a name")))
      }
      const at = instant(clock.currentTimeMillisUnsafe())
      const asked = submission(ids, at, command as Command<unknown, unknown, unknown>, content, options)
      const queue = queues[writerFor(asked, at, queues.length)]
      const reason = queue?.refusal ?? "closing"
      if (queue === undefined || queue.refusal !== undefined) return resume(Effect.fail(new Busy({ reason })))
      return queue.send({ ...asked, answer: resume })
    }) as Effect.Effect<Success, Refusal | EngineError>

  return Engine.of({ submit, requested })
})

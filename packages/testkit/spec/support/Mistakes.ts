/**
 * Mistakes: cores that are wrong in one part, as people have built them before.
 */
import { type AnyCommand, type Envelope, IdempotencyConflict } from "@kinchaku/domain/engine/Command"
import { type Store as StoreService, StoreUnavailable } from "@kinchaku/domain/engine/Store"
import { key } from "@kinchaku/domain/engine/RecordKind"
import { policyInForce } from "@kinchaku/domain/policy/Policy"
import { Cause, Clock, Effect, type Exit, Result } from "effect"
import { type Core, operator, type Submit } from "./Desk.ts"

type Store = StoreService["Service"]
type Options = Parameters<Submit>[2]
type Ask = (content: unknown, options: Options) => Effect.Effect<unknown, unknown>

/** A core that does something else with what is submitted. */
export const submitting = (
  change: (real: (command: AnyCommand) => Ask, store: Store) => (command: AnyCommand) => Ask
): Core => ({
  submit: (real, store) => {
    const changed = change((command) => (content, options) => real(command, content, options), store)
    return ((command: AnyCommand, content: unknown, options: Options) => changed(command)(content, options)) as Submit
  }
})

/** Makes every call a new intention. */
export const everyCallIsNew = submitting((real) => {
  let calls = 0
  return (command) => (content, options) =>
    real(command)(content, { ...options, key: `${options.key} ${(calls += 1)}` })
})

/** Takes other content for another intention. */
export const contentIsPartOfTheKey = submitting(
  (real) => (command) => (content, options) =>
    real(command)(content, { ...options, key: `${options.key} ${JSON.stringify(content)}`.slice(0, 255) })
)

/** Takes a key for the same whoever uses it. */
export const keysBelongToEverybody = submitting(
  (real) => (command) => (content, options) => real(command)(content, { ...options, actor: operator })
)

/** Answers whatever the key was answered before, without a look at the content. */
export const contentIsNotCompared = submitting((real) => {
  const known = new Map<string, unknown>()
  return (command) => (content, options) =>
    Effect.suspend(() => {
      const name = `${options.actor} ${options.key}`
      return known.has(name)
        ? Effect.succeed(known.get(name))
        : Effect.tap(real(command)(content, options), (answer) => Effect.sync(() => known.set(name, answer)))
    })
})

/** Keeps the first answer of a key, a refusal too. */
export const refusalsAreKept = submitting((real) => {
  const known = new Map<string, Exit.Exit<unknown, unknown>>()
  return (command) => (content, options) =>
    Effect.suspend(() => {
      const name = `${options.actor} ${options.key}`
      const before = known.get(name)
      if (before !== undefined) return before
      return Effect.onExit(real(command)(content, options), (exit) => Effect.sync(() => known.set(name, exit)))
    })
})

/** What a command would read at this moment, outside any commit. */
const factsOf = Effect.fnUntraced(function* (store: Store, command: AnyCommand, content: unknown, options: Options) {
  const at = yield* Clock.currentTimeMillis
  const envelope = { id: "01ARZ3NDEKTSV4RRFFQ6000000", at, content, ...options } as Envelope<unknown>
  const keys = [key(policyInForce, "current"), ...command.reads(envelope)]
  const facts = yield* store.read(keys)
  return { envelope, facts: yield* store.read([...keys, ...(command.readsMore?.(facts, envelope) ?? [])]) }
})

/** Checks the rules of now before it looks whether the key was answered. */
export const validatesFirst = submitting(
  (real, store) => (command) => (content, options) =>
    Effect.gen(function* () {
      const { envelope, facts } = yield* factsOf(store, command, content, options)
      const decided = command.decide(facts, envelope)
      if (Result.isFailure(decided)) return yield* Effect.fail(decided.failure)
      return yield* real(command)(content, options)
    })
)

/** Decides on what it read when it was asked, not on what holds when it commits. */
export const decidesOnOldFacts = submitting(
  (real, store) => (command) => (content, options) =>
    Effect.gen(function* () {
      const { facts } = yield* factsOf(store, command, content, options)
      yield* Effect.yieldNow
      const decide: AnyCommand["decide"] = (_, envelope) => command.decide(facts, envelope)
      return yield* real({ ...command, decide })(content, options)
    })
)

/** Books everything under one name and one key of its own. */
export const booksAsItself = submitting((real) => {
  let calls = 0
  return (command) => (content, options) =>
    real(command)(content, { ...options, actor: operator, key: `call ${(calls += 1)}` })
})

/** Takes silence of the store for success. */
export const silenceIsSuccess = submitting(
  (real) => (command) => (content, options) =>
    Effect.catchIf(
      real(command)(content, options),
      (error) => error instanceof StoreUnavailable,
      () => Effect.succeed(undefined)
    )
)

/** Answers every caller that the command is done. */
export const alwaysDone = submitting(
  (real) => (command) => (content, options) =>
    Effect.catchCause(real(command)(content, options), () => Effect.succeed(undefined))
)

/** Submits a while after it was asked, so that a caller who leaves takes the command along. */
export const slowToSubmit = submitting(
  (real) => (command) => (content, options) =>
    Effect.andThen(Effect.repeat(Effect.yieldNow, { times: 5 }), real(command)(content, options))
)

/** Answers that a command was not done, whatever became of it. */
export const neverDone = submitting(
  (real) => (command) => (content, options) =>
    Effect.andThen(Effect.exit(real(command)(content, options)), Effect.failCause(Cause.die(new Error("not done"))))
)

/** Refuses whatever comes a second time under a key. */
export const everyRepetitionIsAConflict = submitting((real) => {
  const known = new Set<string>()
  return (command) => (content, options) =>
    Effect.suspend(() => {
      const name = `${options.actor} ${options.key}`
      if (known.has(name)) return Effect.fail(new IdempotencyConflict({ key: options.key }))
      known.add(name)
      return real(command)(content, options)
    })
})

/**
 * Seals: commands that write the heads of all lanes into the chain, so that one published head vouches for every lane.
 *
 * With one lane its own links do that, and nothing is sealed.
 */
import { Context, type Duration, Effect, Layer, Result, Schema } from "effect"
import type { Actor, Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import type { Head, RecordedCommand, StoreUnavailable } from "../engine/Store.ts"
import { Lane, LinkHash, place } from "../ledger/HashChain.ts"
import { Journal, lastOf } from "./Journal.ts"

const Sealed = Schema.Struct({
  heads: Schema.NonEmptyArray(Schema.Struct({ lane: Lane, seq: Schema.Int, hash: LinkHash }))
})
type Sealed = typeof Sealed.Type

/** Writes the heads of the lanes into the chain. Whether they are links of their lanes is for the verification to see. */
export const SealLanes: Command<Sealed, Record<never, never>, never> = {
  tag: "SealLanes",
  content: Sealed,
  success: Schema.Struct({}),
  reads: () => [],
  decide: () => Result.succeed(Decision.make({ result: {} }))
}

const readSealed = Schema.decodeUnknownResult(Schema.fromJsonString(Sealed))

/** The heads that a recorded command seals; none where it seals nothing, and no list where its content is no seal's. */
export const sealedBy = (command: RecordedCommand): Sealed["heads"] | readonly [] | undefined => {
  if (command.tag !== SealLanes.tag) return []
  const content = readSealed(command.content)
  return Result.isSuccess(content) ? content.success.heads : undefined
}

const actor = "system:seal" as Actor

export class Seals extends Context.Service<
  Seals,
  {
    /** Seals all lanes, where there are several and something was added since they were sealed; tells whether it did. */
    readonly seal: Effect.Effect<boolean, EngineError>
    /** Seals at an interval, until interrupted. */
    readonly run: (every: Duration.Input) => Effect.Effect<never>
  }
>()("@kinchaku/domain/audit/Seals") {
  static readonly layer: Layer.Layer<Seals, never, Engine | Journal> = Layer.effect(
    Seals,
    Effect.suspend(() => make())
  )
}

/** Whether the last link is a seal of all other heads: then nothing was added since. */
const isSealed = Effect.fnUntraced(function* (
  journal: Journal["Service"],
  heads: ReadonlyArray<Head>
): Effect.fn.Return<boolean, StoreUnavailable> {
  const [command] = yield* journal.page(place(lastOf(heads)) - 1, 1)
  const sealed = command === undefined ? [] : (sealedBy(command) ?? [])
  return heads.every(
    ({ lane, seq }) =>
      (lane === command?.lane && seq === command.seq) || sealed.some((one) => one.lane === lane && one.seq === seq)
  )
})

const make = Effect.fnUntraced(function* () {
  const engine = yield* Engine
  const journal = yield* Journal
  const seal = Effect.gen(function* () {
    const heads = yield* journal.heads
    const [first, ...rest] = heads.map(({ hash, lane, seq }) => ({ lane, seq, hash }))
    if (first === undefined || rest.length === 0 || (yield* isSealed(journal, heads))) return false
    // Heads only move on, so other heads have another sum.
    const key = `seal ${heads.length} lanes at ${heads.reduce((sum, { seq }) => sum + seq, 0)}`
    yield* engine.submit(SealLanes, { heads: [first, ...rest] }, { actor, key })
    return true
  })
  const run = (every: Duration.Input) =>
    seal.pipe(
      Effect.catchCause((cause) => Effect.logWarning("the lanes could not be sealed", cause)),
      Effect.andThen(Effect.sleep(every)),
      Effect.forever
    )
  return Seals.of({ seal, run })
})

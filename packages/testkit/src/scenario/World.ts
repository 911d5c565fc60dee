/**
 * World: the whole core over simulated surroundings, at the time of a test clock that stands still until it is told to go on.
 *
 * One world is one set of books. Two worlds of the same seed in which the same happens have the same journal, to the hash.
 */
import type { Secrets } from "@kinchaku/domain/account/Secrets"
import { instant, type Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { BreakerOptions } from "@kinchaku/domain/engine/CircuitBreaker"
import type { DispatcherOptions } from "@kinchaku/domain/engine/Dispatcher"
import type { EngineOptions } from "@kinchaku/domain/engine/Engine"
import { Ids } from "@kinchaku/domain/engine/Ids"
import type { CertificateIssuer } from "@kinchaku/domain/identity/CertificateIssuer"
import type { CertificateVerifier } from "@kinchaku/domain/identity/CertificateVerifier"
import * as Kinchaku from "@kinchaku/domain/Kinchaku"
import type { Digest } from "@kinchaku/domain/ledger/HashChain"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { Context, Effect, Layer, Logger } from "effect"
import { TestClock } from "effect/testing"
import * as MemoryStore from "../memory/MemoryStore.ts"
import * as TestDigest from "../memory/TestDigest.ts"
import * as Outside from "../simulators/Outside.ts"
import type { SimulatedMail } from "../simulators/SimulatedMail.ts"
import type { SimulatedSms } from "../simulators/SimulatedSms.ts"
import * as SimulatedBank from "../simulators/SimulatedBank.ts"
import * as SimulatedBiller from "../simulators/SimulatedBiller.ts"
import * as SimulatedCollector from "../simulators/SimulatedCollector.ts"
import type { SimulatedIssuer } from "../simulators/SimulatedIssuer.ts"
import * as TestDirectory from "../simulators/TestDirectory.ts"
import * as TestSecrets from "../simulators/TestSecrets.ts"
import * as Story from "./Story.ts"
import { testPolicy } from "./TestPolicy.ts"

export interface WorldOptions<E = never> {
  /** The store; new books in memory where nothing is said. */
  readonly store?: Layer.Layer<Kinchaku.StorePorts, E>
  /** The policy that is adopted before anything happens; `testPolicy()` where nothing is said. */
  readonly policy?: Policy
  readonly bank?: Omit<SimulatedBank.Options, "notify">
  readonly biller?: SimulatedBiller.Options
  readonly collector?: Omit<SimulatedCollector.Options, "notify">
  readonly engine?: EngineOptions
  readonly dispatcher?: DispatcherOptions
  readonly breaker?: BreakerOptions
  /** Where ids start from: two worlds with the same seed and the same story have the same journal, to the hash. */
  readonly seed?: number
  /** Noon of 20 May 2026 in Japan, where nothing is said. */
  readonly startsAt?: Instant
}

/** Noon of an ordinary working day in Japan. */
export const noon: Instant = instant(Date.UTC(2026, 4, 20, 3))

/** A world, as a story finds it. */
export class World extends Context.Service<World, Story.Story>()("@kinchaku/testkit/scenario/World") {}

/** What stands in a world beside the world itself. */
export type Surroundings =
  | Kinchaku.Services
  | Kinchaku.StorePorts
  | Digest
  | Secrets
  | CertificateVerifier
  | CertificateIssuer
  | SimulatedIssuer
  | SimulatedMail
  | SimulatedSms
  | SimulatedBank.SimulatedBank
  | SimulatedBiller.SimulatedBiller
  | SimulatedCollector.SimulatedCollector

/** Numbers from 0 to 1 that are always the same for the same seed (mulberry32). */
const numbersFrom = (seed: number) => {
  let state = seed | 0
  return (): number => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A world on the clock at hand, which has to be a test clock. */
export const layer = <E = never>(options: WorldOptions<E> = {}): Layer.Layer<World | Surroundings, E> => {
  const line = SimulatedBank.reportLine()
  const collecting = SimulatedCollector.reportLine()
  const surroundings = Layer.mergeAll(
    options.store ?? MemoryStore.layer,
    TestDigest.layer,
    TestSecrets.layer,
    Outside.withoutCollector,
    TestDirectory.layer,
    SimulatedBank.layer({ ...options.bank, notify: line.notify }),
    SimulatedBiller.layer(options.biller),
    SimulatedCollector.layer({ ...options.collector, notify: collecting.notify })
  )
  const core = Kinchaku.layer({
    engine: options.engine ?? {},
    breaker: options.breaker ?? {},
    // One delivery at a time, so that the same story is always told in the same order.
    dispatcher: { concurrency: 1, ...options.dispatcher },
    ids: Ids.layerFrom(numbersFrom(options.seed ?? 1))
  })
  const world = Layer.effect(
    World,
    Effect.gen(function* () {
      const story = yield* Story.make
      yield* story.goTo(options.startsAt ?? noon)
      yield* Effect.orDie(story.adopt(options.policy ?? testPolicy()))
      return World.of(story)
    })
  )
  return Layer.mergeAll(world, line.connected, collecting.connected).pipe(
    Layer.provideMerge(core),
    Layer.provideMerge(surroundings)
  )
}

/** Tells a story in a world of its own. */
export const inWorld = <A, E, E2 = never>(
  options: WorldOptions<E2>,
  story: (world: World["Service"]) => Effect.Effect<A, E, World | Surroundings>
): Effect.Effect<A, E | E2> =>
  Effect.flatMap(World, story).pipe(
    Effect.provide(layer(options), { local: true }),
    Effect.provide(Layer.mergeAll(TestClock.layer(), Logger.layer([])), { local: true })
  )

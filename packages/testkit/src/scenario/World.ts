/**
 * World: the whole core over simulated surroundings, at the time of a test clock that stands still until it is told to go on.
 *
 * One world is one set of books. Two worlds of the same seed in which the same happens have the same journal, to the hash.
 */
import type { Secrets } from "@kinchaku/domain/account/Secrets"
import type { BankGateway } from "@kinchaku/domain/bank/BankGateway"
import type { BankNotices } from "@kinchaku/domain/bank/BankNotices"
import { instant, type Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { BreakerOptions } from "@kinchaku/domain/engine/CircuitBreaker"
import type { DispatcherOptions } from "@kinchaku/domain/engine/Dispatcher"
import type { EngineOptions } from "@kinchaku/domain/engine/Engine"
import { Ids } from "@kinchaku/domain/engine/Ids"
import type { CertificateIssuer } from "@kinchaku/domain/identity/CertificateIssuer"
import type { CertificateVerifier } from "@kinchaku/domain/identity/CertificateVerifier"
import * as Kinchaku from "@kinchaku/domain/Kinchaku"
import type { Digest } from "@kinchaku/domain/ledger/HashChain"
import type { BillerGateway } from "@kinchaku/domain/payment/BillerGateway"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import type { DepositGateway } from "@kinchaku/domain/topup/DepositGateway"
import type { Deposits } from "@kinchaku/domain/topup/Deposits"
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
  /** Banks, billers and the collector that were there before the world; new ones where nothing is said. */
  readonly providers?: Providers
  /** The world goes on where another one ended, at its time and under its policy. */
  readonly resumes?: boolean
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

type Provided =
  | BankGateway
  | SimulatedBank.SimulatedBank
  | BillerGateway
  | SimulatedBiller.SimulatedBiller
  | DepositGateway
  | SimulatedCollector.SimulatedCollector

/** The providers of a world, and what connects their reports with its core. */
export interface Providers {
  readonly layer: Layer.Layer<Provided>
  readonly connected: Layer.Layer<never, never, BankNotices | Deposits>
}

/** Who hears what providers report. */
export interface Hearers {
  readonly bank: NonNullable<SimulatedBank.Options["notify"]>
  readonly collector: NonNullable<SimulatedCollector.Options["notify"]>
}

/** Providers that nobody asked for anything yet. */
export const providers = (
  options: Pick<WorldOptions, "bank" | "biller" | "collector">,
  hearers: Hearers
): Layer.Layer<Provided> =>
  Layer.mergeAll(
    SimulatedBank.layer({ ...options.bank, notify: hearers.bank }),
    SimulatedBiller.layer(options.biller),
    SimulatedCollector.layer({ ...options.collector, notify: hearers.collector })
  )

/** Lines for the reports of providers to the one core that is built with `connected`. */
export const reportLines = () => {
  const bank = SimulatedBank.reportLine()
  const collector = SimulatedCollector.reportLine()
  return { bank, collector, connected: Layer.mergeAll(bank.connected, collector.connected) }
}

const newProviders = (options: WorldOptions<unknown>): Providers => {
  const { bank, collector, connected } = reportLines()
  return { layer: providers(options, { bank: bank.notify, collector: collector.notify }), connected }
}

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
  const { connected, layer: provided } = options.providers ?? newProviders(options)
  const surroundings = Layer.mergeAll(
    options.store ?? MemoryStore.layer,
    TestDigest.layer,
    TestSecrets.layer,
    Outside.withoutCollector,
    TestDirectory.layer,
    provided
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
      if (options.resumes !== true) {
        yield* story.goTo(options.startsAt ?? noon)
        yield* Effect.orDie(story.adopt(options.policy ?? testPolicy()))
      }
      return World.of(story)
    })
  )
  return Layer.mergeAll(world, connected).pipe(Layer.provideMerge(core), Layer.provideMerge(surroundings))
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

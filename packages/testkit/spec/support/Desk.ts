/**
 * The desk: the core over books in memory, with a clock that a rule turns and, where a rule tries a mistake, one wrong part.
 *
 * No outside party is there: banks and billers answer when a rule says so. Nothing happens by itself.
 */
import { Accounts } from "@kinchaku/domain/account/Accounts"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Actor, AnyCommand } from "@kinchaku/domain/engine/Command"
import type { Decision } from "@kinchaku/domain/engine/Decision"
import { Engine, type EngineOptions } from "@kinchaku/domain/engine/Engine"
import { Ids } from "@kinchaku/domain/engine/Ids"
import { Store } from "@kinchaku/domain/engine/Store"
import { Sweeps } from "@kinchaku/domain/engine/Sweeps"
import { CertificateVerifier } from "@kinchaku/domain/identity/CertificateVerifier"
import { Payments } from "@kinchaku/domain/payment/Payments"
import { AdoptPolicy } from "@kinchaku/domain/policy/Adoption"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { TopUps } from "@kinchaku/domain/topup/TopUps"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import * as TestSecrets from "../../src/simulators/TestSecrets.ts"
import { Clock, Context, Effect, Layer, Result } from "effect"
import { terms } from "./Terms.ts"

/** A clock that stands still until it is turned; with a tick, it goes on by itself at every look. */
export class Hands implements Clock.Clock {
  now: number
  readonly tick: number

  constructor(now: number, tick: number) {
    this.now = now
    this.tick = tick
  }

  currentTimeMillisUnsafe(): number {
    const { now } = this
    this.now += this.tick
    return now
  }
  currentTimeNanosUnsafe(): bigint {
    return BigInt(this.now) * 1_000_000n
  }
  monotonicTimeNanosUnsafe(): bigint {
    return this.currentTimeNanosUnsafe()
  }
  readonly currentTimeMillis = Effect.sync(() => this.currentTimeMillisUnsafe())
  readonly currentTimeNanos = Effect.sync(() => this.currentTimeNanosUnsafe())
  readonly monotonicTimeNanos = Effect.sync(() => this.monotonicTimeNanosUnsafe())
  readonly sleep = (): Effect.Effect<void> => Effect.yieldNow
}

export type Submit = Engine["Service"]["submit"]
export type Balances = Accounts["Service"]["balances"]
export type Books = MemoryStore.MemoryBooks["Service"]["books"]

/** Which part of the core is wrong, where one is. */
export interface Core {
  readonly store?: typeof MemoryStore.layer
  /** Commands in the place of the real ones of their tags. */
  readonly commands?: Readonly<Record<string, AnyCommand>>
  readonly submit?: (submit: Submit, store: Store["Service"]) => Submit
  readonly balances?: (balances: Balances, books: Books) => Balances
  readonly engine?: (engine: Layer.Layer<Engine, never, EngineNeeds>) => Layer.Layer<Engine, never, EngineNeeds>
}
type EngineNeeds = Layer.Services<ReturnType<typeof Engine.layer>>

/** The core as it is. */
export const core: Core = {}

/** How the desk is set up. */
export interface Setting {
  readonly policy?: Policy
  readonly startsAt?: Instant
  readonly tick?: number
  readonly engine?: EngineOptions
}

/** What a rule turns and counts with. */
export class Desk extends Context.Service<
  Desk,
  {
    readonly hands: Hands
    /** A number that was not given before. */
    readonly next: () => number
  }
>()("spec/Desk") {}

export const operator = "operator:op-1" as Actor

/** 2026-11-22, 10:00 in Japan. */
export const morning = 1_795_309_200_000 as Instant

const absent = (name: string) => Effect.die(new Error(`there is no ${name} at the desk`))
const outside = Layer.mergeAll(
  Layer.succeed(
    CertificateVerifier,
    CertificateVerifier.of({ challenge: absent("challenge"), verify: () => absent("verifier") })
  ),
  TestSecrets.layer,
  TestDigest.layer
)

const engineOf = (
  { commands = {}, engine: changed = (real) => real, submit = (real) => real }: Core,
  options: EngineOptions = {}
) =>
  Layer.effect(
    Engine,
    Effect.gen(function* () {
      const engine = yield* Engine
      const submitted = submit(engine.submit, yield* Store)
      return Engine.of({
        ...engine,
        submit: (command, ...rest) => {
          const right = (commands[command.tag] as typeof command | undefined) ?? command
          // A mistake in submitting is tried on what holders do, not on how the desk is set up.
          return command.tag === AdoptPolicy.tag ? engine.submit(right, ...rest) : submitted(right, ...rest)
        }
      })
    })
  ).pipe(Layer.provide(changed(Engine.layer(options))), Layer.provide(Ids.layerFrom(() => 0.5)))

const accountsOf = ({ balances = (real) => real }: Core) =>
  Layer.effect(
    Accounts,
    Effect.gen(function* () {
      const accounts = yield* Accounts
      const { books } = yield* MemoryStore.MemoryBooks
      return Accounts.of({ ...accounts, balances: balances(accounts.balances, books) })
    })
  ).pipe(Layer.provide(Accounts.layer))

const layerOf = (wrong: Core, { engine }: Setting, hands: Hands) => {
  let given = 0
  return Layer.mergeAll(accountsOf(wrong), TopUps.layer, Payments.layer, Sweeps.layer).pipe(
    Layer.provideMerge(engineOf(wrong, engine)),
    Layer.provideMerge(
      Layer.mergeAll(
        Layer.fresh(wrong.store ?? MemoryStore.layer),
        outside,
        Layer.succeed(Desk, Desk.of({ hands, next: () => (given += 1) }))
      )
    )
  )
}

export type Services = Layer.Success<ReturnType<typeof layerOf>>
export type Steps<A, E = unknown> = Effect.Effect<A, E, Services>

/** Puts a policy in force. */
export const adopt = (policy: Policy) =>
  Effect.gen(function* () {
    const { next } = yield* Desk
    const { submit } = yield* Engine
    return yield* submit(AdoptPolicy, { policy }, { actor: operator, key: `policy ${next()}` })
  })

/** Runs steps at a new desk, under {@link terms} where no policy is set. What waits at its engine is finished before it closes. */
export const atDesk =
  (wrong: Core, setting: Setting = {}) =>
  <A, E>(steps: Steps<A, E>): Effect.Effect<A, unknown> => {
    const hands = new Hands(setting.startsAt ?? morning, setting.tick ?? 0)
    return Effect.andThen(adopt(setting.policy ?? terms()), steps).pipe(
      Effect.provide(layerOf(wrong, setting, hands)),
      Effect.provideService(Clock.Clock, hands)
    )
  }

/** A core in which one command decides something else. */
export const deciding = (
  command: AnyCommand,
  change: (decision: Decision<unknown>, ...given: Parameters<AnyCommand["decide"]>) => Decision<unknown>
): Core => ({
  commands: {
    [command.tag]: {
      ...command,
      decide: (facts, envelope) =>
        Result.map(command.decide(facts, envelope), (decision) => change(decision, facts, envelope))
    }
  }
})

/** A core whose store changes its books behind each commit. */
export const spoiling = (spoil: (books: Books) => void): Core => ({
  store: Layer.effect(
    Store,
    Effect.gen(function* () {
      const store = yield* Store
      const { books } = yield* MemoryStore.MemoryBooks
      return Store.of({
        ...store,
        commit: (work) => Effect.tap(store.commit(work), () => Effect.sync(() => spoil(books)))
      })
    })
  ).pipe(Layer.provideMerge(MemoryStore.layer))
})

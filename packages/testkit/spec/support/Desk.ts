/**
 * The desk: the core over books in memory, with a clock that a rule turns and, where a rule tries a mistake, one wrong part.
 *
 * No outside party is there: banks and billers answer when a rule says so. Nothing happens by itself.
 */
import { Accounts } from "@kinchaku/domain/account/Accounts"
import { Secrets } from "@kinchaku/domain/account/Secrets"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { AnyCommand } from "@kinchaku/domain/engine/Command"
import type { Decision } from "@kinchaku/domain/engine/Decision"
import { Engine, type EngineOptions } from "@kinchaku/domain/engine/Engine"
import { Ids } from "@kinchaku/domain/engine/Ids"
import { Sweeps } from "@kinchaku/domain/engine/Sweeps"
import { CertificateVerifier } from "@kinchaku/domain/identity/CertificateVerifier"
import { Payments } from "@kinchaku/domain/payment/Payments"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { TopUps } from "@kinchaku/domain/topup/TopUps"
import * as MemoryStore from "@kinchaku/testkit/memory/MemoryStore"
import * as TestDigest from "@kinchaku/testkit/memory/TestDigest"
import { Clock, Context, Effect, Layer } from "effect"
import { fromOneBank } from "./Terms.ts"

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
export type Reading = Accounts["Service"]["balances"]
export type Books = MemoryStore.MemoryBooks["Service"]["books"]

/** The wrong part, where there is one. */
export interface Desktop {
  readonly store?: typeof MemoryStore.layer
  /** A command in the place of the real one of its tag. */
  readonly commands?: Readonly<Record<string, AnyCommand>>
  readonly submit?: (submit: Submit) => Submit
  readonly balances?: (balances: Reading) => Effect.Effect<Reading, never, Engine | MemoryStore.MemoryBooks>
}

/** How the desk is set up, beside its wrong part. */
export interface Setting {
  readonly policy?: Policy
  readonly startsAt?: Instant
  readonly tick?: number
  readonly engine?: EngineOptions
}

/** What a rule uses to say whose turn it is, and when. */
export class Desk extends Context.Service<
  Desk,
  {
    readonly hands: Hands
    readonly policy: Policy
    /** A number that was not given before. */
    readonly next: () => number
  }
>()("spec/Desk") {}

/** The desk with no wrong part. */
export const right: Desktop = {}

/** 2026-11-22, 10:00 in Japan. */
export const morning = 1_795_309_200_000 as Instant

const absent = (name: string) => Effect.die(new Error(`${name} is not at the desk`))
const outside = Layer.mergeAll(
  Layer.succeed(
    CertificateVerifier,
    CertificateVerifier.of({ challenge: absent("a challenge"), verify: () => absent("a verifier") })
  ),
  Layer.succeed(Secrets, Secrets.of({ keyedHash: (purpose, value) => TestDigest.sha256(`${purpose} ${value}`) as never })),
  TestDigest.layer
)

const wrongEngine = ({ commands = {}, submit = (real) => real }: Desktop): Layer.Layer<Engine, never, Engine> =>
  Layer.effect(
    Engine,
    Effect.map(Engine, (engine) => {
      const submitted = submit(engine.submit)
      return Engine.of({
        ...engine,
        submit: (command, ...rest) => submitted((commands[command.tag] as typeof command | undefined) ?? command, ...rest)
      })
    })
  )

const wrongAccounts = ({ balances }: Desktop) =>
  balances === undefined
    ? Layer.empty
    : Layer.effect(
        Accounts,
        Effect.gen(function* () {
          const accounts = yield* Accounts
          return Accounts.of({ ...accounts, balances: yield* balances(accounts.balances) })
        })
      )

const layer = (desktop: Desktop, { engine, policy = fromOneBank(), startsAt = morning, tick = 0 }: Setting, hands: Hands) => {
  let given = 0
  const desk = Layer.succeed(Desk, Desk.of({ hands, policy, next: () => (given += 1) }))
  const store = desktop.store ?? MemoryStore.layer
  void startsAt
  void tick
  return Layer.mergeAll(Accounts.layer, TopUps.layer, Payments.layer, Sweeps.layer).pipe(
    Layer.provideMerge(wrongEngine(desktop)),
    Layer.provide(Engine.layer(engine)),
    Layer.provide(Ids.layerFrom(() => 0.5)),
    (services) => Layer.provideMerge(wrongAccounts(desktop) as Layer.Layer<never>, services),
    Layer.provideMerge(Layer.mergeAll(Layer.fresh(store), outside, desk))
  )
}

export type Services = Layer.Success<ReturnType<typeof layer>>
export type Steps<A, E = unknown> = Effect.Effect<A, E, Services>

/** Runs some steps at a new desk. What waits at its engine is finished before the desk closes. */
export const atDesk =
  (desktop: Desktop, setting: Setting = {}) =>
  <A, E>(steps: Steps<A, E>): Effect.Effect<A, E> => {
    const hands = new Hands(setting.startsAt ?? morning, setting.tick ?? 0)
    return Effect.provide(steps, layer(desktop, setting, hands)).pipe(Effect.provideService(Clock.Clock, hands))
  }

/** A command that decides something else than the real one. */
export const deciding = (
  command: AnyCommand,
  change: (decision: Decision<object>, ...given: Parameters<AnyCommand["decide"]>) => Decision<unknown>
): Desktop => ({
  commands: {
    [command.tag]: {
      ...command,
      decide: (facts, envelope) => Result.map(command.decide(facts, envelope), (decision) => change(decision, facts, envelope))
    }
  }
})

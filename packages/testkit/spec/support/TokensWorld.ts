/**
 * A world with one service, its users and their phones: the services of token apps over books in memory, with a clock that a
 * rule turns and, where a rule tries a mistake, one wrong part.
 */
import { Secrets } from "@kinchaku/domain/account/Secrets"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Actor, AnyCommand } from "@kinchaku/domain/engine/Command"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { Ids } from "@kinchaku/domain/engine/Ids"
import { AdoptPolicy } from "@kinchaku/domain/policy/Adoption"
import { compat, type Policy } from "@kinchaku/domain/policy/Policy"
import { PasswordHasher } from "@kinchaku/domain/session/PasswordHasher"
import { TokenCodes } from "@kinchaku/domain/token/TokenCodes"
import { TokenConfirmations } from "@kinchaku/domain/token/TokenConfirmations"
import { TokenDesk } from "@kinchaku/domain/token/TokenDesk"
import type { ServiceId, TokenService } from "@kinchaku/domain/token/TokenUser"
import { Tokens } from "@kinchaku/domain/token/Tokens"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import { type PhoneLine } from "../../src/simulators/PhoneLine.ts"
import * as TestCodes from "../../src/simulators/TestCodes.ts"
import * as TestSecrets from "../../src/simulators/TestSecrets.ts"
import { TokenApp } from "../../src/simulators/TokenApp.ts"
import { Clock, Context, Effect, Layer, Result } from "effect"
import { Hands } from "./Desk.ts"

/** Which part of the token apps is wrong, where one is. */
export interface Part {
  /** Commands in the place of the real ones of their tags. */
  readonly commands?: ReadonlyArray<AnyCommand>
  readonly tokens?: (real: Tokens["Service"]) => Tokens["Service"]
  readonly desk?: (real: TokenDesk["Service"]) => TokenDesk["Service"]
  readonly confirmations?: (real: TokenConfirmations["Service"]) => TokenConfirmations["Service"]
  readonly hasher?: Layer.Layer<PasswordHasher>
  readonly secrets?: Secrets["Service"]
  /** Codes and proofs, wrong on the phone and here alike. */
  readonly codes?: TokenCodes["Service"]
}

/** The token apps as they are. */
export const whole: Part = {}
/** With commands that are wrong. */
export const wrongly = (...commands: ReadonlyArray<AnyCommand>): Part => ({ commands })

/** What a rule turns and counts with. */
export class Bench extends Context.Service<Bench, { readonly hands: Hands; readonly next: () => number }>()(
  "spec/Bench"
) {}

/** A hasher that is fast, and of no use but here. */
export const hasher = Layer.succeed(
  PasswordHasher,
  PasswordHasher.of({
    hash: (password) => Effect.succeed(`$test$${TestDigest.sha256(password)}`),
    verify: (password, phc) => Effect.succeed(phc === `$test$${TestDigest.sha256(password)}`)
  })
)

export const service: TokenService = {
  id: "minato" as ServiceId,
  name: "みなとダイレクト",
  downloadUrl: "https://app.example/token",
  confirmsTransactions: true,
  open: true
}
export const startPassword = "Kaishi-2026"
export const user = "yamada01"
export const bank = "host:minato" as Actor

/** 2026-05-20, 12:00:30 in Japan: in the middle of a step. */
export const midday = (Date.UTC(2026, 4, 20, 3) + 30_000) as Instant
export const second = 1000
export const minute = 60_000
export const day = 86_400_000

/** The policy with other values for tokens. */
export const tokenPolicy = (other: Partial<Policy["authentication"]["token"]>): Policy => ({
  ...compat,
  authentication: { ...compat.authentication, token: { ...compat.authentication.token, ...other } }
})

const engineOf = ({ commands = [] }: Part) =>
  Layer.effect(
    Engine,
    Effect.map(Engine, (engine) =>
      Engine.of({
        ...engine,
        submit: (command, ...rest) =>
          engine.submit(
            (commands.find(({ tag }) => tag === command.tag) as typeof command | undefined) ?? command,
            ...rest
          )
      })
    )
  ).pipe(Layer.provide(Engine.layer()), Layer.provide(Ids.layerFrom(() => 0.5)))

const same = <A>(real: A): A => real
const changed = <I, S>(
  part: Context.Service<I, S>,
  real: Layer.Layer<I, never, Layer.Services<typeof Tokens.layer>>,
  change: (service: S) => S
) => Layer.effect(part, Effect.map(part, change)).pipe(Layer.provide(real))

const layerOf = (part: Part, hands: Hands) => {
  let given = 0
  return Layer.mergeAll(
    changed(TokenDesk, TokenDesk.layer, part.desk ?? same),
    changed(Tokens, Tokens.layer, part.tokens ?? same),
    changed(TokenConfirmations, TokenConfirmations.layer, part.confirmations ?? same)
  ).pipe(
    Layer.provideMerge(engineOf(part)),
    Layer.provideMerge(
      Layer.mergeAll(
        Layer.fresh(MemoryStore.layer),
        part.secrets === undefined ? Layer.fresh(TestSecrets.layer) : Layer.succeed(Secrets, part.secrets),
        TestDigest.layer,
        Layer.succeed(TokenCodes, TokenCodes.of(part.codes ?? TestCodes.codes)),
        part.hasher ?? hasher,
        Layer.succeed(Bench, Bench.of({ hands, next: () => (given += 1) }))
      )
    )
  )
}

export type World = Layer.Success<ReturnType<typeof layerOf>>
export type Steps<A, E = unknown> = Effect.Effect<A, E, World>

export interface Setting {
  readonly policy?: Policy
  readonly startsAt?: number
  readonly offers?: Partial<TokenService>
}

/** An intention of its own by the service. */
export const intent = Effect.map(Bench, ({ next }) => ({ actor: bank, key: `intent ${next()}` }))

/** Runs steps in a new world, in which the service offers tokens. */
export const inWorld =
  (part: Part, { offers = {}, policy = compat, startsAt = midday }: Setting = {}) =>
  <A, E>(steps: Steps<A, E>): Effect.Effect<A, unknown> => {
    const hands = new Hands(startsAt, 0)
    return Effect.gen(function* () {
      const { submit } = yield* Engine
      yield* submit(AdoptPolicy, { policy }, { actor: "operator:op-1" as Actor, key: "policy" })
      const { offer } = yield* TokenDesk
      yield* offer({ ...service, ...offers }, yield* intent)
      return yield* steps
    }).pipe(Effect.provide(layerOf(part, hands), { local: true }), Effect.provideService(Clock.Clock, hands))
  }

/** Turns the clock on. */
export const pass = (millis: number): Steps<void> =>
  Effect.map(Bench, ({ hands }) => {
    hands.now += millis
  })

/** "ok", or what was refused: the code of a token error, a reason, or a name. */
export const outcome = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<string, never, R> =>
  Effect.map(Effect.result(effect), (result) => (Result.isSuccess(result) ? "ok" : said(result.failure)))

const said = (failure: unknown): string => {
  const { _tag, code, reason } = failure as { readonly _tag: string; readonly code?: string; readonly reason?: string }
  return code ?? reason ?? _tag
}

const application = (of: string) => ({
  service: service.id,
  user: of,
  email: `${of}@example.com`,
  language: "ja" as const,
  startPassword
})

/** A user applies at the service, with the start password. */
export const apply = (of = user) =>
  Effect.gen(function* () {
    return yield* (yield* TokenDesk).apply(application(of), yield* intent)
  })
export const reissue = (of = user) =>
  Effect.gen(function* () {
    return yield* (yield* TokenDesk).reissue(application(of), yield* intent)
  })
export const suspend = (suspended: boolean, of = user) =>
  Effect.gen(function* () {
    return yield* (yield* TokenDesk).suspend({ service: service.id, user: of }, suspended, yield* intent)
  })
/** A user presents a code at the service. */
export const present = (code: string | undefined, of = user) =>
  Effect.gen(function* () {
    const desk = yield* TokenDesk
    return yield* outcome(desk.verify({ service: service.id, user: of, code: code ?? "" }, yield* intent))
  })

const random = (n: number): string => `${n}`.padStart(22, "r")

export interface PhoneSetting {
  /** How far its clock is ahead, in milliseconds; a function where a rule turns it. */
  readonly ahead?: number | (() => number)
  readonly line?: PhoneLine
}

/** A new phone with the app. */
export const phone = ({ ahead = 0, line }: PhoneSetting = {}) =>
  Effect.gen(function* () {
    const { hands, next } = yield* Bench
    const tokens = yield* Tokens
    const confirmations = yield* TokenConfirmations
    return new TokenApp({
      tokens,
      confirmations,
      codes: yield* TokenCodes,
      device: random(next()),
      clock: () => hands.now + (typeof ahead === "number" ? ahead : ahead()),
      random: () => random(next()),
      ...(line === undefined ? {} : { line })
    })
  })

/** What a user types to set a token up. */
export const typed = (of = user, password = startPassword) => ({
  service: service.id,
  user: of,
  startPassword: password,
  agreed: true
})

/** A user with a token in use on a new phone. */
export const inUse = (setting: PhoneSetting = {}, of = user) =>
  Effect.gen(function* () {
    yield* apply(of)
    const app = yield* phone(setting)
    const { token } = yield* app.setUp(typed(of))
    return { app, token }
  })

/** What the books hold now, to look into. */
export const books = Effect.map(MemoryStore.MemoryBooks, ({ books }) => books)

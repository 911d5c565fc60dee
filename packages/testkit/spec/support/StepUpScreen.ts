/**
 * The issuer's screen: the services of step-up authentication over the engine, with telephones and mailboxes that can be looked at.
 */
import type { Actor } from "@kinchaku/domain/engine/Command"
import { Dispatcher } from "@kinchaku/domain/engine/Dispatcher"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { Ids } from "@kinchaku/domain/engine/Ids"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import { PasswordHasher } from "@kinchaku/domain/session/PasswordHasher"
import type { AskedMethod } from "@kinchaku/domain/stepup/CardProfile"
import type { CardReference } from "@kinchaku/domain/stepup/CardReference"
import { Enrolments } from "@kinchaku/domain/stepup/Enrolments"
import type { MerchantCode, PurchaseId } from "@kinchaku/domain/stepup/Purchase"
import { StepUps } from "@kinchaku/domain/stepup/StepUps"
import * as StepUpCourier from "@kinchaku/domain/stepup/StepUpCourier"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import * as SimulatedSms from "../../src/simulators/SimulatedSms.ts"
import * as TestSecrets from "../../src/simulators/TestSecrets.ts"
import { Effect, Layer, Result } from "effect"
import { TestClock } from "effect/testing"
import { noon } from "./PaymentsDesk.ts"

/** A hasher that is as fast as a test needs it: its hashes are the passwords. */
const plainHasher = Layer.succeed(PasswordHasher, {
  hash: (password) => Effect.succeed(`$plain$${password}`),
  verify: (password, phc) => Effect.succeed(phc === `$plain$${password}`)
})

export const password = "correct-horse-1"
export const phone = "09012345678"
export const host = "host:issuer" as Actor
export const merchant = "shop-1" as MerchantCode
const cardReference = "card-reference-1" as CardReference

export const layer = Layer.mergeAll(StepUps.layer, Enrolments.layer, Dispatcher.layer(StepUpCourier.couriers)).pipe(
  Layer.provideMerge(Engine.layer()),
  Layer.provideMerge(
    Layer.mergeAll(MemoryStore.layer, TestDigest.layer, TestSecrets.layer, SimulatedSms.layer(), plainHasher, Ids.layer)
  ),
  Layer.provideMerge(TestClock.layer())
)

/** Runs on new books at noon. */
export const atScreen = <A, E>(program: Effect.Effect<A, E, Layer.Success<typeof layer>>): Effect.Effect<A, E> =>
  Effect.andThen(TestClock.setTime(noon), program).pipe(Effect.provide(layer, { local: true }))

/** A holder who has enrolled with a method. */
export const enrolled = Effect.fnUntraced(function* (method: AskedMethod = "otp") {
  const enrolments = yield* Enrolments
  const contact = { card: cardReference, phone, email: "holder@example.jp", language: "ja" as const }
  const secret = method === "password" ? { password } : {}
  return yield* enrolments.enrol({ ...contact, memberId: "member-1", method, ...secret }, { actor: host, key: "enrol" })
})

/** What is bought, and the key of its intention. */
export const bought = Effect.fnUntraced(function* (key = "buy", amount = 40_000, merchantName = "書店") {
  const stepUps = yield* StepUps
  return yield* stepUps.request(
    {
      card: cardReference,
      kind: "online",
      merchant,
      merchantName,
      amount: amount as PositiveYen,
      country: "JP",
      category: "5942"
    },
    { actor: host, key }
  )
})

/** The messages that telephones show, in the order of their purchases. */
export const arrived = Effect.gen(function* () {
  const dispatcher = yield* Dispatcher
  const sms = yield* SimulatedSms.SimulatedSms
  yield* dispatcher.runDue
  return (yield* sms.arrived).toSorted((a, b) => (a.key < b.key ? -1 : 1))
})

/** The code in a message. */
export const codeIn = (text: string): string => /\d{6}/.exec(text)?.[0] ?? "none"

/** Answers a challenge; says "passed", or what the screen says. */
export const answered = Effect.fnUntraced(function* (
  purchase: PurchaseId,
  secret: string,
  key: string,
  memberId = "member-1"
) {
  const stepUps = yield* StepUps
  const answer = yield* Effect.result(stepUps.answer({ purchase, memberId, secret }, { actor: host, key }))
  return Result.isSuccess(answer) ? answer.success.state : answer.failure._tag
})

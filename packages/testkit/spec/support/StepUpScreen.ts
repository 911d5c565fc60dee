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
import type { Books } from "../../src/memory/Books.ts"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import { MemoryBooks } from "../../src/memory/MemoryStore.ts"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import * as SimulatedSms from "../../src/simulators/SimulatedSms.ts"
import * as TestSecrets from "../../src/simulators/TestSecrets.ts"
import { Effect, Layer, Result } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
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

/** What the holder of a history does at the screen, each with a purchase of its own. */
export type Attempt = "right" | "wrong" | "unknownId" | "leaves"

export const attempts = (): fc.Arbitrary<ReadonlyArray<Attempt>> =>
  fc.array(fc.constantFrom<Attempt>("right", "right", "wrong", "unknownId", "leaves"), { minLength: 1, maxLength: 6 })

/** A holder with a method makes purchases and answers as a history says; the address is asked about in between. */
export const attempting = Effect.fnUntraced(function* (method: "otp" | "password", all: ReadonlyArray<Attempt>) {
  const enrolments = yield* Enrolments
  yield* enrolled(method)
  yield* Effect.forEach(
    all,
    Effect.fnUntraced(function* (attempt, n) {
      const { purchase } = yield* bought(`buy ${n}`)
      const code = codeIn((yield* arrived).at(-1)?.text ?? "")
      const right = method === "otp" ? code : password
      if (attempt === "leaves") return
      const secret = attempt === "wrong" ? `${right.slice(0, -1)}x` : right
      yield* answered(purchase, secret, `answer ${n}`, attempt === "unknownId" ? "member-2" : "member-1")
    })
  )
  yield* enrolments.remind("holder@example.jp", { actor: host, key: "remind" })
})

/** Everything that must stand nowhere in the books: what was entered, shown and sent. */
export const secretsOf = Effect.gen(function* () {
  const messages = yield* arrived
  return [
    cardReference,
    "member-1",
    "member-2",
    password,
    phone,
    "holder@example.jp",
    ...messages.map(({ text }) => codeIn(text))
  ]
})

/** The books as text, without the personal data that is kept beside them. */
export const booksText = Effect.map(MemoryBooks, ({ books }) => textOf(books))
const textOf = ({ commands, notices, records, requests }: Books): string =>
  JSON.stringify([commands, [...records].map(([kind, all]) => [kind, [...all]]), [...requests], [...notices]])

/** The personal data beside the books. */
export const personalText = Effect.map(MemoryBooks, ({ books }) => [...books.personal.values()].join())

/** What may become of a challenge before the holder answers it rightly. */
export type Mishap = "none" | "late" | "cardChanged" | "provisional" | "answeredBefore" | "passwordChanged"

/** A challenge to which something happens; the answer that was right when it was put, and whose purchase it is. */
export const mishap = Effect.fnUntraced(function* (what: Mishap) {
  const enrolments = yield* Enrolments
  const intent = { actor: host, key: what }
  if (what === "provisional") {
    const contact = { phone, email: "holder@example.jp", language: "ja" as const }
    yield* enrolments.provisional({ card: cardReference, ...contact }, intent)
  } else yield* enrolled(what === "passwordChanged" ? "password" : "otp")
  const { purchase } = yield* bought()
  const right = what === "passwordChanged" ? password : codeIn((yield* arrived)[0]?.text ?? "")
  if (what === "late") yield* TestClock.setTime(noon + 300_001)
  if (what === "cardChanged") yield* enrolments.cardChanged(cardReference, intent)
  if (what === "answeredBefore") yield* answered(purchase, right, "before")
  if (what === "passwordChanged") {
    const changed = { memberId: "member-1", method: "password" as const, password: "another-horse-2" }
    yield* enrolments.changeMethod(changed, intent)
  }
  return { purchase, right }
})

/** What a merchant is answered about a purchase, or by which name it is refused. */
export const learned = Effect.fnUntraced(function* (purchase: PurchaseId, of: string = merchant) {
  const stepUps = yield* StepUps
  const view = yield* Effect.result(stepUps.merchantView(of as MerchantCode, purchase))
  return Result.isSuccess(view) ? (view.success?.result ?? "nothing") : view.failure._tag
})

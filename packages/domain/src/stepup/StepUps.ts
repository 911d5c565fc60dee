/**
 * StepUps: the service by which purchases by card are judged, challenged and settled (AUT).
 *
 * Two parties look at a purchase: the holder, at the issuer's screen, and the merchant, who learns pass or fail (AUT-04). Card
 * references, member IDs, codes and passwords end here: the books have keyed hashes of them, or nothing.
 */
import { Clock, Context, Effect, Layer, Option, Schema } from "effect"
import type { Intent } from "../account/Accounts.ts"
import { Secrets } from "../account/Secrets.ts"
import { instant } from "../calendar/JapanDate.ts"
import { type CommandId, type ValidationFailed, validator } from "../engine/Command.ts"
import { Busy, Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import { hashed } from "../otp/Otp.ts"
import { PasswordHasher } from "../session/PasswordHasher.ts"
import { password, TypedPassword } from "../session/PasswordRule.ts"
import { CancelPurchase, type PurchaseNotCancellable } from "./Cancelling.ts"
import { CardReference } from "./CardReference.ts"
import {
  cardProfiles,
  EnrolmentProvisional,
  EnrolmentVoid,
  MemberIdUnknown,
  Method,
  ProfileLocked,
  ProfileText
} from "./CardProfile.ts"
import { memberId, MemberId } from "./MemberId.ts"
import {
  MerchantCode,
  type MerchantView,
  merchantView,
  type Purchase,
  type PurchaseChallenged,
  purchaseFields,
  PurchaseId,
  PurchaseNotFound,
  purchases,
  type Screen,
  screenOf
} from "./Purchase.ts"
import { RequestPurchase } from "./PurchaseRequest.ts"
import { AnswerChallenge, type AnswerOutcome, ChallengeExpired, type ChallengeSettled } from "./StepUpChallenge.ts"

/** Refused: the code or the password is another one. How many tries are left is not said. */
export class StepUpMismatch extends Schema.TaggedError<StepUpMismatch>()("StepUpMismatch", {
  purchase: PurchaseId,
  method: Method
}) {}

/** What a holder buys. The device is named by whatever the issuer's screen recognises it by. */
export const PurchaseRequest = Schema.Struct({
  card: CardReference,
  ...purchaseFields,
  device: Schema.optionalKey(Schema.String.check(Schema.isMinLength(8), Schema.isMaxLength(256)))
})
export type PurchaseRequest = typeof PurchaseRequest.Type

/** What a holder enters at the screen: the member ID, and the code or the password that was asked for (AUT-02). */
export const ChallengeAnswer = Schema.Struct({
  purchase: PurchaseId,
  memberId: MemberId,
  secret: TypedPassword
})
export type ChallengeAnswer = typeof ChallengeAnswer.Type

/** What a holder can be told of an answer. */
export type AnswerError =
  | MemberIdUnknown
  | StepUpMismatch
  | ProfileLocked
  | EnrolmentProvisional
  | EnrolmentVoid
  | ChallengeExpired
  | ChallengeSettled
  | PurchaseNotFound

const validatePurchase = validator(PurchaseRequest)
const validateAnswer = validator(ChallengeAnswer)
const validateMerchant = validator(Schema.Struct({ purchase: PurchaseId, merchant: MerchantCode }))
const validateId = validator(Schema.Struct({ purchase: PurchaseId }))

export class StepUps extends Context.Service<
  StepUps,
  {
    /** Asks whether a purchase may go on: it passes, fails, or waits for the holder's answer (AUT-01). */
    readonly request: (request: PurchaseRequest, intent: Intent) => Effect.Effect<Screen, EngineError>
    /** The holder answers the challenge. What is wrong is told by name at the issuer's screen, and counts (AUT-04, LCK-08). */
    readonly answer: (answer: ChallengeAnswer, intent: Intent) => Effect.Effect<Screen, AnswerError | EngineError>
    /** What the issuer's screen shows of a purchase. */
    readonly screen: (
      purchase: PurchaseId
    ) => Effect.Effect<Screen, PurchaseNotFound | ValidationFailed | StoreUnavailable>
    /** What the merchant learns of an own purchase: pass or fail, or none yet (AUT-04, AUT-08). */
    readonly merchantView: (
      merchant: MerchantCode,
      purchase: PurchaseId
    ) => Effect.Effect<MerchantView | undefined, PurchaseNotFound | ValidationFailed | StoreUnavailable>
    /** The merchant cancels an own purchase, challenged or not (AUT-12). */
    readonly cancel: (
      merchant: MerchantCode,
      purchase: PurchaseId,
      intent: Intent
    ) => Effect.Effect<MerchantView, PurchaseNotFound | PurchaseNotCancellable | EngineError>
  }
>()("@kinchaku/domain/stepup/StepUps") {
  static readonly layer: Layer.Layer<StepUps, never, Engine | Store | Secrets | PasswordHasher> = Layer.effect(
    StepUps,
    Effect.suspend(() => make())
  )
}

/** What an outcome is to the holder. */
const told = ({ outcome, purchase }: AnswerOutcome): Effect.Effect<Screen, AnswerError> => {
  switch (outcome) {
    case "passed":
      return Effect.succeed(screenOf(purchase))
    case "memberIdUnknown":
      return Effect.fail(new MemberIdUnknown())
    case "otpMismatch":
      return Effect.fail(new StepUpMismatch({ purchase: purchase.id, method: "otp" }))
    case "passwordMismatch":
      return Effect.fail(new StepUpMismatch({ purchase: purchase.id, method: "password" }))
    case "expired":
      return Effect.fail(new ChallengeExpired({ purchase: purchase.id }))
    case "profileLocked":
      return Effect.fail(new ProfileLocked())
    case "enrolmentProvisional":
      return Effect.fail(new EnrolmentProvisional())
    case "enrolmentVoid":
      return Effect.fail(new EnrolmentVoid())
  }
}

const decodeProfile = Schema.decodeUnknownOption(ProfileText)
/** No password fits it; it is looked at where there is none, so that an answer takes as long as any other. */
const noHash = "none"

const make = Effect.fnUntraced(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const secrets = yield* Secrets
  const hasher = yield* PasswordHasher

  const find = Effect.fnUntraced(function* (id: PurchaseId) {
    const purchase = (yield* store.read([key(purchases, id)])).find(purchases, id)
    return purchase === undefined ? yield* new PurchaseNotFound({ purchase: id }) : purchase
  })

  const request = Effect.fn("StepUps.request")(function* (asked: PurchaseRequest, intent: Intent) {
    const { card, device, ...bought } = yield* Effect.fromResult(validatePurchase(asked))
    const nonce = secrets.nonce()
    const content = {
      card: secrets.keyedHash("card", card),
      ...bought,
      ...(device === undefined ? {} : { device: secrets.keyedHash("device", device) }),
      nonce,
      code: secrets.keyedHash("otp", hashed(nonce, secrets.code(nonce)))
    }
    return screenOf(yield* engine.submit(RequestPurchase, content, intent))
  })

  /** Looks at a password: which one it was compared with, and whether it is right. */
  const checked = Effect.fnUntraced(function* ({ profile }: PurchaseChallenged, typed: string) {
    const found = (yield* store.read([key(cardProfiles, profile)])).find(cardProfiles, profile)
    const id: CommandId | undefined = found?._tag === "full" ? found.password : undefined
    const kept = id === undefined ? undefined : yield* store.personal(id)
    const phc = Option.getOrUndefined(decodeProfile(kept))?.password ?? noHash
    const isRight = yield* hasher.verify(password(typed), phc)
    return id === undefined ? { isRight: false } : { checked: id, isRight }
  })

  const shown = (purchase: Purchase, secret: string) => {
    if (purchase.challenge?._tag === "otp") {
      const code = secrets.keyedHash("otp", hashed(purchase.challenge.nonce, secret.normalize("NFKC").trim()))
      return Effect.succeed({ _tag: "otp" as const, code })
    }
    if (purchase._tag !== "challenged") return Effect.succeed({ _tag: "password" as const, isRight: false })
    return Effect.map(checked(purchase, secret), (evidence) => ({ _tag: "password" as const, ...evidence }))
  }

  const answer = Effect.fn("StepUps.answer")(function* (given: ChallengeAnswer, intent: Intent) {
    const { memberId: typed, purchase: id, secret } = yield* Effect.fromResult(validateAnswer(given))
    const once = Effect.gen(function* () {
      const evidence = yield* shown(yield* find(id), secret)
      const content = { purchase: id, memberId: secrets.keyedHash("memberId", memberId(typed)), shown: evidence }
      return yield* engine.submit(AnswerChallenge, content, intent)
    })
    // A password that was changed while it was looked at is looked at again; one that changes all the time is not waited for.
    const outcome = yield* Effect.retry(once, { times: 2, while: ({ _tag }) => _tag === "PasswordMoved" }).pipe(
      Effect.catchTag("PasswordMoved", () => new Busy({ reason: "contended" }))
    )
    return yield* told(outcome)
  })

  const screen = Effect.fn("StepUps.screen")(function* (purchase: PurchaseId) {
    yield* Effect.fromResult(validateId({ purchase }))
    return screenOf(yield* find(purchase))
  })

  const view = Effect.fn("StepUps.merchantView")(function* (merchant: MerchantCode, id: PurchaseId) {
    yield* Effect.fromResult(validateMerchant({ merchant, purchase: id }))
    const purchase = yield* find(id)
    if (purchase.merchant !== merchant) return yield* new PurchaseNotFound({ purchase: id })
    return merchantView(purchase, instant(yield* Clock.currentTimeMillis))
  })

  const cancel = Effect.fn("StepUps.cancel")(function* (merchant: MerchantCode, purchase: PurchaseId, intent: Intent) {
    yield* engine.submit(CancelPurchase, { merchant, purchase }, intent)
    return { purchase, result: "pass" as const }
  })

  return StepUps.of({ request, answer, screen, merchantView: view, cancel })
})

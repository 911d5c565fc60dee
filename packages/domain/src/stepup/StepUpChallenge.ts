/**
 * Answering a challenge: the member ID with the code of this purchase, or with the password (AUT-02 to AUT-05, LCK-08).
 *
 * What the answer comes to is recorded, right or wrong, so that answers sent at once are counted one by one. The screen tells an
 * unknown ID, a wrong code and a locked profile apart; nothing of it reaches the merchant (AUT-04).
 */
import { Result, Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { sameHash } from "../account/Secrets.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import { type Command, CommandId } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { commandOf, RequestId } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import * as CardActivity from "./CardActivity.ts"
import { type CardProfile, cardProfiles, EnrolmentVoid, isOf, type ProfileFull, ProfileLocked } from "./CardProfile.ts"
import {
  type FailureCause,
  isExpired,
  Purchase,
  type PurchaseChallenged,
  PurchaseId,
  PurchaseNotFound,
  purchases
} from "./Purchase.ts"

/** Refused: the challenge was answered already, or the purchase was never challenged. */
export class ChallengeSettled extends Schema.TaggedError<ChallengeSettled>()("ChallengeSettled", {
  purchase: PurchaseId
}) {}

/** Refused: the time for answering is over; begin the purchase again. */
export class ChallengeExpired extends Schema.TaggedError<ChallengeExpired>()("ChallengeExpired", {
  purchase: PurchaseId
}) {}

/** Refused: the password that was looked at is no longer the profile's. Nothing was counted; look at the present one. */
export class PasswordMoved extends Schema.TaggedError<PasswordMoved>()("PasswordMoved", { purchase: PurchaseId }) {}

/** What was shown beside the member ID: a code as the keyed hash of nonce and code, or what a hasher said of a password. */
const Shown = Schema.Union([
  Schema.TaggedStruct("otp", { code: KeyedHash }),
  Schema.TaggedStruct("password", {
    /** The command that set the password which was looked at. */
    checked: Schema.optionalKey(CommandId),
    isRight: Schema.Boolean
  })
])

const Content = Schema.Struct({ purchase: PurchaseId, memberId: KeyedHash, shown: Shown })
type Content = typeof Content.Type

/** What an answer comes to. */
export const AnswerOutcome = Schema.Struct({
  outcome: Schema.Literals([
    "passed",
    "memberIdUnknown",
    "otpMismatch",
    "passwordMismatch",
    "expired",
    "profileLocked",
    "enrolmentProvisional",
    "enrolmentVoid"
  ]),
  purchase: Purchase
})
export type AnswerOutcome = typeof AnswerOutcome.Type

export type AnswerRefusal =
  | PurchaseNotFound
  | ChallengeSettled
  | ChallengeExpired
  | EnrolmentVoid
  | ProfileLocked
  | PasswordMoved

/** What a holder is told who answers a purchase that is settled already. */
const settledRefusal = (purchase: Exclude<Purchase, PurchaseChallenged>): AnswerRefusal => {
  const cause = purchase._tag === "failed" ? purchase.cause : undefined
  if (cause === "profileLocked") return new ProfileLocked()
  if (cause === "enrolmentVoid") return new EnrolmentVoid()
  if (cause === "expired") return new ChallengeExpired({ purchase: purchase.id })
  return new ChallengeSettled({ purchase: purchase.id })
}

type Outcome = AnswerOutcome["outcome"]

const answered = (outcome: Outcome, purchase: Purchase, puts: ReadonlyArray<Put> = []) =>
  Decision.make<AnswerOutcome>({ result: { outcome, purchase }, puts: [put(purchases, purchase), ...puts] })

const failed = (purchase: PurchaseChallenged, cause: FailureCause, at: Instant): Purchase => ({
  ...purchase,
  _tag: "failed",
  settledAt: at,
  cause
})

/** > failures + 1 ≥ locksAt ⇒ locked, and the purchase has failed; otherwise the holder may try again */
const mistaken = (
  facts: Facts,
  purchase: PurchaseChallenged,
  profile: ProfileFull,
  outcome: Outcome,
  { at, id }: { readonly at: Instant; readonly id: string }
) => {
  const failures = profile.failures + 1
  if (failures < facts.policy.authentication.stepUp.locksAt) {
    return answered(outcome, purchase, [put(cardProfiles, { ...profile, failures })])
  }
  const locked: ProfileFull = { ...profile, failures, lockedAt: at }
  const decision = answered("profileLocked", failed(purchase, "profileLocked", at), [put(cardProfiles, locked)])
  const told = { to: "holder" as const, account: profile.id, subject: profile.id, via: profile.contactIn, at }
  return { ...decision, notices: [{ id: `${id}.1`, kind: "profileLocked" as const, ...told }] }
}

/** How what was shown compares: right, wrong, or about another password than the present one. */
const compared = (
  { challenge }: PurchaseChallenged,
  profile: ProfileFull,
  shown: Content["shown"]
): "right" | "wrong" | "moved" => {
  if (challenge._tag === "otp") {
    return shown._tag === "otp" && sameHash(shown.code, challenge.code) ? "right" : "wrong"
  }
  if (shown._tag === "otp") return "wrong"
  if (shown.checked !== profile.password) return "moved"
  return shown.isRight ? "right" : "wrong"
}

/** The purchase passes; the failures begin anew, and the device is known from now on. */
const passed = (facts: Facts, purchase: PurchaseChallenged, profile: ProfileFull, at: Instant) => {
  const { device } = purchase
  const activity = facts.find(CardActivity.cardActivities, purchase.card) ?? CardActivity.none(purchase.card)
  return answered("passed", { ...purchase, _tag: "passed", settledAt: at }, [
    put(cardProfiles, { ...profile, failures: 0 }),
    ...(device === undefined ? [] : [put(CardActivity.cardActivities, CardActivity.withDevice(activity, device))])
  ])
}

const standing = (
  purchase: PurchaseChallenged,
  profile: CardProfile | undefined,
  at: Instant
): Result.Result<ProfileFull, Decision.Decision<AnswerOutcome>> => {
  if (profile === undefined || profile._tag === "void" || !isOf(profile, purchase.card)) {
    return Result.fail(answered("enrolmentVoid", failed(purchase, "enrolmentVoid", at)))
  }
  if (profile.lockedAt !== undefined) {
    return Result.fail(answered("profileLocked", failed(purchase, "profileLocked", at)))
  }
  // The password that was asked for is gone: the holder answers with a code from now on, and this challenge is over.
  if (purchase.challenge._tag === "password" && profile._tag === "full" && profile.password === undefined) {
    return Result.fail(answered("expired", failed(purchase, "expired", at)))
  }
  if (profile._tag === "full") return Result.succeed(profile)
  return Result.fail(
    isExpired(purchase, at)
      ? answered("expired", failed(purchase, "expired", at))
      : answered("enrolmentProvisional", purchase)
  )
}

/** Answers the challenge of a purchase. A wrong answer counts whenever it comes; a right one too late does not (OTP-03). */
export const AnswerChallenge: Command<Content, AnswerOutcome, AnswerRefusal> = {
  tag: "AnswerChallenge",
  content: Content,
  success: AnswerOutcome,
  // Whether a password was right is what a port said, not what was asked.
  intent: ({ memberId, purchase, shown }) => ({ memberId, purchase, shown: shown._tag === "otp" ? shown : shown._tag }),
  reads: ({ content }) => [key(purchases, content.purchase)],
  readsMore: (found, { content }) => {
    const purchase = found.peek(purchases, content.purchase)
    if (purchase === undefined) return []
    const activity = key(CardActivity.cardActivities, purchase.card)
    return purchase.profile === undefined ? [activity] : [key(cardProfiles, purchase.profile), activity]
  },
  decide: (facts, { at, content, id }) => {
    const purchase = facts.find(purchases, content.purchase)
    if (purchase === undefined) return Result.fail(new PurchaseNotFound({ purchase: content.purchase }))
    if (purchase._tag !== "challenged") return Result.fail(settledRefusal(purchase))
    const held = standing(purchase, facts.find(cardProfiles, purchase.profile), at)
    if (Result.isFailure(held)) return Result.succeed(held.failure)
    const profile = held.success
    if (!sameHash(content.memberId, profile.memberId)) {
      return Result.succeed(mistaken(facts, purchase, profile, "memberIdUnknown", { at, id }))
    }
    const comparison = compared(purchase, profile, content.shown)
    if (comparison === "moved") return Result.fail(new PasswordMoved({ purchase: purchase.id }))
    if (comparison === "wrong") {
      const outcome = purchase.challenge._tag === "otp" ? "otpMismatch" : "passwordMismatch"
      return Result.succeed(mistaken(facts, purchase, profile, outcome, { at, id }))
    }
    return Result.succeed(
      isExpired(purchase, at)
        ? answered("expired", failed(purchase, "expired", at))
        : passed(facts, purchase, profile, at)
    )
  }
}

const DeliveryContent = Schema.Struct({ request: RequestId, answer: Schema.Literals(["sent", "notDelivered"]) })

/**
 * What became of the message with a code; one that did not arrive leaves the challenge open until it expires (OTP-11), and never
 * counts as sent later.
 */
export const RecordStepUpDelivery: Command<typeof DeliveryContent.Type, Purchase, PurchaseNotFound> = {
  tag: "RecordStepUpDelivery",
  content: DeliveryContent,
  success: Purchase,
  reads: ({ content }) => [key(purchases, purchaseOf(content.request))],
  decide: (facts, { content: { answer, request } }) => {
    const id = purchaseOf(request)
    const purchase = facts.find(purchases, id)
    if (purchase === undefined) return Result.fail(new PurchaseNotFound({ purchase: id }))
    const { challenge } = purchase
    if (challenge?._tag !== "otp") return Result.succeed(Decision.make({ result: purchase, answered: [request] }))
    const delivery = challenge.delivery === "notDelivered" ? challenge.delivery : answer
    const told: Purchase = { ...purchase, challenge: { ...challenge, delivery } }
    return Result.succeed(Decision.make({ result: told, puts: [put(purchases, told)], answered: [request] }))
  }
}

/** The purchase whose code a request sends. */
export const purchaseOf = (request: RequestId): PurchaseId => `purc_${commandOf(request)}` as PurchaseId

/**
 * Purchases by card (お買いもの), as step-up authentication knows them: judged, challenged where the issuer finds it necessary,
 * and settled.
 *
 * The record says which card, by keyed hash, and what was bought of whom; the merchant is told of it in `merchantView` and learns
 * no more than pass or fail (AUT-04, AUT-08).
 */
import { Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { Nonce } from "../account/Secrets.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { madeId } from "../engine/Command.ts"
import type { RecordKind } from "../engine/RecordKind.ts"
import { PositiveYen } from "../money/Yen.ts"
import { type Method, ProfileId } from "./CardProfile.ts"
import { PurchaseKind, Reason } from "./Risk.ts"

/** "purc_" and the id of the command that asked for it. */
export const PurchaseId = madeId("purc_").pipe(Schema.brand("PurchaseId"))
export type PurchaseId = typeof PurchaseId.Type

/** The code of a merchant, as the host knows it. */
export const MerchantCode = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9_-]{1,40}$/)).pipe(
  Schema.brand("MerchantCode")
)
export type MerchantCode = typeof MerchantCode.Type

/** What is bought, of whom, and from where. */
export const purchaseFields = {
  kind: PurchaseKind,
  merchant: MerchantCode,
  merchantName: Schema.String.check(Schema.isMaxLength(80), Schema.isPattern(/^[^\p{C}]+$/u)),
  amount: PositiveYen,
  /** Where the merchant is (ISO 3166-1 alpha-2), and what it sells (ISO 18245). */
  country: Schema.String.check(Schema.isPattern(/^[A-Z]{2}$/)),
  category: Schema.String.check(Schema.isPattern(/^\d{4}$/))
}

/** Answered with the code that was sent for this purchase (AUT-03). */
const CodeChallenge = Schema.TaggedStruct("otp", {
  nonce: Nonce,
  /** The keyed hash of nonce and code. */
  code: KeyedHash,
  delivery: Schema.Literals(["pending", "sent", "notDelivered"]),
  expiresAt: Instant
})

/** Answered with the password of the profile. */
const PasswordChallenge = Schema.TaggedStruct("password", { expiresAt: Instant })

/** A question to the holder, for this purchase alone. */
export const Challenge = Schema.Union([CodeChallenge, PasswordChallenge])
export type Challenge = typeof Challenge.Type

const common = {
  id: PurchaseId,
  card: KeyedHash,
  ...purchaseFields,
  device: Schema.optionalKey(KeyedHash),
  /** The profile of the card when it was asked. */
  profile: Schema.optionalKey(ProfileId),
  /** Why the risk rule decided as it did (AUT-01). */
  reasons: Schema.Array(Reason),
  askedAt: Instant
}

/** Waits for the holder's answer. */
export const PurchaseChallenged = Schema.TaggedStruct("challenged", {
  ...common,
  profile: ProfileId,
  challenge: Challenge
})
export type PurchaseChallenged = typeof PurchaseChallenged.Type

/** Passed: at once, or with a challenge that was answered rightly. */
export const PurchasePassed = Schema.TaggedStruct("passed", {
  ...common,
  challenge: Schema.optionalKey(Challenge),
  settledAt: Instant
})
export type PurchasePassed = typeof PurchasePassed.Type

/** Why a purchase failed: the risk rule refused it, or what became of its challenge. */
export const FailureCause = Schema.Literals(["refused", "enrolmentVoid", "profileLocked", "expired"])
export type FailureCause = typeof FailureCause.Type

export const PurchaseFailed = Schema.TaggedStruct("failed", {
  ...common,
  challenge: Schema.optionalKey(Challenge),
  settledAt: Instant,
  cause: FailureCause
})
export type PurchaseFailed = typeof PurchaseFailed.Type

/** Cancelled or returned after it had passed (AUT-12). */
export const PurchaseCancelled = Schema.TaggedStruct("cancelled", {
  ...common,
  challenge: Schema.optionalKey(Challenge),
  settledAt: Instant,
  cancelledAt: Instant
})
export type PurchaseCancelled = typeof PurchaseCancelled.Type

export const Purchase = Schema.Union([PurchaseChallenged, PurchasePassed, PurchaseFailed, PurchaseCancelled])
export type Purchase = typeof Purchase.Type

export const purchases: RecordKind<Purchase> = { name: "purchase", schema: Purchase, idOf: ({ id }) => id }

/** Refused: there is no such purchase. */
export class PurchaseNotFound extends Schema.TaggedError<PurchaseNotFound>()("PurchaseNotFound", {
  purchase: PurchaseId
}) {}

/** > at > expiresAt */
export const isExpired = ({ challenge }: PurchaseChallenged, at: Instant): boolean => at > challenge.expiresAt

/** What the issuer's screen knows of a purchase: what is asked of the holder, or how it ended. */
export interface Screen {
  readonly purchase: PurchaseId
  readonly state: Purchase["_tag"]
  readonly merchantName: string
  readonly amount: PositiveYen
  readonly asked?: { readonly method: Method; readonly expiresAt: Instant; readonly delivery?: string }
  readonly cause?: FailureCause
}

/** The screen of a purchase. */
export const screenOf = (purchase: Purchase): Screen => {
  const { _tag: state, amount, id, merchantName } = purchase
  const screen = { purchase: id, state, merchantName, amount }
  if (purchase._tag === "failed") return { ...screen, cause: purchase.cause }
  if (purchase._tag !== "challenged") return screen
  const { _tag: method, expiresAt } = purchase.challenge
  const delivery = purchase.challenge._tag === "otp" ? { delivery: purchase.challenge.delivery } : {}
  return { ...screen, asked: { method, expiresAt, ...delivery } }
}

/** What a merchant learns (AUT-04, AUT-08). */
export interface MerchantView {
  readonly purchase: PurchaseId
  readonly result: "pass" | "fail"
}

/** Pass or fail, or nothing while the holder is asked; never why, nor whether there was a challenge. */
export const merchantView = (purchase: Purchase, at: Instant): MerchantView | undefined => {
  if (purchase._tag === "challenged" && !isExpired(purchase, at)) return undefined
  const passed = purchase._tag === "passed" || purchase._tag === "cancelled"
  return { purchase: purchase.id, result: passed ? "pass" : "fail" }
}

/**
 * Asking for a purchase: the risk rule decides, and where it asks for a challenge, the holder is asked (AUT-01, AUT-03, AUT-11).
 */
import { Result, Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { Nonce } from "../account/Secrets.ts"
import { type Instant, later } from "../calendar/JapanDate.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, type Found, put } from "../engine/Facts.ts"
import { type OutgoingRequest, requestId } from "../engine/Outbox.ts"
import { key, type Key } from "../engine/RecordKind.ts"
import * as CardActivity from "./CardActivity.ts"
import { type CardProfile, isOf, namedKeys, nameKey, profileNamed } from "./CardProfile.ts"
import { type Challenge, type FailureCause, Purchase, purchaseFields, type PurchaseId, purchases } from "./Purchase.ts"
import { assess, type Enrolment, type Reason, type Signals } from "./Risk.ts"

const Content = Schema.Struct({
  card: KeyedHash,
  ...purchaseFields,
  /** The device of the holder, where the merchant's side could tell it. */
  device: Schema.optionalKey(KeyedHash),
  /** What a code would be made from, and the keyed hash of nonce and code: used where the purchase is challenged. */
  nonce: Nonce,
  code: KeyedHash
})
export type PurchaseContent = typeof Content.Type

const enrolmentOf = (profile: CardProfile | undefined, card: KeyedHash): Enrolment => {
  if (profile === undefined) return "none"
  if (!isOf(profile, card)) return "void"
  return profile.lockedAt === undefined ? "enrolled" : "locked"
}

const challengeFor = (profile: CardProfile, { code, nonce }: PurchaseContent, expiresAt: Instant): Challenge =>
  profile._tag === "full" && profile.method === "password"
    ? { _tag: "password", expiresAt }
    : { _tag: "otp", nonce, code, delivery: "pending", expiresAt }

const causeOf = (reasons: ReadonlyArray<Reason>): FailureCause =>
  reasons.find((reason) => reason === "enrolmentVoid" || reason === "profileLocked") ?? "refused"

interface Judged {
  readonly signals: Signals
  readonly profile: CardProfile | undefined
  readonly activity: CardActivity.CardActivity
}

const judged = (facts: Facts, content: PurchaseContent, at: Instant): Judged => {
  const { amount, card, category, country, device, kind } = content
  const before = facts.find(CardActivity.cardActivities, card) ?? CardActivity.none(card)
  const activity = CardActivity.withPurchase(before, at)
  const profile = profileNamed(facts, "card", card)
  const signals: Signals = {
    kind,
    amount,
    country,
    category,
    device,
    knownDevices: before.devices,
    inHour: activity.recent.length,
    enrolment: enrolmentOf(profile, card)
  }
  return { signals, profile, activity }
}

/** Asks whether a purchase may go on. The answer has passed, has failed, or waits for the holder. */
export const RequestPurchase: Command<PurchaseContent, Purchase, never> = {
  tag: "RequestPurchase",
  content: Content,
  success: Purchase,
  // A repeated key is the same purchase, whatever code the repetition would have made.
  intent: ({ code: _, nonce: __, ...asked }) => asked,
  reads: ({ content: { card } }): ReadonlyArray<Key> => [nameKey("card", card), key(CardActivity.cardActivities, card)],
  readsMore: (found: Found, { content: { card } }) => namedKeys(found, "card", card),
  decide: (facts, { at, content, id }) => {
    const { otp, stepUp } = facts.policy.authentication
    const { activity, profile, signals } = judged(facts, content, at)
    const { decision, reasons } = assess(signals, stepUp)
    const { code: _, nonce: __, ...asked } = content
    const common = { id: `purc_${id}` as PurchaseId, ...asked, reasons, askedAt: at }
    const known = profile === undefined ? common : { ...common, profile: profile.id }
    const settle = (purchase: Purchase, requests: ReadonlyArray<OutgoingRequest> = []) =>
      Result.succeed(
        Decision.make({
          result: purchase,
          puts: [put(purchases, purchase), put(CardActivity.cardActivities, activity)],
          requests
        })
      )
    if (decision === "pass") return settle({ _tag: "passed", ...known, settledAt: at })
    if (decision === "refuse" || profile === undefined) {
      return settle({ _tag: "failed", ...known, settledAt: at, cause: causeOf(reasons) })
    }
    const challenge = challengeFor(profile, content, later(at, otp.lifeMinutes * 60_000))
    return settle(
      { _tag: "challenged", ...common, profile: profile.id, challenge },
      challenge._tag === "otp" ? [{ id: requestId(id), kind: "stepUpCode", subject: common.id, askedAt: at }] : []
    )
  }
}

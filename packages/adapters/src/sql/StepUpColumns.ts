/**
 * The columns of step-up authentication: card profiles and what they are found by, card activity, and purchases by card.
 */
import { cardActivities } from "@kinchaku/domain/stepup/CardActivity"
import { cardProfiles, profileNames } from "@kinchaku/domain/stepup/CardProfile"
import { purchases } from "@kinchaku/domain/stepup/Purchase"
import { define, integer, json, type RecordColumns } from "./Columns.ts"

export const stepUpColumns: ReadonlyArray<RecordColumns> = [
  define(cardProfiles, "card_profile", {
    id: "id",
    _tag: "state",
    card: "card",
    email: "email",
    contactIn: "contact_in",
    language: "language",
    failures: integer("failures"),
    lockedAt: integer("locked_at"),
    enrolledAt: integer("enrolled_at"),
    memberId: "member_id",
    method: "method",
    password: "password_in",
    voidedAt: integer("voided_at")
  }),
  define(profileNames, "profile_name", {
    id: "id",
    of: "kind",
    profiles: json("profiles"),
    remindedAt: integer("reminded_at")
  }),
  define(cardActivities, "card_activity", { id: "card", recent: json("recent"), devices: json("devices") }),
  define(purchases, "purchase", {
    id: "id",
    _tag: "state",
    card: "card",
    kind: "kind",
    merchant: "merchant",
    merchantName: "merchant_name",
    amount: integer("amount"),
    country: "country",
    category: "category",
    device: "device",
    profile: "profile",
    reasons: json("reasons"),
    askedAt: integer("asked_at"),
    challenge: json("challenge"),
    settledAt: integer("settled_at"),
    cause: "cause",
    cancelledAt: integer("cancelled_at")
  })
]

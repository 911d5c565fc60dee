/**
 * Samples of step-up authentication: profiles, names, activity and purchases in every state, with and without each field that
 * may be absent.
 */
import type { Nonce } from "@kinchaku/domain/account/Secrets"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { max } from "@kinchaku/domain/money/Yen"
import { cardActivities, type CardActivity } from "@kinchaku/domain/stepup/CardActivity"
import {
  type CardProfile,
  cardProfiles,
  nameId,
  type ProfileId,
  type ProfileName,
  profileNames
} from "@kinchaku/domain/stepup/CardProfile"
import {
  type Challenge,
  type MerchantCode,
  type Purchase,
  type PurchaseId,
  purchases
} from "@kinchaku/domain/stepup/Purchase"
import { commandId, minute } from "./Batches.ts"
import { keyedHash, positive } from "./Ground.ts"

const profileId = (n: number): ProfileId => `prof_${commandId(n)}` as ProfileId
const profile = (n: number) => ({
  id: profileId(n),
  card: keyedHash(`card ${n}`),
  email: keyedHash(`email ${n}`),
  contactIn: commandId(n),
  language: "ja" as const,
  failures: 0,
  enrolledAt: minute(n)
})
const memberId = (n: number) => keyedHash(`member ${n}`)

const profileSamples = (n: number): ReadonlyArray<CardProfile> => [
  { _tag: "provisional", ...profile(n) },
  { _tag: "full", ...profile(n), memberId: memberId(n), method: "otp" },
  {
    _tag: "full",
    ...profile(n),
    language: "en",
    failures: 5,
    lockedAt: minute(4),
    memberId: memberId(n),
    method: "password",
    password: commandId(n)
  },
  { _tag: "void", ...profile(n), lockedAt: minute(4), memberId: memberId(n), voidedAt: minute(5) },
  { _tag: "void", ...profile(n), voidedAt: minute(5) }
]

const nameSamples = (n: number): ReadonlyArray<ProfileName> => {
  const name = { id: nameId("email", keyedHash(`email ${n}`)), of: "email" as const }
  return [
    { ...name, profiles: [profileId(n)] },
    { ...name, profiles: [profileId(n), profileId(n + 1)], remindedAt: minute(5) },
    { ...name, profiles: [] }
  ]
}

const activitySamples = (n: number): ReadonlyArray<CardActivity> => [
  { id: keyedHash(`card ${n}`), recent: [], devices: [] },
  { id: keyedHash(`card ${n}`), recent: [minute(1), minute(2)], devices: [keyedHash("device")] }
]

const code: Challenge = {
  _tag: "otp",
  nonce: "abcdefghijklmnopqr_-09" as Nonce,
  code: keyedHash("code"),
  delivery: "pending",
  expiresAt: minute(9)
}
const purchase = (n: number) => ({
  id: `purc_${commandId(n)}` as PurchaseId,
  card: keyedHash(`card ${n}`),
  kind: "online" as const,
  merchant: "shop-1" as MerchantCode,
  merchantName: 'O\'Neill & "書店" 🏪',
  amount: positive(1 + n),
  country: "JP",
  category: "5942",
  reasons: [],
  askedAt: minute(n)
})

const purchaseSamples = (n: number): ReadonlyArray<Purchase> => [
  { _tag: "challenged", ...purchase(n), profile: profileId(n), reasons: ["newDevice"], challenge: code },
  {
    _tag: "challenged",
    ...purchase(n),
    kind: "eMoneyTopUp",
    amount: positive(max),
    device: keyedHash("device"),
    profile: profileId(n),
    reasons: ["amount", "newDevice", "unusualCountry", "manyPurchases", "riskyCategory"],
    challenge: { _tag: "password", expiresAt: minute(9) }
  },
  { _tag: "passed", ...purchase(n), kind: "inStore", settledAt: minute(n) },
  {
    _tag: "passed",
    ...purchase(n),
    profile: profileId(n),
    challenge: { ...code, delivery: "sent" },
    settledAt: minute(5)
  },
  { _tag: "failed", ...purchase(n), reasons: ["amount", "notEnrolled"], settledAt: minute(n), cause: "refused" },
  {
    _tag: "failed",
    ...purchase(n),
    profile: profileId(n),
    challenge: { ...code, delivery: "notDelivered" },
    settledAt: minute(5),
    cause: "profileLocked"
  },
  { _tag: "cancelled", ...purchase(n), kind: "standing", settledAt: minute(5), cancelledAt: minute(6) }
]

/** For each kind of this area, versions of the record of a number. */
export const stepUpVersions: Readonly<Record<string, (n: number) => ReadonlyArray<Put>>> = {
  [cardProfiles.name]: (n) => profileSamples(n).map((record) => put(cardProfiles, record)),
  [profileNames.name]: (n) => nameSamples(n).map((record) => put(profileNames, record)),
  [cardActivities.name]: (n) => activitySamples(n).map((record) => put(cardActivities, record)),
  [purchases.name]: (n) => purchaseSamples(n).map((record) => put(purchases, record))
}

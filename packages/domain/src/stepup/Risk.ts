/**
 * The risk rule of the issuer: whether a purchase passes at once, is challenged, or is refused, and why (AUT-01).
 *
 * It is a list of small rules, each a question about the purchase with a weight. Every rule that applies is recorded as a
 * reason; the heaviest decides. A top-up of e-money by card is judged as any online purchase (AUT-09). Where no holder is at a
 * screen, as at a till or for a standing charge, nothing is challenged, because no code may be asked for there (AUT-11).
 */
import { Schema } from "effect"
import type { KeyedHash } from "../account/Account.ts"
import type { Policy } from "../policy/Policy.ts"

/** How a card is used: by its holder online, to top up e-money, at a till, or as a standing charge. */
export const PurchaseKind = Schema.Literals(["online", "eMoneyTopUp", "inStore", "standing"])
export type PurchaseKind = typeof PurchaseKind.Type

/** What is known of the cardholder when the purchase is judged. */
export type Enrolment = "none" | "enrolled" | "locked" | "void"

/** What the rule looks at. */
export interface Signals {
  readonly kind: PurchaseKind
  /** In yen. */
  readonly amount: number
  /** Where the merchant is (ISO 3166-1), and what it sells (ISO 18245). */
  readonly country: string
  readonly category: string
  readonly device: KeyedHash | undefined
  /** Devices on which a challenge of this card was passed. */
  readonly knownDevices: ReadonlyArray<KeyedHash>
  /** Purchases of the card within the last hour, this one included. */
  readonly inHour: number
  readonly enrolment: Enrolment
}

export const Reason = Schema.Literals([
  "enrolmentVoid",
  "profileLocked",
  "refusedCountry",
  "tooManyPurchases",
  "amount",
  "newDevice",
  "unusualCountry",
  "manyPurchases",
  "riskyCategory",
  "notEnrolled"
])
export type Reason = typeof Reason.Type

type StepUpPolicy = Policy["authentication"]["stepUp"]

/** One question about a purchase, and what it weighs when the answer is yes. */
export interface RiskRule {
  readonly reason: Reason
  readonly weight: "challenge" | "refuse"
  readonly applies: (signals: Signals, policy: StepUpPolicy) => boolean
}

/** Whether a holder is at a screen, so that a challenge can be put (AUT-09, AUT-11). */
export const isChallengeable = (kind: PurchaseKind): boolean => kind === "online" || kind === "eMoneyTopUp"

/** The card number of the enrolment is no longer valid (AUT-06). */
export const enrolmentVoid: RiskRule["applies"] = ({ enrolment }) => enrolment === "void"

/** The holder cannot be authenticated until an operator unlocks the profile (LCK-08). */
export const profileLocked: RiskRule["applies"] = ({ enrolment, kind }) =>
  enrolment === "locked" && isChallengeable(kind)

/** > country ∈ refused */
export const refusedCountry: RiskRule["applies"] = ({ country }, { refusedCountries }) =>
  refusedCountries.includes(country)

/** > purchases in an hour ≥ refused from; it bounds the codes that a card can be sent, too */
export const tooManyPurchases: RiskRule["applies"] = ({ inHour }, { refusedFromPerHour }) =>
  inHour >= refusedFromPerHour

/** > amount ≥ challenged from */
export const amount: RiskRule["applies"] = ({ amount: yen }, { challengedFrom }) => yen >= challengedFrom

/** No challenge was ever passed on this device, or it is not known which device it is. */
export const newDevice: RiskRule["applies"] = ({ device, knownDevices }) =>
  device === undefined || !knownDevices.includes(device)

/** > country ∉ usual */
export const unusualCountry: RiskRule["applies"] = ({ country }, { usualCountries }) =>
  !usualCountries.includes(country)

/** > purchases in an hour ≥ challenged from */
export const manyPurchases: RiskRule["applies"] = ({ inHour }, { challengedFromPerHour }) =>
  inHour >= challengedFromPerHour

/** > category ∈ risky */
export const riskyCategory: RiskRule["applies"] = ({ category }, { riskyCategories }) =>
  riskyCategories.includes(category)

/** Every rule, in the order in which reasons are recorded. */
export const rules: ReadonlyArray<RiskRule> = [
  { reason: "enrolmentVoid", weight: "refuse", applies: enrolmentVoid },
  { reason: "profileLocked", weight: "refuse", applies: profileLocked },
  { reason: "refusedCountry", weight: "refuse", applies: refusedCountry },
  { reason: "tooManyPurchases", weight: "refuse", applies: tooManyPurchases },
  { reason: "amount", weight: "challenge", applies: amount },
  { reason: "newDevice", weight: "challenge", applies: newDevice },
  { reason: "unusualCountry", weight: "challenge", applies: unusualCountry },
  { reason: "manyPurchases", weight: "challenge", applies: manyPurchases },
  { reason: "riskyCategory", weight: "challenge", applies: riskyCategory }
]

/** What the rule says of a purchase, and every reason for it. */
export interface Assessment {
  readonly decision: "pass" | "challenge" | "refuse"
  readonly reasons: ReadonlyArray<Reason>
}

/**
 * Judges a purchase. A card that is not enrolled cannot be challenged: what would be is refused.
 *
 * > refuse ⇐ any reason to refuse; challenge ⇐ any reason to challenge, where there is a screen; pass otherwise
 */
export const assess = (signals: Signals, policy: StepUpPolicy): Assessment => {
  const applying = rules.filter(({ applies }) => applies(signals, policy))
  const reasons = applying.map(({ reason }) => reason)
  if (applying.some(({ weight }) => weight === "refuse")) return { decision: "refuse", reasons }
  if (applying.length === 0 || !isChallengeable(signals.kind)) return { decision: "pass", reasons }
  if (signals.enrolment === "none") return { decision: "refuse", reasons: [...reasons, "notEnrolled"] }
  return { decision: "challenge", reasons }
}

/**
 * What the risk rule looks at, what it must say, and the rule as it would be if it saw one thing otherwise.
 */
import type { KeyedHash } from "@kinchaku/domain/account/Account"
import { assess, type Enrolment, type PurchaseKind } from "@kinchaku/domain/stepup/Risk"
import * as fc from "fast-check"
import { device, minute, stepUpPolicy } from "./StepUp.ts"

export const { stepUp } = stepUpPolicy({
  challengedFrom: 30_000,
  challengedFromPerHour: 5,
  refusedFromPerHour: 20,
  usualCountries: ["JP", "US"],
  refusedCountries: ["KP"],
  riskyCategories: ["7995"]
}).authentication

export const signals = {
  kind: fc.constantFrom<PurchaseKind>("online", "eMoneyTopUp", "inStore", "standing"),
  amount: fc.constantFrom(1, 29_999, 30_000, 30_001),
  country: fc.constantFrom("JP", "JP", "JP", "US", "FR", "KP"),
  category: fc.constantFrom("5942", "5942", "7995"),
  device: fc.constantFrom(device(1), device(1), device(2), undefined),
  knownDevices: fc.constantFrom<ReadonlyArray<KeyedHash>>([device(1)], [device(1)], []),
  inHour: fc.constantFrom(1, 1, 4, 5, 19, 20),
  enrolment: fc.constantFrom<Enrolment>("enrolled", "enrolled", "none", "locked", "void")
}
export type Judged = Parameters<typeof assess>[0]

/** What the rule must say, as one sentence for each answer. */
export const expected = (asked: Judged) => {
  const isAtScreen = ["online", "eMoneyTopUp"].includes(asked.kind)
  const asks = [
    ["amount", asked.amount >= 30_000],
    ["newDevice", asked.device === undefined || !asked.knownDevices.includes(asked.device)],
    ["unusualCountry", !["JP", "US"].includes(asked.country)],
    ["manyPurchases", asked.inHour >= 5],
    ["riskyCategory", asked.category === "7995"]
  ].flatMap(([name, applies]) => (applies === true ? [String(name)] : []))
  const refuses = [
    ["enrolmentVoid", asked.enrolment === "void"],
    ["profileLocked", asked.enrolment === "locked" && isAtScreen],
    ["refusedCountry", asked.country === "KP"],
    ["tooManyPurchases", asked.inHour >= 20]
  ].flatMap(([name, applies]) => (applies === true ? [String(name)] : []))
  const isUnanswerable = refuses.length === 0 && asks.length > 0 && isAtScreen && asked.enrolment === "none"
  const decision =
    refuses.length > 0 || isUnanswerable ? "refuse" : asks.length > 0 && isAtScreen ? "challenge" : "pass"
  return { decision, reasons: [...refuses, ...asks, ...(isUnanswerable ? ["notEnrolled"] : [])] }
}
/** The rule as it would be if it saw one thing otherwise. */
export const misjudging =
  (other: (asked: Judged) => Partial<Judged>): typeof assess =>
  (asked, policy) =>
    assess({ ...asked, ...other(asked) }, policy)

/** When something happens that waits so long after what was before it, in milliseconds after noon. */
export const moments = (waits: ReadonlyArray<number>): ReadonlyArray<number> =>
  waits.map((_, n) => waits.slice(0, n + 1).reduce((sum, wait) => sum + wait, 0))
/** How many of them are within the hour that ends with the last. */
export const countedIn = (waits: ReadonlyArray<number>): number =>
  moments(waits).filter((at) => at > (moments(waits).at(-1) ?? 0) - 60 * minute).length

/** What a rule says of a purchase of some kind. */
export const decisionOf = (judge: typeof assess, asked: Judged, kind: PurchaseKind): string =>
  judge({ ...asked, kind }, stepUp).decision

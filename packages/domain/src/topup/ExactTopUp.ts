/**
 * Exact top-up (ぴったりチャージ): the least that a bank can be debited for, so that a payment can go on (TOP-14, TOP-15).
 *
 * What it comes to is the same whatever way the payment is made (TOP-18): the caller says what is needed. Limits and
 * the cap hold as for any top-up; they are asked apart, so that a refusal names its limit.
 */
import { Result, Schema } from "effect"
import type { Account, AccountId, AccountKind } from "../account/Account.ts"
import * as Cash from "../account/Cash.ts"
import { bankable } from "../account/Standing.ts"
import { BankCode, BankLinkId, type BankLinkRegistered, bankLinks } from "../bank/BankLink.ts"
import { bankSettings, settingsKey, settingsOf } from "../bank/BankSettings.ts"
import { bankAvailable } from "../bank/ServiceHours.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Facts, Found } from "../engine/Facts.ts"
import { key, type Key } from "../engine/RecordKind.ts"
import * as Fee from "../fee/Fee.ts"
import { PositiveYen, type Yen } from "../money/Yen.ts"
import { shortfall as shortfallOf } from "../payment/Funding.ts"
import type { BankTerms, Policy } from "../policy/Policy.ts"
import { acceptanceKeys } from "./Acceptance.ts"
import { fee, registered } from "./BankTopUp.ts"

/** An exact top-up as the holder sees and confirms it. */
export const ExactTopUp = Schema.Struct({
  link: BankLinkId,
  bank: BankCode,
  /** What the bank is debited for. > amount − fee ≥ shortfall */
  amount: PositiveYen,
  ...Fee.Fee.fields,
  /** What the balances lack. */
  shortfall: PositiveYen
})
export type ExactTopUp = typeof ExactTopUp.Type

/** An exact top-up, and the link that it debits. */
export interface Plan {
  readonly topUp: ExactTopUp
  readonly link: BankLinkRegistered
}

/**
 * The facts that an exact top-up needs beside account and balances; those of its link are asked for when its settings
 * are known.
 */
export const planKeys = (account: AccountId, at: Instant): ReadonlyArray<Key> => [
  settingsKey(account),
  ...acceptanceKeys(account, at)
]

/** The link that the settings name, once they are fetched. */
export const planKeysMore = (found: Pick<Found, "peek">, account: AccountId): ReadonlyArray<Key> => {
  const link = found.peek(bankSettings, account)?.exactTopUp
  return link === undefined ? [] : [key(bankLinks, link)]
}

interface Grid {
  readonly policy: Policy
  readonly bank: BankCode
  readonly terms: Pick<BankTerms, "minimum" | "step">
  /** The largest amount that is looked at. */
  readonly most: Yen
}

/**
 * Amounts from which another row of the fee table may hold: between two of them one row holds, so what is credited
 * never falls or never rises.
 */
const bandsFrom = ({ policy, terms: { minimum } }: Grid): ReadonlyArray<number> => {
  const edges = policy.fees.flatMap(({ from = minimum, function: of, to = minimum }) =>
    of === "topUp" ? [from, to + 1] : []
  )
  return [minimum, ...new Set(edges.filter((edge) => edge > minimum))].toSorted((a, b) => a - b)
}

/**
 * The least amount on a bank's grid of which at least so much is credited after the fee, or none up to the most that
 * is looked at. Without a fee it is the larger of shortfall and minimum, rounded up to the step (TOP-15).
 *
 * > min { minimum + k × step | minimum + k × step − fee ≥ shortfall }
 */
export const leastAmount = (grid: Grid, shortfall: PositiveYen): PositiveYen | undefined => {
  const { bank, most, policy, terms } = grid
  const { minimum, step } = terms
  const amountAt = (k: number): PositiveYen => PositiveYen.make(minimum + k * step)
  const covers = (k: number): boolean => amountAt(k) - fee({ policy }, bank, amountAt(k)).fee >= shortfall
  const bands = bandsFrom(grid)
  for (const [n, from] of bands.entries()) {
    const last = Math.min((bands[n + 1] ?? Infinity) - 1, most)
    let low = Math.ceil((Math.max(from, shortfall, minimum) - minimum) / step)
    let high = Math.floor((last - minimum) / step)
    if (low > high) continue
    if (covers(low)) return amountAt(low)
    if (!covers(high)) continue
    // Here what is credited rises with the amount: halving finds the first that covers.
    while (high - low > 1) {
      const middle = low + Math.floor((high - low) / 2)
      if (covers(middle)) high = middle
      else low = middle
    }
    return amountAt(high)
  }
  return undefined
}

/** The largest amount that can be topped up at all: a cap bars what is above it, whatever the balance. */
const mostOf = ({ limits }: Policy, kind: AccountKind): Yen => limits[kind].balance

/**
 * The exact top-up of a payment that needs so much, amount and fee together; none where the balances cover it, where
 * no usable link is set for it, or where its bank does not serve now.
 */
export const plan = (facts: Facts, account: Account, needed: Yen, at: Instant): Plan | undefined => {
  const lacking = shortfallOf(needed, Cash.spendable(facts, account, at))
  const set = settingsOf(facts, account.id).exactTopUp
  if (lacking === 0 || set === undefined || Result.isFailure(bankable(facts, account, at))) return undefined
  const link = Result.getOrUndefined(registered(facts, { account: account.id, link: set }))
  const terms = link === undefined ? undefined : facts.policy.banks[link.bank]
  if (link === undefined || terms === undefined || Result.isFailure(bankAvailable(link.bank, terms, at))) {
    return undefined
  }
  const shortfall = PositiveYen.make(lacking)
  const grid = { policy: facts.policy, bank: link.bank, terms, most: mostOf(facts.policy, account.kind) }
  const amount = leastAmount(grid, shortfall)
  if (amount === undefined) return undefined
  return { link, topUp: { link: link.id, bank: link.bank, amount, ...fee(facts, link.bank, amount), shortfall } }
}

const fields = ["link", "bank", "amount", "fee", "feeTax", "shortfall"] as const

/** The plan of now, where it is the one that was confirmed, to the last yen (PAY-05). */
export const confirmedPlan = (
  confirmed: ExactTopUp,
  current: Plan | undefined
): Result.Result<Plan, Fee.QuoteChanged> =>
  current !== undefined && fields.every((field) => confirmed[field] === current.topUp[field])
    ? Result.succeed(current)
    : Result.fail(new Fee.QuoteChanged({ field: "topUp" }))

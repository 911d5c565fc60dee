/**
 * Usage: how much of a limit is used, one counter per account, operation and period.
 *
 * Operations in flight count from the moment they are accepted; one that fails gives its amount back to the very
 * periods it was counted in (LIM-03, LIM-04).
 */
import { Schema } from "effect"
import { AccountId } from "../account/Account.ts"
import * as JapanDate from "../calendar/JapanDate.ts"
import type { Facts } from "../engine/Facts.ts"
import { key, type Key, type RecordKind } from "../engine/RecordKind.ts"
import { Yen } from "../money/Yen.ts"
import * as Amount from "../money/Yen.ts"

export const Operation = Schema.Literals(["topUp", "payment", "payout"])
export type Operation = typeof Operation.Type

/** A day "2026-11-22", a month "2026-11", or "inFlight": what is accepted and not settled yet. */
export type Period = string

export const Usage = Schema.Struct({
  id: Schema.String,
  account: AccountId,
  operation: Operation,
  period: Schema.String,
  total: Yen,
  byWay: Schema.Record(Schema.String, Yen)
})
export type Usage = typeof Usage.Type

export const usages: RecordKind<Usage> = { name: "usage", schema: Usage, idOf: ({ id }) => id }

/** The id of a counter. */
export const usageId = (account: AccountId, operation: Operation, period: Period): string =>
  `${account}:${operation}:${period}`

/** The counter before anything was counted. */
export const empty = (account: AccountId, operation: Operation, period: Period): Usage => ({
  id: usageId(account, operation, period),
  account,
  operation,
  period,
  total: Amount.zero,
  byWay: {}
})

/** The key of the counter of what is accepted and not settled yet. */
export const inFlightKey = (account: AccountId, operation: Operation): Key =>
  key(usages, usageId(account, operation, "inFlight"))

/** The counter of what is accepted and not settled yet. */
export const inFlight = (facts: Pick<Facts, "find">, account: AccountId, operation: Operation): Usage =>
  facts.find(usages, usageId(account, operation, "inFlight")) ?? empty(account, operation, "inFlight")

/** The periods that an operation of this time counts in. */
export const periodsAt = (at: JapanDate.Instant): readonly [day: Period, month: Period] => {
  const day = JapanDate.at(at)
  return [day, JapanDate.monthOf(day)]
}

/** The counter with an amount counted. > total' = total + amount */
export const count = (usage: Usage, way: string, amount: Yen): Usage => ({
  ...usage,
  total: Amount.plus(usage.total, amount),
  byWay: { ...usage.byWay, [way]: Amount.plus(usage.byWay[way] ?? Amount.zero, amount) }
})

/** The counter with an amount given back. > total' = total − amount */
export const giveBack = (usage: Usage, way: string, amount: Yen): Usage => ({
  ...usage,
  total: Amount.minus(usage.total, amount),
  byWay: { ...usage.byWay, [way]: Amount.minus(usage.byWay[way] ?? Amount.zero, amount) }
})

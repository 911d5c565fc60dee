/**
 * Cooling-off: for some hours after a new bank link, a changed phone or a new device, little comes into an account a day (SEC-05).
 *
 * Whoever took over a phone or a password meets it first, while the holder reads the notice of what changed (SEC-06). When it
 * began stands in a record of its own, so that payments, which it does not concern, read nothing more.
 */
import { Result, Schema } from "effect"
import { AccountId } from "../account/Account.ts"
import { Instant, later } from "../calendar/JapanDate.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { key, type Key, type RecordKind } from "../engine/RecordKind.ts"
import * as Amount from "../money/Yen.ts"
import { LimitExceeded, type Request } from "./Limit.ts"

export const CoolingOff = Schema.Struct({
  id: AccountId,
  /** When a bank account, the phone or the device was a new one last. */
  changedAt: Instant
})
export type CoolingOff = typeof CoolingOff.Type

export const coolingOffs: RecordKind<CoolingOff> = { name: "coolingOff", schema: CoolingOff, idOf: ({ id }) => id }

const hourMillis = 3_600_000

export const coolingOffKey = (account: AccountId): Key => key(coolingOffs, account)

/** Notes a change from which it counts, where the policy asks for it. */
export const begun = (facts: Facts, account: AccountId, at: Instant): ReadonlyArray<Put> =>
  facts.policy.account.coolingOff === undefined ? [] : [put(coolingOffs, { id: account, changedAt: at })]

/**
 * Whether an operation stays within what a cooling-off time leaves of its day.
 *
 * > at < changed + hours → used in the day + amount ≤ allowed a day
 */
export const check = (
  facts: Facts,
  account: AccountId,
  { amount, day, operation }: Request,
  at: Instant
): Result.Result<void, LimitExceeded> => {
  const { coolingOff } = facts.policy.account
  const changed = facts.find(coolingOffs, account)
  if (coolingOff === undefined || changed === undefined) return Result.void
  const { hours, perDay: allowed } = coolingOff
  if (at >= later(changed.changedAt, hours * hourMillis) || day.total + amount <= allowed) return Result.void
  const remaining = Amount.minusOrZero(allowed, day.total)
  return Result.fail(
    new LimitExceeded({ limit: "coolingOff", operation, period: day.period, allowed, remaining, asked: amount })
  )
}

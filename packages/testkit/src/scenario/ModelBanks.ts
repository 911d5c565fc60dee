/**
 * The model's banks: when each takes part, and which amounts it takes.
 */
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { minuteOf } from "./ModelCalendar.ts"

/** Why a bank takes part in nothing at a time. */
export const bankCloses = ({ banks }: Policy, bank: string, now: number): string | undefined => {
  const terms = banks[bank]
  if (terms === undefined) return "BankUnknown notOffered"
  if (terms.maintenance.some(({ from, to }) => from <= now && now < to)) return "BankUnavailable maintenance"
  const minute = minuteOf(now)
  return bank === "9998" && (minute < 8 * 60 || minute >= 21 * 60) ? "BankUnavailable outsideServiceHours" : undefined
}

/** Why a bank debits no such amount at a time. */
export const bankRefuses = (policy: Policy, bank: string, amount: number, now: number): string | undefined => {
  const closed = bankCloses(policy, bank, now)
  if (closed !== undefined) return closed
  return bank === "9998" && (amount < 1000 || amount % 1000 !== 0) ? "BelowMinimumAmount" : undefined
}

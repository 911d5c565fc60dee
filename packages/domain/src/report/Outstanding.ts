/**
 * Outstanding funds transfer (未達債務) at the end of each day of Japan, and the security that it requires (要履行保証額, REG-02).
 *
 * Outstanding is what customers hold as money, and what of their payouts the banks have not paid yet, fees included: a payout that
 * fails gives both back.
 */
import { Schema } from "effect"
import type { Totals } from "../audit/Journal.ts"
import { addDays, JapanDate } from "../calendar/JapanDate.ts"
import * as Amount from "../money/Yen.ts"
import { Yen } from "../money/Yen.ts"
import { procedureCost, securityRequired } from "./Law.ts"

/** One day, in whole yen as of 23:59:59.999 JST. */
export const OutstandingDay = Schema.Struct({
  day: JapanDate,
  /** Customers' money. */
  money: Yen,
  /** Payouts that no bank has answered for yet. */
  payoutsInTransit: Yen,
  /** The fees of those payouts. */
  feesHeld: Yen,
  /** > money + payouts in transit + fees held */
  outstanding: Yen,
  /** What paying it all back would cost. */
  procedureCost: Yen,
  /** > max(outstanding + procedure cost, ¥10,000,000) */
  required: Yen
})
export type OutstandingDay = typeof OutstandingDay.Type

/** The days of a period and the greatest security among them, with the first day that requires it. */
export const Outstanding = Schema.Struct({
  from: JapanDate,
  until: JapanDate,
  days: Schema.Array(OutstandingDay),
  max: Schema.Struct({ day: JapanDate, required: Yen })
})
export type Outstanding = typeof Outstanding.Type

/** What was booked in the period on each of the accounts that are outstanding. */
export interface Booked {
  readonly money: Totals
  readonly payoutsInTransit: Totals
  readonly feesHeld: Totals
}

interface DaySums {
  readonly debits: Yen
  readonly credits: Yen
}

/** Credits less debits at the end of each day: what was there before, and what each day added. */
const heldByDay = ({ before, days }: Totals): ((day: JapanDate) => Yen) => {
  const added = new Map<JapanDate, DaySums>()
  for (const { credits, day, debits } of days) {
    const sums = added.get(day) ?? { debits: Amount.zero, credits: Amount.zero }
    added.set(day, { debits: Amount.plus(sums.debits, debits), credits: Amount.plus(sums.credits, credits) })
  }
  let held = Amount.minus(before.credits, before.debits)
  return (day) => {
    const { credits, debits } = added.get(day) ?? { debits: Amount.zero, credits: Amount.zero }
    held = Amount.minus(Amount.plus(held, credits), debits)
    return held
  }
}

const daysOf = (from: JapanDate, until: JapanDate): ReadonlyArray<JapanDate> => {
  const days: Array<JapanDate> = []
  for (let day = from; day <= until; day = addDays(day, 1)) days.push(day)
  return days
}

/** The figures of a period of one day or more. */
export const outstanding = (from: JapanDate, until: JapanDate, booked: Booked): Outstanding => {
  const [money, payoutsInTransit, feesHeld] = [
    heldByDay(booked.money),
    heldByDay(booked.payoutsInTransit),
    heldByDay(booked.feesHeld)
  ]
  const days = daysOf(from, until).map((day): OutstandingDay => {
    const held = { money: money(day), payoutsInTransit: payoutsInTransit(day), feesHeld: feesHeld(day) }
    const total = Amount.plus(Amount.plus(held.money, held.payoutsInTransit), held.feesHeld)
    return {
      day,
      ...held,
      outstanding: total,
      procedureCost: procedureCost(total),
      required: securityRequired(total)
    }
  })
  const max = days.reduce<Outstanding["max"]>(
    (most, { day, required }) => (required > most.required ? { day, required } : most),
    { day: from, required: Amount.zero }
  )
  return { from, until, days, max }
}

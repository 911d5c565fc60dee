/**
 * Calendars: every day of Japan from 2000 to 2099, counted one after another by the lengths of months, without any calendar of a
 * computer, so that whatever the core says of a day can be compared with the day that follows from counting.
 */
import { type Account, accounts } from "@kinchaku/domain/account/Account"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import { WorkingSet } from "@kinchaku/domain/engine/Facts"
import { balanceKind, key } from "@kinchaku/domain/engine/RecordKind"
import type { AccountCode } from "@kinchaku/domain/ledger/AccountCode"
import { empty } from "@kinchaku/domain/ledger/Balance"
import { policyInForce } from "@kinchaku/domain/policy/Policy"
import { RequestDeposit } from "@kinchaku/domain/topup/DepositRequest"
import { Result } from "effect"
import { codeless } from "../../src/scenario/TestPolicy.ts"
import { accountIdOf, accountOf } from "./Payments.ts"
import { commandId } from "./PaymentsDesk.ts"

/** A day as it is counted; `starts` is its first millisecond, `place` its number from 2000-01-01 on. */
export interface Day {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly starts: number
  readonly place: number
  readonly text: string
}

export const hour = 3_600_000
export const dayLong = 24 * hour

const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
/** From 2000 to 2099 every fourth year is a leap year; 2100 is none. */
const lengthOf = (year: number, month: number): number =>
  month === 2 && year % 4 === 0 && year !== 2100 ? 29 : (lengths[month - 1] ?? 0)

// 2000-01-01 is 10,957 days after 1970-01-01, and its midnight in Japan is nine hours before that of UTC.
const firstMidnight = 10_957 * dayLong - 9 * hour

const two = (n: number): string => `${n}`.padStart(2, "0")

const counted = (): ReadonlyArray<Day> => {
  const days: Array<Day> = []
  for (let year = 2000; year <= 2102; year++) {
    for (let month = 1; month <= 12; month++) {
      for (let day = 1; day <= lengthOf(year, month); day++) {
        const place = days.length
        const text = `${year}-${two(month)}-${two(day)}`
        days.push({ year, month, day, starts: firstMidnight + place * dayLong, place, text })
      }
    }
  }
  return days
}

const days = counted()
const places = new Map(days.map(({ place, text }) => [text, place]))

/** The days that are tried: 36,525 of them. */
export const century: ReadonlyArray<Day> = days.filter(({ year }) => year <= 2099)

/** A day so many places later. */
export const later = ({ place }: Day, n: number): Day => {
  const found = days[place + n]
  if (found === undefined) throw new RangeError(`no day ${n} after place ${place} was counted`)
  return found
}

/** The same day two years later, the 28th for 29 February. */
export const twoYearsLater = ({ day, month, year }: Day): Day => {
  const text = `${year + 2}-${two(month)}-${two(month === 2 && day === 29 ? 28 : day)}`
  return later({ ...(days[0] as Day), place: places.get(text) ?? Number.NaN }, 0)
}

/** The last millisecond of a day. */
export const ends = ({ starts }: Day): number => starts + dayLong - 1

/** The moments of a day at which calendars go wrong: its first and last in Japan, and the two around midnight in UTC. */
export const momentsOf = (day: Day): ReadonlyArray<Instant> =>
  [day.starts, day.starts + 9 * hour - 1, day.starts + 9 * hour, ends(day)].map(instant)

/** That something is so on every day; the first day on which it is not is an error. */
export const onEveryDay = (isSo: (day: Day) => boolean): true => {
  const off = century.find((day) => !isSo(day))
  if (off !== undefined) throw new Error(`not so on ${off.text}`)
  return true
}

/** An account whose cash expires at the end of a day. */
export const expiringAt = (day: Day): Account => ({
  ...accountOf(accountIdOf(1), "cash"),
  cashExpiresAt: instant(ends(day))
})

/** What a deposit that is asked for at a time says of its due date, or its refusal. */
export const dueOf = (at: Instant): string => {
  const me = accountIdOf(1)
  const content = { account: me, way: "netBanking", amount: 1_000, quotedFee: 0 }
  const envelope = { id: commandId(1), at, actor: "holder:me", key: "due", content } as unknown as Parameters<
    typeof RequestDeposit.decide
  >[1]
  const facts = new WorkingSet()
  facts.load(key(policyInForce, "current"), { id: "current", version: 1, policy: codeless })
  for (const read of RequestDeposit.reads(envelope)) {
    if (read.kind === balanceKind) facts.loadBalance(empty(read.id as AccountCode))
    else facts.load(read, read.kind === accounts.name ? accountOf(me, "cash") : undefined)
  }
  return Result.match(RequestDeposit.decide(facts, envelope), {
    onSuccess: ({ result }) => result.due,
    onFailure: ({ _tag }) => _tag
  })
}

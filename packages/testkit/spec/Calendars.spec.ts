/**
 * Calendars: what rules say of days, tried on every day from 2000 to 2099 against days that were counted one by one.
 */
import * as Cash from "@kinchaku/domain/account/Cash"
import { noticeDue } from "@kinchaku/domain/account/CashExpiry"
import { releaseTime } from "@kinchaku/domain/bank/Releasing"
import { addDays, at as dayAt, end, instant } from "@kinchaku/domain/calendar/JapanDate"
import * as Usage from "@kinchaku/domain/limit/Usage"
import { compat } from "@kinchaku/domain/policy/Policy"
import * as fc from "fast-check"
import { invariant, limit, notice, transition } from "../src/Rule.ts"
import * as Calendars from "./support/Calendars.ts"

const { dayLong, ends, hour, later, momentsOf, onEveryDay } = Calendars
const givenEveryDay = { days: fc.constant("every day from 2000-01-01 to 2099-12-31 in Japan") }

limit("LIM-01x", "whatever is done on a day, at its first or last moment, counts in that day and in its month", {
  because: "rulebook LIM-01; the Gregorian calendar, 明治三十一年勅令第九十号",
  given: givenEveryDay,
  runs: 1,
  subject: Usage.periodsAt,
  holds: (periodsAt) =>
    onEveryDay((day) =>
      momentsOf(day).every((at) => {
        const [inDay, inMonth] = periodsAt(at)
        return inDay === day.text && inMonth === day.text.slice(0, 7)
      })
    ),
  catches: {
    "the day is that of London": (at) => Usage.periodsAt(instant(at - 9 * hour)),
    "the day begins a millisecond late": (at) => Usage.periodsAt(instant(at - 1)),
    "the day begins a millisecond early": (at) => Usage.periodsAt(instant(at + 1)),
    "a month has thirty days": (at) => {
      const [day, month] = Usage.periodsAt(at)
      return [day, day.endsWith("-31") ? Usage.periodsAt(instant(at + dayLong))[1] : month]
    },
    "2000 is no leap year": (at) => Usage.periodsAt(instant(at >= Date.UTC(2000, 1, 29) ? at + dayLong : at))
  }
})

transition("BAL-04x", "cash that changed at any moment of a day lives to the end of that day's date two years later", {
  because: "seed 000, 最後に増減した日から2年間; 29 February gives the 28th",
  given: givenEveryDay,
  runs: 1,
  subject: Cash.expiryAfter,
  holds: (expiryAfter) =>
    onEveryDay((day) => momentsOf(day).every((at) => expiryAfter(at) === ends(Calendars.twoYearsLater(day)))),
  catches: {
    "two years are 730 days": (at) => end(addDays(dayAt(at), 730)),
    "a leap day gives 1 March": (at) => {
      const [day] = Usage.periodsAt(at)
      return instant(Cash.expiryAfter(at) + (day.endsWith("-02-29") ? dayLong : 0))
    },
    "the last second is lost": (at) => instant(Cash.expiryAfter(at) - 999),
    "the day is that of London": (at) => Cash.expiryAfter(instant(at - 9 * hour))
  }
})

const periods = [90, 30]

/** What is noticed at the moments around a notice period's first day, and around the expiry. */
const noticedRightly =
  (due: typeof noticeDue) =>
  (lastDay: Calendars.Day): boolean => {
    const account = Calendars.expiringAt(lastDay)
    const at = (moment: number, told?: number) =>
      due(periods, told === undefined ? account : { ...account, cashNoticeDays: told }, instant(moment))
    const [first, second] = [lastDay.starts - 90 * dayLong, lastDay.starts - 30 * dayLong]
    return (
      at(first - 1) === undefined &&
      at(first) === 90 &&
      at(second - 1) === 90 &&
      at(second - 1, 90) === undefined &&
      at(second, 90) === 30 &&
      at(second, 30) === undefined &&
      at(ends(lastDay)) === 30 &&
      at(ends(lastDay) + 1) === undefined
    )
  }

notice("BAL-07x", "notices fall due at the first moment of the day 90 and the day 30 days before the last one", {
  because: "rulebook BAL-07; decision 7: days are those of Japan",
  given: givenEveryDay,
  runs: 1,
  subject: noticeDue,
  holds: (due) => onEveryDay(noticedRightly(due)),
  catches: {
    "periods are counted in hours from the last moment": (days, account, at) =>
      noticeDue(days, account, instant(at - dayLong + 1)),
    "a day too early": (days, account, at) => noticeDue(days, account, instant(at + dayLong)),
    "the day is that of London": (days, account, at) => noticeDue(days, account, instant(at - 9 * hour)),
    "it is told after the expiry": (days, account, at) =>
      noticeDue(days, account, instant(Math.min(at, account.cashExpiresAt ?? at))),
    "the second period is left out": (days, account, at) => noticeDue(days.slice(0, 1), account, at)
  }
})

invariant("BNK-03x", "a procedure that was started at any moment of a day ends at 10:00 of the day after", {
  because: "seed 000, 翌日の9時~10時以降; rulebook BNK-03: 10:00 JST of the calendar day after",
  given: givenEveryDay,
  runs: 1,
  subject: (at: number) => releaseTime({ policy: compat }, instant(at)),
  holds: (releaseAt) =>
    onEveryDay((day) => momentsOf(day).every((at) => releaseAt(at) === later(day, 1).starts + 10 * hour)),
  catches: {
    "a day is 24 hours": (at) => instant(at + dayLong),
    "at 9:00": (at) => instant(releaseTime({ policy: compat }, instant(at)) - hour),
    "at 10:00 of the same day where that is to come": (at) => releaseTime({ policy: compat }, instant(at - 10 * hour)),
    "the day is that of London": (at) => releaseTime({ policy: compat }, instant(at - 9 * hour))
  }
})

transition("TOP-04x", "a deposit that is asked for at any moment of a day is due on the third day after it", {
  because: "seed 000, 入金待ち; rulebook TOP-04: due date, default 3 days; decision 7: days are those of Japan",
  given: givenEveryDay,
  runs: 1,
  subject: Calendars.dueOf,
  holds: (dueOf) =>
    onEveryDay((day) => [day.starts, ends(day)].every((at) => dueOf(instant(at)) === later(day, 3).text)),
  catches: {
    "a day too late": (at) => Calendars.dueOf(instant(at + dayLong)),
    "the day is that of London": (at) => Calendars.dueOf(instant(at - 9 * hour)),
    "the day begins a millisecond late": (at) => Calendars.dueOf(instant(at - 1))
  }
})

/**
 * The core's calendar beside JavaScript's: the domain may not use `Date`, its tests may.
 */
import { Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as JapanDate from "../../src/calendar/JapanDate.ts"

const dayMillis = 86_400_000
const nineHours = 9 * 3_600_000
const last = 253_402_268_399_999
const inJapan = new Intl.DateTimeFormat("en-CA", {
  timeZone: "Asia/Tokyo",
  year: "numeric",
  month: "2-digit",
  day: "2-digit"
})
const clockInJapan = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit" })

const days = Array.from({ length: (Date.UTC(2200, 0, 1) - Date.UTC(1970, 0, 1)) / dayMillis }, (_, n) => n * dayMillis)
const iso = (utcMidnight: number): JapanDate.JapanDate =>
  new Date(utcMidnight).toISOString().slice(0, 10) as JapanDate.JapanDate
const moment = fc.oneof(
  fc.constantFrom(0, 1, last - 1, last),
  fc.integer({ min: 0, max: last }),
  fc
    .tuple(fc.nat({ max: 80_000 }), fc.constantFrom(-1, 0, 1))
    .map(([n, off]) => Math.max(n * dayMillis - nineHours + off, 0))
)

describe("every day from 1970 to 2199", () => {
  test("begins at midnight in Japan and ends a millisecond before the next", () => {
    const off = days.filter((utc) => {
      const date = iso(utc)
      const begins = Math.max(utc - nineHours, 0)
      const ends = utc - nineHours + dayMillis - 1
      return (
        JapanDate.start(date) !== begins ||
        JapanDate.end(date) !== ends ||
        JapanDate.at(JapanDate.instant(begins)) !== date ||
        JapanDate.at(JapanDate.instant(ends)) !== date
      )
    })
    expect(off.map(iso)).toEqual([])
  })

  test("is followed by the next, and is the same day some years on, but for 29 February", () => {
    const off = days.filter((utc) => {
      const [date, at] = [iso(utc), new Date(utc)]
      const [year, month, day] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()]
      const lastOfMonth = new Date(Date.UTC(year + 2, month + 1, 0)).getUTCDate()
      return (
        JapanDate.addDays(date, 1) !== iso(utc + dayMillis) ||
        JapanDate.addDays(iso(utc + dayMillis), -1) !== date ||
        JapanDate.addDays(date, 1000) !== iso(utc + 1000 * dayMillis) ||
        JapanDate.addYears(date, 2) !== iso(Date.UTC(year + 2, month, Math.min(day, lastOfMonth))) ||
        JapanDate.make(year, month + 1, day) !== date
      )
    })
    expect(off.map(iso)).toEqual([])
  })
})

test("the day, month and minute at any instant are those of the time zone database", () => {
  fc.assert(
    fc.property(moment, (millis) => {
      const at = JapanDate.instant(millis)
      expect(JapanDate.at(at)).toBe(inJapan.format(millis))
      expect(JapanDate.monthOf(JapanDate.at(at))).toBe(inJapan.format(millis).slice(0, 7))
      const [hours = 0, minutes = 0] = clockInJapan.format(millis).split(":").map(Number)
      expect(JapanDate.minuteOfDay(at)).toBe((hours % 24) * 60 + minutes)
    }),
    { numRuns: 2000 }
  )
})

test("29 February in 2000 years is a day exactly in leap years", () => {
  const leap = Array.from({ length: 2000 }, (_, n) => 1970 + n).filter(
    (year) => JapanDate.make(year, 2, 29) !== undefined
  )
  expect(leap).toEqual(
    Array.from({ length: 2000 }, (_, n) => 1970 + n).filter(
      (year) => new Date(Date.UTC(year, 1, 29)).getUTCDate() === 29
    )
  )
  expect(JapanDate.make(2100, 2, 29)).toBeUndefined()
})

test.each([
  "2026-02-29",
  "2026-13-01",
  "2026-00-10",
  "2026-04-31",
  "2026-01-00",
  "1969-12-31",
  "2026-1-1",
  "26-01-01",
  "2026/01/01",
  "2026-01-01T",
  ""
])("%j is no day", (text) => expect(Schema.is(JapanDate.JapanDate)(text)).toBe(false))

test.each([-1, 0.5, Number.NaN, last + 1, Number.POSITIVE_INFINITY])("%d is no instant", (millis) => {
  expect(() => JapanDate.instant(millis)).toThrow(RangeError)
  expect(Schema.is(JapanDate.Instant)(millis)).toBe(false)
})

test("later is so many milliseconds later, within the calendar", () => {
  expect(JapanDate.later(JapanDate.instant(5), 7)).toBe(12)
  expect(() => JapanDate.later(JapanDate.instant(last), 1)).toThrow(RangeError)
})

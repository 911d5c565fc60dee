/**
 * Instants and Japanese calendar days: the one home of day edges.
 *
 * An instant is UTC milliseconds since 1970. A calendar day is that of Japan Standard Time (UTC+9, no summer time since 1951),
 * written "2026-11-22". Wherever a rule says "day", "month" or "23:59:59", it is asked here.
 */
import { Schema } from "effect"

const dayMillis = 86_400_000
const jstOffsetMillis = 9 * 3_600_000

/** Milliseconds since 1970-01-01T00:00:00Z, up to the end of the year 9999. */
export const Instant = Schema.Int.check(
  Schema.isBetween({ minimum: 0, maximum: 253_402_268_399_999 }),
  Schema.makeFilter((millis) => !Object.is(millis, -0) || "expected 0, not -0")
).pipe(Schema.brand("Instant"))
export type Instant = typeof Instant.Type

/** Milliseconds as an instant; anything outside the range is a defect. */
export const instant = (millis: number): Instant => {
  if (!Number.isSafeInteger(millis) || millis < 0 || millis > 253_402_268_399_999) {
    throw new RangeError(`not an instant: ${millis}`)
  }
  return millis as Instant
}

/** The instant so many milliseconds later. */
export const later = (from: Instant, millis: number): Instant => instant(from + millis)

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const daysInMonth = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (monthLengths[month - 1] ?? 0)

const written = /^(\d{4})-(\d{2})-(\d{2})$/
const isDay = (text: string): boolean => {
  const [, year, month, day] = written.exec(text) ?? []
  return (
    year !== undefined &&
    Number(year) >= 1970 &&
    Number(day) >= 1 &&
    Number(day) <= daysInMonth(Number(year), Number(month))
  )
}

/** A day of the Japanese calendar, "YYYY-MM-DD", from 1970 on; 30 February is none. */
export const JapanDate = Schema.String.check(
  Schema.makeFilter((text) => isDay(text) || "expected a calendar day such as 2026-11-22")
).pipe(Schema.brand("JapanDate"))
export type JapanDate = typeof JapanDate.Type

// Days and civil dates convert by the March-based count of 400-year eras (Gregorian calendar, 146,097 days an era).
const daysFromCivil = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`)
const write = (year: number, month: number, day: number): JapanDate =>
  `${`${year}`.padStart(4, "0")}-${two(month)}-${two(day)}` as JapanDate

const civilFromDays = (days: number): JapanDate => {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
  return write(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
}

const parts = (date: JapanDate): readonly [year: number, month: number, day: number] => [
  Number(date.slice(0, 4)),
  Number(date.slice(5, 7)),
  Number(date.slice(8, 10))
]
const daysOf = (date: JapanDate): number => daysFromCivil(...parts(date))

/** The day of year, month and day, or none where there is no such day. */
export const make = (year: number, month: number, day: number): JapanDate | undefined => {
  const text = `${`${year}`.padStart(4, "0")}-${two(month)}-${two(day)}`
  return isDay(text) ? (text as JapanDate) : undefined
}

/** The day in Japan at an instant. */
export const at = (moment: Instant): JapanDate => civilFromDays(Math.floor((moment + jstOffsetMillis) / dayMillis))

/** The month of a day, "YYYY-MM". */
export const monthOf = (date: JapanDate): string => date.slice(0, 7)

/** The first instant of a day, 00:00:00 JST. */
export const start = (date: JapanDate): Instant => instant(Math.max(daysOf(date) * dayMillis - jstOffsetMillis, 0))

/** The last instant of a day, 23:59:59.999 JST: what is due "until 23:59:59" is in time here and late one millisecond after. */
export const end = (date: JapanDate): Instant => instant((daysOf(date) + 1) * dayMillis - jstOffsetMillis - 1)

/** The day so many days later (earlier when negative). */
export const addDays = (date: JapanDate, days: number): JapanDate => civilFromDays(daysOf(date) + days)

/** The same day of the month so many months later, or the last day of a month that has no such day. */
export const addMonths = (date: JapanDate, months: number): JapanDate => {
  const [year, month, day] = parts(date)
  const count = year * 12 + (month - 1) + months
  const [toYear, toMonth] = [Math.floor(count / 12), (count % 12) + 1]
  return write(toYear, toMonth, Math.min(day, daysInMonth(toYear, toMonth)))
}

/** The same calendar day so many years later; 29 February becomes the 28th in a common year. */
export const addYears = (date: JapanDate, years: number): JapanDate => {
  const [year, month, day] = parts(date)
  return write(year + years, month, Math.min(day, daysInMonth(year + years, month)))
}

/** Minutes since midnight in Japan at an instant, 0 to 1439. */
export const minuteOfDay = (moment: Instant): number => Math.floor(((moment + jstOffsetMillis) % dayMillis) / 60_000)

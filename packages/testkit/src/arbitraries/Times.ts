/**
 * Times: calendar days of Japan from 2000 to 2099, and instants close to their edges.
 */
import { addDays, end, type Instant, instant, type JapanDate, start } from "@kinchaku/domain/calendar/JapanDate"
import * as fc from "fast-check"

const firstDay = "2000-01-01" as JapanDate
const daysInAll = 36_524

/** Days on which calendars go wrong: leap days, their neighbours, and the ends of months and years. */
const oddDays = [
  "2024-02-29",
  "2000-02-29",
  "2024-02-28",
  "2024-03-01",
  "2023-02-28",
  "2023-03-01",
  "2028-02-29",
  "2026-12-31",
  "2027-01-01",
  "2026-04-30",
  "2026-01-31",
  "2099-12-31"
].map((day) => day as JapanDate)

/** A day, leap days and ends of months among them. */
export const japanDate = (): fc.Arbitrary<JapanDate> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...oddDays) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: daysInAll }).map((days) => addDays(firstDay, days)) }
  )

/** The first and the last millisecond of a day in Japan, those just outside it, and the day's edges in UTC. */
export const edgesOf = (day: JapanDate): ReadonlyArray<Instant> => {
  const [first, last] = [start(day), end(day)]
  const utcMidnight = first + 9 * 3_600_000
  return [first, last, instant(first - 1), instant(last + 1), instant(utcMidnight), instant(utcMidnight - 1)]
}

/** An instant, most often at the edge of a day in Japan. */
export const moment = (): fc.Arbitrary<Instant> =>
  fc.oneof(
    { weight: 3, arbitrary: japanDate().chain((day) => fc.constantFrom(...edgesOf(day))) },
    { weight: 2, arbitrary: fc.integer({ min: start(firstDay), max: end("2099-12-31" as JapanDate) }).map(instant) }
  )

/** An instant, a millisecond before and after it, a day before and after it, and others near. */
export const momentAround = (at: Instant): fc.Arbitrary<Instant> => {
  const day = 86_400_000
  const near = (millis: number): Instant => instant(Math.max(at + millis, 0))
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(0, -1, 1, -1000, 1000, -day, day).map(near) },
    { weight: 1, arbitrary: fc.integer({ min: -3 * day, max: 3 * day }).map(near) }
  )
}

/**
 * The calendar of the model, by the platform's own dates: Japan is nine hours ahead of UTC.
 */
const nineHours = 9 * 3_600_000
const dayMillis = 24 * 3_600_000
const japan = (at: number): Date => new Date(at + nineHours)

/** The day in Japan, "2026-05-20". */
export const dayOf = (at: number): string => japan(at).toISOString().slice(0, 10)

/** Hours and minutes in Japan as minutes. */
export const minuteOf = (at: number): number => japan(at).getUTCHours() * 60 + japan(at).getUTCMinutes()

/** The last millisecond of a day in Japan. */
export const endOf = (day: string): number => Date.parse(`${day}T23:59:59.999+09:00`)

/** The day so many days after the day of an instant. */
export const dayAfter = (at: number, days: number): string => dayOf(at + days * dayMillis)

/** Ten in the morning of the next day. */
export const nextMorning = (at: number): number => Date.parse(`${dayAfter(at, 1)}T10:00:00+09:00`)

/** The last millisecond of the day two years after an instant; of 28 February where there is no 29th. */
export const endTwoYearsAfter = (at: number): number => {
  const [year = "", monthAndDay = ""] = [dayOf(at).slice(0, 4), dayOf(at).slice(4)]
  return endOf(`${Number(year) + 2}${monthAndDay === "-02-29" ? "-02-28" : monthAndDay}`)
}

/** The last millisecond of a month in Japan, of the next month where this one's has passed. */
export const endOfMonth = (at: number): number => {
  const end = (months: number) =>
    Date.UTC(japan(at).getUTCFullYear(), japan(at).getUTCMonth() + months, 1) - nineHours - 1
  return end(1) > at ? end(1) : end(2)
}

/** Noon of the next 29 February. */
export const nextLeapDay = (at: number): number => {
  const noons = [2028, 2032, 2036, 2040, 2044, 2048, 2052].map((year) => Date.parse(`${year}-02-29T12:00:00+09:00`))
  return noons.find((noon) => noon > at) ?? at
}

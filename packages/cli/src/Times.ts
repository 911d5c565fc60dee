/**
 * Times as people write them: in Japan, and days that end at 23:59:59.
 */
import { type Instant, instant, JapanDate, end } from "@kinchaku/domain/calendar/JapanDate"
import { Effect, Option, Schema } from "effect"
import { type Failed, usage } from "./Exit.ts"

const jstOffsetMillis = 9 * 3_600_000

/** An instant as it is written in Japan: "2026-11-22T10:00:00.000+09:00". */
export const inJapan = (at: Instant): string => new Date(at + jstOffsetMillis).toISOString().replace("Z", "+09:00")

const asDay = Schema.decodeUnknownOption(JapanDate)
const isoForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/

/** A time on the command line: a day of Japan stands for its end; a time without a zone is of Japan. */
export const readTime = (text: string): Effect.Effect<Instant, Failed> => {
  const day = asDay(text)
  if (Option.isSome(day)) return Effect.succeed(end(day.value))
  const millis = isoForm.test(text)
    ? Date.parse(/(Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}+09:00`)
    : Number.NaN
  return millis >= 0
    ? Effect.succeed(instant(millis))
    : Effect.fail(
        usage(
          "Time",
          `時刻 ${text} を読めません。2026-11-22 または 2026-11-22T10:00+09:00 のように指定してください。`,
          `${text} is no time; write 2026-11-22 or 2026-11-22T10:00+09:00.`
        )
      )
}

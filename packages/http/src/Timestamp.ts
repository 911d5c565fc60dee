/**
 * Timestamps on the wire: RFC 3339 with the offset of Japan, "2026-11-22T15:04:05.000+09:00".
 */
import { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { Schema, SchemaTransformation } from "effect"

const offsetMillis = 9 * 3_600_000

/** An instant as it is written on the wire. */
export const write = (instant: number): string => new Date(instant + offsetMillis).toISOString().replace("Z", "+09:00")

const InJapan = Schema.String.annotate({
  format: "date-time",
  description: "RFC 3339, with the offset of Japan",
  examples: ["2026-11-22T15:04:05.000+09:00"]
})

const rfc3339 =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** An instant as others may write it: with any offset, and to any fraction of a second. */
export const Written = Schema.String.check(
  Schema.isPattern(rfc3339, { message: "expected a time as in RFC 3339, with its offset" })
).pipe(Schema.decodeTo(Instant, SchemaTransformation.transform({ decode: (text) => Date.parse(text), encode: write })))

export const Timestamp = InJapan.pipe(
  Schema.decodeTo(Instant, SchemaTransformation.transform({ decode: (text) => Date.parse(text), encode: write }))
)

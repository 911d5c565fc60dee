/**
 * Timestamps on the wire: RFC 3339 with the offset of Japan, "2026-11-22T15:04:05.000+09:00".
 */
import { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { Schema, SchemaTransformation } from "effect"

const offsetMillis = 9 * 3_600_000

/** An instant as it is written on the wire. */
export const write = (instant: number): string => new Date(instant + offsetMillis).toISOString().replace("Z", "+09:00")

const Written = Schema.String.annotate({
  format: "date-time",
  description: "RFC 3339, with the offset of Japan",
  examples: ["2026-11-22T15:04:05.000+09:00"]
})

export const Timestamp = Written.pipe(
  Schema.decodeTo(Instant, SchemaTransformation.transform({ decode: (text) => Date.parse(text), encode: write }))
)

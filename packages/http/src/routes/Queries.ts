/**
 * What queries have in common: amounts and numbers as they are written in a path or after a question mark.
 */
import { PositiveYen } from "@kinchaku/domain/money/Yen"
import { Schema, SchemaTransformation } from "effect"

/** An amount as it is written in a query: decimal digits without leading zeros. */
export const AmountText = Schema.String.check(
  Schema.isPattern(/^[1-9]\d{0,15}$/u, { message: "expected a whole amount of yen of at least 1" })
).pipe(
  Schema.decodeTo(PositiveYen, SchemaTransformation.transform({ decode: Number, encode: (amount) => `${amount}` }))
)

/** A number of lines as it is written in a query. */
export const LimitText = Schema.String.check(
  Schema.isPattern(/^[1-9]\d{0,3}$/u, { message: "expected a number of lines of at least 1" })
).pipe(Schema.decodeTo(Schema.Int, SchemaTransformation.transform({ decode: Number, encode: (limit) => `${limit}` })))

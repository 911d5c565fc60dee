/**
 * Yen: whole, never negative, never signed. The side of a posting says which way value moves.
 *
 * A branded safe integer; bigint exists only at the edge of an SQL store. Source: LED-09.
 */
import { Result, Schema } from "effect"

/** The largest amount that can be held: 2^53 − 1 (LED-09). */
export const max = 9_007_199_254_740_991

/** An amount of yen, 0 to {@link max}. */
export const Yen = Schema.Int.check(
  Schema.isBetween({ minimum: 0, maximum: max }),
  Schema.makeFilter((n) => !Object.is(n, -0) || "expected 0, not -0")
).pipe(Schema.brand("Yen"))
export type Yen = typeof Yen.Type

/** An amount of at least one yen. */
export const PositiveYen = Yen.check(Schema.isGreaterThan(0)).pipe(Schema.brand("PositiveYen"))
export type PositiveYen = typeof PositiveYen.Type

/** Refused: the amount would leave the range in which every yen can be told apart (LED-09). */
export class AmountOutOfRange extends Schema.TaggedError<AmountOutOfRange>()("AmountOutOfRange", {
  field: Schema.String
}) {}

export const zero = 0 as Yen

/** Whether a number is an amount of yen. */
export const isYen = (n: number): n is Yen => Number.isSafeInteger(n) && n >= 0 && !Object.is(n, -0)

/** An amount from a number that is known to be one; anything else is a defect. */
export const make = (n: number): Yen => {
  if (!isYen(n)) throw new RangeError(`not an amount of yen: ${n}`)
  return n
}

/** > a + b, refused where it would leave the safe range */
export const add = (a: Yen, b: Yen, field = "amount"): Result.Result<Yen, AmountOutOfRange> => {
  const sum = a + b
  return isYen(sum) ? Result.succeed(sum) : Result.fail(new AmountOutOfRange({ field }))
}

/** > a + b, where the sum is known to fit; a sum that does not is a defect. */
export const plus = (a: Yen, b: Yen): Yen => make(a + b)

/** > a − b, where b ≤ a is known; otherwise a defect. */
export const minus = (a: Yen, b: Yen): Yen => make(a - b)

/** > max(a − b, 0) */
export const minusOrZero = (a: Yen, b: Yen): Yen => make(Math.max(a - b, 0))

/** The smaller of two amounts. */
export const min = (a: Yen, b: Yen): Yen => (a <= b ? a : b)

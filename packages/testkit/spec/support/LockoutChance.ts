/**
 * The chance to guess a code, as an exact fraction.
 */
import * as fc from "fast-check"

/** A fraction. */
export interface Chance {
  readonly of: bigint
  readonly in: bigint
}

/** The chance that one of some guesses is right, so many of them at each of some codes that are drawn apart; exactly. */
export const chance = (guesses: ReadonlyArray<number>, codes: number): Chance => {
  const missed = guesses.reduce((product, count) => product * BigInt(codes - count), 1n)
  const all = BigInt(codes) ** BigInt(guesses.length)
  return { of: all - missed, in: all }
}

/** Whether a chance is at most one in so many. */
export const isAtMost = (one: Chance, oneIn: bigint): boolean => one.of * oneIn <= one.in

/** So many guesses, in some way at one code after another. */
export const schedule = (most: number): fc.Arbitrary<ReadonlyArray<number>> =>
  fc.oneof(
    fc.constant([most]),
    fc.constant(Array.from({ length: most }, () => 1)),
    fc.array(fc.integer({ min: 1, max: most }), { minLength: 1, maxLength: 40 }).map((parts) => {
      let left = most
      return parts.map((part) => {
        const taken = Math.min(part, left)
        left -= taken
        return taken
      })
    })
  )

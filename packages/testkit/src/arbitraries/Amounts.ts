/**
 * Amounts of yen: every size, and the edges of the range and of limits more often than chance would have it.
 */
import { max, type PositiveYen, type Yen } from "@kinchaku/domain/money/Yen"
import * as fc from "fast-check"

const between = (least: number, most: number): fc.Arbitrary<Yen> =>
  fc.integer({ min: least, max: most }).map((n) => n as Yen)

/** 0 to 2^53−1: the edges, everyday amounts, and any amount. */
export const yen = (): fc.Arbitrary<Yen> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(0, 1, 2, max - 1, max).map((n) => n as Yen) },
    { weight: 4, arbitrary: between(0, 1_000_000) },
    { weight: 1, arbitrary: between(0, max) }
  )

/** 1 to 2^53−1. */
export const positiveYen = (): fc.Arbitrary<PositiveYen> =>
  fc
    .oneof(
      { weight: 2, arbitrary: fc.constantFrom(1, 2, max - 1, max) },
      { weight: 4, arbitrary: fc.integer({ min: 1, max: 1_000_000 }) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max }) }
    )
    .map((n) => n as PositiveYen)

/** A limit, one yen under, one over, nothing, one yen, and amounts on both sides of it. */
export const yenAround = (limit: number): fc.Arbitrary<Yen> => {
  const inRange = (n: number): number => Math.min(Math.max(n, 0), max)
  const edges = [...new Set([limit, limit - 1, limit + 1, 0, 1].map(inRange))]
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...edges).map((n) => n as Yen) },
    { weight: 1, arbitrary: between(0, inRange(limit)) },
    { weight: 1, arbitrary: between(inRange(limit + 1), inRange(Math.max(limit * 2, limit + 10))) }
  )
}

/** As {@link yenAround}, at least one yen. */
export const positiveYenAround = (limit: number): fc.Arbitrary<PositiveYen> =>
  yenAround(limit)
    .filter((n) => n > 0)
    .map((n) => n as number as PositiveYen)

/**
 * Allocation: an amount split by weights with nothing lost and nothing made.
 *
 * The whole yen of each share is given first; the yen left over go one each to the largest remainders, the earlier share first.
 */
import * as Yen from "./Yen.ts"

/** > Σ shares = amount, and each share differs from its exact part by less than one yen */
export const byWeights = (amount: Yen.Yen, weights: ReadonlyArray<Yen.Yen>): ReadonlyArray<Yen.Yen> => {
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n)
  if (total === 0n) throw new RangeError("an allocation needs a weight above zero")
  const exact = weights.map((weight) => BigInt(amount) * BigInt(weight))
  const shares = exact.map((part) => part / total)
  const left = Number(BigInt(amount) - shares.reduce((sum, share) => sum + share, 0n))
  const byRemainder = exact
    .map((part, index) => ({ index, remainder: part % total }))
    .toSorted((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
  const favoured = new Set(byRemainder.slice(0, left).map(({ index }) => index))
  return shares.map((share, index) => Yen.make(Number(share) + (favoured.has(index) ? 1 : 0)))
}

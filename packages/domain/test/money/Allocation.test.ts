import * as fc from "fast-check"
import { expect, test } from "vitest"
import * as Allocation from "../../src/money/Allocation.ts"
import * as Yen from "../../src/money/Yen.ts"

const yen = fc
  .oneof(fc.constantFrom(0, 1, 2, Yen.max), fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: Yen.max }))
  .map(Yen.make)
const weights = fc.array(yen, { minLength: 1, maxLength: 8 }).filter((all) => all.some((weight) => weight > 0))
const sum = (all: ReadonlyArray<number>): bigint => all.reduce((total, n) => total + BigInt(n), 0n)

test("shares add up to the amount, and each is less than one yen from its exact part", () => {
  fc.assert(
    fc.property(yen, weights, (amount, all) => {
      const shares = Allocation.byWeights(amount, all)
      const total = sum(all)
      expect(shares).toHaveLength(all.length)
      expect(sum(shares)).toBe(BigInt(amount))
      shares.forEach((share, index) => {
        const off = BigInt(share) * total - BigInt(amount) * BigInt(all[index] ?? 0)
        expect(off < total && off > -total).toBe(true)
      })
    })
  )
})

test("a weight of nothing gets nothing, and a larger weight never less than a smaller one", () => {
  fc.assert(
    fc.property(yen, weights, (amount, all) => {
      const shares = Allocation.byWeights(amount, all)
      const ordered = all
        .map((weight, index) => ({ weight, share: shares[index] ?? 0 }))
        .toSorted((a, b) => a.weight - b.weight)
      ordered.forEach(({ share, weight }, index) => {
        if (weight === 0) expect(share).toBe(0)
        const smaller = ordered[index - 1]
        if (smaller !== undefined && smaller.weight < weight) expect(share).toBeGreaterThanOrEqual(smaller.share)
      })
    })
  )
})

test.each([
  [100, [1, 1, 1], [34, 33, 33]],
  [101, [1, 1, 1], [34, 34, 33]],
  [10, [1, 2, 4], [1, 3, 6]],
  [1, [1, 1], [1, 0]],
  [0, [3, 5], [0, 0]],
  [Yen.max, [Yen.max, 0], [Yen.max, 0]]
])("¥%d by %j is %j", (amount, all, shares) => {
  expect(Allocation.byWeights(Yen.make(amount), all.map(Yen.make))).toEqual(shares)
})

test("no weight above zero is a defect", () => {
  expect(() => Allocation.byWeights(Yen.make(1), [])).toThrow(RangeError)
  expect(() => Allocation.byWeights(Yen.make(1), [Yen.zero])).toThrow(RangeError)
})

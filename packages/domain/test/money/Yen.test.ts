import { Result, Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as Yen from "../../src/money/Yen.ts"

const none = [
  -1,
  -0,
  0.5,
  1e-300,
  2 ** 53,
  2 ** 53 + 2,
  1e21,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY
]
const edges = [0, 1, 2, Yen.max - 1, Yen.max]
const amount = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 0, max: Yen.max })).map(Yen.make)

describe("an amount", () => {
  test.each(edges)("may be %d", (n) => {
    expect(Yen.make(n)).toBe(n)
    expect(Schema.is(Yen.Yen)(n)).toBe(true)
  })

  test.each(none)("is not %d", (n) => {
    expect(() => Yen.make(n)).toThrow(RangeError)
    expect(Yen.isYen(n)).toBe(false)
    expect(Schema.is(Yen.Yen)(n)).toBe(false)
  })

  test.each(["1", 1n, null, undefined, true, [1], new Number(1)])("is a number, not %s", (value) => {
    expect(Schema.is(Yen.Yen)(value)).toBe(false)
  })

  test("that is positive is at least one yen", () => {
    expect([0, 1, Yen.max].map((n) => Schema.is(Yen.PositiveYen)(n))).toEqual([false, true, true])
  })
})

describe("arithmetic is that of whole numbers", () => {
  test("a sum is exact or refused by its field", () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        const exact = BigInt(a) + BigInt(b)
        const sum = Yen.add(a, b, "total")
        if (exact <= BigInt(Yen.max)) expect(Result.getOrThrow(sum)).toBe(Number(exact))
        else expect(Result.isFailure(sum) && sum.failure).toMatchObject({ _tag: "AmountOutOfRange", field: "total" })
      })
    )
  })

  test("a difference is exact, and a debt is a defect", () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        expect(Yen.minusOrZero(a, b)).toBe(a > b ? Number(BigInt(a) - BigInt(b)) : 0)
        if (b <= a) expect(Yen.plus(Yen.minus(a, b), b)).toBe(a)
        else expect(() => Yen.minus(a, b)).toThrow(RangeError)
        expect(Yen.min(a, b)).toBe(Math.min(a, b))
      })
    )
  })

  test("a sum known to fit that does not is a defect", () => {
    expect(() => Yen.plus(Yen.make(Yen.max), Yen.make(1))).toThrow(RangeError)
  })
})

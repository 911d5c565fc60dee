import { Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as Rate from "../../src/money/Rate.ts"
import * as Yen from "../../src/money/Yen.ts"

const places = 12
const scale = 10n ** BigInt(places)

/** A rate below one as its digits, and as so many parts of 10^12. */
const rate = fc
  .oneof(fc.constantFrom(0n, 1n, scale / 10n, scale / 2n, scale - 1n), fc.bigInt({ min: 0n, max: scale - 1n }))
  .map((parts) => ({ parts, text: Rate.Rate.make(`0.${`${parts}`.padStart(places, "0")}`) }))
const amount = fc
  .oneof(
    fc.constantFrom(0, 1, Yen.max - 1, Yen.max),
    fc.integer({ min: 0, max: 10_000 }),
    fc.integer({ min: 0, max: Yen.max })
  )
  .map(Yen.make)

describe("a rate", () => {
  test.each(["0", "1", "10", "0.1", "0.08", "9.999999999999", "0.000000000001", "1.0"])("may be %s", (text) => {
    expect(Schema.is(Rate.Rate)(text)).toBe(true)
  })
  test.each([
    "",
    "-0.1",
    "+0.1",
    ".1",
    "0.",
    "00.1",
    "01",
    "1e-1",
    "0,1",
    " 0.1",
    "0.1 ",
    "0.1\n",
    "11",
    "10.5",
    "0.1234567890123",
    "NaN",
    "１"
  ])("is not %j", (text) => expect(Schema.is(Rate.Rate)(text)).toBe(false))
  test("is a text, not a float", () => expect(Schema.is(Rate.Rate)(0.1)).toBe(false))
})

describe("a part of an amount", () => {
  test("is the exact product, rounded once", () => {
    fc.assert(
      fc.property(amount, rate, (yen, { parts, text }) => {
        const product = BigInt(yen) * parts
        expect(Rate.of(yen, text, "down")).toBe(Number(product / scale))
        expect(Rate.of(yen, text, "up")).toBe(Number((product + scale - 1n) / scale))
        expect(Rate.of(yen, text, "halfUp")).toBe(Number((2n * product + scale) / (2n * scale)))
      })
    )
  })

  test("is not what floats make of it", () => {
    expect(Rate.of(Yen.make(100), Rate.Rate.make("0.07"), "up")).toBe(7)
    expect(Math.ceil(100 * 0.07)).toBe(8)
    expect(Rate.of(Yen.make(Yen.max), Rate.Rate.make("1"), "down")).toBe(Yen.max)
  })

  test("that leaves the range is a defect", () => {
    expect(() => Rate.of(Yen.make(Yen.max), Rate.Rate.make("1.000001"), "down")).toThrow(RangeError)
  })
})

test("the tax inside an amount is exact, rounded down", () => {
  fc.assert(
    fc.property(amount, rate, (yen, { parts, text }) => {
      expect(Rate.taxIncluded(yen, text)).toBe(Number((BigInt(yen) * parts) / (scale + parts)))
    })
  )
})

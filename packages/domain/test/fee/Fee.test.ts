import { Result } from "effect"
import { describe, expect, test } from "vitest"
import * as Fee from "../../src/fee/Fee.ts"
import { Rate } from "../../src/money/Rate.ts"
import type { Yen } from "../../src/money/Yen.ts"
import { compat, type FeeRule } from "../../src/policy/Policy.ts"

const yen = (n: number) => n as Yen
const quoted = (fees: ReadonlyArray<FeeRule>, amount: number, over: Partial<Fee.Chargeable> = {}): Fee.Fee =>
  Fee.quote({ ...compat, fees }, { function: "payment", amount: yen(amount), ...over })

describe("a fee", () => {
  test.each([
    [999, 0],
    [1000, 50],
    [2000, 50],
    [2001, 0]
  ])("of ¥%d, where ¥1,000 to ¥2,000 cost ¥50, is ¥%d", (amount, fee) => {
    expect(quoted([{ function: "payment", from: yen(1000), to: yen(2000), fixed: yen(50) }], amount).fee).toBe(fee)
  })

  test("has its tax inside", () => {
    expect(quoted([{ function: "payment", fixed: yen(220) }], 1)).toEqual({ fee: 220, feeTax: 20 })
    expect(quoted([], 1)).toEqual({ fee: 0, feeTax: 0 })
  })

  test("of 3.25 % and ¥10 is rounded once, on the percentage", () => {
    expect(quoted([{ function: "payment", fixed: yen(10), rate: Rate.make("0.0325") }], 1000).fee).toBe(42)
  })

  test("is of the row for the way and bank, whichever comes first", () => {
    const rows: ReadonlyArray<FeeRule> = [
      { function: "payment", way: "cpm", fixed: yen(1) },
      { function: "payment", bank: "0009", fixed: yen(2) },
      { function: "payment", fixed: yen(3) }
    ]
    expect(
      [{ way: "cpm" }, { bank: "0009" }, { way: "cpm", bank: "0009" }, { way: "number" }].map(
        (over) => quoted(rows, 1, over).fee
      )
    ).toEqual([1, 2, 1, 3])
  })

  test("that was confirmed has to be the fee of now", () => {
    const now = { fee: yen(110), feeTax: yen(10) }
    expect([109, 110, 111].map((fee) => Result.isSuccess(Fee.confirmed(yen(fee), now)))).toEqual([false, true, false])
    const changed = Fee.confirmed(yen(0), now)
    expect(Result.isFailure(changed) && changed.failure).toMatchObject({ _tag: "QuoteChanged", field: "fee" })
  })
})

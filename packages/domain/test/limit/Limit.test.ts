import { Result } from "effect"
import { describe, expect, test } from "vitest"
import type { AccountId } from "../../src/account/Account.ts"
import { instant } from "../../src/calendar/JapanDate.ts"
import * as Limit from "../../src/limit/Limit.ts"
import * as Usage from "../../src/limit/Usage.ts"
import type { Yen } from "../../src/money/Yen.ts"
import { type Caps, compat, type Policy } from "../../src/policy/Policy.ts"

const account = "acct_01ARZ3NDEKTSV4RRFFQ69G5FAV" as AccountId
const yen = (n: number) => n as Yen
const used = (period: string, amount: number): Usage.Usage =>
  Usage.count(Usage.empty(account, "payment", period), "barcode", yen(amount))
const request = (amount: number, day = 0, month = 0): Limit.Request => ({
  operation: "payment",
  way: "barcode",
  amount: yen(amount),
  day: used("2026-11-22", day),
  month: used("2026-11", month)
})
const policy = (caps: Caps, byWay: Record<string, Caps> = {}): Policy => ({
  ...compat,
  limits: { ...compat.limits, cash: { ...compat.limits.cash, payment: { ...caps, byWay } } }
})

describe("a payment where ¥1,000 are allowed", () => {
  test.each<[string, Policy, Limit.Request, boolean]>([
    ["of ¥999", policy({ perOperation: yen(1000) }), request(999), true],
    ["of ¥1,000", policy({ perOperation: yen(1000) }), request(1000), true],
    ["of ¥1,001", policy({ perOperation: yen(1000) }), request(1001), false],
    ["of what is left of the day", policy({ perDay: yen(1000) }), request(400, 600), true],
    ["of a yen more than is left of the day", policy({ perDay: yen(1000) }), request(401, 600), false],
    ["of what is left of the month", policy({ perMonth: yen(1000) }), request(400, 0, 600), true],
    ["of a yen more than is left of the month", policy({ perMonth: yen(1000) }), request(401, 0, 600), false],
    [
      "where the way allows less",
      policy({ perOperation: yen(1000) }, { barcode: { perOperation: yen(999) } }),
      request(1000),
      false
    ],
    [
      "where another way allows less",
      policy({ perOperation: yen(1000) }, { cpm: { perOperation: yen(1) } }),
      request(1000),
      true
    ],
    [
      "where the way allows more",
      policy({ perOperation: yen(1000) }, { barcode: { perOperation: yen(2000) } }),
      request(1001),
      false
    ]
  ])("%s", (_, policy, asked, allowed) => {
    expect(Result.isSuccess(Limit.check(policy, "cash", asked))).toBe(allowed)
  })
})

test("a refusal names everything", () => {
  const result = Limit.check(
    policy({ perDay: yen(1000) }, { barcode: { perMonth: yen(700) } }),
    "cash",
    request(400, 100, 600)
  )
  expect(Result.isFailure(result) && result.failure).toMatchObject({
    limit: "perMonth",
    operation: "payment",
    way: "barcode",
    period: "2026-11",
    allowed: 700,
    remaining: 100,
    asked: 400
  })
})

test("nothing remains of a limit that was lowered below what is used", () => {
  const result = Limit.check(policy({ perDay: yen(1000) }), "cash", request(1, 2000))
  expect(Result.isFailure(result) && result.failure).toMatchObject({ remaining: 0 })
})

test.each([
  [0, 0, 100_000, true],
  [99_999, 0, 1, true],
  [99_999, 1, 1, false],
  [100_000, 0, 1, false],
  [200_000, 0, 1, false]
])("a balance of ¥%d with ¥%d in flight takes ¥%d under the cap: %s", (balance, inFlight, amount, fits) => {
  expect(Result.isSuccess(Limit.balanceCap(compat, "cash", yen(balance), yen(inFlight), yen(amount)))).toBe(fits)
})

describe("a counter", () => {
  test("that counts and gives back is as before, in all and by way", () => {
    const before = used("2026-11", 5)
    const counted = Usage.count(before, "cpm", yen(7))
    expect(counted).toMatchObject({ total: 12, byWay: { barcode: 5, cpm: 7 } })
    expect(Usage.giveBack(counted, "cpm", yen(7))).toEqual({ ...before, byWay: { barcode: 5, cpm: 0 } })
  })

  test("gives back no more than was counted", () => {
    expect(() => Usage.giveBack(used("2026-11", 5), "barcode", yen(6))).toThrow(RangeError)
    expect(() => Usage.giveBack(used("2026-11", 5), "cpm", yen(1))).toThrow(RangeError)
  })

  test("is that of the day and of the month in Japan", () => {
    const newYear = Date.UTC(2026, 11, 31, 15)
    expect(Usage.periodsAt(instant(newYear - 1))).toEqual(["2026-12-31", "2026-12"])
    expect(Usage.periodsAt(instant(newYear))).toEqual(["2027-01-01", "2027-01"])
  })

  test("has an id of its own for each account, operation and period", () => {
    expect(Usage.usageId(account, "topUp", "inFlight")).toBe(`${account}:topUp:inFlight`)
  })
})

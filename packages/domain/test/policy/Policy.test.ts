import { Equal, Result, Schema } from "effect"
import { describe, expect, test } from "vitest"
import { compat, load, Policy, secure } from "../../src/policy/Policy.ts"

const fieldsOf = (input: unknown): ReadonlyArray<string> =>
  Result.match(load(input), { onSuccess: () => [], onFailure: ({ issues }) => issues.map(({ field }) => field) })
const loaded = (input: unknown): Policy => Result.getOrThrow(load(input))
const bank = { name: "みずほ銀行", minimum: 1, step: 1, opens: "00:00", closes: "24:00", maintenance: [] }

describe("a policy", () => {
  test("without any value is the preset compat; by name, the preset secure", () => {
    expect(Equal.equals(loaded({}), compat)).toBe(true)
    expect(Equal.equals(loaded({ preset: "secure" }), secure)).toBe(true)
    expect(secure.linkFactorsRequired).toBe(2)
  })

  test("has the given values laid over the preset", () => {
    const policy = loaded({ preset: "secure", contact: "03-0000-0000", banks: { "0001": bank } })
    expect(policy).toEqual({ ...secure, contact: "03-0000-0000", banks: { "0001": bank } })
  })

  test("that was recorded before there were codes asks for none, but for payouts", () => {
    const { authentication: _, ...recorded } = compat
    expect(Schema.decodeUnknownSync(Policy)(recorded).authentication.otp.waived).toEqual(["payment", "topUp"])
  })

  test("with the largest, the smallest and no limits is accepted", () => {
    const limits = {
      balance: Number.MAX_SAFE_INTEGER,
      topUp: { perDay: 0 },
      payment: {},
      payout: { byWay: { bank: { perMonth: 1 } } }
    }
    expect(loaded({ limits: { cash: limits, money: limits } }).limits.cash).toEqual(limits)
  })
})

const cash = (over: object) => ({ limits: { ...compat.limits, cash: { ...compat.limits.cash, ...over } } })

describe("a policy that is wrong names the field", () => {
  test.each<[string, unknown, string]>([
    ["an unknown field", { feees: [] }, "feees"],
    ["an unknown field inside", cash({ balnce: 1 }), "limits.cash.balnce"],
    ["an unknown limit", cash({ topUp: { perWeek: 1 } }), "limits.cash.topUp.perWeek"],
    ["an unknown preset", { preset: "strict" }, "preset"],
    ["a number as text", cash({ balance: "100000" }), "limits.cash.balance"],
    ["a negative amount", cash({ balance: -1 }), "limits.cash.balance"],
    ["a fraction of a yen", cash({ balance: 0.5 }), "limits.cash.balance"],
    ["minus zero", cash({ balance: -0 }), "limits.cash.balance"],
    ["an amount out of range", cash({ balance: 2 ** 53 }), "limits.cash.balance"],
    ["no number", cash({ balance: Number.NaN }), "limits.cash.balance"],
    ["a limit that is set to nothing", cash({ topUp: { perDay: undefined } }), "limits.cash.topUp.perDay"],
    ["a part that is missing", { limits: { cash: compat.limits.cash } }, "limits.money"],
    ["null for a part", { limits: null }, "limits"],
    ["a rate as a number", { consumptionTax: 0.1 }, "consumptionTax"],
    ["a rate in percent", { consumptionTax: "10 %" }, "consumptionTax"],
    ["an unknown rounding", { feeRounding: "bankers" }, "feeRounding"],
    ["a fee of an unknown function", { fees: [{ function: "refund", fixed: 1 }] }, "fees.0.function"],
    [
      "a negative fee",
      {
        fees: [
          { function: "payment", fixed: 0 },
          { function: "payout", fixed: -1 }
        ]
      },
      "fees.1.fixed"
    ],
    ["a notice of zero days", { cashExpiryNoticeDays: [90, 0] }, "cashExpiryNoticeDays.1"],
    ["a bank code of three digits", { banks: { "001": bank } }, "banks.001"],
    ["a bank that opens at 24:30", { banks: { "0001": { ...bank, opens: "24:30" } } }, "banks.0001.opens"],
    ["a bank with a step of zero", { banks: { "0001": { ...bank, step: 0 } } }, "banks.0001.step"],
    ["no factor for a link", { linkFactorsRequired: 0 }, "linkFactorsRequired"],
    ["an empty contact", { contact: "" }, "contact"],
    ["a slip maximum of zero", { slipMaximum: 0 }, "slipMaximum"]
  ])("%s", (_, input, field) => {
    expect(fieldsOf(input)).toContain(field)
  })

  test("all of them at once", () => {
    expect(fieldsOf({ contact: "", slipMaximum: 0, feees: 1 }).toSorted()).toEqual(["contact", "feees", "slipMaximum"])
  })

  test.each([
    { input: null },
    { input: undefined },
    { input: 1 },
    { input: "compat" },
    { input: true },
    { input: [] },
    { input: [compat] }
  ])("$input is none at all", ({ input }) => expect(Result.isFailure(load(input))).toBe(true))
})

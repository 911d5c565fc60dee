/**
 * Terms: policies for the rules, the preset `compat` with what a rule is about laid over it.
 */
import type { BankCode } from "@kinchaku/domain/bank/BankLink"
import { max, PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { codeless } from "../../src/scenario/TestPolicy.ts"
import type { Policy } from "@kinchaku/domain/policy/Policy"

/** The one bank there is. */
export const bank = "0001" as BankCode

export type Limits = Policy["limits"]["cash"]

/** No limit at all. */
export const unlimited: Limits = { balance: Yen.make(max), topUp: {}, payment: {}, payout: {} }

/** No limits, no fees, one bank that always serves, slips of every amount; and what is laid over that. */
export const terms = (over: Partial<Policy> = {}): Policy => ({
  ...codeless,
  limits: { cash: unlimited, money: unlimited },
  fees: [],
  slipMaximum: PositiveYen.make(999_999),
  banks: {
    [bank]: {
      name: "みずほ銀行",
      minimum: PositiveYen.make(1),
      step: PositiveYen.make(1),
      opens: "00:00",
      closes: "24:00",
      maintenance: []
    }
  },
  ...over
})

/** The terms with these limits for both kinds of account. */
export const limitedTo = (limits: Partial<Limits>): Policy => {
  const all = { ...unlimited, ...limits }
  return terms({ limits: { cash: all, money: all } })
}

/** The terms with a fee of ¥110 for each top-up and of ¥220 for each payment. */
export const withFees: Policy = terms({
  fees: [
    { function: "topUp", fixed: Yen.make(110) },
    { function: "payment", fixed: Yen.make(220) }
  ]
})

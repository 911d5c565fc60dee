/**
 * The policy of tests: the values of `compat`, two banks that differ in everything, and fees to choose.
 */
import { type Instant, type JapanDate, start } from "@kinchaku/domain/calendar/JapanDate"
import { PositiveYen } from "@kinchaku/domain/money/Yen"
import { type BankTerms, compat, type Policy } from "@kinchaku/domain/policy/Policy"

const day = (text: string): JapanDate => text as JapanDate

/** The window in which the bank 9998 is in maintenance: all of 10 June 2026, Japan time. */
export const maintenance: { readonly from: Instant; readonly to: Instant } = {
  from: start(day("2026-06-10")),
  to: start(day("2026-06-11"))
}

/** The bank 9999: always open, from one yen, in steps of one yen. */
export const openBank: BankTerms = {
  name: "テスト銀行",
  minimum: PositiveYen.make(1),
  step: PositiveYen.make(1),
  opens: "00:00",
  closes: "24:00",
  maintenance: []
}

/** The bank 9998: open from 8:00 to 21:00, from 1,000 yen in steps of 1,000 yen, with a maintenance window. */
export const strictBank: BankTerms = {
  name: "テスト信用金庫",
  minimum: PositiveYen.make(1000),
  step: PositiveYen.make(1000),
  opens: "08:00",
  closes: "21:00",
  maintenance: [maintenance]
}

/** A policy under which accounts with certificate pay and top up without codes, and codes are sent as often as they are asked for. */
export const withoutCodes = (policy: Policy): Policy => ({
  ...policy,
  authentication: {
    ...policy.authentication,
    otp: {
      ...policy.authentication.otp,
      waived: ["payment", "topUp", "payout"],
      resendSeconds: 0,
      perHour: 100_000,
      lifeMinutes: 60
    }
  }
})

/** The values of `compat`, without codes. */
export const codeless: Policy = withoutCodes(compat)

/** The policy of tests, with values of one's own laid over it. Codes are for rules about codes: nothing else asks for one. */
export const testPolicy = (own: Partial<Policy> = {}): Policy => ({
  ...codeless,
  banks: { "9999": openBank, "9998": strictBank },
  ...own
})

/**
 * Cast: the people, bank accounts, billers, slips and policies that happen in a history.
 */
import type { BillerCode } from "@kinchaku/domain/bill/Biller"
import { type SlipNumber, write } from "@kinchaku/domain/bill/SlipBarcode"
import type { JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import { Rate } from "@kinchaku/domain/money/Rate"
import { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { openBank, strictBank, testPolicy } from "./TestPolicy.ts"

/** The people of a history; two of each name. */
export const people = ["テスト タロウ", "テスト タロウ", "テスト ハナコ", "テスト ハナコ"] as const

/** How many different contacts there are; whoever closes an account needs others for the next one. */
export const contactsCount = 6

/** The account numbers that are linked: three that work, and those whose last digits stand for a fault. */
export const numbers = ["0000100", "0000200", "0000500", "0000002", "0000003", "0000004"].concat([
  "0000011",
  "0000014",
  "0000016",
  "0000017"
])
/** The account number whose holder is not the first person of {@link people}. */
export const numberOfHanako = "0000500"

export interface HistoryBiller {
  readonly code: BillerCode
  readonly online: boolean
  readonly slipMaximum?: number
}
export const billers: ReadonlyArray<HistoryBiller> = [
  { code: "111111" as BillerCode, online: false },
  { code: "222222" as BillerCode, online: true },
  { code: "333333" as BillerCode, online: false, slipMaximum: 5000 },
  { code: "444444" as BillerCode, online: true }
]

export interface HistorySlip {
  readonly biller: number
  readonly amount: number
  readonly due?: string
  readonly misread?: boolean
}
const slipKinds: ReadonlyArray<HistorySlip> = [
  { biller: 0, amount: 1200 },
  { biller: 1, amount: 5000 },
  { biller: 1, amount: 5012 },
  { biller: 0, amount: 30_000 },
  { biller: 1, amount: 5011 },
  { biller: 0, amount: 120, due: "2026-03-31" },
  { biller: 1, amount: 1014 },
  { biller: 1, amount: 2016 },
  { biller: 1, amount: 2017, due: "2028-02-29" },
  { biller: 1, amount: 3022 },
  { biller: 2, amount: 5000 },
  { biller: 2, amount: 5001 },
  { biller: 0, amount: 300_000 },
  { biller: 0, amount: 300_001 },
  { biller: 3, amount: 712 },
  { biller: 0, amount: 900, misread: true }
]
export const slipCount = slipKinds.length * 3

/** What the n-th slip says. */
export const slipAt = (n: number): HistorySlip => slipKinds[n % slipKinds.length] ?? { biller: 0, amount: 1 }

/** The digits of the n-th slip; a misread one has a wrong check digit. */
export const digitsAt = (n: number): SlipNumber => {
  const { amount, biller, due, misread } = slipAt(n)
  const digits = write({
    biller: billers[biller]?.code ?? ("" as BillerCode),
    free: `${n}`.padStart(21, "0"),
    reissues: 0,
    stamp: false,
    amount: PositiveYen.make(amount),
    ...(due === undefined ? {} : { due: due as JapanDate })
  })
  return misread === true ? (`${digits.slice(0, 43)}${(Number(digits[43]) + 1) % 10}` as SlipNumber) : digits
}

const yen = (n: number): Yen => Yen.make(n)
/** Payouts reach the one bank one by one and the other in files. */
const banks = { "9999": openBank, "9998": { ...strictBank, payouts: "file" as const } }
const requester = {
  code: "1234567890",
  name: "キンチヤク",
  bank: "9990",
  branch: "001",
  kind: "ordinary" as const,
  number: "7654321"
}
const { limits, wallet: preset } = testPolicy()
const wallet = { ...preset, payout: { ...preset.payout, requester } }
const policyOf = (own: Partial<Policy>): Policy => testPolicy({ banks, wallet, ...own })
const usual = policyOf({})
const { cash, money } = limits

/** The policies of a history: the usual one, lower limits, fees, and a strict one with one bank. */
export const policies: ReadonlyArray<Policy> = [
  usual,
  policyOf({
    limits: {
      cash: { ...cash, balance: yen(20_000), topUp: { perOperation: yen(10_000), perMonth: yen(40_000) } },
      money: {
        balance: yen(50_000),
        topUp: { perDay: yen(60_000), byWay: { bank: { perDay: yen(25_000), perMonth: yen(90_000) } } },
        payment: { perOperation: yen(10_000), perDay: yen(12_000) },
        payout: { ...money.payout, perDay: yen(30_000), perMonth: yen(45_000) }
      }
    }
  }),
  policyOf({
    feeRounding: "halfUp",
    fees: [
      { function: "topUp", bank: "9998", fixed: yen(110) },
      { function: "topUp", way: "atm", fixed: yen(220) },
      { function: "topUp", fixed: yen(10), rate: Rate.make("0.015") },
      { function: "payment", way: "barcode", to: yen(5000), fixed: yen(50) },
      { function: "payment", rate: Rate.make("0.01") },
      { function: "payout", bank: "9999", to: yen(9999), fixed: yen(165) },
      { function: "payout", fixed: yen(330) },
      { function: "bankRegistration", fixed: yen(150) }
    ],
    wallet: { ...wallet, link: { ...wallet.link, freeRegistrations: 1 } }
  }),
  policyOf({
    banks: { "9999": openBank },
    linkFactorsRequired: 2,
    slipMaximum: PositiveYen.make(5000),
    wallet: { ...wallet, link: { ...wallet.link, most: 3 } }
  })
]

/** The n-th policy. */
export const policyAt = (n: number): Policy => policies[n] ?? usual

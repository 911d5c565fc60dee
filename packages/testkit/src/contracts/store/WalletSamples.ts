/**
 * Samples of link procedures and settings, deposits, direct top-ups, payouts and suspense: every state, with and without each field
 * that may be absent.
 */
import { bankSettings, type BankSettings } from "@kinchaku/domain/bank/BankSettings"
import { type LinkProcedure, linkProcedures } from "@kinchaku/domain/bank/LinkProcedure"
import type { JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { bankSettlement } from "@kinchaku/domain/ledger/AccountCode"
import { entryId } from "@kinchaku/domain/ledger/JournalEntry"
import { max } from "@kinchaku/domain/money/Yen"
import {
  type Payout,
  type PayoutBatch,
  payoutBatches,
  type PayoutBatchId,
  type PayoutId,
  payouts
} from "@kinchaku/domain/payout/Payout"
import {
  SuspenseCause,
  type SuspenseItem,
  type SuspenseItemId,
  suspenseItems
} from "@kinchaku/domain/suspense/SuspenseItem"
import {
  type Deposit,
  DepositCause,
  deposits,
  type DepositTopUp,
  depositTopUps,
  type NumberIssued,
  numbersIssued
} from "@kinchaku/domain/topup/Deposit"
import {
  type DirectTopUp,
  type DirectTopUpId,
  directTopUps,
  type MerchantCode,
  type Shop,
  shops
} from "@kinchaku/domain/topup/DirectTopUp"
import { accountId, commandId, minute, request } from "./Batches.ts"
import { bank, depositTopUp, depositTopUpId, lawson, linkId, number, positive, provider, shop, yen } from "./Ground.ts"

const procedureSamples = (n: number): ReadonlyArray<LinkProcedure> => [
  { id: request(n), link: linkId(n), account: accountId(n), startedAt: minute(1) },
  { id: request(n), link: linkId(n), account: accountId(n), startedAt: minute(1), freeRegistrations: 2 },
  { id: request(n), link: linkId(n), account: accountId(n), startedAt: minute(2), fee: positive(110), feeTax: yen(10) }
]

const settings = (n: number): BankSettings => ({ id: accountId(n), registrations: 0 })
const settingsSamples = (n: number): ReadonlyArray<BankSettings> => [
  settings(n),
  { ...settings(n), registrations: 3, exactTopUp: linkId(n) },
  { ...settings(n), registrations: 1, payoutAccount: linkId(n), chosen: linkId(n), chosenAt: minute(4) },
  { ...settings(n), registrations: 2, exactTopUp: linkId(n), chosen: linkId(n), chosenAt: minute(4) }
]

const withoutChain = (n: number) => {
  const { chain: _, ...others } = depositTopUp(n)
  return others
}
const depositTopUpSamples = (n: number): ReadonlyArray<DepositTopUp> => [
  { _tag: "awaiting", ...depositTopUp(n) },
  { _tag: "awaiting", ...depositTopUp(n), issued: { number: number(n), confirmation: "0123" } },
  {
    _tag: "awaiting",
    ...withoutChain(n),
    way: "netBanking",
    issued: { number: number(n), confirmation: "000001", institution: "58021" }
  },
  { _tag: "awaiting", ...withoutChain(n), way: "atm", raisedAt: minute(4) },
  { _tag: "failed", ...depositTopUp(n), settledAt: minute(5), reason: "closed" },
  { _tag: "expired", ...depositTopUp(n), issued: { number: number(n) }, settledAt: minute(5) },
  {
    _tag: "completed",
    ...depositTopUp(n),
    amount: positive(max),
    issued: { number: number(n) },
    creditedTo: "cash",
    deposit: `${provider}:R-${n}`,
    settledAt: minute(6)
  }
]

const numberSamples = (n: number): ReadonlyArray<NumberIssued> =>
  [n, n + 1].map(() => ({ id: `${provider}:${number(n)}`, topUp: depositTopUpId(n) }))

const deposit = (n: number): Deposit => ({
  id: `${provider}:R-${n}`,
  provider,
  number: number(n),
  amount: positive(1000 + n),
  depositedAt: minute(3),
  recordedAt: minute(4),
  topUp: depositTopUpId(n)
})
const depositSamples = (n: number): ReadonlyArray<Deposit> => {
  const { topUp: _, ...unknown } = deposit(n)
  return [
    deposit(n),
    { ...deposit(n), chain: lawson },
    { ...unknown, cause: "unknownNumber" },
    ...DepositCause.literals.map((cause) => ({ ...deposit(n), cause }))
  ]
}

const shopSamples = (n: number): ReadonlyArray<Shop> => [
  shop(n),
  { ...shop(n), merchant: "M-2" as MerchantCode, name: "商店", topUps: false }
]

const direct = (n: number, of = n) => ({
  id: `dir_${commandId(n)}` as DirectTopUpId,
  account: accountId(of),
  amount: positive(5000),
  fee: yen(0),
  feeTax: yen(0),
  at: minute(2)
})
export const directTopUp = (n: number, of = n): DirectTopUp => ({
  _tag: "imported",
  ...direct(n, of),
  way: "remittance",
  importedAt: minute(3)
})
const directSamples = (n: number): ReadonlyArray<DirectTopUp> => [
  directTopUp(n),
  {
    _tag: "shop",
    ...direct(n),
    fee: yen(110),
    feeTax: yen(10),
    shop: shop(n).code,
    merchant: "M-1" as MerchantCode,
    creditedTo: "money"
  }
]

export const payoutId = (n: number): PayoutId => `out_${commandId(n)}` as PayoutId
const batchId = (n: number): PayoutBatchId => `bat_${commandId(n)}` as PayoutBatchId
export const payout = (n: number, of = n) => ({
  id: payoutId(n),
  account: accountId(of),
  link: linkId(of),
  bank,
  amount: positive(1000 + n),
  fee: yen(220),
  feeTax: yen(20),
  route: "gateway" as const,
  request: request(n),
  entry: entryId(commandId(n), 1),
  askedAt: minute(n)
})
const payoutSamples = (n: number): ReadonlyArray<Payout> => [
  { _tag: "processing", ...payout(n) },
  { _tag: "processing", ...payout(n), route: "file" },
  { _tag: "processing", ...payout(n), route: "file", batch: batchId(n), raisedAt: minute(5) },
  { _tag: "completed", ...payout(n), fee: yen(0), feeTax: yen(0), settledAt: minute(6) },
  { _tag: "completed", ...payout(n), settledAt: minute(6), contradictedAt: minute(7) },
  { _tag: "failed", ...payout(n), settledAt: minute(6), reason: "accountClosed" },
  { _tag: "failed", ...payout(n), settledAt: minute(6), reason: "accountClosed", contradictedAt: minute(7) }
]
const batchSamples = (n: number): ReadonlyArray<PayoutBatch> => {
  const batch: PayoutBatch = {
    id: batchId(n),
    payouts: [payoutId(n), payoutId(n + 1)],
    total: positive(2001),
    transferOn: "2026-12-01" as JapanDate,
    madeAt: minute(5)
  }
  return [
    batch,
    { ...batch, bank, readAt: minute(9), rejectedAt: minute(9) },
    { ...batch, payouts: [payoutId(n)], total: positive(max) }
  ]
}

export const suspenseItemId = (n: number): SuspenseItemId => `sus_${commandId(n)}` as SuspenseItemId

/** What stands in suspense, without its state. */
export const suspenseItem = (n: number) =>
  ({
    id: suspenseItemId(n),
    cause: "unknownNumber",
    direction: "in",
    amount: positive(3000),
    against: bankSettlement(bank),
    subject: `${provider}:R-${n}`,
    at: minute(4)
  }) as const

const suspenseSamples = (n: number): ReadonlyArray<SuspenseItem> => {
  const item = suspenseItem(n)
  return [
    { _tag: "open", ...item },
    { _tag: "open", ...item, account: accountId(n), direction: "out" },
    ...SuspenseCause.literals.map((cause): SuspenseItem => ({ _tag: "open", ...item, cause })),
    { _tag: "resolved", ...item, resolution: "returned", resolvedAt: minute(8) },
    { _tag: "resolved", ...item, resolution: "credited", creditedTo: accountId(n), resolvedAt: minute(8) }
  ]
}

/** For each kind of this area, versions of the record of a number. */
export const walletVersions: Readonly<Record<string, (n: number) => ReadonlyArray<Put>>> = {
  [linkProcedures.name]: (n) => procedureSamples(n).map((record) => put(linkProcedures, record)),
  [bankSettings.name]: (n) => settingsSamples(n).map((record) => put(bankSettings, record)),
  [depositTopUps.name]: (n) => depositTopUpSamples(n).map((record) => put(depositTopUps, record)),
  [numbersIssued.name]: (n) => numberSamples(n).map((record) => put(numbersIssued, record)),
  [deposits.name]: (n) => depositSamples(n).map((record) => put(deposits, record)),
  [shops.name]: (n) => shopSamples(n).map((record) => put(shops, record)),
  [directTopUps.name]: (n) => directSamples(n).map((record) => put(directTopUps, record)),
  [payouts.name]: (n) => payoutSamples(n).map((record) => put(payouts, record)),
  [payoutBatches.name]: (n) => batchSamples(n).map((record) => put(payoutBatches, record)),
  [suspenseItems.name]: (n) => suspenseSamples(n).map((record) => put(suspenseItems, record))
}

/**
 * Samples: records of every kind, in every state, with and without each field that may be absent.
 *
 * Each sample is made for a number, so that its id is that number's and the records that it names are there.
 */
import { type Account, accounts } from "@kinchaku/domain/account/Account"
import { type Claim, claimId, claims } from "@kinchaku/domain/account/Claim"
import { type BankLink, bankLinks } from "@kinchaku/domain/bank/BankLink"
import { type Bill, bills } from "@kinchaku/domain/bill/Bill"
import { type Biller, billers } from "@kinchaku/domain/bill/Biller"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { type Usage, usageId, usages } from "@kinchaku/domain/limit/Usage"
import { max } from "@kinchaku/domain/money/Yen"
import { type Payment, payments } from "@kinchaku/domain/payment/Payment"
import { compat, type PolicyInForce, policyInForce, secure } from "@kinchaku/domain/policy/Policy"
import { type TopUp, topUps } from "@kinchaku/domain/topup/TopUp"
import { accessVersions } from "./AccessSamples.ts"
import { accountId, minute } from "./Batches.ts"
import { certificateVersions } from "./CertificateSamples.ts"
import { staffVersions } from "./StaffSamples.ts"
import { stepUpVersions } from "./StepUpSamples.ts"
import { tokenVersions } from "./TokenSamples.ts"
import { walletVersions } from "./WalletSamples.ts"
import {
  account,
  biller,
  keyedHash,
  link,
  payment,
  paymentId,
  positive,
  slipNumber,
  topUp,
  topUpId,
  yen
} from "./Ground.ts"

const usage = (n: number, period: string): Usage => ({
  id: usageId(accountId(n), "topUp", period),
  account: accountId(n),
  operation: "topUp",
  period,
  total: yen(0),
  byWay: {}
})
const claimStates = ["held", "legacy", "retired", "released"] as const

const accountSamples = (n: number): ReadonlyArray<Account> => [
  account(n),
  { ...account(n), kind: "money", cashExpiresAt: minute(9) },
  { ...account(n), cashExpiresAt: minute(8), cashNoticeDays: 90 },
  { ...account(n), kind: "money", origin: "legacy", confirmationNoticeDays: 30 },
  { ...account(n), lockedAt: minute(5), lockCause: "failures" },
  { ...account(n), _tag: "suspended", suspendedAt: minute(5) },
  { ...account(n), _tag: "stopped", stoppedAt: minute(6), reason: "identityUnclear" },
  {
    ...account(n),
    _tag: "stopped",
    stoppedAt: minute(6),
    reason: "other",
    lockedAt: minute(7),
    lockCause: "wrongCodes"
  },
  { ...account(n), _tag: "closed", closedAt: minute(9) },
  { ...account(n), kind: "money" }
]
const claimSamples = (n: number): ReadonlyArray<Claim> =>
  (["person", "email", "phone", "bankAccount"] as const).flatMap((of) =>
    claimStates.map((state) => ({ id: claimId(of, keyedHash(`${n}`)), of, account: accountId(n), state }))
  )
const unasked = (n: number) => {
  const { request: _, ...others } = link(n)
  return others
}
const linkSamples = (n: number): ReadonlyArray<BankLink> => [
  { _tag: "inProcedure", ...link(n) },
  { _tag: "registered", ...link(n), settledAt: minute(5) },
  { _tag: "rejected", ...link(n), settledAt: minute(6), reason: "holderNameMismatch" },
  { _tag: "rejected", ...link(n), settledAt: minute(7), reason: "refusedByBank" },
  { _tag: "removed", ...link(n), settledAt: minute(5), removedAt: minute(8) },
  { _tag: "provisional", ...link(n) },
  { _tag: "provisional", ...unasked(n) },
  { _tag: "removed", ...unasked(n), removedAt: minute(8) },
  { _tag: "inProcedure", ...link(n), releasesAt: minute(900) },
  { _tag: "registered", ...link(n), settledAt: minute(5), operations: 2 },
  { _tag: "inProcedure", ...link(n) }
]
const billSamples = (n: number): ReadonlyArray<Bill> =>
  (["inPayment", "payable", "paid"] as const).map((state) => ({ barcode: slipNumber(n), state, payment: paymentId(n) }))
const billerSamples = (n: number): ReadonlyArray<Biller> => [
  biller(n),
  { ...biller(n), confirmation: "online", slipMaximum: positive(299_999), verifiedOnly: true },
  { ...biller(n), name: 'O\'Neill & "Söhne"; DROP TABLE biller; -- 🏪', active: false }
]
const undrawn = (n: number) => {
  const { entry: _, ...others } = payment(n)
  return { ...others, fromCash: yen(0), fromMoney: yen(0), topUp: topUpId(n) }
}
const paymentSamples = (n: number): ReadonlyArray<Payment> => [
  { _tag: "funding", ...undrawn(n) },
  { _tag: "funding", ...undrawn(n), raisedAt: minute(6) },
  { _tag: "failed", ...undrawn(n), settledAt: minute(6), reason: "insufficientFunds" },
  { _tag: "processing", ...payment(n), topUp: topUpId(n), raisedAt: minute(6) },
  { _tag: "processing", ...payment(n) },
  { _tag: "completed", ...payment(n), settledAt: minute(5) },
  { _tag: "failed", ...payment(n), settledAt: minute(6), reason: "bill withdrawn" },
  {
    _tag: "completed",
    ...payment(n),
    way: "number",
    amount: positive(max),
    fee: yen(0),
    feeTax: yen(0),
    fromCash: yen(max),
    fromMoney: yen(0),
    settledAt: minute(7)
  },
  {
    _tag: "processing",
    ...payment(n),
    amount: positive(1),
    fee: yen(0),
    feeTax: yen(0),
    fromCash: yen(0),
    fromMoney: yen(1)
  }
]
const policySamples = (): ReadonlyArray<PolicyInForce> => [
  { id: "current", version: 1, policy: compat },
  {
    id: "current",
    version: 2,
    policy: {
      ...secure,
      contact: "窓口 ☎ 'a' \"b\" \\ c",
      banks: {
        "0001": {
          name: "みずほ銀行",
          minimum: positive(1000),
          step: positive(500),
          opens: "08:00",
          closes: "24:00",
          maintenance: []
        },
        "0009": {
          name: "三井住友銀行",
          minimum: positive(1),
          step: positive(1),
          opens: "00:00",
          closes: "24:00",
          maintenance: [{ from: minute(1), to: minute(2) }]
        }
      }
    }
  }
]
const topUpSamples = (n: number): ReadonlyArray<TopUp> => [
  { _tag: "processing", ...topUp(n) },
  { _tag: "processing", ...topUp(n), raisedAt: minute(4) },
  { _tag: "completed", ...topUp(n), creditedTo: "cash", settledAt: minute(5) },
  {
    _tag: "completed",
    ...topUp(n),
    raisedAt: minute(4),
    creditedTo: "money",
    settledAt: minute(5),
    contradictedAt: minute(6)
  },
  { _tag: "failed", ...topUp(n), settledAt: minute(5), reason: "insufficientFunds" },
  { _tag: "failed", ...topUp(n), settledAt: minute(5), reason: "closed", contradictedAt: minute(6) },
  { _tag: "processing", ...topUp(n), amount: positive(max), fee: yen(0), feeTax: yen(0) },
  { _tag: "completed", ...topUp(n), payment: paymentId(n), creditedTo: "money", settledAt: minute(5) }
]
const usageSamples = (n: number): ReadonlyArray<Usage> => [
  usage(n, "2026-11"),
  { ...usage(n, "2026-11"), total: yen(max), byWay: { bank: yen(max - 1), shop: yen(1) } },
  { ...usage(n, "2026-11"), total: yen(5), byWay: { bank: yen(5) } }
]

const putsOf =
  <R extends object>(kind: Parameters<typeof put<R>>[0], samples: (n: number) => ReadonlyArray<R>) =>
  (n: number): ReadonlyArray<Put> =>
    samples(n).map((record) => put(kind, record))

/** For each kind, versions of the record of a number: each is another state, and all have one id. */
export const versions: Readonly<Record<string, (n: number) => ReadonlyArray<Put>>> = {
  [accounts.name]: putsOf(accounts, accountSamples),
  [claims.name]: (n) => putsOf(claims, claimSamples)(n).slice(0, claimStates.length),
  [bankLinks.name]: putsOf(bankLinks, linkSamples),
  [bills.name]: putsOf(bills, billSamples),
  [billers.name]: putsOf(billers, billerSamples),
  [payments.name]: putsOf(payments, paymentSamples),
  [policyInForce.name]: putsOf(policyInForce, policySamples),
  [topUps.name]: putsOf(topUps, topUpSamples),
  [usages.name]: putsOf(usages, usageSamples),
  ...accessVersions,
  ...certificateVersions,
  ...staffVersions,
  ...stepUpVersions,
  ...tokenVersions,
  ...walletVersions
}

/** Claims of every kind in every state, each with its own id. */
export const allClaims = (n: number): ReadonlyArray<Put> =>
  putsOf(
    claims,
    claimSamples
  )(n).map(({ id, kind, record }, index) => ({
    kind,
    id: `${id}${index}`,
    record: { ...record, id: `${id}${index}` }
  }))

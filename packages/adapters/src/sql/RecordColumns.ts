/**
 * Record columns: which table keeps each kind of record, and which column each field of it.
 */
import { accounts } from "@kinchaku/domain/account/Account"
import { claims } from "@kinchaku/domain/account/Claim"
import { bankLinks } from "@kinchaku/domain/bank/BankLink"
import { bills } from "@kinchaku/domain/bill/Bill"
import { billers } from "@kinchaku/domain/bill/Biller"
import { usages } from "@kinchaku/domain/limit/Usage"
import { payments } from "@kinchaku/domain/payment/Payment"
import { policyInForce } from "@kinchaku/domain/policy/Policy"
import { topUps } from "@kinchaku/domain/topup/TopUp"
import { certificateColumns } from "./CertificateColumns.ts"
import { accessColumns } from "./AccessColumns.ts"
import { staffColumns } from "./StaffColumns.ts"
import { stepUpColumns } from "./StepUpColumns.ts"
import { tokenColumns } from "./TokenColumns.ts"
import { walletColumns } from "./WalletColumns.ts"
import { define, flag, integer, json, type RecordColumns, remembering } from "./Columns.ts"

export const topUpColumns = define(topUps, "top_up", {
  id: "id",
  _tag: "state",
  account: "account",
  way: "way",
  link: "link",
  bank: "bank",
  amount: integer("amount"),
  fee: integer("fee"),
  feeTax: integer("fee_tax"),
  request: "request",
  passbookText: "passbook_text",
  askedAt: integer("asked_at"),
  raisedAt: integer("raised_at"),
  creditedTo: "credited_to",
  settledAt: integer("settled_at"),
  reason: "reason",
  contradictedAt: integer("contradicted_at"),
  payment: "payment"
})

export const paymentColumns = define(payments, "payment", {
  id: "id",
  _tag: "state",
  account: "account",
  way: "way",
  biller: "biller",
  payee: "payee",
  barcode: "barcode",
  amount: integer("amount"),
  fee: integer("fee"),
  feeTax: integer("fee_tax"),
  fromCash: integer("from_cash"),
  fromMoney: integer("from_money"),
  entry: "entry",
  paidAt: integer("paid_at"),
  settledAt: integer("settled_at"),
  reason: "reason",
  topUp: "top_up",
  raisedAt: integer("raised_at")
})

/** Every kind of record; a kind comes after those that its rows refer to. */
export const recordColumns: ReadonlyArray<RecordColumns> = [
  remembering(define(policyInForce, "policy", { id: "id", version: integer("version"), policy: json("policy") })),
  define(accounts, "account", {
    id: "id",
    _tag: "state",
    kind: "kind",
    origin: "origin",
    person: "person",
    kanaName: "kana_name",
    openedAt: integer("opened_at"),
    confirmedAt: integer("confirmed_at"),
    confirmationNoticeDays: integer("confirmation_notice_days"),
    lockedAt: integer("locked_at"),
    lockCause: "lock_cause",
    cashExpiresAt: integer("cash_expires_at"),
    cashNoticeDays: integer("cash_notice_days"),
    suspendedAt: integer("suspended_at"),
    stoppedAt: integer("stopped_at"),
    reason: "stop_reason",
    closedAt: integer("closed_at")
  }),
  ...accessColumns,
  ...staffColumns,
  define(claims, "claim", { id: "id", of: "kind", account: "account", state: "state" }),
  define(bankLinks, "bank_link", {
    id: "id",
    _tag: "state",
    account: "account",
    bank: "bank",
    bankAccount: "bank_account",
    request: "request",
    askedAt: integer("asked_at"),
    settledAt: integer("settled_at"),
    reason: "reason",
    removedAt: integer("removed_at"),
    releasesAt: integer("releases_at"),
    operations: integer("operations")
  }),
  topUpColumns,
  define(billers, "biller", {
    code: "code",
    name: "name",
    confirmation: "confirmation",
    slipMaximum: integer("slip_maximum"),
    active: flag("active"),
    verifiedOnly: flag("verified_only")
  }),
  paymentColumns,
  define(bills, "bill", { barcode: "barcode", state: "state", payment: "payment" }),
  define(usages, "usage", {
    id: "id",
    account: "account",
    operation: "operation",
    period: "period",
    total: integer("total"),
    byWay: json("by_way")
  }),
  ...walletColumns,
  ...certificateColumns,
  ...stepUpColumns,
  ...tokenColumns
]

const places = new Map(recordColumns.map(({ kind }, place) => [kind, place]))

/** Puts what is referred to before what refers to it. */
export const inOrder = <P extends { readonly kind: string }>(puts: ReadonlyArray<P>): ReadonlyArray<P> =>
  puts.toSorted((a, b) => (places.get(a.kind) ?? 0) - (places.get(b.kind) ?? 0))

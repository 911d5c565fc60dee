/**
 * The columns of what the wallet keeps beside top-ups from banks and payments: link procedures and settings, deposits, direct top-ups,
 * payouts and suspense.
 */
import { bankSettings } from "@kinchaku/domain/bank/BankSettings"
import { linkProcedures } from "@kinchaku/domain/bank/LinkProcedure"
import { payoutBatches, payouts } from "@kinchaku/domain/payout/Payout"
import { suspenseItems } from "@kinchaku/domain/suspense/SuspenseItem"
import { deposits, depositTopUps, numbersIssued } from "@kinchaku/domain/topup/Deposit"
import { directTopUps, shops } from "@kinchaku/domain/topup/DirectTopUp"
import { define, flag, integer, json, type RecordColumns } from "./Columns.ts"

export const depositTopUpColumns = define(depositTopUps, "deposit_top_up", {
  id: "id",
  _tag: "state",
  account: "account",
  way: "way",
  provider: "provider",
  chain: "chain",
  amount: integer("amount"),
  fee: integer("fee"),
  feeTax: integer("fee_tax"),
  due: "due",
  request: "request",
  askedAt: integer("asked_at"),
  issued: json("issued"),
  raisedAt: integer("raised_at"),
  creditedTo: "credited_to",
  deposit: "deposit",
  settledAt: integer("settled_at"),
  reason: "reason"
})

export const directTopUpColumns = define(directTopUps, "direct_top_up", {
  id: "id",
  _tag: "state",
  account: "account",
  amount: integer("amount"),
  fee: integer("fee"),
  feeTax: integer("fee_tax"),
  at: integer("at"),
  shop: "shop",
  merchant: "merchant",
  creditedTo: "credited_to",
  way: "way",
  importedAt: integer("imported_at")
})

export const payoutColumns = define(payouts, "payout", {
  id: "id",
  _tag: "state",
  account: "account",
  link: "link",
  bank: "bank",
  amount: integer("amount"),
  fee: integer("fee"),
  feeTax: integer("fee_tax"),
  route: "route",
  request: "request",
  entry: "entry",
  askedAt: integer("asked_at"),
  batch: "batch",
  raisedAt: integer("raised_at"),
  settledAt: integer("settled_at"),
  reason: "reason",
  contradictedAt: integer("contradicted_at")
})

/** A kind comes after those that its rows refer to. */
export const walletColumns: ReadonlyArray<RecordColumns> = [
  define(linkProcedures, "link_procedure", {
    id: "id",
    link: "link",
    account: "account",
    startedAt: integer("started_at"),
    fee: integer("fee"),
    feeTax: integer("fee_tax"),
    freeRegistrations: integer("free_registrations")
  }),
  define(bankSettings, "bank_settings", {
    id: "account",
    registrations: integer("registrations"),
    exactTopUp: "exact_top_up",
    payoutAccount: "payout_account",
    chosen: "chosen",
    chosenAt: integer("chosen_at")
  }),
  depositTopUpColumns,
  define(numbersIssued, "number_issued", { id: "id", topUp: "top_up" }),
  define(deposits, "deposit", {
    id: "id",
    provider: "provider",
    number: "number",
    chain: "chain",
    amount: integer("amount"),
    depositedAt: integer("deposited_at"),
    recordedAt: integer("recorded_at"),
    topUp: "top_up",
    cause: "cause"
  }),
  define(shops, "shop", { code: "code", merchant: "merchant", name: "name", topUps: flag("top_ups") }),
  directTopUpColumns,
  payoutColumns,
  define(payoutBatches, "payout_batch", {
    id: "id",
    payouts: json("payouts"),
    total: integer("total"),
    transferOn: "transfer_on",
    bank: "bank",
    madeAt: integer("made_at"),
    readAt: integer("read_at"),
    rejectedAt: integer("rejected_at")
  }),
  define(suspenseItems, "suspense_item", {
    id: "id",
    _tag: "state",
    cause: "cause",
    direction: "direction",
    amount: integer("amount"),
    against: "against",
    subject: "subject",
    account: "account",
    at: integer("at"),
    resolution: "resolution",
    creditedTo: "credited_to",
    resolvedAt: integer("resolved_at")
  })
]

/**
 * What accepting and settling a payment does to the books, its bill and its limits, whatever settles it.
 */
import { type Bill, bills } from "../bill/Bill.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { type Key } from "../engine/RecordKind.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import * as Limit from "../limit/Limit.ts"
import * as Usage from "../limit/Usage.ts"
import type { Payment } from "./Payment.ts"

type Drawn = Pick<Payment, "account" | "amount" | "biller" | "fee" | "fromCash" | "fromMoney">

/** The lines of a payment: what is drawn, what the biller is owed, and the fee (FEE-04). */
export const postings = ({ account, amount, biller, fee, fromCash, fromMoney }: Drawn) => [
  ...JournalEntry.debit(AccountCode.cash(account), fromCash),
  ...JournalEntry.debit(AccountCode.money(account), fromMoney),
  ...JournalEntry.credit(AccountCode.merchantPayable(biller), amount),
  ...JournalEntry.credit(AccountCode.fees, fee)
]

/** The entry by which a payment draws. */
export const drawing = (payment: Drawn, id: JournalEntry.EntryId, at: Instant): JournalEntry.JournalEntry =>
  JournalEntry.balanced({ id, kind: "payment", businessAt: at, postings: postings(payment) })

/** The bill of a payment, in its state from now on (PAY-09). */
export const bill = ({ barcode, id }: Pick<Payment, "barcode" | "id">, state: Bill["state"]): Put =>
  put(bills, { barcode, state, payment: id })

/** The counters that settling a payment reads: those of the time that it counts in, and of what is in flight. */
export const settlingKeys = ({ account, paidAt }: Pick<Payment, "account" | "paidAt">): ReadonlyArray<Key> => [
  Usage.inFlightKey(account, "payment"),
  ...Limit.usageKeys(account, "payment", paidAt)
]

type Counted = Pick<Payment, "account" | "amount" | "paidAt" | "way">

/** An accepted payment that is settled later, counted as in flight (ACC-26, LIM-04). */
export const inFlight = (facts: Facts, { account, amount, way }: Omit<Counted, "paidAt">): Put =>
  put(Usage.usages, Usage.count(Usage.inFlight(facts, account, "payment"), way, amount))

/** A payment that is settled, no longer in flight. */
export const landed = (facts: Facts, { account, amount, way }: Counted): Put =>
  put(Usage.usages, Usage.giveBack(Usage.inFlight(facts, account, "payment"), way, amount))

/** The limits of the time that a failed payment was counted in, with its amount given back (LIM-03). */
export const givenBack = (facts: Facts, { account, amount, paidAt, way }: Counted): ReadonlyArray<Put> =>
  Limit.giveBack({ operation: "payment", way, amount, ...Limit.usageAt(facts, account, "payment", paidAt) })

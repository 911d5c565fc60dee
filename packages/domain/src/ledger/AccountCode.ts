/**
 * The chart of accounts: every account that a posting may name.
 *
 * A code is written class:kind[:owner or part], in ASCII letters, digits, - and _, so that it sorts, exports and greps as it stands.
 * Customer accounts never go below zero (LED-05); the others are the books' own and are not read for deciding.
 */
import { Schema } from "effect"
import type { AccountId } from "../account/Account.ts"

/** Which side of the books an account stands on. */
export type AccountClass = "asset" | "liability" | "revenue" | "expense"

export const AccountCode = Schema.String.check(
  Schema.isPattern(/^(asset|liability|revenue|expense):[a-z-]+(:[0-9A-Za-z_-]+)*$/)
).pipe(Schema.brand("AccountCode"))
export type AccountCode = typeof AccountCode.Type

/** Customer cash (キャッシュ): prepaid value, can only be spent (BAL-01). */
export const cash = (owner: AccountId): AccountCode => `liability:cash:${owner}` as AccountCode

/** Customer money (マネー): funds-transfer value, can be spent and paid out (BAL-01). */
export const money = (owner: AccountId): AccountCode => `liability:money:${owner}` as AccountCode

/** What is owed to a biller or merchant. */
export const merchantPayable = (biller: string): AccountCode => `liability:merchant:${biller}` as AccountCode

/** Money at or due from a bank that took a debit for us. */
export const bankSettlement = (bank: string): AccountCode => `asset:bank:${bank}` as AccountCode

/** What a provider took in for us and owes, by the chain that took it where there is one (TOP-04). */
export const receivable = (provider: string, chain?: string): AccountCode =>
  `asset:receivable:${provider}${chain === undefined ? "" : `:${chain}`}` as AccountCode

/** What a merchant took in at its counters for top-ups, and owes (TOP-21). */
export const shopReceivable = (merchant: string): AccountCode => `asset:shop:${merchant}` as AccountCode

/** Payouts that were asked for and that the bank has not answered (OUT-06). */
export const payoutInTransit = "liability:payout-in-transit" as AccountCode

/** The fees of those payouts: earned when they are done, given back when they fail (OUT-06). */
export const feesHeld = "liability:fees-held" as AccountCode

/** Value that arrived and whose owner or cause is not settled (suspense, 仮受金). */
export const suspense = "liability:suspense" as AccountCode

/** Value that left without a cause in the books, until that is settled (仮払金). */
export const suspendedOutlay = "asset:suspense" as AccountCode

/** Fees earned, tax included (FEE-04). */
export const fees = "revenue:fees" as AccountCode

/** Cash that expired, or was given up when an account closed (breakage, 失効益; BAL-06, ACC-27). */
export const cashBreakage = "revenue:breakage:cash" as AccountCode

/** Money given up when an account closed (ACC-27). */
export const moneyBreakage = "revenue:breakage:money" as AccountCode

/** What the former books hand over: their balances are owed from the import on, and the funds behind them are due from there (ACC-06). */
export const formerBooks = "asset:former-books" as AccountCode

/** The class of an account, read from its code. */
export const classOf = (code: AccountCode): AccountClass => code.slice(0, code.indexOf(":")) as AccountClass

/** Whether an account is a customer's: its balance is decided on, shown, and never negative. */
export const isCustomer = (code: AccountCode): boolean =>
  code.startsWith("liability:cash:") || code.startsWith("liability:money:")

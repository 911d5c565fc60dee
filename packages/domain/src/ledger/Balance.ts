/**
 * Balances: the running totals of an account's debits and credits.
 *
 * Both totals only grow; the balance is their difference. A stored balance equals the sum of its journal lines at
 * every moment (LED-03), and a customer's credits are never less than its debits (LED-05).
 */
import { Schema } from "effect"
import { Yen } from "../money/Yen.ts"
import * as Amount from "../money/Yen.ts"
import { AccountCode } from "./AccountCode.ts"
import type { Posting } from "./JournalEntry.ts"

export const Balance = Schema.Struct({ account: AccountCode, debits: Yen, credits: Yen })
export type Balance = typeof Balance.Type

/** The balance of an account that no posting has touched. */
export const empty = (account: AccountCode): Balance => ({ account, debits: Amount.zero, credits: Amount.zero })

/** What a customer has: credits less debits. A negative one is a defect (LED-05). */
export const held = (balance: Balance): Yen => Amount.minus(balance.credits, balance.debits)

/** The balance after a posting. */
export const after = (balance: Balance, posting: Posting): Balance =>
  posting.side === "debit"
    ? { ...balance, debits: Amount.plus(balance.debits, posting.amount) }
    : { ...balance, credits: Amount.plus(balance.credits, posting.amount) }

/**
 * Booking to suspense: what came in or went out without a cause in the books is kept as an item for operators to settle (TOP-06, TOP-10).
 */
import type { Instant } from "../calendar/JapanDate.ts"
import { put, type Put } from "../engine/Facts.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import { type SuspenseItem, type SuspenseItemId, type SuspenseOpen, suspenseItems } from "./SuspenseItem.ts"

/** What is booked to suspense: the item without what is given by the command that books it. */
export type Suspended = Omit<SuspenseOpen, "_tag" | "id" | "at">

/** The item that a command made; a command makes at most one. */
export const suspenseItemId = (command: string): SuspenseItemId => `sus_${command}` as SuspenseItemId

/** The account of suspense in which an item stands: what is owed to somebody (仮受金), or what somebody owes (仮払金). */
export const standsIn = ({ direction }: Pick<SuspenseItem, "direction">): AccountCode.AccountCode =>
  direction === "in" ? AccountCode.suspense : AccountCode.suspendedOutlay

/**
 * An open item with its entry.
 *
 * > in: Dr against · Cr suspense; out: Dr suspended outlay · Cr against
 */
export const suspended = (
  what: Suspended,
  command: string,
  at: Instant
): {
  readonly item: SuspenseOpen
  readonly puts: ReadonlyArray<Put>
  readonly kind: Extract<JournalEntry.EntryKind, "unexpectedDeposit" | "unexpectedOutlay">
  readonly postings: ReadonlyArray<JournalEntry.Posting>
} => {
  const item: SuspenseOpen = { _tag: "open", id: suspenseItemId(command), ...what, at }
  const stands = standsIn(item)
  const [debited, credited] = item.direction === "in" ? [item.against, stands] : [stands, item.against]
  return {
    item,
    puts: [put(suspenseItems, item as SuspenseItem)],
    kind: item.direction === "in" ? "unexpectedDeposit" : "unexpectedOutlay",
    postings: [...JournalEntry.debit(debited, item.amount), ...JournalEntry.credit(credited, item.amount)]
  }
}

/**
 * Crediting: how value that came in reaches the balance of an account, cash or money by the account's kind at that time (BAL-02).
 */
import { type Account, type AccountId, type AccountKind, accounts } from "../account/Account.ts"
import * as Cash from "../account/Cash.ts"
import type { Envelope } from "../engine/Command.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { balanceKey, key, type Key } from "../engine/RecordKind.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import { type Yen, zero } from "../money/Yen.ts"

/** What is credited: the amount, the fee taken out of it, and the account that stands against it. */
export interface Incoming {
  readonly kind: Extract<JournalEntry.EntryKind, "topUp" | "suspenseResolved">
  readonly against: AccountCode.AccountCode
  readonly amount: Yen
  readonly fee?: Yen
}

/** What crediting an account reads of it. */
export const creditingKeys = (account: AccountId): ReadonlyArray<Key> => [
  key(accounts, account),
  balanceKey(AccountCode.cash(account)),
  balanceKey(AccountCode.money(account))
]

/**
 * The entries that credit an account, the fee in a line of its own (FEE-04), and the account with its new expiry (BAL-04). Cash that has
 * expired is booked first, so that it never comes back to life (BAL-06).
 *
 * > Dr against · Cr customer; Dr customer · Cr fees
 */
export const credited = (
  facts: Pick<Facts, "held">,
  account: Account,
  { against, amount, fee = zero, kind }: Incoming,
  { at, id }: Pick<Envelope<unknown>, "at" | "id">
): {
  readonly creditedTo: AccountKind
  readonly entries: ReadonlyArray<JournalEntry.JournalEntry>
  readonly puts: ReadonlyArray<Put>
} => {
  const creditsCash = account.kind === "cash"
  const customer = creditsCash ? AccountCode.cash(account.id) : AccountCode.money(account.id)
  const expired = creditsCash ? Cash.expiryEntry(account, facts.held(customer), at, JournalEntry.entryId(id, 1)) : []
  const entry = JournalEntry.balanced({
    id: JournalEntry.entryId(id, expired.length + 1),
    kind,
    businessAt: at,
    postings: [
      ...JournalEntry.debit(against, amount),
      ...JournalEntry.credit(customer, amount),
      ...JournalEntry.debit(customer, fee),
      ...JournalEntry.credit(AccountCode.fees, fee)
    ]
  })
  return {
    creditedTo: account.kind,
    entries: [...expired, entry],
    puts: creditsCash ? [put(accounts, Cash.changed(account, at))] : []
  }
}

/**
 * The cash balance (キャッシュ): one balance with one expiry, two years after its last change (BAL-04).
 *
 * Expired cash cannot be spent from the instant after its last day on, swept or not (BAL-06). What is expired never comes
 * back to life: whatever credits cash books the expired rest first.
 */
import * as JapanDate from "../calendar/JapanDate.ts"
import type { Facts } from "../engine/Facts.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as JournalEntry from "../ledger/JournalEntry.ts"
import { type Yen, zero } from "../money/Yen.ts"
import type { Account } from "./Account.ts"

/** The years that cash lives after its last change (BAL-04). */
const validityYears = 2

/** > 23:59:59 JST of the same calendar day two years later; 29 February → 28 February */
export const expiryAfter = (changedAt: JapanDate.Instant): JapanDate.Instant =>
  JapanDate.end(JapanDate.addYears(JapanDate.at(changedAt), validityYears))

/** Whether the cash of an account can no longer be spent. > at > expiry */
export const isExpired = (account: Account, at: JapanDate.Instant): boolean =>
  account.cashExpiresAt !== undefined && at > account.cashExpiresAt

/** What can be spent of a cash balance. */
export const usable = (account: Account, held: Yen, at: JapanDate.Instant): Yen =>
  isExpired(account, at) ? zero : held

/** What an account has to spend now, cash and money (BAL-10). */
export const spendable = (
  facts: Pick<Facts, "held">,
  account: Account,
  at: JapanDate.Instant
): { readonly cash: Yen; readonly money: Yen } => ({
  cash: usable(account, facts.held(AccountCode.cash(account.id)), at),
  money: facts.held(AccountCode.money(account.id))
})

/** The account after its cash changed: a new expiry, and notices start again (BAL-04, BAL-07). */
export const changed = ({ cashNoticeDays: _, ...account }: Account, at: JapanDate.Instant): Account => ({
  ...account,
  cashExpiresAt: expiryAfter(at)
})

/** The entry that books the expired rest to breakage, or none where nothing has expired (BAL-06). */
export const expiryEntry = (
  account: Account,
  held: Yen,
  at: JapanDate.Instant,
  id: JournalEntry.EntryId
): ReadonlyArray<JournalEntry.JournalEntry> =>
  held === 0 || !isExpired(account, at)
    ? []
    : [
        JournalEntry.balanced({
          id,
          kind: "cashExpired",
          businessAt: account.cashExpiresAt ?? at,
          postings: [
            ...JournalEntry.debit(AccountCode.cash(account.id), held),
            ...JournalEntry.credit(AccountCode.cashBreakage, held)
          ]
        })
      ]

/**
 * Journal: the books as an auditor reads them, in the order of the chain.
 *
 * A read port over what commits wrote; nothing here changes anything.
 */
import { Context, type Effect } from "effect"
import type { Instant } from "../calendar/JapanDate.ts"
import type { Head, RecordedCommand, StoreUnavailable } from "../engine/Store.ts"
import type { AccountCode } from "../ledger/AccountCode.ts"
import type { Balance } from "../ledger/Balance.ts"

export class Journal extends Context.Service<
  Journal,
  {
    /** The last link of the chain. */
    readonly head: Effect.Effect<Head, StoreUnavailable>
    /** The recorded commands after a link, with their entries, in order, at most `limit`. */
    readonly page: (afterSeq: number, limit: number) => Effect.Effect<ReadonlyArray<RecordedCommand>, StoreUnavailable>
    /** The stored balances after an account code, in the order of the codes, at most `limit`. */
    readonly balances: (afterCode: string, limit: number) => Effect.Effect<ReadonlyArray<Balance>, StoreUnavailable>
    /** The balance of one account as of a booking time, computed from the journal (LED-10). */
    readonly balanceAt: (account: AccountCode, at: Instant) => Effect.Effect<Balance, StoreUnavailable>
  }
>()("@kinchaku/domain/audit/Journal") {}

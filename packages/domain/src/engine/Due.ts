/**
 * Due work: the searches behind the sweeps. Each yields ids; a command decides about every one again on its own facts.
 */
import { Context, type Effect } from "effect"
import type { AccountId } from "../account/Account.ts"
import type { Instant, JapanDate } from "../calendar/JapanDate.ts"
import type { BankLinkId } from "../bank/BankLink.ts"
import type { PaymentId } from "../payment/Payment.ts"
import type { PayoutId } from "../payout/Payout.ts"
import type { SuspenseItemId } from "../suspense/SuspenseItem.ts"
import type { DepositTopUpId } from "../topup/Deposit.ts"
import type { TopUpId } from "../topup/TopUp.ts"
import type { StoreUnavailable } from "./Store.ts"

export class Due extends Context.Service<
  Due,
  {
    /** Accounts with cash whose expiry is at or before an instant, in the order of their ids, after an id ("" for the first). */
    readonly expiringCash: (
      until: Instant,
      after: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<AccountId>, StoreUnavailable>
    /** Top-ups in processing since before an instant that were not raised yet, in the order of their ids, after an id. */
    readonly unresolvedTopUps: (
      before: Instant,
      after: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<TopUpId>, StoreUnavailable>
    /** Payouts in processing since before an instant that were not raised yet, likewise. */
    readonly unresolvedPayouts: (
      before: Instant,
      after: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<PayoutId>, StoreUnavailable>
    /** Payments that the biller has not answered, asked for before an instant and that were not raised yet, likewise. */
    readonly unresolvedPayments: (
      before: Instant,
      after: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<PaymentId>, StoreUnavailable>
    /** Deposit top-ups asked for before an instant for which no number is known and that were not raised yet, likewise. */
    readonly unissuedDeposits: (
      before: Instant,
      after: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<DepositTopUpId>, StoreUnavailable>
    /** Deposit top-ups that await their deposit and were due before a day of Japan, likewise. */
    readonly overdueDeposits: (
      before: JapanDate,
      after: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<DepositTopUpId>, StoreUnavailable>
    /** Links in procedure that are provisional again from an instant on, at or before the one given, likewise. */
    readonly releasableLinks: (
      until: Instant,
      after: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<BankLinkId>, StoreUnavailable>
    /** Payouts that wait for a file of general transfers, in the order of their ids, after an id. */
    readonly waitingPayouts: (after: string, limit: number) => Effect.Effect<ReadonlyArray<PayoutId>, StoreUnavailable>
    /** What is open in suspense, in the order of its ids, after an id. */
    readonly openSuspense: (
      after: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<SuspenseItemId>, StoreUnavailable>
    /** Accounts in any state but closed that were confirmed last at or before an instant, in the order of their ids, after an id. */
    readonly confirmedUntil: (
      until: Instant,
      after: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<AccountId>, StoreUnavailable>
  }
>()("@kinchaku/domain/engine/Due") {}

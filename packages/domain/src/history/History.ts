/**
 * History: what a holder sees of the own account, newest first.
 */
import { Context, type Effect } from "effect"
import type { AccountId } from "../account/Account.ts"
import type { StoreUnavailable } from "../engine/Store.ts"
import type { Payment } from "../payment/Payment.ts"
import type { Payout } from "../payout/Payout.ts"
import type { DepositTopUp } from "../topup/Deposit.ts"
import type { DirectTopUp } from "../topup/DirectTopUp.ts"
import type { TopUp } from "../topup/TopUp.ts"

/** One line of the history; its cursor is opaque and stays valid while new lines arrive. */
export type HistoryLine =
  | { readonly kind: "topUp"; readonly cursor: string; readonly topUp: TopUp }
  | { readonly kind: "depositTopUp"; readonly cursor: string; readonly topUp: DepositTopUp }
  | { readonly kind: "directTopUp"; readonly cursor: string; readonly topUp: DirectTopUp }
  | { readonly kind: "payment"; readonly cursor: string; readonly payment: Payment }
  | { readonly kind: "payout"; readonly cursor: string; readonly payout: Payout }

export class History extends Context.Service<
  History,
  {
    /**
     * The lines of an account older than a cursor (the newest first where it is absent), at most `limit`. Ordered by the
     * id of the command that made each, and the lines of one command by their own, so a page neither repeats nor misses a line.
     */
    readonly page: (
      account: AccountId,
      limit: number,
      before?: string
    ) => Effect.Effect<ReadonlyArray<HistoryLine>, StoreUnavailable>
  }
>()("@kinchaku/domain/history/History") {}

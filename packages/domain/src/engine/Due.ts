/**
 * Due work: the searches behind the sweeps. Each yields ids; a command decides about every one again on its own facts. What is due and
 * not done yet can be summed as well.
 */
import { Context, type Effect } from "effect"
import type { AccountId } from "../account/Account.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { TopUpId } from "../topup/TopUp.ts"
import type { Yen } from "../money/Yen.ts"
import type { StoreUnavailable } from "./Store.ts"

/** Cash of all accounts with one expiry. */
export interface ExpiredCash {
  readonly expiresAt: Instant
  readonly held: Yen
}

export class Due extends Context.Service<
  Due,
  {
    /** Accounts with cash whose expiry is at or before an instant, in the order of their ids, after an id ("" for the first). */
    readonly expiringCash: (
      until: Instant,
      after: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<AccountId>, StoreUnavailable>
    /** The cash that expired before an instant and that no sweep has booked yet, by its expiry. */
    readonly unsweptCash: (before: Instant) => Effect.Effect<ReadonlyArray<ExpiredCash>, StoreUnavailable>
    /** Top-ups in processing since before an instant that were not raised yet, in the order of their ids, after an id. */
    readonly unresolvedTopUps: (
      before: Instant,
      after: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<TopUpId>, StoreUnavailable>
    /** Accounts in any state but closed that were confirmed last at or before an instant, in the order of their ids, after an id. */
    readonly confirmedUntil: (
      until: Instant,
      after: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<AccountId>, StoreUnavailable>
  }
>()("@kinchaku/domain/engine/Due") {}

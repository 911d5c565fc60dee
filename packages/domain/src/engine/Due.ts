/**
 * Due work: the searches behind the sweeps. Each yields ids; a command decides about every one again on its own facts.
 */
import { Context, type Effect } from "effect"
import type { AccountId } from "../account/Account.ts"
import type { Instant } from "../calendar/JapanDate.ts"
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
    /** Accounts in any state but closed that were confirmed last at or before an instant, in the order of their ids, after an id. */
    readonly confirmedUntil: (
      until: Instant,
      after: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<AccountId>, StoreUnavailable>
  }
>()("@kinchaku/domain/engine/Due") {}

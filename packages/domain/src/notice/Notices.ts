/**
 * Notices: what commits recorded for holders and operators (NTF-02), for whoever tells them.
 *
 * A read port. Notices come in the order in which they were recorded, and none is ever put between: whoever keeps the id of the
 * last one told misses none.
 */
import { Context, type Effect } from "effect"
import type { StoreUnavailable } from "../engine/Store.ts"
import type { Notice } from "./Notice.ts"

export class Notices extends Context.Service<
  Notices,
  {
    /**
     * The notices that were recorded after the one with an id, oldest first, at most `limit`. Where no notice has the id, as
     * with "", they begin with the first.
     */
    readonly page: (after: string, limit: number) => Effect.Effect<ReadonlyArray<Notice>, StoreUnavailable>
    /** The notice of an id, or none. */
    readonly find: (id: string) => Effect.Effect<Notice | undefined, StoreUnavailable>
  }
>()("@kinchaku/domain/notice/Notices") {}

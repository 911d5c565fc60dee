/**
 * Notices: what commits recorded for holders and operators (NTF-02), for whoever tells them.
 *
 * A read port; a sender keeps the id of the last notice that it sent. The id is the key by which a receiver drops duplicates.
 */
import { Context, type Effect } from "effect"
import type { StoreUnavailable } from "../engine/Store.ts"
import type { Notice } from "./Notice.ts"

export class Notices extends Context.Service<
  Notices,
  {
    /** The notices after a notice's id ("" for the first), in the order of their ids, at most `limit`. */
    readonly page: (after: string, limit: number) => Effect.Effect<ReadonlyArray<Notice>, StoreUnavailable>
  }
>()("@kinchaku/domain/notice/Notices") {}

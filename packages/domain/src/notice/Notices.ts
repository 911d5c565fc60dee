/**
 * Notices: what commits recorded for holders and operators (NTF-02), for whoever tells them.
 *
 * A read port. Ids are drawn before the commit, so a notice can still come to stand before one that was read: of a command
 * that was put off to the next batch, from another process, or after a clock was set back. A sender therefore reads again from
 * some minutes before the last that it sent, and drops by id what it sent already.
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

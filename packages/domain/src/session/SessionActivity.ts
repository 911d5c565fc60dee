/**
 * SessionActivity: when a session was last used, noted beside the journal (SES-01).
 *
 * It is no fact that a command is decided on. An account or a staff user has one note, as it has one session; a note from before
 * a session began says nothing about it.
 */
import { Context, type Effect } from "effect"
import type { Instant } from "../calendar/JapanDate.ts"
import type { StoreUnavailable } from "../engine/Store.ts"

export class SessionActivity extends Context.Service<
  SessionActivity,
  {
    /** Notes that the session of an account or a staff user was used. A later time that was noted before stays. */
    readonly touch: (of: string, at: Instant) => Effect.Effect<void, StoreUnavailable>
    /** When it was last used, as far as that was noted. */
    readonly lastUsed: (of: string) => Effect.Effect<Instant | undefined, StoreUnavailable>
  }
>()("@kinchaku/domain/session/SessionActivity") {}

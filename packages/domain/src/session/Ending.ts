/**
 * Ending a session by whoever has it.
 */
import { Result, Schema } from "effect"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { ended, SessionId, sessionKey, sessions } from "./Session.ts"

/** Refused: there is no such session, or it has ended, or it was not used for too long; log in again (SES-01, SES-02). */
export class SessionExpired extends Schema.TaggedError<SessionExpired>()("SessionExpired", {}) {}

const Content = Schema.Struct({
  /** Whose it is: an account or a staff user. */
  of: Schema.String,
  session: SessionId
})
const Ended = Schema.Struct({ session: SessionId })

/** Ends a session; one that ended meanwhile, or gave way to a newer one, has expired. */
export const EndSession: Command<typeof Content.Type, typeof Ended.Type, SessionExpired> = {
  tag: "EndSession",
  content: Content,
  success: Ended,
  reads: ({ content }) => [sessionKey(content.of)],
  decide: (facts, { at, content: { of, session } }) => {
    const puts = facts.find(sessions, of)?.session === session ? ended(facts, of, at, "logout") : []
    return puts.length === 0
      ? Result.fail(new SessionExpired())
      : Result.succeed(Decision.make({ result: { session }, puts }))
  }
}

/**
 * Sessions: who is logged in. An account or a staff user has one at most (SES-02).
 *
 * The bearer token is made from a nonce; the record holds its keyed hash. When a session was last used is noted beside the
 * journal (`SessionActivity`): it is no fact that anything is decided on.
 */
import { Schema } from "effect"
import { type AccountId, KeyedHash } from "../account/Account.ts"
import { Nonce } from "../account/Secrets.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { madeId } from "../engine/Command.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { key, type Key, type RecordKind } from "../engine/RecordKind.ts"

/** "ses_" and the id of the command that began it. */
export const SessionId = madeId("ses_").pipe(Schema.brand("SessionId"))
export type SessionId = typeof SessionId.Type

/** What ended a session before its time (SES-03). A new login does not: its session takes the place of the record (SES-02). */
export const SessionEnd = Schema.Literals([
  "logout",
  "locked",
  "suspended",
  "stopped",
  "closed",
  "certificateRevoked",
  "passwordChanged"
])
export type SessionEnd = typeof SessionEnd.Type

export const Session = Schema.Struct({
  /** Whose it is: the id of an account or of a staff user. */
  id: Schema.String,
  session: SessionId,
  nonce: Nonce,
  token: KeyedHash,
  /** How the login was proved. */
  via: Schema.Literals(["certificate", "password"]),
  /** A suspended account's login by password serves for one thing only (ACC-21). */
  scope: Schema.Literals(["full", "resume"]),
  startedAt: Instant,
  /** Its last instant, whatever its activity. */
  endsAt: Instant,
  endedAt: Schema.optionalKey(Instant),
  endedBy: Schema.optionalKey(SessionEnd)
})
export type Session = typeof Session.Type

export const sessions: RecordKind<Session> = { name: "session", schema: Session, idOf: ({ id }) => id }

/** The key of the session of an account or a staff user. */
export const sessionKey = (of: string): Key => key(sessions, of)

/** Ends the session of an account at once, where there is one; its key must have been asked for (SES-03). */
export const ended = (
  facts: Pick<Facts, "find">,
  of: AccountId | string,
  at: Instant,
  by: SessionEnd
): ReadonlyArray<Put> => {
  const session = facts.find(sessions, of)
  return session === undefined || session.endedAt !== undefined
    ? []
    : [put(sessions, { ...session, endedAt: at, endedBy: by })]
}

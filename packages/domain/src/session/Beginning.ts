/**
 * Beginning a session: its record, and its bearer token (SES-02, SEC-02).
 *
 * A session takes the place of the one before it in the same record, so the former token is compared with the hash of the new one
 * and fits it no more. The token is made from the nonce whenever it is needed and stands nowhere.
 */
import { Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { Nonce, sameHash, type Secrets } from "../account/Secrets.ts"
import { type Instant, later } from "../calendar/JapanDate.ts"
import type { Envelope } from "../engine/Command.ts"
import type { AuthenticationPolicy } from "../policy/Authentication.ts"
import type { Session, SessionId } from "./Session.ts"

/** What a login command carries for the session that it may begin: a fresh nonce and the keyed hash of the token that it makes. */
export const FreshToken = Schema.Struct({ nonce: Nonce, token: KeyedHash })
export type FreshToken = typeof FreshToken.Type

/** A fresh nonce, and the hash of its token. */
export const freshToken = (secrets: Secrets["Service"]): FreshToken => {
  const nonce = secrets.nonce()
  return { nonce, token: secrets.keyedHash("session", secrets.token(nonce)) }
}

/** The session of an account or a staff user from now on. */
export const begun = (
  { session: { lifeMinutes } }: AuthenticationPolicy,
  { nonce, token }: FreshToken,
  of: Pick<Session, "id" | "scope" | "via">,
  { at, id }: Pick<Envelope<unknown>, "at" | "id">
): Session => ({
  ...of,
  session: `ses_${id}` as SessionId,
  nonce,
  token,
  startedAt: at,
  endsAt: later(at, lifeMinutes * 60_000)
})

/** The bearer token as its holder keeps it: whose session it is, and what proves it. */
export const bearerOf = (secrets: Secrets["Service"], of: string, nonce: Nonce): string =>
  `${of}.${secrets.token(nonce)}`

const bearerPattern = /^((?:acct|staff)_[0-7][0-9A-HJKMNP-TV-Z]{25})\.([\w-]{43})$/

/** The parts of a bearer token, where it is written like one. */
export const readBearer = (bearer: string): { readonly of: string; readonly token: string } | undefined => {
  const [, of, token] = bearerPattern.exec(bearer) ?? []
  return of === undefined || token === undefined ? undefined : { of, token }
}

/**
 * Whether a token is that of a session that goes on.
 *
 * > not ended ∧ at ≤ end ∧ at ≤ last use + idle time
 */
export const goesOn = (
  { session: { idleMinutes } }: AuthenticationPolicy,
  session: Session,
  { at, lastUsed, token }: { readonly token: KeyedHash; readonly at: Instant; readonly lastUsed: Instant | undefined }
): boolean => {
  const isOwn = sameHash(token, session.token)
  const used = lastUsed === undefined || lastUsed < session.startedAt ? session.startedAt : lastUsed
  return isOwn && session.endedAt === undefined && at <= session.endsAt && at <= later(used, idleMinutes * 60_000)
}

/**
 * Tokens (トークン): a seed that a phone and the wallet share, and what the wallet knows of the phone that holds it.
 *
 * The seed itself is never kept: it is made from the nonce under the operator's key whenever it is needed. A token goes
 * from being set up to active, while it is renewed it has two seeds, and it ends when it is issued again (TOK-20).
 */
import { Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { Nonce } from "../account/Secrets.ts"
import * as JapanDate from "../calendar/JapanDate.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { madeId } from "../engine/Command.ts"
import type { RecordKind } from "../engine/RecordKind.ts"

/** "tok_" and the id of the command that enrolled it. */
export const TokenId = madeId("tok_").pipe(Schema.brand("TokenId"))
export type TokenId = typeof TokenId.Type

/** "ttx_" and the id of the command that asked for a confirmation. */
export const TransactionId = madeId("ttx_").pipe(Schema.brand("TransactionId"))
export type TransactionId = typeof TransactionId.Type

/** The serial number (シリアル№) that the app shows: the id without its prefix (TOK-21). */
export const serialOf = (token: TokenId): string => token.slice("tok_".length)

/** The number of a time step of a token: which code it is (RFC 6238, T). */
export const StepNumber = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9_007_199_254_740 }))

const seen = {
  id: TokenId,
  /** The record of the user that has it. */
  user: Schema.String,
  /** What the seed is made from. */
  nonce: Nonce,
  /** Keyed hash of the device's own number. */
  device: KeyedHash,
  /** Seconds that a code is shown, as the phone was told (TOK-01). */
  stepSeconds: Schema.Literals([30, 60]),
  enrolledAt: Instant,
  /** The end of the last day on which it gives codes (TOK-10). */
  expiresAt: Instant,
  /** How far the phone's clock is ahead of ours, in milliseconds, as it was last measured (TOK-14). */
  offset: Schema.Int.check(Schema.isBetween({ minimum: -3_600_000, maximum: 3_600_000 })),
  /** Wrong codes in a row. */
  wrongs: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  /** The steps whose codes were accepted and could come again (TOK-15). */
  used: Schema.Array(StepNumber),
  /** When wrong codes locked it; it must be issued again then. */
  lockedAt: Schema.optionalKey(Instant)
}
const inUse = {
  ...seen,
  setUpAt: Instant,
  /** Whether transactions are confirmed on it: not, about to be (取引認証開始), or yes (TOK-12, TOK-19). */
  confirmation: Schema.Literals(["off", "starting", "on"]),
  /** The transaction that awaits its answer. */
  awaiting: Schema.optionalKey(TransactionId)
}

/** The phone has been sent the seed and has not said yet that it has it. */
export const TokenSettingUp = Schema.TaggedStruct("settingUp", seen)
export type TokenSettingUp = typeof TokenSettingUp.Type

export const TokenActive = Schema.TaggedStruct("active", inUse)
export type TokenActive = typeof TokenActive.Type

/** The phone has been sent the next seed and has not shown yet that it has it; codes of both are accepted. */
export const TokenRenewing = Schema.TaggedStruct("renewing", {
  ...inUse,
  nextNonce: Nonce,
  nextExpiresAt: Instant,
  renewalAt: Instant
})
export type TokenRenewing = typeof TokenRenewing.Type

/** Issued again, or applied for anew: nothing is done with it any more. */
export const TokenEnded = Schema.TaggedStruct("ended", { ...seen, endedAt: Instant })
export type TokenEnded = typeof TokenEnded.Type

export const Token = Schema.Union([TokenSettingUp, TokenActive, TokenRenewing, TokenEnded])
export type Token = typeof Token.Type

export const tokens: RecordKind<Token> = { name: "token", schema: Token, idOf: ({ id }) => id }

/** > at > the end of the last day */
export const isExpired = ({ expiresAt }: Pick<Token, "expiresAt">, at: Instant): boolean => at > expiresAt

/** The end of the last day of a token that lives so many days from now. */
export const expiryAfter = (at: Instant, lifeDays: number): Instant =>
  JapanDate.end(JapanDate.addDays(JapanDate.at(at), lifeDays))

/** The first instant at which renewal is offered: the start of the day so many days before the last one (TOK-10). */
export const renewableFrom = (expiresAt: Instant, renewalDays: number): Instant =>
  JapanDate.start(JapanDate.addDays(JapanDate.at(expiresAt), -renewalDays))

/** The step of a clock. > ⌊milliseconds ÷ 1000 ÷ seconds⌋ */
export const stepAt = (millis: number, stepSeconds: number): number => Math.floor(millis / 1000 / stepSeconds)

/** What a token has been renewed to: the next seed is its seed from now on. */
export const renewed = (token: TokenRenewing): TokenActive => {
  const { _tag: _, nextExpiresAt, nextNonce, renewalAt: _at, ...common } = token
  return { _tag: "active", ...common, nonce: nextNonce, expiresAt: nextExpiresAt }
}

/** A token after its end. */
export const ended = (token: Token, at: Instant): TokenEnded => {
  const { device, enrolledAt, expiresAt, id, nonce, offset, stepSeconds, used, user, wrongs } = token
  const seenLast = { id, user, nonce, device, stepSeconds, enrolledAt, expiresAt, offset, wrongs, used }
  const locked = token.lockedAt === undefined ? {} : { lockedAt: token.lockedAt }
  return { _tag: "ended", ...seenLast, ...locked, endedAt: at }
}

/**
 * Renewal (有効期限更新): from 180 days before its end a token gets a new seed and a new end (TOK-10 to TOK-12).
 *
 * As at enrolment it takes two requests. Between them codes of both seeds are accepted, and transactions are not
 * confirmed, because the phone may not know yet what became of its request (TOK-23, TOK-26).
 */
import { Result, Schema } from "effect"
import { Nonce } from "../account/Secrets.ts"
import { Instant } from "../calendar/JapanDate.ts"
import type { AnyCommand, Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { hasSeed, isSuspended, userKeys } from "./Correction.ts"
import { Proved, stateOf, TokenState } from "./Enrolment.ts"
import {
  expiryAfter,
  isExpired,
  renewableFrom,
  renewed,
  type Token,
  TokenId,
  type TokenRenewing,
  tokens
} from "./Token.ts"
import { refuse, type TokenError, type TokenErrorCode } from "./TokenError.ts"

const Content = Schema.Struct({ token: TokenId, nonce: Nonce, evidence: Proved })

/** What the phone is given: what its next seed is made from, and the new end. */
export const Renewal = Schema.Struct({ nonce: Nonce, expiresAt: Instant, renewableFrom: Instant })
export type Renewal = typeof Renewal.Type

/** The window of renewal. > start of (last day − 180 days) ≤ at ≤ end of the last day */
const isInWindow = (facts: Facts, token: Token, at: Instant): boolean => {
  const { expiredRenewable, renewalDays } = facts.policy.authentication.token
  return at >= renewableFrom(token.expiresAt, renewalDays) && (expiredRenewable || !isExpired(token, at))
}

/** Why a token is not renewed, in the order of the manual. */
const renewalRefusal = (facts: Facts, token: Token, at: Instant): TokenErrorCode | undefined => {
  if (token._tag === "settingUp") return "S3B3"
  if (token._tag === "ended") return "A999"
  if (isSuspended(facts, token)) return "S3B5"
  if (token.confirmation === "starting") return "S3D3"
  if (token.awaiting !== undefined) return "S3D4"
  return isInWindow(facts, token, at) ? undefined : "S3E4"
}

/** Begins a renewal; begun again with another request, it gives another seed, and the one before is worth nothing. */
export const RenewToken: Command<typeof Content.Type, Renewal, TokenError> = {
  tag: "RenewToken",
  content: Content,
  success: Renewal,
  intent: ({ token }) => ({ token }),
  reads: ({ content }) => [key(tokens, content.token)],
  readsMore: (found, { content }) => userKeys(found, content.token),
  decide: (facts, { at, content: { evidence, nonce, token: id } }) => {
    const token = facts.find(tokens, id)
    if (token === undefined || !hasSeed(token, evidence.proved)) return refuse("A999", "renewal")
    const refusal = renewalRefusal(facts, token, at)
    if (refusal !== undefined) return refuse(refusal, "renewal")
    if (token._tag !== "active" && token._tag !== "renewing") return refuse("A999", "renewal")
    const { lifeDays, renewalDays } = facts.policy.authentication.token
    const expiresAt = expiryAfter(at, lifeDays)
    const renewing: TokenRenewing = {
      ...token,
      _tag: "renewing",
      nextNonce: nonce,
      nextExpiresAt: expiresAt,
      renewalAt: at
    }
    return Result.succeed(
      Decision.make({
        result: { nonce, expiresAt, renewableFrom: renewableFrom(expiresAt, renewalDays) },
        puts: [put(tokens, renewing)]
      })
    )
  }
}

const FinishContent = Schema.Struct({ token: TokenId, evidence: Proved })

/** Ends a renewal: the phone has shown that it has the next seed. One that is ended already stays so. */
export const FinishTokenRenewal: Command<typeof FinishContent.Type, TokenState, TokenError> = {
  tag: "FinishTokenRenewal",
  content: FinishContent,
  success: TokenState,
  intent: ({ token }) => ({ token }),
  reads: ({ content }) => [key(tokens, content.token)],
  decide: (facts, { content: { evidence, token: id } }) => {
    const token = facts.find(tokens, id)
    if (token?._tag === "active" && token.nonce === evidence.proved) {
      return Result.succeed(Decision.make({ result: stateOf(facts, token) }))
    }
    if (token?._tag !== "renewing" || token.nextNonce !== evidence.proved) return refuse("A999", "renewal")
    const active = renewed(token)
    return Result.succeed(Decision.make({ result: stateOf(facts, active), puts: [put(tokens, active)] }))
  }
}

/** The commands of renewal. */
export const renewalCommands: ReadonlyArray<AnyCommand> = [RenewToken, FinishTokenRenewal]

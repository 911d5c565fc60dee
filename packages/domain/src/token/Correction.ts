/**
 * Password correction (パスワード補正): the difference of the clocks is measured here, kept for the token and applied to later
 * verifications (TOK-14). The phone's clock stays as it is.
 */
import { Result, Schema } from "effect"
import { Instant } from "../calendar/JapanDate.ts"
import type { AnyCommand, Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, type Found, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { clockIsRight, Proved } from "./Enrolment.ts"
import { isExpired, type Token, TokenId, tokens } from "./Token.ts"
import { refuse, type TokenError } from "./TokenError.ts"
import { tokenUsers } from "./TokenUser.ts"

const Content = Schema.Struct({ token: TokenId, clock: Instant, evidence: Proved })

/** What was measured, in milliseconds: how far the phone's clock is ahead. */
export const Corrected = Schema.Struct({ offset: Schema.Int })
export type Corrected = typeof Corrected.Type

/** The user of a token that was found. */
export const userKeys = (found: Found, id: TokenId) => {
  const token = found.peek(tokens, id)
  return token === undefined ? [] : [key(tokenUsers, token.user)]
}

/** Whether the user of a token is suspended at the service. */
export const isSuspended = (facts: Facts, token: Token): boolean => {
  const user = facts.find(tokenUsers, token.user)
  return user !== undefined && user._tag !== "unregistered" && user.suspendedAt !== undefined
}

/** Whether a nonce is that of a seed that the token has. */
export const hasSeed = (token: Token, nonce: string): boolean =>
  nonce === token.nonce || (token._tag === "renewing" && nonce === token.nextNonce)

/**
 * Measures and keeps the difference of the clocks. The request that comes first counts: what a repetition measures would
 * take the time between for a wrong clock (TOK-23).
 */
export const CorrectToken: Command<typeof Content.Type, Corrected, TokenError> = {
  tag: "CorrectToken",
  content: Content,
  success: Corrected,
  intent: ({ token }) => ({ token }),
  reads: ({ content }) => [key(tokens, content.token)],
  readsMore: (found, { content }) => userKeys(found, content.token),
  decide: (facts, { at, content: { clock, evidence, token: id } }) => {
    const token = facts.find(tokens, id)
    if (token === undefined || token._tag === "ended" || !hasSeed(token, evidence.proved)) {
      return refuse("A999", "correction")
    }
    // The manual has no codes of correction for these two causes; those of set-up name them.
    if (isSuspended(facts, token)) return refuse("S0B5", "correction")
    if (isExpired(token, at)) return refuse("S4E3", "correction")
    if (!clockIsRight(facts, clock, at)) return refuse("S0F1", "correction")
    const offset = clock - at
    return Result.succeed(Decision.make({ result: { offset }, puts: [put(tokens, { ...token, offset })] }))
  }
}

/** The command of correction. */
export const correctionCommands: ReadonlyArray<AnyCommand> = [CorrectToken]

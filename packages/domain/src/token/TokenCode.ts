/**
 * Verification of a code: within the window around the corrected time, and each step once (TOK-14, TOK-15).
 *
 * Wrong codes count on the token, in a row, and lock it at the number at which an account locks (LCK-03); a locked token
 * must be issued again (TOK-20). A right code whose step was used already is refused without counting: it tells nothing.
 */
import { Result, Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { Nonce } from "../account/Secrets.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import type { AnyCommand, Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { tokenKeys, tokenOf } from "./Application.ts"
import { isExpired, renewed, stepAt, StepNumber, type Token, TokenId, tokens } from "./Token.ts"
import { ServiceId, tokenUserId, tokenUsers } from "./TokenUser.ts"

/** Why a code was not accepted. */
export const CodeRejection = Schema.Literals([
  "wrong",
  "alreadyUsed",
  "locked",
  "expired",
  "setUpIncomplete",
  "suspended",
  "noToken",
  "tokenReplaced"
])
export type CodeRejection = typeof CodeRejection.Type

/** Refused: the code is not accepted. It is the service that is told the reason; what it tells its user is its own affair. */
export class TokenCodeRejected extends Schema.TaggedError<TokenCodeRejected>()("TokenCodeRejected", {
  reason: CodeRejection
}) {}

const Content = Schema.Struct({
  service: ServiceId,
  user: KeyedHash,
  /** Keyed hash of the code, so that one key stands for one code. */
  code: KeyedHash,
  /** Which token's seeds were tried, and the steps whose code it is, with the nonce of the seed. */
  evidence: Schema.Struct({
    token: Schema.optionalKey(TokenId),
    matches: Schema.Array(Schema.Struct({ nonce: Nonce, step: StepNumber }))
  })
})
type Match = (typeof Content.Type)["evidence"]["matches"][number]

/** Accepted, as the code of a step; or wrong, which counts. */
export const CodeResult = Schema.Union([
  Schema.TaggedStruct("accepted", { token: TokenId, step: StepNumber }),
  Schema.TaggedStruct("wrong", { locked: Schema.Boolean })
])
export type CodeResult = typeof CodeResult.Type

const reject = (reason: CodeRejection) => Result.fail(new TokenCodeRejected({ reason }))

/** The widest correction and window that any policy allows, beyond which a step can never be accepted again. */
const widest = { millis: 3_600_000, steps: 10 }

/** The used steps that could come again, with one more. */
const usedWith = ({ stepSeconds, used }: Token, step: number, at: Instant): ReadonlyArray<number> => {
  const first = stepAt(at - widest.millis, stepSeconds) - widest.steps
  return [...used.filter((one) => one >= first), step]
}

/** The steps of the right seeds within the window. > |step − step(at + offset)| ≤ window */
const inWindow = (facts: Facts, token: Token, matches: ReadonlyArray<Match>, at: Instant): ReadonlyArray<Match> => {
  const now = stepAt(at + token.offset, token.stepSeconds)
  const nonces = isExpired(token, at) ? [] : [token.nonce]
  const accepted = token._tag === "renewing" ? [...nonces, token.nextNonce] : nonces
  const { window } = facts.policy.authentication.token
  return matches.filter(({ nonce, step }) => accepted.includes(nonce) && Math.abs(step - now) <= window)
}

const accepted = (token: Token, { nonce, step }: Match, at: Instant): Decision.Decision<CodeResult> => {
  // A code of the next seed shows that the phone has it: the renewal is complete.
  const kept = token._tag === "renewing" && nonce === token.nextNonce ? renewed(token) : token
  const after: Token = { ...kept, wrongs: 0, used: [...usedWith(token, step, at)] }
  return Decision.make<CodeResult>({
    result: { _tag: "accepted", token: token.id, step },
    puts: [put(tokens, after)]
  })
}

const wrong = (facts: Facts, token: Token, at: Instant): Decision.Decision<CodeResult> => {
  const wrongs = token.wrongs + 1
  const locked = wrongs >= facts.policy.authentication.lockout.locksAt
  const after: Token = { ...token, wrongs, ...(locked ? { lockedAt: at } : {}) }
  return Decision.make<CodeResult>({ result: { _tag: "wrong", locked }, puts: [put(tokens, after)] })
}

/** Verifies a code that a user presented at a service. */
export const VerifyTokenCode: Command<typeof Content.Type, CodeResult, TokenCodeRejected> = {
  tag: "VerifyTokenCode",
  content: Content,
  success: CodeResult,
  intent: ({ code, service, user }) => ({ service, user, code }),
  reads: ({ content }) => [key(tokenUsers, tokenUserId(content.service, content.user))],
  readsMore: (found, { content }) => tokenKeys(found, tokenUserId(content.service, content.user)),
  decide: (facts, { at, content: { evidence, service, user } }) => {
    const holder = facts.find(tokenUsers, tokenUserId(service, user))
    const token = tokenOf(facts, holder)
    if (holder?._tag !== "enrolled" || token === undefined) return reject("noToken")
    if (token.id !== evidence.token) return reject("tokenReplaced")
    if (token._tag === "settingUp" || token._tag === "ended") return reject("setUpIncomplete")
    if (holder.suspendedAt !== undefined) return reject("suspended")
    if (token.lockedAt !== undefined) return reject("locked")
    if (isExpired(token, at) && token._tag !== "renewing") return reject("expired")
    const fitting = inWindow(facts, token, evidence.matches, at)
    const fresh = fitting.find(({ step }) => !token.used.includes(step))
    if (fresh !== undefined) return Result.succeed(accepted(token, fresh, at))
    return fitting.length > 0 ? reject("alreadyUsed") : Result.succeed(wrong(facts, token, at))
  }
}

/** The command of verification. */
export const codeCommands: ReadonlyArray<AnyCommand> = [VerifyTokenCode]

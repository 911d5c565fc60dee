/**
 * Applications for a token at its service: the first one, and the re-issue (再発行) that ends the token before (TOK-20, TOK-24).
 *
 * The applicant chooses a start password with which the app sets the token up. Whoever deleted a token before its set-up
 * was complete applies anew; once a token is in use only a re-issue ends it (TOK-25).
 */
import { Result, Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import type { AnyCommand, Command, Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, type Found, put, type Put } from "../engine/Facts.ts"
import { key, type Key } from "../engine/RecordKind.ts"
import { ended, type Token, tokens } from "./Token.ts"
import { refuse, type TokenError } from "./TokenError.ts"
import {
  ServiceId,
  TokenService,
  TokenServiceNotFound,
  tokenServices,
  TokenUser,
  TokenUserApplied,
  tokenUserId,
  TokenUserNotFound,
  tokenUsers
} from "./TokenUser.ts"
import { settledAs, transactions } from "./Transaction.ts"

/** Offers tokens for a service, or changes what is said of it. */
export const OfferTokens: Command<TokenService, TokenService, never> = {
  tag: "OfferTokens",
  content: TokenService,
  success: TokenService,
  reads: ({ content }) => [key(tokenServices, content.id)],
  decide: (_, { content }) => Result.succeed(Decision.make({ result: content, puts: [put(tokenServices, content)] }))
}

const Content = Schema.Struct({
  service: ServiceId,
  user: KeyedHash,
  email: KeyedHash,
  /** Whether a token in use is to end (再発行). */
  reissue: Schema.Boolean
})
type Content = typeof Content.Type

/** The token of a user, where there is one. */
export const tokenOf = (facts: Facts, user: TokenUser | undefined): Token | undefined =>
  user?._tag === "enrolled" ? facts.find(tokens, user.token) : undefined

const awaitingOf = (token: Token | undefined) =>
  token?._tag === "active" || token?._tag === "renewing" ? token.awaiting : undefined

/** The token of a user that was found, and the transaction that awaits on it. */
export const tokenKeys = (found: Found, user: string): ReadonlyArray<Key> => {
  const holder = found.peek(tokenUsers, user)
  if (holder?._tag !== "enrolled") return []
  const awaiting = awaitingOf(found.peek(tokens, holder.token))
  return [key(tokens, holder.token), ...(awaiting === undefined ? [] : [key(transactions, awaiting)])]
}

/** What ends with a token: the token itself and the transaction that awaits on it. */
const endings = (facts: Facts, token: Token | undefined, at: Envelope<unknown>["at"]): ReadonlyArray<Put> => {
  if (token === undefined || token._tag === "ended") return []
  const awaiting = awaitingOf(token)
  const transaction = awaiting === undefined ? undefined : facts.find(transactions, awaiting)
  const withdrawn = transaction?._tag === "awaiting" ? [put(transactions, settledAs(transaction, "withdrawn", at))] : []
  return [put(tokens, ended(token, at)), ...withdrawn]
}

const applied = (before: TokenUser | undefined, { at, content, id }: Envelope<Content>): TokenUserApplied => {
  const suspended =
    before === undefined || before._tag === "unregistered" || before.suspendedAt === undefined
      ? {}
      : { suspendedAt: before.suspendedAt }
  return {
    _tag: "applied",
    id: tokenUserId(content.service, content.user),
    service: content.service,
    user: content.user,
    wrongs: 0,
    appliedIn: id,
    appliedAt: at,
    ...suspended
  }
}

/**
 * Applies for a token. The address, the user ID and the hash of the start password are kept beside the books under this
 * command; a mail tells the applicant where the app is and what to enter (TOK-24).
 */
export const ApplyForToken: Command<Content, TokenUserApplied, TokenServiceNotFound | TokenUserNotFound | TokenError> =
  {
    tag: "ApplyForToken",
    content: Content,
    success: TokenUserApplied,
    reads: ({ content }) => [
      key(tokenServices, content.service),
      key(tokenUsers, tokenUserId(content.service, content.user))
    ],
    readsMore: (found, { content }) => tokenKeys(found, tokenUserId(content.service, content.user)),
    decide: (facts, envelope) => {
      const { at, content, id } = envelope
      const service = facts.find(tokenServices, content.service)
      if (service === undefined) return Result.fail(new TokenServiceNotFound({ service: content.service }))
      if (!service.open) return refuse("S0B1", "setUp")
      const before = facts.find(tokenUsers, tokenUserId(content.service, content.user))
      if (content.reissue && (before === undefined || before._tag === "unregistered")) {
        return Result.fail(new TokenUserNotFound({ service: content.service }))
      }
      const token = tokenOf(facts, before)
      if (!content.reissue && (token?._tag === "active" || token?._tag === "renewing")) return refuse("S0B4", "setUp")
      const user = applied(before, envelope)
      return Result.succeed(
        Decision.make({
          result: user,
          puts: [put(tokenUsers, user), ...endings(facts, token, at)],
          notices: [{ id: `${id}.1`, kind: "tokenApplied", to: "holder", account: user.id, subject: id, at, via: id }]
        })
      )
    }
  }

const SuspensionContent = Schema.Struct({ service: ServiceId, user: KeyedHash, suspended: Schema.Boolean })

/** Suspends a user at the service, or ends the suspension: meanwhile no set-up, renewal, correction or code is accepted (TOK-06). */
export const SuspendTokenUser: Command<typeof SuspensionContent.Type, TokenUser, TokenUserNotFound> = {
  tag: "SuspendTokenUser",
  content: SuspensionContent,
  success: TokenUser,
  reads: ({ content }) => [key(tokenUsers, tokenUserId(content.service, content.user))],
  decide: (facts, { at, content }) => {
    const user = facts.find(tokenUsers, tokenUserId(content.service, content.user))
    if (user === undefined || user._tag === "unregistered") {
      return Result.fail(new TokenUserNotFound({ service: content.service }))
    }
    const { suspendedAt, ...rest } = user
    const after: TokenUser = content.suspended ? { ...rest, suspendedAt: suspendedAt ?? at } : rest
    return Result.succeed(Decision.make({ result: after, puts: [put(tokenUsers, after)] }))
  }
}

/** The commands of applications. */
export const applicationCommands: ReadonlyArray<AnyCommand> = [OfferTokens, ApplyForToken, SuspendTokenUser]

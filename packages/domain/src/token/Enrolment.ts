/**
 * Enrolment: the phone gets its seed for a start password (TOK-03 to TOK-08).
 *
 * It takes two requests, so that a lost answer leaves nothing half done: the first gives the phone its seed, as often as it is
 * repeated with the same request ID, and the second says that the phone has it (TOK-23).
 */
import { Result, Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { Nonce } from "../account/Secrets.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { type AnyCommand, type Command, CommandId, type Envelope } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { tokenKeys, tokenOf } from "./Application.ts"
import { expiryAfter, renewableFrom, type Token, TokenId, type TokenSettingUp, tokens } from "./Token.ts"
import { refuse, type TokenError } from "./TokenError.ts"
import { ServiceId, type TokenService, tokenServices, type TokenUser, tokenUserId, tokenUsers } from "./TokenUser.ts"

const Content = Schema.Struct({
  service: ServiceId,
  user: KeyedHash,
  device: KeyedHash,
  /** The holder agreed to the terms (TOK-03). */
  agreed: Schema.Literal(true),
  /** What the phone's clock says. */
  clock: Instant,
  /** What the seed is to be made from. */
  nonce: Nonce,
  /** Whether the start password was that of an application, and of which; of none where nobody applied. */
  evidence: Schema.Struct({ application: Schema.optionalKey(CommandId), fits: Schema.Boolean })
})
type Content = typeof Content.Type

/** The phone has a token now, or the start password was wrong: the latter counts (TOK-07). */
export const Enrolment = Schema.Union([
  Schema.TaggedStruct("enrolled", {
    token: TokenId,
    nonce: Nonce,
    serviceName: Schema.String,
    stepSeconds: Schema.Literals([30, 60]),
    expiresAt: Instant,
    renewableFrom: Instant
  }),
  Schema.TaggedStruct("denied", { code: Schema.Literals(["S0C1", "S0C4"]) })
])
export type Enrolment = typeof Enrolment.Type

/** Whether a phone's clock is close enough to ours. > |clock − at| ≤ tolerance */
export const clockIsRight = (facts: Pick<Facts, "policy">, clock: number, at: Instant): boolean =>
  Math.abs(clock - at) <= facts.policy.authentication.token.driftMinutes * 60_000

const denied = (facts: Facts, user: TokenUser, at: Instant): Decision.Decision<Enrolment> => {
  const wrongs = user.wrongs + 1
  const locks = wrongs >= facts.policy.authentication.token.startPasswordTries
  const counted: TokenUser = { ...user, wrongs, ...(locks ? { lockedAt: at } : {}) }
  return Decision.make<Enrolment>({
    result: { _tag: "denied", code: locks ? "S0C4" : "S0C1" },
    puts: [put(tokenUsers, counted)]
  })
}

const enrolled = (
  facts: Facts,
  service: TokenService,
  user: Exclude<TokenUser, { readonly _tag: "unregistered" }>,
  { at, content, id }: Envelope<Content>
): Decision.Decision<Enrolment> => {
  const { lifeDays, renewalDays, stepSeconds } = facts.policy.authentication.token
  const expiresAt = expiryAfter(at, lifeDays)
  const token: TokenSettingUp = {
    _tag: "settingUp",
    id: `tok_${id}` as TokenId,
    user: user.id,
    nonce: content.nonce,
    device: content.device,
    stepSeconds,
    enrolledAt: at,
    expiresAt,
    offset: 0,
    wrongs: 0,
    used: []
  }
  return Decision.make<Enrolment>({
    result: {
      _tag: "enrolled",
      token: token.id,
      nonce: content.nonce,
      serviceName: service.name,
      stepSeconds,
      expiresAt,
      renewableFrom: renewableFrom(expiresAt, renewalDays)
    },
    puts: [put(tokens, token), put(tokenUsers, { ...user, _tag: "enrolled" as const, wrongs: 0, token: token.id })]
  })
}

const appliedIn = (user: TokenUser) => (user._tag === "unregistered" ? undefined : user.appliedIn)

/** Gives a phone a token. Nothing is said of a user before the start password fits (SEC-01). */
export const EnrolToken: Command<Content, Enrolment, TokenError> = {
  tag: "EnrolToken",
  content: Content,
  success: Enrolment,
  // A repetition is answered as before whatever the clock says by then; the nonce drawn for it is not used.
  intent: ({ device, service, user }) => ({ service, user, device }),
  reads: ({ content }) => [
    key(tokenServices, content.service),
    key(tokenUsers, tokenUserId(content.service, content.user))
  ],
  readsMore: (found, { content }) => tokenKeys(found, tokenUserId(content.service, content.user)),
  decide: (facts, envelope) => {
    const { at, content } = envelope
    const service = facts.find(tokenServices, content.service)
    if (service === undefined) return refuse("S0A1", "setUp")
    if (!service.open) return refuse("S0B1", "setUp")
    if (!clockIsRight(facts, content.clock, at)) return refuse("S0F1", "setUp")
    const id = tokenUserId(content.service, content.user)
    const stranger: TokenUser = { _tag: "unregistered", id, service: service.id, user: content.user, wrongs: 0 }
    const user = facts.find(tokenUsers, id) ?? stranger
    if (user.lockedAt !== undefined) return refuse("S0C4", "setUp")
    // Somebody applied anew since the start password was checked: it was another one's, and says nothing.
    if (appliedIn(user) !== content.evidence.application) return refuse("S0C1", "setUp")
    if (!content.evidence.fits || user._tag === "unregistered") return Result.succeed(denied(facts, user, at))
    if (user.suspendedAt !== undefined) return refuse("S0B5", "setUp")
    if (user._tag === "enrolled") {
      // A set-up that was begun has used the application up: without its answer a new one is needed (TOK-25).
      return refuse(tokenOf(facts, user)?._tag === "settingUp" ? "S0C1" : "S0B4", "setUp")
    }
    return Result.succeed(enrolled(facts, service, user, envelope))
  }
}

/** What a phone proves: that it has the seed of a nonce. */
export const Proved = Schema.Struct({ proved: Nonce })

const SetUpContent = Schema.Struct({ token: TokenId, evidence: Proved })

/** The state of a token as a phone is told it. */
export const TokenState = Schema.Struct({ token: TokenId, expiresAt: Instant, renewableFrom: Instant })
export type TokenState = typeof TokenState.Type

export const stateOf = (facts: Facts, { expiresAt, id }: Token): TokenState => ({
  token: id,
  expiresAt,
  renewableFrom: renewableFrom(expiresAt, facts.policy.authentication.token.renewalDays)
})

/** Completes the set-up: the phone has shown that it has the seed. A token that is in use stays as it is. */
export const CompleteTokenSetUp: Command<typeof SetUpContent.Type, TokenState, TokenError> = {
  tag: "CompleteTokenSetUp",
  content: SetUpContent,
  success: TokenState,
  intent: ({ token }) => ({ token }),
  reads: ({ content }) => [key(tokens, content.token)],
  decide: (facts, { at, content }) => {
    const token = facts.find(tokens, content.token)
    if (token === undefined || token._tag === "ended" || token.nonce !== content.evidence.proved) {
      return refuse("A999", "setUp")
    }
    const result = stateOf(facts, token)
    if (token._tag !== "settingUp") return Result.succeed(Decision.make({ result }))
    const active: Token = { ...token, _tag: "active", setUpAt: at, confirmation: "off" }
    return Result.succeed(Decision.make({ result, puts: [put(tokens, active)] }))
  }
}

/** The commands of enrolment. */
export const enrolmentCommands: ReadonlyArray<AnyCommand> = [EnrolToken, CompleteTokenSetUp]

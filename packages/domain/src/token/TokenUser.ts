/**
 * Token services and their users: who may set a token up, and with which start password.
 *
 * A service (S4: a bank's internet branch) offers tokens to its users. A user is a record keyed by service and by the keyed
 * hash of the user ID; the start password (利用開始パスワード) is a hash beside the books, under the command that applied.
 * A user ID that nobody applied for has a record as soon as somebody guesses: what a stranger is answered does not tell
 * whether there is such a user (SEC-01).
 */
import { Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { CommandId } from "../engine/Command.ts"
import type { RecordKind } from "../engine/RecordKind.ts"
import { TokenId } from "./Token.ts"

/** A service ID (サービスID): 1 to 16 letters and digits. */
export const ServiceId = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9]{1,16}$/)).pipe(Schema.brand("ServiceId"))
export type ServiceId = typeof ServiceId.Type

/** A user ID (ユーザーID) as it is typed. */
export const UserId = Schema.String.check(Schema.isPattern(/^[\x21-\x7e]{1,64}$/))

/** A start password (利用開始パスワード) as the applicant chooses it: 6 to 32 printable ASCII characters. */
export const StartPassword = Schema.String.check(Schema.isPattern(/^[\x21-\x7e]{6,32}$/))

export const TokenService = Schema.Struct({
  id: ServiceId,
  /** What the app calls its tokens (TOK-09). */
  name: Schema.NonEmptyString.check(Schema.isMaxLength(100)),
  /** Where the app is downloaded; it stands in the mail to an applicant (TOK-24). */
  downloadUrl: Schema.String.check(Schema.isPattern(/^https:\/\/[\x21-\x7e]{1,240}$/)),
  /** Whether it has transactions confirmed on the token (TOK-19). */
  confirmsTransactions: Schema.Boolean,
  /** Whether tokens can be set up. */
  open: Schema.Boolean
})
export type TokenService = typeof TokenService.Type

export const tokenServices: RecordKind<TokenService> = {
  name: "tokenService",
  schema: TokenService,
  idOf: ({ id }) => id
}

const startPassword = {
  id: Schema.String,
  service: ServiceId,
  /** Keyed hash of the user ID. */
  user: KeyedHash,
  /** Wrong start passwords in a row (TOK-07). */
  wrongs: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
  /** When the start password was locked; a new application is needed then. */
  lockedAt: Schema.optionalKey(Instant)
}
const application = {
  ...startPassword,
  /** The application that counts: beside it are the hash of the start password and the address. */
  appliedIn: CommandId,
  appliedAt: Instant,
  /** Since when the service has the user suspended (TOK-06). */
  suspendedAt: Schema.optionalKey(Instant)
}

/** Nobody applied; somebody guessed. */
export const TokenUserUnregistered = Schema.TaggedStruct("unregistered", startPassword)
/** Applied, no token yet. */
export const TokenUserApplied = Schema.TaggedStruct("applied", application)
export type TokenUserApplied = typeof TokenUserApplied.Type
/** Has a token, set up or being set up. */
export const TokenUserEnrolled = Schema.TaggedStruct("enrolled", { ...application, token: TokenId })
export type TokenUserEnrolled = typeof TokenUserEnrolled.Type

export const TokenUser = Schema.Union([TokenUserUnregistered, TokenUserApplied, TokenUserEnrolled])
export type TokenUser = typeof TokenUser.Type

export const tokenUsers: RecordKind<TokenUser> = { name: "tokenUser", schema: TokenUser, idOf: ({ id }) => id }

/** The id of a user's record. */
export const tokenUserId = (service: ServiceId, user: KeyedHash): string => `${service}:${user}`

/** Refused: the operator offers no tokens for such a service. */
export class TokenServiceNotFound extends Schema.TaggedError<TokenServiceNotFound>()("TokenServiceNotFound", {
  service: ServiceId
}) {}

/** Refused: nobody applied for a token with this user ID. Only a service is told so, never an app (SEC-01). */
export class TokenUserNotFound extends Schema.TaggedError<TokenUserNotFound>()("TokenUserNotFound", {
  service: ServiceId
}) {}

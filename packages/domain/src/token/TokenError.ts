/**
 * The error codes of token apps (エラー表示一覧), each with its cause (TOK-22).
 *
 * Codes are what a holder reads to the help desk, so they keep the values of the manual. What an app finds by itself and what
 * the service answers have codes of one list, because they are shown in one place.
 */
import { Result, Schema } from "effect"

/** What can be wrong; several codes may have one cause. */
export type TokenErrorCause =
  | "inputMalformed"
  | "tokenPresent"
  | "serviceUnknown"
  | "registrationNotFound"
  | "useStarted"
  | "userSuspended"
  | "startPasswordLocked"
  | "clockWrong"
  | "inputWrong"
  | "noConnection"
  | "notCompleted"
  | "noConnectionOrOutcomeUnknown"
  | "setUpIncomplete"
  | "authenticationStartPending"
  | "transactionUnconfirmed"
  | "outsideRenewalWindow"
  | "tokenExpired"
  | "lockCodeWrong"
  | "deviceChanged"
  | "memoryShort"
  | "unexpected"

const table = {
  A911: "inputMalformed",
  A916: "tokenPresent",
  S0A1: "serviceUnknown",
  S0B1: "serviceUnknown",
  S0C1: "registrationNotFound",
  S0B4: "useStarted",
  S0B5: "userSuspended",
  S0C4: "startPasswordLocked",
  S0F1: "clockWrong",
  S0G1: "inputWrong",
  A000: "noConnection",
  A001: "notCompleted",
  A002: "notCompleted",
  A006: "notCompleted",
  A007: "notCompleted",
  A008: "notCompleted",
  A009: "notCompleted",
  A010: "notCompleted",
  A300: "noConnectionOrOutcomeUnknown",
  A301: "notCompleted",
  A302: "notCompleted",
  A303: "notCompleted",
  A306: "notCompleted",
  A307: "notCompleted",
  A308: "notCompleted",
  A309: "notCompleted",
  A310: "notCompleted",
  S3B3: "setUpIncomplete",
  S3B5: "userSuspended",
  S3D3: "authenticationStartPending",
  S3D4: "transactionUnconfirmed",
  S3E4: "outsideRenewalWindow",
  A400: "noConnection",
  A401: "notCompleted",
  A403: "notCompleted",
  S4E3: "tokenExpired",
  A914: "lockCodeWrong",
  A998: "deviceChanged",
  A9EX: "memoryShort",
  A999: "unexpected"
} as const satisfies Readonly<Record<string, TokenErrorCause>>

export type TokenErrorCode = keyof typeof table

/** What each code means. */
export const causes: Readonly<Record<TokenErrorCode, TokenErrorCause>> = table

const isCode = (text: string): text is TokenErrorCode => Object.hasOwn(table, text)

/** Every code, in the order of the manual. */
export const tokenErrorCodes: ReadonlyArray<TokenErrorCode> = Object.keys(table).filter(isCode)

export const TokenErrorCode = Schema.Literals(tokenErrorCodes)

/** Where it shows: setting up or adding a token, renewing, correcting, confirming a transaction, the app lock, or the start of the app. */
export const TokenOperation = Schema.Literals(["setUp", "renewal", "correction", "confirmation", "appLock", "start"])
export type TokenOperation = typeof TokenOperation.Type

/** Refused, in the words of the manual: a code, and during what. */
export class TokenError extends Schema.TaggedError<TokenError>()("TokenError", {
  code: TokenErrorCode,
  operation: TokenOperation
}) {}

/** A refusal by its code. */
export const refuse = (code: TokenErrorCode, operation: TokenOperation): Result.Result<never, TokenError> =>
  Result.fail(new TokenError({ code, operation }))

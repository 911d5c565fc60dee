/**
 * Phones: what a rule draws of clocks, names and lock codes, and a model of the app lock.
 */
import type { AppLock, KeptName } from "@kinchaku/domain/token/AppRules"
import { tokenErrorCodes, type TokenErrorCode } from "@kinchaku/domain/token/TokenError"
import { Result } from "effect"
import * as fc from "fast-check"
import { second } from "./TokensWorld.ts"

/** Times on both sides of the edges of steps: the edge itself, one millisecond before and after, and anywhere between. */
export const instants = (stepSeconds = 60): fc.Arbitrary<number> =>
  fc
    .tuple(fc.integer({ min: 29_000_000, max: 60_000_000 }), fc.oneof(fc.constantFrom(-1, 0, 1), fc.nat(59_999)))
    .map(([step, rest]) => step * stepSeconds * second + rest)

/** So many tokens of one service, as an app lists them. */
export const keptNames = (count: number, service = "minato"): ReadonlyArray<KeptName> =>
  Array.from({ length: count }, (_, n) => ({
    service,
    user: `user${n}`,
    serviceName: "みなとダイレクト",
    suffix: n === 0 ? "" : `${n + 1}`
  }))

/** What becomes of something: "ok", or what was refused. */
export const named = (result: Result.Result<unknown, { readonly _tag: string }>): string => {
  if (Result.isSuccess(result)) return "ok"
  const { _tag, code, reason } = result.failure as { _tag: string; code?: string; reason?: string }
  return code ?? reason ?? _tag
}

const digits = (length: number): string => "9081726354".repeat(4).slice(0, length)

/** Lock codes around the edges of 1 and 32 digits, and some that are none. */
export const lockCodes = (): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(0, 1, 2, 31, 32, 33).map(digits),
    fc.stringMatching(/^[0-9]{1,4}$/),
    fc.constantFrom("12a4", "１２３４", " 1", "1 2", "-1", "1\n")
  )

/** Whether a text is a lock code, by its characters. */
export const isLockCode = (text: string): boolean =>
  text.length >= 1 && text.length <= 32 && [...text].every((character) => "0123456789".includes(character))

export const locked = (code: string): AppLock => ({ _tag: "on", code })

/** The table of the manual, row by row (seed 004, エラー表示一覧). */
const manual: ReadonlyArray<readonly [string, string]> = [
  ["inputMalformed", "A911"],
  ["tokenPresent", "A916"],
  ["serviceUnknown", "S0A1 S0B1"],
  ["registrationNotFound", "S0C1"],
  ["useStarted", "S0B4"],
  ["userSuspended", "S0B5 S3B5"],
  ["startPasswordLocked", "S0C4"],
  ["clockWrong", "S0F1"],
  ["inputWrong", "S0G1"],
  ["noConnection", "A000 A400"],
  ["notCompleted", "A001 A002 A006 A007 A008 A009 A010 A301 A302 A303 A306 A307 A308 A309 A310 A401 A403"],
  ["noConnectionOrOutcomeUnknown", "A300"],
  ["setUpIncomplete", "S3B3"],
  ["authenticationStartPending", "S3D3"],
  ["transactionUnconfirmed", "S3D4"],
  ["outsideRenewalWindow", "S3E4"],
  ["tokenExpired", "S4E3"],
  ["lockCodeWrong", "A914"],
  ["deviceChanged", "A998"],
  ["memoryShort", "A9EX"],
  ["unexpected", "A999"]
]

const rows = manual.flatMap(([cause, codes]) => codes.split(" ").map((code) => [code, cause] as const))

/** The causes of the manual as worked cases, with the code that is none. */
export const manualCases = Object.fromEntries(rows.map(([code, cause]) => [code, { given: code, gives: cause }]))

/** A code of the list. */
export const anyCode = (): fc.Arbitrary<TokenErrorCode> => fc.constantFrom(...tokenErrorCodes)

/**
 * PhoneKeeping: what a token app keeps on the phone, and how it speaks with the wallet.
 */
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import * as AppRules from "@kinchaku/domain/token/AppRules"
import type { TokenId } from "@kinchaku/domain/token/Token"
import { proofText, type TokenCodes } from "@kinchaku/domain/token/TokenCodes"
import type { TokenConfirmations } from "@kinchaku/domain/token/TokenConfirmations"
import { TokenError } from "@kinchaku/domain/token/TokenError"
import type { Tokens } from "@kinchaku/domain/token/Tokens"
import { Effect } from "effect"
import { NoAnswer, type PhoneLine } from "./PhoneLine.ts"

/** What the phone is made of. */
export interface Phone {
  readonly tokens: Tokens["Service"]
  readonly confirmations: TokenConfirmations["Service"]
  readonly codes: TokenCodes["Service"]
  /** The device's own number, 22 characters of base64url. */
  readonly device: string
  /** Milliseconds since 1970 by the device's own clock, which may be wrong. */
  readonly clock: () => number
  /** 22 characters of base64url that were not given before. */
  readonly random: () => string
  readonly line?: PhoneLine
}

/** A token as the app keeps it. */
export interface KeptToken extends AppRules.KeptName {
  readonly token: TokenId
  readonly serial: string
  readonly seed: string
  readonly stepSeconds: 30 | 60
  readonly expiresAt: Instant
  readonly renewableFrom: Instant
  /** The request by which the wallet is told that the seed has arrived, until it has answered. */
  readonly completion?: string
  /** The request of a renewal whose outcome is unknown, and the request that ends it once the next seed is here. */
  readonly renewal?: { readonly request: string; readonly finish?: string }
  /** The request of a correction that had no answer. */
  readonly correction?: string
}

export const bytes = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))

/** A request about a token, with the proof that the phone has its seed. */
export const signed = (
  codes: TokenCodes["Service"],
  method: string,
  { seed, token }: Pick<KeptToken, "seed" | "token">,
  request: string,
  ...fields: ReadonlyArray<string | number>
) => ({ request, token, proof: codes.proof(bytes(seed), proofText(method, { request, token }, ...fields)) })

type Exchange = "setUp" | "renewal" | "correction"

const troubleOf = (error: unknown): AppRules.Trouble | undefined => {
  if (error instanceof NoAnswer) return error.trouble
  const tag = typeof error === "object" && error !== null && "_tag" in error ? error._tag : undefined
  if (tag === "Busy") return "overloaded"
  return tag === "StoreUnavailable" ? "unavailable" : undefined
}

/**
 * One exchange over the line. No answer leaves the request to be repeated, with the code of the trouble; `ends` is told of a
 * refusal, and of a request that never left the phone.
 */
export const exchanging = <A, E>(
  line: PhoneLine,
  exchange: Exchange,
  call: Effect.Effect<A, E>,
  ends: (how: "refused" | "neverSent") => void = () => undefined
): Effect.Effect<A, E | TokenError> =>
  Effect.catch(line(call), (error): Effect.Effect<never, E | TokenError> => {
    const trouble = troubleOf(error)
    if (trouble !== undefined) {
      const code = AppRules.troubleCode(exchange, trouble)
      if (!AppRules.outcomeIsUnknown(trouble)) ends("neverSent")
      return Effect.fail(new TokenError({ code, operation: exchange }))
    }
    ends("refused")
    return Effect.fail(error as E)
  })

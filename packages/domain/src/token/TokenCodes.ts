/**
 * TokenCodes: what a seed makes, on the phone and here alike.
 */
import { Context } from "effect"
import { sameText } from "../account/Secrets.ts"

export class TokenCodes extends Context.Service<
  TokenCodes,
  {
    /** The code of a time step: HOTP with HMAC-SHA-1 and six digits (RFC 4226, section 5.3; RFC 6238, section 4). */
    readonly code: (seed: Uint8Array, step: number) => string
    /** That whoever has the seed says a text: HMAC-SHA-256, 64 hexadecimal digits. */
    readonly proof: (seed: Uint8Array, text: string) => string
  }
>()("@kinchaku/domain/token/TokenCodes") {}

/** What a phone proves: which request, with what in it. > the JSON text of [operation, request ID, token, fields …] */
export const proofText = (
  operation: string,
  { request, token }: { readonly request: string; readonly token: string },
  ...fields: ReadonlyArray<string | number>
): string => JSON.stringify([operation, request, token, ...fields])

/** The steps near a time whose code is the presented one; all of them are looked at, whichever fit. */
export const matchingSteps = (
  { code }: TokenCodes["Service"],
  seed: Uint8Array,
  presented: string,
  { around, reach }: { readonly around: number; readonly reach: number }
): ReadonlyArray<number> => {
  const found: Array<number> = []
  for (let step = Math.max(around - reach, 0); step <= around + reach; step++) {
    if (sameText(code(seed, step), presented)) found.push(step)
  }
  return found
}

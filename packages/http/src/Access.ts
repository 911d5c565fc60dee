/**
 * Access: who an Authorization header says that asks, and what keeps that one out. API keys are compared in constant time; sessions
 * are looked up.
 *
 * The host authenticates its holders itself, where it does; what it asks for them is recorded under its own name.
 */
import { hash, timingSafeEqual } from "node:crypto"
import type { StoreUnavailable } from "@kinchaku/domain/engine/Store"
import type { SessionExpired } from "@kinchaku/domain/session/Ending"
import { Sessions } from "@kinchaku/domain/session/Sessions"
import { Effect, Redacted } from "effect"
import { actors, type Asker, callersOf, type KeyHolder } from "./Asker.ts"
import { type Problem, problem } from "./Problem.ts"
import type { Description } from "./Route.ts"

/** The API keys. Merchants without a gateway of theirs have none. */
export interface Keys extends Readonly<Record<Exclude<KeyHolder, "merchant">, string>> {
  readonly merchant?: string
}

/** Finds out who asks; none where the header is nobody's. A bearer token of a session is still to be looked up. */
export type Recognise = (authorization: string | undefined) => Asker | Redacted.Redacted | undefined

const digest = (text: string): Buffer => hash("sha256", text, "buffer")

/** How bearer tokens of sessions begin; no API key does. */
const sessionLike = /^(?:acct|staff)_/

/** Equal lengths are what the comparison needs, so digests are compared; every key is looked at in every case. */
export const make = (keys: Keys): Recognise => {
  const known = (["host", "operator", "merchant"] as const).flatMap((holder) => {
    const key = keys[holder]
    return key === undefined ? [] : [{ holder, key, expected: digest(key) }]
  })
  if (new Set(known.map(({ key }) => key)).size < known.length) throw new RangeError("two callers share one key")
  return (authorization) => {
    const [, key] = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization ?? "") ?? []
    if (key === undefined) return undefined
    const given = digest(key)
    const found = known.filter(({ expected }) => timingSafeEqual(expected, given)).at(0)?.holder
    if (found !== undefined) return { _tag: found, actor: actors[found] }
    return sessionLike.test(key) ? Redacted.make(key) : undefined
  }
}

/** Who has the session of a bearer token; the session counts as used now (SES-01). */
export const lookUp = Effect.fnUntraced(function* (
  bearer: Redacted.Redacted
): Effect.fn.Return<Asker, SessionExpired | StoreUnavailable, Sessions> {
  const who = yield* (yield* Sessions).authenticate(Redacted.value(bearer))
  return { ...who, bearer }
})

/** Whether a holder asks for an account that is another's. One that is not there is nobody's, so both are answered alike (SEC-10). */
export const strays = (asker: Asker, params: unknown): params is { readonly account: unknown } =>
  asker._tag === "holder" &&
  typeof params === "object" &&
  params !== null &&
  "account" in params &&
  params.account !== asker.account

/** What keeps an asker from a route, whatever is asked for there. */
export const barrier = (
  { callers, whileSuspended = false }: Pick<Description, "callers" | "whileSuspended">,
  asker: Asker
): Problem | undefined => {
  if (callers.length === 0) return undefined
  if (!callersOf(asker).some((caller) => callers.includes(caller))) return problem("Forbidden")
  return asker._tag === "holder" && asker.scope === "resume" && !whileSuspended
    ? problem("AccountSuspended", { account: asker.account })
    : undefined
}

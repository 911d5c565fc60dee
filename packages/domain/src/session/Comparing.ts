/**
 * Comparing: looking at a password before an attempt is decided, and having the attempt decided with what was found.
 *
 * What is done is alike whether or not anybody has the name: the same look-ups, and one slow comparison (SEC-01).
 */
import { Effect } from "effect"
import type { Nonce } from "../account/Secrets.ts"
import type { CommandId } from "../engine/Command.ts"
import { Busy } from "../engine/Engine.ts"
import type { Store, StoreUnavailable } from "../engine/Store.ts"
import type { PasswordHasher } from "./PasswordHasher.ts"
import type { PasswordEvidence } from "./PasswordLogin.ts"
import type { PasswordReplaced } from "./PasswordLogin.ts"

/** What is looked up where there is nothing. */
export const nobody = "00000000000000000000000000" as CommandId

/** No password fits it. */
const noHash = "none"

/** Compares a password with the one that a command set, or with none in the same time. */
export const compare = Effect.fnUntraced(function* (
  { hasher, store }: { readonly hasher: PasswordHasher["Service"]; readonly store: Store["Service"] },
  typed: string,
  { kept, setBy }: { readonly setBy: CommandId | undefined; readonly kept: (data: string) => string | undefined }
): Effect.fn.Return<PasswordEvidence, StoreUnavailable> {
  const data = yield* store.personal(setBy ?? nobody)
  const isRight = yield* hasher.verify(typed, (data === undefined ? undefined : kept(data)) ?? noHash)
  return setBy === undefined ? { isRight: false } : { compared: setBy, isRight }
})

/** One attempt, under a key: what was found of the password, and what was decided. */
export type Attempt<Outcome, E> = (
  key: string
) => Effect.Effect<{ readonly evidence: PasswordEvidence; readonly outcome: Outcome }, E | PasswordReplaced>

/** A password that was replaced while it was compared is compared again; one that changes all the time is not waited for. */
const settled = <A, E>(attempt: Effect.Effect<A, E | PasswordReplaced>): Effect.Effect<A, E | Busy> =>
  Effect.retry(attempt, { times: 2, while: (error) => isReplaced(error) }).pipe(
    Effect.mapError((error): E | Busy => (isReplaced(error) ? new Busy({ reason: "contended" }) : error))
  )

const isReplaced = (error: unknown): error is PasswordReplaced =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "PasswordReplaced"

/**
 * Has an attempt decided. Repeated with its key, it answers what it answered first, but never lets in anybody whose own password
 * is wrong: whoever repeats another's login that way has made an attempt of his own, and it counts (LED-08, LCK-01).
 */
export const decidedOnce = Effect.fnUntraced(function* <Outcome extends { readonly _tag: string }, E>(
  attempt: Attempt<Outcome, E>,
  key: string,
  fresh: Nonce
): Effect.fn.Return<Outcome | undefined, E | Busy> {
  const { evidence, outcome } = yield* settled(attempt(key))
  if (outcome._tag === "failed") return undefined
  if (evidence.isRight) return outcome
  yield* settled(attempt(`attempt ${fresh}`))
  return undefined
})

/**
 * What a phone sends about its token: a request ID of its own, and a proof that it has the seed.
 *
 * The proof covers the request with everything in it, so nobody can change one on the way or make one from another. The
 * request ID is the idempotency key: the same request is answered as it was first (TOK-23).
 */
import { Effect, Schema } from "effect"
import { Nonce, Secrets, sameText } from "../account/Secrets.ts"
import type { Actor } from "../engine/Command.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import { type Token, TokenId, tokens } from "./Token.ts"
import { proofText, TokenCodes } from "./TokenCodes.ts"
import { TokenError, type TokenOperation } from "./TokenError.ts"

/** 128 random bits of the phone, base64url: a request ID, or the device's own number. */
export const Random = Nonce

const Proof = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/))
export const proven = { request: Random, token: TokenId, proof: Proof }

/** A request with nothing in it but the token; the proof is that of {@link proofText} with the name of the method. */
export const TokenRequest = Schema.Struct(proven)
export type TokenRequest = typeof TokenRequest.Encoded
export type ValidRequest = typeof TokenRequest.Type

/** The nonces of the seeds that a token has. */
export const noncesOf = (token: Token | undefined): ReadonlyArray<Nonce> => {
  if (token === undefined) return []
  return token._tag === "renewing" ? [token.nonce, token.nextNonce] : [token.nonce]
}

/** What an operation is to whoever reads the error, and to whoever computes the proof. */
interface Method {
  readonly operation: TokenOperation
  readonly method: string
}

/** The nonce of the seed by which a phone proved a request; without one the request is none (A999). */
export const provedBy = Effect.fnUntraced(function* (
  { method, operation }: Method,
  { proof, ...request }: ValidRequest,
  ...fields: ReadonlyArray<string | number>
) {
  const store = yield* Store
  const secrets = yield* Secrets
  const codes = yield* TokenCodes
  const token = (yield* store.read([key(tokens, request.token)])).find(tokens, request.token)
  const text = proofText(method, request, ...fields)
  const nonce = noncesOf(token).find((one) => sameText(codes.proof(secrets.seed(one), text), proof))
  if (nonce === undefined) return yield* refused("A999", operation)
  return { proved: nonce }
})

/** Who asks and under which key: request IDs of one token are not those of another. */
export const asking = (method: string, { request, token }: Pick<ValidRequest, "request" | "token">) => ({
  actor: `system:${token}` as Actor,
  key: `${method} ${request}`
})

export const refused = (code: TokenError["code"], operation: TokenOperation): Effect.Effect<never, TokenError> =>
  Effect.fail(new TokenError({ code, operation }))

/**
 * Routes: one row of the table from which the server, the OpenAPI document and the list of problems are made.
 *
 * A query (GET) reads; a command (POST) carries an intent and is answered alike when it is repeated (LED-08). A row names
 * every refusal that its handler can end with, no more and no less, or it does not compile.
 */
import type { Intent } from "@kinchaku/domain/account/Accounts"
import { Effect, Schema } from "effect"
import type { Asker, Caller } from "./Asker.ts"

export type Codec<A> = Schema.Codec<A, unknown>

/** No parameters, no query, no body. */
export const nothing = Schema.Record(Schema.String, Schema.Never)

/** What a row says to readers and machines alike. */
export interface Description {
  readonly path: string
  readonly summary: string
  /** Markdown; names the rules. */
  readonly description: string
  readonly tag: string
  /** Who may call; everyone where the list is empty. A holder is shown the own account alone (SEC-10). */
  readonly callers: ReadonlyArray<Caller>
  /** Whether the session of a suspended account, which serves to resume it, may call (ACC-21). */
  readonly whileSuspended?: boolean
}

/** What was decoded from a request, before the handler's types are known. */
export interface Given {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
  readonly intent: Intent
  readonly asker: Asker
}

/** What goes back: the encoded body, and where the thing that was made can be seen. */
export interface Answer {
  readonly body: unknown
  readonly location?: string
}

/** A file that goes back in the place of a JSON body. */
export interface File {
  readonly name: string
  readonly content: string | Uint8Array<ArrayBuffer>
}

/** The media type of bytes that no program is to interpret on the way. */
export const octets = "application/octet-stream"

/** A row. Its types say what the handler can end with (`E`) and what it needs (`R`). */
export interface Route<out E, out R> extends Description {
  readonly method: "get" | "post"
  readonly params: Codec<unknown>
  readonly query: Codec<unknown>
  readonly body: Codec<unknown>
  readonly success: Codec<unknown>
  readonly status: 200 | 201 | 202
  /** The media type of what goes back, where that is a file. */
  readonly media?: string
  /** Whether the body is bytes, and not JSON. */
  readonly takesOctets?: boolean
  readonly refusals: ReadonlyArray<string>
  readonly answer: (given: Given) => Effect.Effect<Answer | File, E, R>
}

/** The refusals of a row. */
export type RefusalOf<T> = T extends Route<infer E, infer _> ? E : never
/** What a row needs. */
export type ServicesOf<T> = T extends Route<infer _, infer R> ? R : never

type TagOf<E> = E extends { readonly _tag: infer T extends string } ? T : never

/** Holds for a list that names every tag once it is there and no other; otherwise a type that says which tags are wrong. */
type Exactly<T, L> = [Exclude<T, L>, Exclude<L, T>] extends [never, never]
  ? unknown
  : { readonly missing: Exclude<T, L>; readonly needless: Exclude<L, T> }

interface Row<P, A> extends Description {
  readonly params: Codec<P>
  readonly success: Codec<A>
}

/** A row whose refusals are still to be named. */
interface Unfinished<out E, out R> {
  /** Finishes the row with the tags of all that its handler can end with. */
  readonly refuses: <const L extends ReadonlyArray<string>>(
    ...refusals: L & Exactly<TagOf<E>, L[number]>
  ) => Route<E, R>
}

const unfinished = <E, R>(row: Omit<Route<E, R>, "refusals">): Unfinished<E, R> => ({
  refuses: (...refusals) => ({ ...row, refusals })
})

const encoder = <A>(success: Codec<A>): ((value: A) => unknown) => Schema.encodeSync(Schema.toCodecJson(success))

/** A row that reads. */
export const query = <P, Q, A, E, R>(
  row: Row<P, A> & { readonly query: Codec<Q> },
  handle: (given: { readonly params: P; readonly query: Q; readonly asker: Asker }) => Effect.Effect<A, E, R>
): Unfinished<E, R> => {
  const encode = encoder(row.success)
  return unfinished({
    ...row,
    method: "get",
    status: 200,
    body: nothing,
    answer: ({ asker, params, query }) =>
      Effect.map(handle({ params: params as P, query: query as Q, asker }), (value) => ({ body: encode(value) }))
  })
}

/** A row that answers with a file to be kept. */
export const download = <P, Q, E, R>(
  row: Description & { readonly params: Codec<P>; readonly query: Codec<Q>; readonly media: string },
  handle: (given: { readonly params: P; readonly query: Q; readonly asker: Asker }) => Effect.Effect<File, E, R>
): Unfinished<E, R> =>
  unfinished({
    ...row,
    method: "get",
    status: 200,
    body: nothing,
    success: Schema.String,
    answer: ({ asker, params, query }) => handle({ params: params as P, query: query as Q, asker })
  })

/** A row that changes something, once for each intent. */
export const command = <P, B, A, E, R>(
  row: Row<P, A> & {
    readonly body: Codec<B>
    readonly status: 200 | 201 | 202
    readonly takesOctets?: boolean
    /** Where what was made can be seen. */
    readonly location?: (made: A) => string
  },
  handle: (given: {
    readonly params: P
    readonly body: B
    readonly intent: Intent
    readonly asker: Asker
  }) => Effect.Effect<A, E, R>
): Unfinished<E, R> => {
  const { location, ...described } = row
  const encode = encoder(row.success)
  return unfinished({
    ...described,
    method: "post",
    query: nothing,
    answer: ({ asker, body, intent, params }) =>
      Effect.map(handle({ params: params as P, body: body as B, intent, asker }), (made) => ({
        body: encode(made),
        ...(location === undefined ? {} : { location: location(made) })
      }))
  })
}

/** What every command can meet beside its own refusals. */
export const engineRefusals = ["ValidationFailed", "IdempotencyConflict", "Busy", "StoreUnavailable"] as const

/** Why an account does nothing in its present state (ACC-20, LCK-05, ACC-08). */
export const standingRefusals = [
  "AccountSuspended",
  "AccountStopped",
  "AccountClosed",
  "AccountLocked",
  "MigrationRequired"
] as const

/** What an operation that needs a confirmed code can meet. */
export const codeRefusals = ["OtpRequired", "OtpNotFound", "OtpExpired", "OtpAlreadyUsed"] as const

/** What whoever shows a certificate can meet. */
export const certificateRefusals = [
  "CertificateUnreadable",
  "CertificateUntrusted",
  "CertificateExpired",
  "CertificateRevoked",
  "CertificateUnchecked",
  "ChallengeInvalid"
] as const

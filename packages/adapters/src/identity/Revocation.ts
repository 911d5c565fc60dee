/**
 * Revocation: whether the certificates of a chain are revoked, by online responders and by lists (CRT-09).
 *
 * A responder is asked first, because it knows what happened today; lists decide where none answers. Answers and lists that
 * are fetched are kept until they are replaced; a server that does not answer is left alone for a moment.
 */
import { randomBytes, X509Certificate } from "node:crypto"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import { Cache, Clock, Effect, Exit } from "effect"
import type { Chain } from "./CertificateChain.ts"
import * as Extensions from "./Extensions.ts"
import * as Ocsp from "./Ocsp.ts"
import * as Outbound from "./Outbound.ts"
import * as RevocationList from "./RevocationList.ts"

export type Status = RevocationList.Status

export interface Options {
  /** Lists: those that the operator has, DER or PEM, and whether those that certificates point to are fetched. */
  readonly crl?: { readonly lists?: Effect.Effect<ReadonlyArray<Uint8Array>>; readonly fetched?: boolean }
  /** Online responders: of the certificates, or the operator's own; and whether an answer may lack the nonce. */
  readonly ocsp?: { readonly address?: string; readonly nonceOptional?: boolean }
  /** Whether a certificate is refused of which it cannot be learnt. */
  readonly required: boolean
  /** The longest that one server is waited for, in milliseconds. */
  readonly timeoutMillis?: number
}

const timeoutMillis = 5000
/** The longest that all servers together are waited for. */
const patienceMillis = 12_000
const answerBytesMax = 64 * 1024
const listBytesMax = 16 * 1024 * 1024
/** How many servers of one kind a certificate may send us to. */
const addressesMax = 2
/** How long an answer is repeated at most, a list is kept at most, and a server that failed is left alone. */
const answerMillis = 60_000
const listMillis = 24 * 3_600_000
const pauseMillis = 5000

interface Kept<A> {
  readonly value: A
  readonly until: number
  readonly at: number
}

/** How long a lookup is kept: as long as it is good, within bounds; a failure for a moment. */
const keptWithin =
  <A>(most: number) =>
  (exit: Exit.Exit<Kept<A>, unknown>): number =>
    Exit.isSuccess(exit) ? Math.min(Math.max(exit.value.until - exit.value.at, pauseMillis), most) : pauseMillis

const now = Effect.map(Clock.currentTimeMillis, instant)

const makeLists = (timeout: number) =>
  Cache.makeWith(
    Effect.fnUntraced(
      function* (address: string) {
        const bytes = yield* Outbound.ask({ address, timeoutMillis: timeout, bytesMax: listBytesMax })
        const value = yield* Effect.try({ try: () => RevocationList.read(bytes), catch: (cause) => cause })
        return { value, until: RevocationList.nextUpdate(value), at: yield* now }
      },
      (asked, address) => report(address)(asked)
    ),
    { capacity: 100, timeToLive: keptWithin(listMillis) }
  )

/** What a responder is asked about: certificates are given as DER, base64, so that equal questions are one. */
interface Asked {
  readonly address: string
  readonly certificate: string
  readonly issuer: string
}

const makeAnswers = (timeout: number, mayLackNonce: boolean) =>
  Cache.makeWith(
    Effect.fnUntraced(
      function* ({ address, certificate, issuer }: Asked) {
        const authority = new X509Certificate(Buffer.from(issuer, "base64"))
        const holder = new X509Certificate(Buffer.from(certificate, "base64"))
        const question = yield* Effect.tryPromise(() => Ocsp.ask(holder, authority, randomBytes(32)))
        const request = { type: "application/ocsp-request", body: question.request }
        const bytes = yield* Outbound.ask({ address, request, timeoutMillis: timeout, bytesMax: answerBytesMax })
        const at = yield* now
        const { status, until } = Ocsp.judge(bytes, question, authority, at, mayLackNonce)
        return { value: status, until, at }
      },
      (asked, { address }) => report(address)(asked)
    ),
    { capacity: 1000, timeToLive: keptWithin(answerMillis) }
  )

/** The first status that is known. */
const firstKnown = (sources: ReadonlyArray<Effect.Effect<Status>>): Effect.Effect<Status> =>
  sources.reduce<Effect.Effect<Status>>(
    (before, next) => Effect.flatMap(before, (status) => (status === "unknown" ? next : Effect.succeed(status))),
    Effect.succeed("unknown")
  )

/** Of several statuses that all must be good. */
const worst = (statuses: ReadonlyArray<Status>): Status => {
  if (statuses.includes("revoked")) return "revoked"
  return statuses.includes("unknown") ? "unknown" : "good"
}

const read = new WeakMap<Uint8Array, ReadonlyArray<RevocationList.RevocationList>>()

/** A list that the operator gave, read once; one that cannot be read says nothing. */
const readGiven = (bytes: Uint8Array): Effect.Effect<ReadonlyArray<RevocationList.RevocationList>> =>
  Effect.suspend(() => {
    const known = read.get(bytes)
    if (known !== undefined) return Effect.succeed(known)
    return Effect.try({ try: () => [RevocationList.read(bytes)], catch: (cause) => cause }).pipe(
      Effect.catch(() => Effect.as(Effect.logWarning("a revocation list cannot be read"), [])),
      Effect.tap((found) => Effect.sync(() => void read.set(bytes, found)))
    )
  })

/** Says that a server was of no use; its failure is kept for a moment, so that this is not said for every presentation. */
const report =
  (address: string) =>
  <A, E>(asked: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.tapError(asked, () => Effect.logWarning("a revocation server was of no use", { address }))

/** Tells whether a chain, which must be one that was vouched for and keeps its rules, has a revoked certificate. */
export type Check = (chain: Chain) => Effect.Effect<Status>

const base64 = ({ raw }: X509Certificate): string => raw.toString("base64")

/** A check with its own memory of answers and lists. */
export const make = Effect.fnUntraced(function* ({ crl, ocsp, timeoutMillis: timeout = timeoutMillis }: Options) {
  const answers = yield* makeAnswers(timeout, ocsp?.nonceOptional ?? false)
  const lists = yield* makeLists(timeout)

  const byResponders = (
    certificate: X509Certificate,
    issuer: X509Certificate
  ): ReadonlyArray<Effect.Effect<Status>> => {
    if (ocsp === undefined) return []
    const addresses = ocsp.address === undefined ? Ocsp.addressesOf(certificate) : [ocsp.address]
    return addresses.slice(0, addressesMax).map((address) =>
      Cache.get(answers, { address, certificate: base64(certificate), issuer: base64(issuer) }).pipe(
        Effect.map(({ value }) => value),
        Effect.catch(() => Effect.succeed("unknown" as const))
      )
    )
  }

  const byLists = (certificate: X509Certificate, issuer: X509Certificate): ReadonlyArray<Effect.Effect<Status>> => {
    const say = (found: ReadonlyArray<RevocationList.RevocationList>, at: Instant): Status => {
      const statuses = found.map((list) => RevocationList.statusOf(list, certificate, issuer, at))
      const known = statuses.filter((status) => status !== "unknown")
      return known.length === 0 ? "unknown" : worst(known)
    }
    const given = Effect.flatMap(crl?.lists ?? Effect.succeed([]), (all) =>
      Effect.flatMap(Effect.forEach(all, readGiven), (found) => Effect.map(now, (at) => say(found.flat(), at)))
    )
    if (crl?.fetched !== true) return [given]
    const addresses = Extensions.addresses(RevocationList.placesOf(certificate)).slice(0, addressesMax)
    const fetched = addresses.map((address) =>
      Cache.get(lists, address).pipe(
        Effect.flatMap(({ value }) => Effect.map(now, (at) => say([value], at))),
        Effect.catch(() => Effect.succeed("unknown" as const))
      )
    )
    return [given, ...fetched]
  }

  const ofCertificate = (certificate: X509Certificate, issuer: X509Certificate): Effect.Effect<Status> =>
    Effect.suspend(() => firstKnown([...byResponders(certificate, issuer), ...byLists(certificate, issuer)])).pipe(
      // An extension that cannot be read tells nothing.
      Effect.catchDefect(() => Effect.succeed("unknown" as const)),
      Effect.timeoutOrElse({ duration: patienceMillis, orElse: () => Effect.succeed("unknown" as const) })
    )

  const check: Check = (chain) => {
    const pairs = chain.slice(0, -1).map((certificate, index) => [certificate, chain[index + 1]] as const)
    const statuses = pairs.map(([certificate, issuer]) =>
      issuer === undefined ? Effect.succeed("unknown" as const) : ofCertificate(certificate, issuer)
    )
    return Effect.map(Effect.all(statuses, { concurrency: "unbounded" }), worst)
  }
  return check
})

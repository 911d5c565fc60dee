/**
 * Problems: how every refusal of the domain and every fault of a request is answered (RFC 9457).
 *
 * One row a code: status, the rules behind it, and the facts that go along. A refusal that a route can end with and that has
 * no row does not compile, nor does a row that no route needs, nor a code without its texts in both languages.
 */
import { accessKinds } from "./AccessProblems.ts"
import { accountKinds } from "./AccountProblems.ts"
import { certificateKinds } from "./CertificateProblems.ts"
import { messageKinds } from "./MessageProblems.ts"
import type { Kind, Kinds, TextsOf } from "./ProblemKind.ts"
import type { AnyRefusal } from "./Routes.ts"
import { stepUpKinds } from "./StepUpProblems.ts"
import { write } from "./Timestamp.ts"
import { tokenFacts, tokenKinds } from "./TokenProblems.ts"
import { walletKinds } from "./WalletProblems.ts"

/** What a refusal carries beside what every error has; a cause that is no text would be a defect's. */
type FactOf<E> =
  | (Exclude<keyof E, keyof Error | "_tag"> & string)
  | (E extends { readonly cause: string } ? "cause" : never)
interface KindOf<E> extends Kind {
  readonly facts: ReadonlyArray<FactOf<E>>
  readonly times?: ReadonlyArray<FactOf<E>>
}

type RefusalKinds = { readonly [E in AnyRefusal as E["_tag"]]: KindOf<E> }

const areas = {
  ...accountKinds,
  ...accessKinds,
  ...walletKinds,
  ...certificateKinds,
  ...tokenKinds,
  ...stepUpKinds,

  // Every command
  ValidationFailed: { status: 400, rules: ["LED-09", "SEC-10"], facts: ["issues"] },
  // The key is not answered: a caller knows its own, and it may be anything.
  IdempotencyConflict: { status: 422, rules: ["LED-08"], facts: [] },
  Busy: { status: 503, rules: ["SEC-14"], facts: ["reason"], retryAfter: 1 },
  StoreUnavailable: { status: 503, rules: ["LED-11"], facts: [], retryAfter: 5 }
} as const satisfies Kinds

/** Every refusal of the domain. What no route ends with has no place here. */
const refusalKinds: RefusalKinds & { readonly [Code in Exclude<keyof typeof areas, keyof RefusalKinds>]: never } = areas

const kind = (status: number, ...rules: ReadonlyArray<string>): Kind => ({ status, rules, facts: [] })

/** Every fault of a request, or of this server, that no route is asked about. */
const protocolKinds = {
  ...messageKinds,
  RouteUnknown: kind(404),
  MethodNotAllowed: kind(405),
  RequestMalformed: kind(400, "SEC-10"),
  IdempotencyKeyMissing: kind(400, "LED-08"),
  Unauthorized: kind(401, "SEC-10"),
  RequestTimedOut: kind(408, "SEC-14"),
  BodyTooLarge: kind(413, "SEC-14"),
  MediaTypeUnsupported: kind(415, "SEC-10"),
  HeadersTooLarge: kind(431, "SEC-14"),
  ClientClosed: kind(499),
  InternalError: kind(500),
  Overloaded: { ...kind(503, "SEC-14"), retryAfter: 1 },
  Stopping: { ...kind(503), retryAfter: 5 },
  AnswerTimedOut: { ...kind(504, "LED-08"), retryAfter: 5 }
} satisfies Record<string, Kind>

export type Code = keyof RefusalKinds | keyof typeof protocolKinds
export type Texts = TextsOf<Readonly<Record<Code, Kind>>>

/** Every problem that this server can answer. */
export const kinds: Readonly<Record<Code, Kind>> = { ...refusalKinds, ...protocolKinds }

/** Whether a text is the code of a problem. */
export const isCode = (text: string): text is Code => Object.hasOwn(kinds, text)

/** One fault of a request: where it is, and what was expected. It never quotes what was sent. */
export interface Issue {
  readonly in: "path" | "query" | "header" | "body"
  readonly path: string
  readonly message: string
}

/** A problem that came up: its code and the facts of this case. */
export interface Problem {
  readonly code: Code
  readonly facts: Readonly<Record<string, unknown>>
}

/** A problem without facts, or with those of a fault of the request. */
export const problem = (code: Code, facts: Problem["facts"] = {}): Problem => ({ code, facts })

const issueOf = ({ field, message }: { readonly field: string; readonly message: string }): Issue =>
  field === "idempotencyKey" ? { in: "header", path: "idempotency-key", message } : { in: "body", path: field, message }

/** The problem that a refusal is. */
export const ofRefusal = (refusal: AnyRefusal): Problem => {
  if (refusal._tag === "ValidationFailed") return problem("ValidationFailed", { issues: refusal.issues.map(issueOf) })
  if (refusal._tag === "TokenError") return problem("TokenError", tokenFacts(refusal))
  // An error's cause is no enumerable property, so what it carries is asked for by name.
  const carried = (fact: string): unknown => Reflect.get(refusal, fact)
  const { facts, times = [] } = kinds[refusal._tag]
  const writtenOf = (fact: string): unknown => {
    const value = carried(fact)
    return times.includes(fact) && typeof value === "number" ? write(value) : value
  }
  const answered = facts.filter((fact) => carried(fact) !== undefined)
  return problem(refusal._tag, Object.fromEntries(answered.map((fact) => [fact, writtenOf(fact)])))
}

/**
 * Problems: how every refusal of the domain and every fault of a request is answered (RFC 9457).
 *
 * One row a code: status, the rules behind it, and the facts that go along. A refusal that a route can end with and that has
 * no row here does not compile; nor does a code without its texts in both languages.
 */
import type { AnyRefusal } from "./Routes.ts"

/** What is said of a problem in one language. In `detail`, a fact in braces is written out: "{remaining}". */
export interface Text {
  readonly title: string
  /** What happened and what to do next. */
  readonly detail: string
}

export interface Kind {
  readonly status: number
  readonly rules: ReadonlyArray<string>
  /** The facts of the refusal that are answered as members of the document. */
  readonly facts: ReadonlyArray<string>
  /** Seconds after which the same request may succeed. */
  readonly retryAfter?: number
}

type FactOf<E> = Exclude<keyof E, keyof Error | "_tag"> & string
interface KindOf<E> extends Kind {
  readonly facts: ReadonlyArray<FactOf<E>>
}

type RefusalKinds = { readonly [E in AnyRefusal as E["_tag"]]: KindOf<E> }

const limitFacts = ["period", "allowed", "remaining", "asked"] as const

/** Every refusal of the domain. */
const refusalKinds: RefusalKinds = {
  // Accounts and certificates
  AccountNotFound: { status: 404, rules: ["SEC-10"], facts: ["account"] },
  AccountAlreadyExists: { status: 409, rules: ["ACC-01", "ACC-11"], facts: ["migrationOffered"] },
  EmailTaken: { status: 409, rules: ["ACC-09", "ACC-11"], facts: ["migrationOffered"] },
  PhoneTaken: { status: 409, rules: ["ACC-10", "ACC-11"], facts: ["migrationOffered"] },
  ContactUnproven: { status: 422, rules: ["SEC-01"], facts: ["contact"] },
  CertificateUnreadable: { status: 422, rules: ["ACC-05"], facts: [] },
  CertificateUntrusted: { status: 422, rules: ["ACC-05", "CRT-09"], facts: [] },
  CertificateExpired: { status: 422, rules: ["CRT-09", "CRT-10"], facts: ["verdict"] },
  ChallengeInvalid: { status: 422, rules: ["CRT-09"], facts: [] },
  CertificateOfAnother: { status: 422, rules: ["ACC-01"], facts: ["account"] },

  // Bank links and top-ups
  BankUnknown: { status: 422, rules: ["TOP-07"], facts: ["bank"] },
  BankLinkNotFound: { status: 404, rules: ["BNK-02", "SEC-10"], facts: ["link"] },
  BankLinkNotRegistered: { status: 422, rules: ["TOP-07"], facts: ["link"] },
  BankUnavailable: { status: 422, rules: ["TOP-07"], facts: ["bank", "reason"] },
  BelowMinimumAmount: { status: 422, rules: ["TOP-08"], facts: ["minimum", "step", "asked"] },
  FeeExceedsAmount: { status: 422, rules: ["TOP-19"], facts: ["amount", "fee"] },
  QuoteChanged: { status: 422, rules: ["FEE-01", "PAY-05"], facts: ["field"] },
  LimitExceeded: { status: 422, rules: ["LIM-01", "LIM-05"], facts: ["limit", "operation", "way", ...limitFacts] },
  BalanceCapExceeded: { status: 422, rules: ["TOP-09", "LIM-05"], facts: limitFacts },
  AmountOutOfRange: { status: 422, rules: ["LED-09"], facts: ["field"] },
  TopUpNotFound: { status: 404, rules: ["TOP-12", "SEC-10"], facts: ["topUp"] },

  // Slips and payments
  BarcodeInvalid: { status: 422, rules: ["PAY-17"], facts: ["field"] },
  BillerNotContracted: { status: 422, rules: ["PAY-08"], facts: ["biller"] },
  BillExpired: { status: 422, rules: ["PAY-06"], facts: ["due"] },
  BillAlreadyPaid: { status: 409, rules: ["PAY-09"], facts: ["state"] },
  AmountAboveMaximum: { status: 422, rules: ["PAY-18"], facts: ["asked", "maximum"] },
  InsufficientBalance: { status: 422, rules: ["PAY-12", "BAL-08"], facts: ["asked", "available", "shortfall"] },
  PaymentNotFound: { status: 404, rules: ["PAY-14", "SEC-10"], facts: ["payment"] },

  // Every command
  ValidationFailed: { status: 400, rules: ["LED-09", "SEC-10"], facts: ["issues"] },
  // The key is not answered: a caller knows its own, and it may be anything.
  IdempotencyConflict: { status: 422, rules: ["LED-08"], facts: [] },
  Busy: { status: 503, rules: ["SEC-14"], facts: ["reason"], retryAfter: 1 },
  StoreUnavailable: { status: 503, rules: ["LED-11"], facts: [], retryAfter: 5 }
}

const kind = (status: number, ...rules: ReadonlyArray<string>): Kind => ({ status, rules, facts: [] })

/** Every fault of a request, or of this server, that no route is asked about. */
const protocolKinds = {
  RouteUnknown: kind(404),
  MethodNotAllowed: kind(405),
  RequestMalformed: kind(400, "SEC-10"),
  IdempotencyKeyMissing: kind(400, "LED-08"),
  Unauthorized: kind(401, "SEC-10"),
  Forbidden: kind(403, "SEC-10"),
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
export type Texts = Readonly<Record<Code, Text>>

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
  const carried: Readonly<Record<string, unknown>> = { ...refusal }
  const facts = kinds[refusal._tag].facts.filter((fact) => carried[fact] !== undefined)
  return problem(refusal._tag, Object.fromEntries(facts.map((fact) => [fact, carried[fact]])))
}

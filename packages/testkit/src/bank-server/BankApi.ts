/**
 * The bank API as the simulator speaks it (docs/reference/bank-api.md): what is asked, what is answered, and the problems.
 */
import { BankAccount, type Inquiry, type LinkEvidence, type LinkPage } from "@kinchaku/domain/bank/BankGateway"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { RequestId } from "@kinchaku/domain/engine/Outbox"
import { PositiveYen } from "@kinchaku/domain/money/Yen"
import { Schema } from "effect"

/** The text of a passbook is short. */
const PassbookText = Schema.String.check(Schema.isMaxLength(100))

/** The bodies of requests. Members that are not named are refused. */
export const bodies = {
  "/links": Schema.Struct({ reference: RequestId, account: BankAccount }),
  "/debits": Schema.Struct({
    reference: RequestId,
    account: BankAccount,
    amount: PositiveYen,
    passbookText: PassbookText
  }),
  "/credits": Schema.Struct({ reference: RequestId, account: BankAccount, amount: PositiveYen })
} as const

const strictly = { onExcessProperty: "error" } as const
export const decodeLink = Schema.decodeUnknownOption(bodies["/links"], strictly)
export const decodeDebit = Schema.decodeUnknownOption(bodies["/debits"], strictly)
export const decodeCredit = Schema.decodeUnknownOption(bodies["/credits"], strictly)
export const decodeReference = Schema.decodeUnknownOption(RequestId)

/** An answer: a status, and JSON that is a problem document where the status is 400 or above. */
export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

/** Every problem but refusals, whose code is the bank's reason. */
const problems = {
  bodyMalformed: { status: 400, title: "The body is not what this path takes." },
  referenceMalformed: { status: 400, title: "The reference is not written as references are." },
  unauthorized: { status: 401, title: "The key is missing or another one." },
  notThere: { status: 404, title: "There is nothing at this path." },
  methodNotAllowed: { status: 405, title: "This path takes another method." },
  referenceReused: { status: 409, title: "The reference was used before for something else." },
  bodyTooLarge: { status: 413, title: "The body is too large." },
  mediaTypeUnsupported: { status: 415, title: "The body is not JSON in UTF-8." },
  internalError: { status: 500, title: "The bank failed; what became of the request is to be inquired." },
  notAccepted: { status: 503, title: "The bank takes nothing in now. Nothing was done." }
} as const
export type ProblemCode = keyof typeof problems

/** The answer of a problem. */
export const problem = (code: ProblemCode): Answer => {
  const { status, title } = problems[code]
  const retry = status === 503 ? { headers: { "retry-after": "1" } } : {}
  return { status, body: { type: "about:blank", title, status, code }, ...retry }
}
/** The answer of a refusal, for good. */
export const refusal = (code: string): Answer => ({
  status: 422,
  body: { type: "about:blank", title: "The bank refuses. Nothing was done.", status: 422, code }
})

const written = (at: Instant): string => new Date(at).toISOString()

/** The answer to a debit or a credit that was done. */
export const transferred = (
  reference: RequestId,
  { at, bankReference }: { readonly at: Instant; readonly bankReference: string }
): Answer => ({ status: 200, body: { reference, bankReference, at: written(at) } })

/** The answer to a link: the evidence, or the page to go through. */
export const linked = (reference: RequestId, begun: LinkPage | LinkEvidence): Answer =>
  "page" in begun
    ? { status: 202, body: { reference, page: begun.page } }
    : { status: 200, body: { reference, holderKana: begun.holderKana, factors: begun.factors } }

const factsOf = (found: Inquiry): Readonly<Record<string, unknown>> => {
  switch (found._tag) {
    case "linked":
      return { ...found.evidence }
    case "debited":
    case "credited":
      return { bankReference: found.bankReference, at: written(found.at) }
    case "refused":
      return { code: found.reason }
    case "interrupted":
    case "pending":
    case "notFound":
      return {}
  }
}

/** The answer to an inquiry. */
export const known = (reference: RequestId, found: Inquiry): Answer => ({
  status: 200,
  body: { reference, status: found._tag, ...factsOf(found) }
})

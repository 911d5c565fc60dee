/**
 * What answers of the bank API say (docs/reference/bank-api.md): only what is documented is believed, and whatever else comes back
 * leaves the outcome unknown.
 */
import type { Inquiry, LinkEvidence, LinkPage } from "@kinchaku/domain/bank/BankGateway"
import { type Instant, Instant as InstantSchema } from "@kinchaku/domain/calendar/JapanDate"
import { RequestId } from "@kinchaku/domain/engine/Outbox"
import { Option, Schema } from "effect"

/** An answer as it came over the line. */
export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

const Text = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(200))
const Code = Schema.String.check(Schema.isPattern(/^[A-Za-z][A-Za-z0-9]{0,63}$/u))
const Time = Schema.String.check(Schema.isPattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/u))
const Factors = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 }))

const reference = RequestId
const done = { bankReference: Text, at: Time }
const evidence = { holderKana: Text, factors: Factors }

const Transferred = Schema.Struct({ reference, ...done })
const Linked = Schema.Struct({ reference, ...evidence })
const Paged = Schema.Struct({ reference, page: Schema.String.check(Schema.isMaxLength(2000)) })
const Known = Schema.Union([
  Schema.Struct({ status: Schema.Literals(["pending", "notFound", "interrupted"]), reference }),
  Schema.Struct({ status: Schema.Literals(["debited", "credited"]), reference, ...done }),
  Schema.Struct({ status: Schema.Literal("linked"), reference, ...evidence }),
  Schema.Struct({ status: Schema.Literal("refused"), reference, code: Code })
])
const Problem = Schema.Struct({ code: Code })

const reading = <A>(schema: Schema.Codec<A, unknown>) => Schema.decodeUnknownOption(Schema.fromJsonString(schema))
const readTransferred = reading(Transferred)
const readLinked = reading(Linked)
const readPaged = reading(Paged)
const readKnown = reading(Known)
const readProblem = reading(Problem)

const isInstant = Schema.is(InstantSchema)
const instantOf = (time: string): Option.Option<Instant> => Option.liftPredicate(isInstant)(Date.parse(time))

const isType = (type: string, { contentType }: Answer): boolean =>
  contentType.split(";", 1)[0]?.trim().toLowerCase() === type

/** What an answer with this status holds about our reference, and nothing where it is about another. */
const about = <A extends { readonly reference: RequestId }>(
  asked: RequestId,
  status: number,
  answer: Answer,
  read: (body: string) => Option.Option<A>
): Option.Option<A> =>
  answer.status === status && isType("application/json", answer)
    ? Option.filter(read(answer.body), ({ reference }) => reference === asked)
    : Option.none()

/** That a debit or a credit was done. */
export const transferOf = (asked: RequestId, answer: Answer) =>
  Option.flatMap(about(asked, 200, answer, readTransferred), ({ at, bankReference }) =>
    Option.map(instantOf(at), (instant) => ({ bankReference, at: instant }))
  )

/** Pages are shown to holders: they are reached by https, over http only on this machine. */
export const isSafe = (url: URL): boolean =>
  url.protocol === "https:" || (url.protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname))

/** That a link was made, or the page on which its holder makes it. */
export const linkOf = (asked: RequestId, answer: Answer): Option.Option<LinkEvidence | LinkPage> => {
  const linked = about(asked, 200, answer, readLinked)
  if (Option.isSome(linked)) return Option.some({ holderKana: linked.value.holderKana, factors: linked.value.factors })
  return Option.flatMap(about(asked, 202, answer, readPaged), ({ page }) => {
    const url = URL.parse(page)
    return url !== null && isSafe(url) ? Option.some({ page: url.href }) : Option.none()
  })
}

/** What became of an earlier request. That there was none is said by an answer of its own, never by a missing page. */
export const inquiryOf = (asked: RequestId, answer: Answer): Option.Option<Inquiry> =>
  Option.flatMap(about(asked, 200, answer, readKnown), (known): Option.Option<Inquiry> => {
    switch (known.status) {
      case "pending":
      case "notFound":
      case "interrupted":
        return Option.some({ _tag: known.status })
      case "linked":
        return Option.some({ _tag: "linked", evidence: { holderKana: known.holderKana, factors: known.factors } })
      case "refused":
        return Option.some({ _tag: "refused", reason: known.code })
      case "debited":
      case "credited": {
        const { bankReference, status: _tag } = known
        return Option.map(instantOf(known.at), (at) => ({ _tag, bankReference, at }))
      }
    }
  })

/** Answers by which the bank says that it took nothing in. */
const notTaken = new Set([400, 401, 403, 413, 415, 429, 503])

/**
 * What a problem document says: refused for good, or not taken in, so that it may be asked again. Nothing where it is no problem of the
 * bank's own: whatever stands between it and us answers as well, and does not know what the bank did.
 */
export const problemOf = (
  answer: Answer
): Option.Option<{ readonly is: "refused" | "notTaken"; readonly code: string }> => {
  if (!isType("application/problem+json", answer)) return Option.none()
  return Option.flatMap(readProblem(answer.body), ({ code }) => {
    if (answer.status === 422) return Option.some({ is: "refused", code })
    return notTaken.has(answer.status) ? Option.some({ is: "notTaken", code }) : Option.none()
  })
}

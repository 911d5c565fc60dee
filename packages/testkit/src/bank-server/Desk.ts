/**
 * The bank's desk: takes what the wallet asks, has the simulated bank do it, and says it in the words of the bank API.
 */
import { BankGateway } from "@kinchaku/domain/bank/BankGateway"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import { Cause, Effect, Option } from "effect"
import { ReferenceReused } from "../simulators/Provider.ts"
import * as Api from "./BankApi.ts"

/** An answer, or silence. */
export type Said = Api.Answer | "silence"

const inquiryPath = /^\/requests\/([^/]+)$/u

/** The method of a path of the API; none where there is no such path. */
export const methodOf = (path: string): "GET" | "POST" | undefined => {
  if (inquiryPath.test(path)) return "GET"
  return path in Api.bodies ? "POST" : undefined
}

/** What an answer says, for whoever reads along; it names no account and no person. */
export const summaryOf = ({ body }: Api.Answer): string =>
  ["reference", "status", "code"].flatMap((name) => (typeof body[name] === "string" ? [body[name]] : [])).join(" ")

const silence = Effect.succeed("silence" as const)

/** What the bank said in the words of the API. */
const said = <A, E extends { readonly _tag: string }>(
  effect: Effect.Effect<A, E, BankGateway>,
  answer: (done: A) => Api.Answer
): Effect.Effect<Said, never, BankGateway> =>
  effect.pipe(
    Effect.map(answer),
    Effect.catch((failure: E | { readonly _tag: string; readonly reason?: string }): Effect.Effect<Said> => {
      if (failure._tag === "BankUnreachable") return Effect.succeed(Api.problem("notAccepted"))
      if (failure._tag === "OutcomeUnknown") return silence
      return Effect.succeed(Api.refusal("reason" in failure ? `${failure.reason}` : "refused"))
    }),
    Effect.catchCause((cause) =>
      Effect.succeed(Api.problem(Cause.squash(cause) instanceof ReferenceReused ? "referenceReused" : "internalError"))
    )
  )

const malformed = Effect.succeed<Said>(Api.problem("bodyMalformed"))

/** Does what a body asks for. */
export const asked = (path: string, body: unknown): Effect.Effect<Said, never, BankGateway> =>
  Effect.flatMap(BankGateway, (bank) => {
    switch (path) {
      case "/links":
        return Option.match(Api.decodeLink(body), {
          onNone: () => malformed,
          onSome: (request) => said(bank.link(request), (begun) => Api.linked(request.reference, begun))
        })
      case "/debits":
        return Option.match(Api.decodeDebit(body), {
          onNone: () => malformed,
          onSome: (request) => said(bank.debit(request), (done) => Api.transferred(request.reference, done))
        })
      case "/credits":
        return Option.match(Api.decodeCredit(body), {
          onNone: () => malformed,
          onSome: (request) => said(bank.credit(request), (done) => Api.transferred(request.reference, done))
        })
      default:
        return Effect.succeed<Said>(Api.problem("notThere"))
    }
  })

const decoded = (written: string): string => {
  try {
    return decodeURIComponent(written)
  } catch {
    return ""
  }
}

/** What became of the request that a path names. */
export const inquired = (path: string): Effect.Effect<Said, never, BankGateway> => {
  const reference = Api.decodeReference(decoded(inquiryPath.exec(path)?.[1] ?? ""))
  return Option.match(reference, {
    onNone: () => Effect.succeed<Said>(Api.problem("referenceMalformed")),
    onSome: (one: RequestId) =>
      Effect.flatMap(BankGateway, (bank) =>
        // One simulator stands for every bank.
        said(bank.inquire({ bank: "", reference: one }), (found) => Api.known(one, found))
      )
  })
}

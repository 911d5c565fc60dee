/**
 * Lines to banks that are wrong in one thing each: what a core would do there that takes silence for an answer, or asks again blindly.
 */
import { type BankGateway, BankRefused } from "@kinchaku/domain/bank/BankGateway"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import { Clock, Effect } from "effect"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import { bankReferenceOf } from "../../src/simulators/BankTransfers.ts"
import type { Stage } from "../../src/scenario/Histories.ts"

type Bank = BankGateway["Service"]

/** Every attempt asks with a reference that no other had, instead of inquiring by the first. */
export const asksAnew = (stage: Stage): Stage => ({
  ...stage,
  bankLine: (bank): Bank => {
    let asked = 0
    const anew = (reference: RequestId): RequestId => `${reference.slice(0, 30)}.${(asked += 1)}` as RequestId
    return {
      ...bank,
      debit: (request) => bank.debit({ ...request, reference: anew(request.reference) }),
      inquire: (request) =>
        Effect.map(bank.inquire(request), (found) => (found._tag === "linked" ? found : { _tag: "notFound" as const }))
    }
  }
})

/** A bank that does not answer has refused. */
export const takesSilenceForRefusal = (stage: Stage): Stage => ({
  ...stage,
  bankLine: (bank): Bank => ({
    ...bank,
    debit: (request) =>
      Effect.catchTag(bank.debit(request), "OutcomeUnknown", () => Effect.fail(new BankRefused({ reason: "silent" }))),
    credit: (request) =>
      Effect.catchTag(bank.credit(request), "OutcomeUnknown", () => Effect.fail(new BankRefused({ reason: "silent" })))
  })
})

/** A bank that does not answer has done it. */
export const takesSilenceForDone = (stage: Stage): Stage => ({
  ...stage,
  bankLine: (bank): Bank => {
    const done = (reference: RequestId) =>
      Effect.map(Clock.currentTimeMillis, (now) => ({ bankReference: bankReferenceOf(reference), at: instant(now) }))
    return {
      ...bank,
      debit: (request) => Effect.catchTag(bank.debit(request), "OutcomeUnknown", () => done(request.reference)),
      credit: (request) => Effect.catchTag(bank.credit(request), "OutcomeUnknown", () => done(request.reference))
    }
  }
})

/** An inquiry is never answered. */
export const knowsOfNothing = (stage: Stage): Stage => ({
  ...stage,
  bankLine: (bank): Bank => ({ ...bank, inquire: () => Effect.succeed({ _tag: "pending" as const }) })
})

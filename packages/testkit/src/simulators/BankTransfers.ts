/**
 * Debits and credits of a simulated bank: each is done exactly once for its reference, whatever the line does.
 */
import { BankRefused, BankUnreachable, OutcomeUnknown, type BankAccount } from "@kinchaku/domain/bank/BankGateway"
import { type Instant, later } from "@kinchaku/domain/calendar/JapanDate"
import type { RequestId } from "@kinchaku/domain/engine/Outbox"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import { Duration, Effect } from "effect"
import { type DebitBehaviour, lineOf, usualDebit } from "./BankBehaviour.ts"
import type { BankReport, Memory, Reporting } from "./BankReports.ts"
import { type Kept, type NoAnswer, Provider, type Script } from "./Provider.ts"

export interface CreditRequest {
  readonly account: BankAccount
  readonly amount: PositiveYen
}
export interface DebitRequest extends CreditRequest {
  readonly passbookText: string
}

export interface Refused {
  readonly _tag: "refused"
  readonly reason: string
}
interface Moved {
  readonly bankReference: string
  readonly at: Instant
  readonly amount: PositiveYen
}
/** What the bank did about a debit. */
export type DebitDone = (Moved & { readonly _tag: "debited" }) | Refused
/** What the bank did about a credit. */
export type CreditDone = (Moved & { readonly _tag: "credited" }) | Refused

/** What the bank gives as its own number of a debit or a credit. */
export const bankReferenceOf = (reference: RequestId): string => `bank-${reference}`
/** Why the bank refuses. */
export const refusal = "insufficientFunds"

/** Why the gateway has no answer. */
export const noAnswer = (reference: RequestId) => (reason: NoAnswer) =>
  reason === "unreachable"
    ? new BankUnreachable({ cause: new Error("the simulated bank is not reached") })
    : new OutcomeUnknown({ reference })

export interface TransferOptions<Request, Tag extends "debited" | "credited"> {
  /** What a transfer of this way is called when it is done. */
  readonly tag: Tag
  readonly script: Script<Request, DebitBehaviour> | undefined
  readonly lateFor: Duration.Input | undefined
  /** How long after it was asked a late bank reports on its own; without it, never. */
  readonly lateReportAfter: Duration.Input | undefined
  readonly memory: Memory
  readonly reporting: Reporting
}

/** Transfers of one way. */
export const transferring = <Request extends CreditRequest, Tag extends "debited" | "credited">({
  lateFor,
  lateReportAfter,
  memory,
  reporting,
  script,
  tag
}: TransferOptions<Request, Tag>) => {
  type Done = (Moved & { readonly _tag: Tag }) | Refused
  const reportOf = (reference: RequestId): BankReport => ({
    _tag: tag,
    reference,
    bankReference: bankReferenceOf(reference)
  })

  /** Lets wait what the bank will report of a transfer that it just made. */
  const promise = (reference: RequestId, behaviour: DebitBehaviour, askedAt: Instant): void => {
    if (behaviour === "contradictsItself") reporting.denied.set(reference, true)
    if (behaviour === "answersTwice" || behaviour === "contradictsItself") reporting.add(reportOf(reference), askedAt)
    if (behaviour === "isLate" && lateReportAfter !== undefined) {
      const wait = Duration.toMillis(Duration.fromInputUnsafe(lateReportAfter))
      reporting.add(reportOf(reference), later(askedAt, wait))
    }
  }
  const provider = new Provider<Request, DebitBehaviour, Done>({
    script,
    usual: usualDebit,
    lineOf,
    lateFor,
    kept: memory<Kept<Done, DebitBehaviour>>(tag),
    perform: ({ reference, request }, behaviour, at, askedAt) => {
      if (behaviour === "refuses") return { _tag: "refused", reason: refusal }
      promise(reference, behaviour, askedAt)
      return { _tag: tag, bankReference: bankReferenceOf(reference), at, amount: request.amount }
    }
  })
  /** Moves money once per reference. */
  const move = Effect.fnUntraced(function* (reference: RequestId, request: Request) {
    const asked = Effect.ensuring(provider.ask({ reference, request }), reporting.schedule)
    const { behaviour, isFirst, outcome } = yield* Effect.mapError(asked, noAnswer(reference))
    if ("reason" in outcome) return yield* new BankRefused({ reason: outcome.reason })
    if (isFirst && behaviour === "reportsFirst") yield* reporting.send(reportOf(reference))
    if (reporting.denied.has(reference)) return yield* new BankRefused({ reason: refusal })
    return { bankReference: outcome.bankReference, at: outcome.at }
  })
  return { move, provider }
}

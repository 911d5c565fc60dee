/**
 * BankGateway: asks banks to link and to debit. Every call carries the request's id as its reference.
 */
import { Context, type Effect, Schema } from "effect"
import type { Instant } from "../calendar/JapanDate.ts"
import { RequestId } from "../engine/Outbox.ts"
import type { PositiveYen } from "../money/Yen.ts"

/** Refused: the bank says no, for good. Nothing was linked or debited. */
export class BankRefused extends Schema.TaggedError<BankRefused>()("BankRefused", { reason: Schema.String }) {}

/** The bank was not reached. Nothing happened there; safe to ask again with the same reference. */
export class BankUnreachable extends Schema.TaggedError<BankUnreachable>()("BankUnreachable", {
  cause: Schema.Defect()
}) {}

/** No answer came back. It may have happened: inquire by the reference, never repeat blindly. */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("OutcomeUnknown", { reference: RequestId }) {}

/** A holder's account at a bank, as the bank needs it. Personal data: it is never logged or recorded in the books (SEC-03). */
export const BankAccount = Schema.Struct({
  bank: Schema.String.check(Schema.isPattern(/^\d{4}$/)),
  branch: Schema.String.check(Schema.isPattern(/^\d{3}$/)),
  /** ordinary (普通) or current (当座). */
  kind: Schema.Literals(["ordinary", "current"]),
  /** Seven digits, padded with zeros on the left (BNK-06). */
  number: Schema.String.check(Schema.isPattern(/^\d{7}$/))
})
export type BankAccount = typeof BankAccount.Type

/** What the bank says of a linked account: the holder's name in kana and how many factors it checked (SEC-04). */
export interface LinkEvidence {
  readonly holderKana: string
  readonly factors: number
}

/** What became of an earlier request. notFound: the bank never got it, asking again with the same reference is safe. */
export type Inquiry =
  | { readonly _tag: "linked"; readonly evidence: LinkEvidence }
  | { readonly _tag: "debited"; readonly bankReference: string; readonly at: Instant }
  | { readonly _tag: "refused"; readonly reason: string }
  | { readonly _tag: "pending" }
  | { readonly _tag: "notFound" }

export class BankGateway extends Context.Service<
  BankGateway,
  {
    /** Links an account once per reference, however often it is asked, and returns the bank's evidence. */
    readonly link: (request: {
      readonly reference: RequestId
      readonly account: BankAccount
    }) => Effect.Effect<LinkEvidence, BankRefused | BankUnreachable | OutcomeUnknown>
    /** Debits the linked account once per reference, however often it is asked. Amount in yen; the text is printed in the passbook. */
    readonly debit: (request: {
      readonly reference: RequestId
      readonly account: BankAccount
      readonly amount: PositiveYen
      readonly passbookText: string
    }) => Effect.Effect<
      { readonly bankReference: string; readonly at: Instant },
      BankRefused | BankUnreachable | OutcomeUnknown
    >
    /** What became of an earlier request, by its reference. Changes nothing. */
    readonly inquire: (reference: RequestId) => Effect.Effect<Inquiry, BankUnreachable | OutcomeUnknown>
  }
>()("@kinchaku/domain/bank/BankGateway") {}

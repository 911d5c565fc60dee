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

/** An account at a bank that has branches. */
export const BranchAccount = Schema.Struct({
  bank: Schema.String.check(Schema.isPattern(/^\d{4}$/)),
  branch: Schema.String.check(Schema.isPattern(/^\d{3}$/)),
  /** ordinary (普通) or current (当座). */
  kind: Schema.Literals(["ordinary", "current"]),
  /** Seven digits, padded with zeros on the left (BNK-06). */
  number: Schema.String.check(Schema.isPattern(/^\d{7}$/))
})
export type BranchAccount = typeof BranchAccount.Type

/** The code of Japan Post Bank (ゆうちょ銀行). */
export const japanPost = "9900"

const Digits = Schema.String.check(Schema.isPattern(/^\d{1,20}$/))

/** An account at Japan Post Bank: symbol (記号) and number (番号) as they were given, never padded (BNK-07). */
export const JapanPostAccount = Schema.Struct({ bank: Schema.Literal(japanPost), symbol: Digits, number: Digits })
export type JapanPostAccount = typeof JapanPostAccount.Type

/** A holder's account at a bank, as the bank needs it. Personal data: it is never logged or recorded in the books (SEC-03). */
export const BankAccount = Schema.Union([JapanPostAccount, BranchAccount])
export type BankAccount = typeof BankAccount.Type

/** What the bank says of a linked account: the holder's name in kana and how many factors it checked (SEC-04). */
export interface LinkEvidence {
  readonly holderKana: string
  readonly factors: number
}

/** The holder has to go through the bank's own procedure, on its page; the bank reports the outcome. */
export interface LinkPage {
  readonly page: string
}

/**
 * What became of an earlier request. interrupted: the holder left the bank's page by its own cancel button (BNK-15). notFound: the
 * bank never got it, asking again with the same reference is safe.
 */
export type Inquiry =
  | { readonly _tag: "linked"; readonly evidence: LinkEvidence }
  | { readonly _tag: "interrupted" }
  | { readonly _tag: "debited"; readonly bankReference: string; readonly at: Instant }
  | { readonly _tag: "credited"; readonly bankReference: string; readonly at: Instant }
  | { readonly _tag: "refused"; readonly reason: string }
  | { readonly _tag: "pending" }
  | { readonly _tag: "notFound" }

export class BankGateway extends Context.Service<
  BankGateway,
  {
    /**
     * Begins to link an account once per reference, however often it is asked. Returns the page on which its holder goes through
     * the bank's procedure, or the bank's evidence where it needs none. Where its holder left the page by the cancel button, it is
     * refused with the reason "interrupted".
     */
    readonly link: (request: {
      readonly reference: RequestId
      readonly account: BankAccount
    }) => Effect.Effect<LinkPage | LinkEvidence, BankRefused | BankUnreachable | OutcomeUnknown>
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
    /** Credits the linked account once per reference, however often it is asked. Amount in yen. */
    readonly credit: (request: {
      readonly reference: RequestId
      readonly account: BankAccount
      readonly amount: PositiveYen
    }) => Effect.Effect<
      { readonly bankReference: string; readonly at: Instant },
      BankRefused | BankUnreachable | OutcomeUnknown
    >
    /** What became of an earlier request to a bank, by its reference. Changes nothing. */
    readonly inquire: (request: {
      readonly bank: string
      readonly reference: RequestId
    }) => Effect.Effect<Inquiry, BankUnreachable | OutcomeUnknown>
  }
>()("@kinchaku/domain/bank/BankGateway") {}

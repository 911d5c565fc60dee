/**
 * DepositGateway: asks the provider for payment numbers, under which deposits are collected (TOP-04). Every call carries the request's id
 * as its reference. What is paid in is reported by the provider, see `Deposits`.
 */
import { Context, type Effect, Schema } from "effect"
import type { JapanDate } from "../calendar/JapanDate.ts"
import { RequestId } from "../engine/Outbox.ts"
import type { PositiveYen } from "../money/Yen.ts"
import type { ChainCode } from "../policy/Wallet.ts"
import type { DepositWay, IssuedNumber } from "./Deposit.ts"

/** Refused: the provider issues no number, for good. */
export class DepositRefused extends Schema.TaggedError<DepositRefused>()("DepositRefused", { reason: Schema.String }) {}

/** The provider was not reached. It issued nothing; safe to ask again with the same reference. */
export class DepositUnreachable extends Schema.TaggedError<DepositUnreachable>()("DepositUnreachable", {
  cause: Schema.Defect()
}) {}

/** No answer came back. A number may have been issued: inquire by the reference. */
export class DepositOutcomeUnknown extends Schema.TaggedError<DepositOutcomeUnknown>()("DepositOutcomeUnknown", {
  reference: RequestId
}) {}

/** What became of an earlier request. notFound: the provider never got it, asking again with the same reference is safe. */
export type DepositInquiry =
  | { readonly _tag: "issued"; readonly issued: IssuedNumber }
  | { readonly _tag: "refused"; readonly reason: string }
  | { readonly _tag: "pending" }
  | { readonly _tag: "notFound" }

export class DepositGateway extends Context.Service<
  DepositGateway,
  {
    /** Issues one number for each reference, however often it is asked. Amount in yen; `due` is the last day on which it is taken. */
    readonly issue: (request: {
      readonly reference: RequestId
      readonly way: DepositWay
      readonly chain?: ChainCode
      readonly amount: PositiveYen
      readonly due: JapanDate
    }) => Effect.Effect<IssuedNumber, DepositRefused | DepositUnreachable | DepositOutcomeUnknown>
    /** What became of an earlier request, by its reference. Changes nothing. */
    readonly inquire: (
      reference: RequestId
    ) => Effect.Effect<DepositInquiry, DepositUnreachable | DepositOutcomeUnknown>
  }
>()("@kinchaku/domain/topup/DepositGateway") {}

/**
 * BillerGateway: tells a biller's system of a payment that it must accept. Every call carries the request's id as its reference.
 */
import { Context, type Effect, Schema } from "effect"
import type { BillerCode } from "../bill/Biller.ts"
import type { SlipNumber } from "../bill/SlipBarcode.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import { RequestId } from "../engine/Outbox.ts"
import type { PositiveYen } from "../money/Yen.ts"

/** Refused: the biller does not take the payment, for good. */
export class BillerRefused extends Schema.TaggedError<BillerRefused>()("BillerRefused", { reason: Schema.String }) {}

/** The biller's system was not reached. It knows nothing of the payment; safe to tell it again with the same reference. */
export class BillerUnreachable extends Schema.TaggedError<BillerUnreachable>()("BillerUnreachable", {
  cause: Schema.Defect()
}) {}

/** No answer came back. The biller may have taken it: inquire by the reference. */
export class BillerOutcomeUnknown extends Schema.TaggedError<BillerOutcomeUnknown>()("BillerOutcomeUnknown", {
  reference: RequestId
}) {}

/** What became of an earlier notice. notFound: the biller never got it, telling again with the same reference is safe. */
export type BillerInquiry =
  | { readonly _tag: "accepted" }
  | { readonly _tag: "refused"; readonly reason: string }
  | { readonly _tag: "pending" }
  | { readonly _tag: "notFound" }

export class BillerGateway extends Context.Service<
  BillerGateway,
  {
    /** Tells of a payment once per reference, however often it is told. Amount in yen, without the wallet's fee. */
    readonly notify: (payment: {
      readonly reference: RequestId
      readonly biller: BillerCode
      readonly barcode: SlipNumber
      readonly amount: PositiveYen
      readonly paidAt: Instant
    }) => Effect.Effect<void, BillerRefused | BillerUnreachable | BillerOutcomeUnknown>
    /** What became of an earlier notice to a biller, by its reference. Changes nothing. */
    readonly inquire: (request: {
      readonly biller: BillerCode
      readonly reference: RequestId
    }) => Effect.Effect<BillerInquiry, BillerUnreachable | BillerOutcomeUnknown>
  }
>()("@kinchaku/domain/payment/BillerGateway") {}

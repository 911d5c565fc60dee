/**
 * SmsSender: sends one text message to one mobile number. The id of the request is the key of the message.
 *
 * A message that was accepted may still not arrive; a provider that says so later says it by the key (OTP-11).
 */
import { Context, type Effect, Schema } from "effect"
import { RequestId } from "../engine/Outbox.ts"

/** The sender that a message shows, by the receiver's carrier; "default" where the carrier is another one or not known (OTP-07). */
export type Senders = Readonly<Record<string, string>>

/** A text message. Number and text are secret: they are never logged or recorded in the books (SEC-02, SEC-03). */
export interface Sms {
  readonly key: RequestId
  /** National digits of a Japanese mobile number, as accounts keep it. */
  readonly to: string
  /** At most 70 UTF-16 units, one segment (OTP-13). */
  readonly text: string
  readonly senders: Senders
}

/** Refused: the provider does not send this message, now or later. Nothing was sent. */
export class SmsRefused extends Schema.TaggedError<SmsRefused>()("SmsRefused", { reason: Schema.String }) {}

/** The provider was not reached, or takes nothing now. Nothing was sent; safe to send again. */
export class SmsUnavailable extends Schema.TaggedError<SmsUnavailable>()("SmsUnavailable", {
  cause: Schema.Defect()
}) {}

/** No answer came back. It may have been sent: sent again under the same key it may arrive twice, with the same text. */
export class SmsOutcomeUnknown extends Schema.TaggedError<SmsOutcomeUnknown>()("SmsOutcomeUnknown", {
  key: RequestId
}) {}

export type SmsFailure = SmsRefused | SmsUnavailable | SmsOutcomeUnknown

export class SmsSender extends Context.Service<
  SmsSender,
  {
    /** Hands a message over. A provider that keeps keys sends it once for each key, however often it is asked. */
    readonly send: (message: Sms) => Effect.Effect<void, SmsFailure>
  }
>()("@kinchaku/domain/notice/SmsSender") {}

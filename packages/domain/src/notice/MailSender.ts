/**
 * MailSender: sends one mail to one address. The id of the request is the key of the mail, by which receivers drop duplicates (NTF-02).
 */
import { Context, type Effect, Schema } from "effect"
import { RequestId } from "../engine/Outbox.ts"

/** A mail in plain text. Address and text are personal: they are never logged or recorded in the books (SEC-03). */
export interface Mail {
  readonly key: RequestId
  readonly to: string
  /** One line. */
  readonly subject: string
  /** Lines that end with \n. */
  readonly text: string
}

/** Refused: the mail cannot be delivered, now or later. Nothing was sent. */
export class MailRefused extends Schema.TaggedError<MailRefused>()("MailRefused", { reason: Schema.String }) {}

/** The mail server was not reached, or takes nothing now. Nothing was sent; safe to send again. */
export class MailUnavailable extends Schema.TaggedError<MailUnavailable>()("MailUnavailable", {
  cause: Schema.Defect()
}) {}

/** No answer came back. It may have been sent: sent again under the same key it is the same mail to whoever compares keys. */
export class MailOutcomeUnknown extends Schema.TaggedError<MailOutcomeUnknown>()("MailOutcomeUnknown", {
  key: RequestId
}) {}

export type MailFailure = MailRefused | MailUnavailable | MailOutcomeUnknown

export class MailSender extends Context.Service<
  MailSender,
  {
    /** Hands a mail over, with its key where receivers can see it. */
    readonly send: (mail: Mail) => Effect.Effect<void, MailFailure>
  }
>()("@kinchaku/domain/notice/MailSender") {}

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

/** One address of the characters that addresses are commonly made of; Japanese carriers give out some with dots anywhere. */
const address = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,185}[A-Za-z0-9])?$/

/**
 * What is wrong with a mail that no server may be given: an address that is not one address, a subject that is not one line. Either
 * could smuggle in receivers or headers. None where nothing is wrong.
 */
export const malformation = ({ subject, to }: Pick<Mail, "to" | "subject">): string | undefined => {
  if (!address.test(to)) return "addressMalformed"
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(subject) ? "subjectMalformed" : undefined
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

/**
 * What an SMS provider reports on its own of a message that it took: whether it arrived (OTP-11).
 *
 * A report is a form that is posted to the address that the message was sent with, and signed with the account's token. Whose
 * signature does not fit is a stranger.
 */
import { createHmac, timingSafeEqual } from "node:crypto"
import { RequestId } from "@kinchaku/domain/engine/Outbox"
import { Redacted, Result, Schema } from "effect"

/** Refused: the report is not signed by the provider. */
export class SmsStatusForged extends Schema.TaggedError<SmsStatusForged>()("SmsStatusForged", {}) {}

/** Refused: the report is the provider's, and names no message of ours or no status that is known. */
export class SmsStatusUnreadable extends Schema.TaggedError<SmsStatusUnreadable>()("SmsStatusUnreadable", {}) {}

export interface SmsReport {
  /** The key that the message was sent with. */
  readonly request: RequestId
  /** The provider's own id of the message. */
  readonly message: string
  readonly status: "onItsWay" | "delivered" | "undelivered"
}

export interface Options {
  /** The address that `HttpSmsSender` gives as its `statusCallback`, as the provider sees it. */
  readonly url: string
  readonly token: Redacted.Redacted
  /** The header with the signature; "x-twilio-signature" where nothing is said. */
  readonly header?: string
}

/** A report as it came over HTTP. */
export interface Received {
  readonly headers: Headers
  /** The value of `request` in its query. */
  readonly request: string | undefined
  readonly body: string
}

/**
 * The signature of a form that is posted to an address.
 *
 * > base64(HMAC-SHA1(token, address ‖ name₁ ‖ value₁ ‖ name₂ ‖ value₂ …)), fields sorted by name
 */
const signature = (token: Redacted.Redacted, url: string, fields: URLSearchParams): Buffer => {
  const sorted = [...fields].toSorted(([a, x], [b, y]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1))
  return createHmac("sha1", Redacted.value(token))
    .update(`${url}${sorted.flat().join("")}`)
    .digest()
}

const statuses: Readonly<Record<string, SmsReport["status"]>> = {
  accepted: "onItsWay",
  scheduled: "onItsWay",
  queued: "onItsWay",
  sending: "onItsWay",
  sent: "onItsWay",
  delivered: "delivered",
  read: "delivered",
  undelivered: "undelivered",
  failed: "undelivered",
  canceled: "undelivered"
}

const isRequestId = Schema.is(RequestId)
const written = /^[A-Za-z0-9+/]{27}=$/

/** Reads reports: first whether they are the provider's, in a time that does not depend on the signature; then what they say. */
export const reader = ({ header = "x-twilio-signature", token, url }: Options) => {
  return ({ body, headers, request }: Received): Result.Result<SmsReport, SmsStatusForged | SmsStatusUnreadable> => {
    const fields = new URLSearchParams(body)
    const presented = headers.get(header) ?? ""
    const expected = signature(token, request === undefined ? url : `${url}?request=${request}`, fields)
    if (!written.test(presented) || !timingSafeEqual(Buffer.from(presented, "base64"), expected)) {
      return Result.fail(new SmsStatusForged())
    }
    const [message, said] = [fields.get("MessageSid"), fields.get("MessageStatus")]
    const status = Object.hasOwn(statuses, said ?? "") ? statuses[said ?? ""] : undefined
    if (message === null || message === "" || status === undefined || !isRequestId(request)) {
      return Result.fail(new SmsStatusUnreadable())
    }
    return Result.succeed({ request, message, status })
  }
}

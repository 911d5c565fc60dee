/**
 * Webhooks: what one server tells another without being asked, signed so that it is known whose it is (SEC-12).
 *
 * The scheme is that of Standard Webhooks, symmetric: HMAC-SHA256 over id, time and body, in three headers. There may be several
 * secrets at once: both sides know the next one before the former is given up. That an id counts once is decided in the
 * books, where it is the key of the command that takes the message in (LED-08).
 */
import { type Redacted, Result, Schema } from "effect"
import { sameText } from "../account/Secrets.ts"
import type { Instant } from "../calendar/JapanDate.ts"

/** The id of a message. Without full stops, which part what is signed: so no id, time and body sign like others. */
export const WebhookId = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9_-]{1,100}$/u)).pipe(
  Schema.brand("WebhookId")
)
export type WebhookId = typeof WebhookId.Type

/** A secret, 24 to 64 bytes. */
export type Secret = Redacted.Redacted<Uint8Array>

/** The HMAC-SHA256 of a text in UTF-8 under a secret, in base64. */
export type Mac = (secret: Secret, signed: string) => string

/** The headers of a message, as they are written. */
export interface Headers {
  readonly "webhook-id": string
  /** Seconds since 1970. */
  readonly "webhook-timestamp": string
  /** "v1,<base64>", one for each secret, with spaces between them. */
  readonly "webhook-signature": string
}

/** Refused: a header is not there or not written as it should be; the time is not near; or no secret of ours signed it. */
export class WebhookRefused extends Schema.TaggedError<WebhookRefused>()("WebhookRefused", {
  reason: Schema.Literals(["malformed", "notNear", "forged"])
}) {}

const toleranceMillis = 5 * 60_000
/** More signatures than anybody rotates would only make us compute. */
const signaturesMax = 8

/** > id ‖ "." ‖ seconds ‖ "." ‖ body */
const signature = (mac: Mac, secret: Secret, id: string, seconds: string, body: string): string =>
  `v1,${mac(secret, `${id}.${seconds}.${body}`)}`

/** The headers of a message of ours, signed with every secret that the other side may know. */
export const sign = (
  mac: Mac,
  secrets: ReadonlyArray<Secret>,
  { at, body, id }: { readonly id: WebhookId; readonly at: Instant; readonly body: string }
): Headers => {
  const seconds = `${Math.floor(at / 1000)}`
  return {
    "webhook-id": id,
    "webhook-timestamp": seconds,
    "webhook-signature": secrets.map((secret) => signature(mac, secret, id, seconds, body)).join(" ")
  }
}

const isId = Schema.is(WebhookId)
const isSeconds = (text: string): boolean => /^(?:0|[1-9]\d{0,11})$/u.test(text)

/**
 * Whether a message is of the other side and of now; its id where it is. Every signature is compared with every secret, and none
 * sooner for being nearer.
 *
 * > |now − time| ≤ 5 minutes ∧ some signature = HMAC(some secret, id ‖ "." ‖ time ‖ "." ‖ body)
 */
export const verify = (
  mac: Mac,
  secrets: ReadonlyArray<Secret>,
  { body, headers }: { readonly headers: Partial<Headers>; readonly body: string },
  now: Instant
): Result.Result<WebhookId, WebhookRefused> => {
  const { "webhook-id": id = "", "webhook-signature": written = "", "webhook-timestamp": seconds = "" } = headers
  const presented = written.split(" ")
  if (!isId(id) || !isSeconds(seconds) || presented.length > signaturesMax) {
    return Result.fail(new WebhookRefused({ reason: "malformed" }))
  }
  if (Math.abs(now - Number(seconds) * 1000) > toleranceMillis) {
    return Result.fail(new WebhookRefused({ reason: "notNear" }))
  }
  const fits = secrets.flatMap((secret) => {
    const expected = signature(mac, secret, id, seconds, body)
    return presented.map((one) => sameText(expected, one))
  })
  return fits.includes(true) ? Result.succeed(id) : Result.fail(new WebhookRefused({ reason: "forged" }))
}

/**
 * An SMS sender over HTTP, in the shape that common providers share: a form is posted to the messages resource of an account, with
 * basic authentication; the answer is JSON with an id and a status, or with the code of an error.
 *
 * Nothing is retried here, and neither number nor text stands in an error.
 */
import { type Sms, SmsOutcomeUnknown, SmsRefused, SmsSender, SmsUnavailable } from "@kinchaku/domain/notice/SmsSender"
import { type Duration, Effect, Layer, Option, Redacted, Schema } from "effect"
import { e164 } from "./PhoneNumber.ts"
import { codeOf, neverConnected } from "./Unconnected.ts"

export interface Options {
  /** Where the provider's API begins: "https://api.example.com". Over http only on this machine. */
  readonly base: string
  /** The id of the account, which is also the name that is authenticated. */
  readonly account: string
  readonly token: Redacted.Redacted
  /** Where the provider reports what became of a message, without a query: the key is its query (see `SmsStatus`). */
  readonly statusCallback?: string
  /** The header that carries the key, for providers that keep keys; "idempotency-key" where nothing is said. */
  readonly keyHeader?: string
  /** The carrier of a number in E.164, by which the sender is chosen; the default sender where it is not known (OTP-07). */
  readonly carrierOf?: (number: string) => Effect.Effect<string | undefined>
  /** How long an answer may take; four seconds where nothing is said. */
  readonly patience?: Duration.Input
}

const Accepted = Schema.Struct({ sid: Schema.String, status: Schema.String })
const decodeAccepted = Schema.decodeUnknownOption(Schema.fromJsonString(Accepted))
const Rejected = Schema.Struct({ code: Schema.Union([Schema.Int, Schema.String]) })
const decodeRejected = Schema.decodeUnknownOption(Schema.fromJsonString(Rejected))

/** Statuses of a message that the provider took and will not send. */
const ended = new Set(["failed", "undelivered", "canceled"])

/** What the provider's answer says of a message. */
const said = (
  { key }: Sms,
  status: number,
  body: string
): Effect.Effect<void, SmsRefused | SmsUnavailable | SmsOutcomeUnknown> => {
  if (status >= 200 && status < 300) {
    const accepted = decodeAccepted(body)
    if (Option.isNone(accepted)) return Effect.fail(new SmsOutcomeUnknown({ key }))
    return ended.has(accepted.value.status)
      ? Effect.fail(new SmsRefused({ reason: accepted.value.status }))
      : Effect.void
  }
  if (status >= 500) return Effect.fail(new SmsOutcomeUnknown({ key }))
  const rejected = decodeRejected(body)
  // Only what is wrong with this message is a refusal; credentials, paths and rates are the operator's to mend.
  if (status === 400 && Option.isSome(rejected))
    return Effect.fail(new SmsRefused({ reason: `${rejected.value.code}` }))
  return Effect.fail(new SmsUnavailable({ cause: new Error(`the provider answered ${status}`) }))
}

const isLocal = ({ hostname, protocol }: URL): boolean =>
  protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(hostname)

/** The address of the messages resource. Credentials never go over an open line. */
const resourceOf = ({ account, base }: Options): URL => {
  const url = new URL(`/2010-04-01/Accounts/${encodeURIComponent(account)}/Messages.json`, base)
  if (url.protocol !== "https:" && !isLocal(url))
    throw new RangeError("the SMS provider's API is reached by https alone")
  return url
}

/** Everything an account at a provider does. */
export const make = (options: Options): SmsSender["Service"] => {
  const {
    account,
    carrierOf = () => Effect.succeed(undefined),
    keyHeader = "idempotency-key",
    statusCallback,
    token
  } = options
  if (statusCallback?.includes("?")) throw new RangeError("the address for reports has a query already")
  const url = resourceOf(options)
  const authorization = `Basic ${Buffer.from(`${account}:${Redacted.value(token)}`).toString("base64")}`

  const form = (message: Sms, to: string, from: string): URLSearchParams => {
    const fields = new URLSearchParams({ To: to, From: from, Body: message.text })
    if (statusCallback !== undefined) fields.set("StatusCallback", `${statusCallback}?request=${message.key}`)
    return fields
  }
  const post = ({ key }: Sms, body: URLSearchParams) =>
    Effect.tryPromise({
      try: async (signal) => {
        const headers = { authorization, accept: "application/json", [keyHeader]: key }
        // A redirect would carry number and text to somewhere else.
        const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" })
        return { status: response.status, text: await response.text() }
      },
      catch: (cause) =>
        neverConnected(codeOf(cause))
          ? new SmsUnavailable({ cause: new Error(`the provider was not reached: ${codeOf(cause)}`) })
          : new SmsOutcomeUnknown({ key })
    })

  const send = Effect.fnUntraced(function* (message: Sms) {
    const to = e164(message.to)
    if (to === undefined) return yield* new SmsRefused({ reason: "numberInvalid" })
    const carrier = yield* carrierOf(to)
    const from = message.senders[carrier ?? "default"] ?? message.senders["default"]
    if (from === undefined) return yield* new SmsUnavailable({ cause: new Error("the policy names no default sender") })
    const { status, text } = yield* Effect.timeoutOrElse(post(message, form(message, to, from)), {
      duration: options.patience ?? "4 seconds",
      orElse: () => Effect.fail(new SmsOutcomeUnknown({ key: message.key }))
    })
    yield* said(message, status, text)
  })
  return { send }
}

/** A sender over an account at a provider. */
export const layer = (options: Options): Layer.Layer<SmsSender> =>
  Layer.sync(SmsSender, () => SmsSender.of(make(options)))

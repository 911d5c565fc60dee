/**
 * A mail sender over SMTP.
 *
 * Mails are plain text in UTF-8, marked as sent by a machine (RFC 3834). The Message-ID is made from the key: a mail that is sent again
 * is the same mail to whoever compares Message-IDs (NTF-02). Nothing is retried here.
 */
import {
  type Mail,
  malformation,
  MailOutcomeUnknown,
  MailRefused,
  MailSender,
  MailUnavailable
} from "@kinchaku/domain/notice/MailSender"
import { Duration, Effect, Layer, Redacted } from "effect"
import { createTransport } from "nodemailer"
import { neverConnected } from "./Unconnected.ts"

export interface Options {
  readonly host: string
  readonly port: number
  /** Whether the line is encrypted from its first byte; otherwise it is upgraded (STARTTLS) before anything is said. */
  readonly secure: boolean
  /** Whether a line that cannot be encrypted is used all the same: to a relay on this machine. */
  readonly allowsPlain?: boolean
  readonly auth?: { readonly user: string; readonly password: Redacted.Redacted }
  readonly from: { readonly name: string; readonly address: string }
  /** Certificates (PEM) that are trusted beside the platform's. */
  readonly trusted?: string
  /** How long connecting and greeting may take, and, half as long again, an answer; three seconds where nothing is said. */
  readonly patience?: Duration.Input
}

/** What is known of a failure. */
interface Failure {
  readonly code: string
  readonly command: string
  readonly responseCode: number | undefined
  readonly original: string
  readonly timeout: string
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "")
const failureOf = (thrown: unknown): Failure => {
  const told: Readonly<Record<string, unknown>> = typeof thrown === "object" && thrown !== null ? { ...thrown } : {}
  const { code, command, originalCode, responseCode, timeoutType } = told
  return {
    code: textOf(code),
    command: textOf(command),
    responseCode: typeof responseCode === "number" ? responseCode : undefined,
    original: textOf(originalCode),
    timeout: textOf(timeoutType)
  }
}

/** Codes of failures before anything of the mail was handed over. */
const beforeHand = new Set(["EDNS", "ETLS", "EREQUIRETLS", "EAUTH", "ENOAUTH", "EOAUTH2", "ECONFIG", "EPROXY"])
const settingUp = new Set(["CONNECT_TIMEOUT", "GREETING_TIMEOUT", "UPGRADE_TIMEOUT"])

/** What a failure says is true of the mail. What the server said is left out: it may repeat the address. */
const meaning = (key: Mail["key"], thrown: unknown): MailRefused | MailUnavailable | MailOutcomeUnknown => {
  const { code, command, original, responseCode, timeout } = failureOf(thrown)
  const unavailable = () =>
    new MailUnavailable({ cause: new Error(`the mail was not taken: ${code} ${responseCode ?? original}`) })
  if (responseCode !== undefined) {
    // A permanent no to receiver or content is a refusal; one to the session, the login or the sender is the operator's to mend.
    const isOfMail = code === "EMESSAGE" || (code === "EENVELOPE" && command !== "MAIL FROM")
    return isOfMail && responseCode >= 500 && responseCode !== 503
      ? new MailRefused({ reason: `smtp${responseCode}` })
      : unavailable()
  }
  const isBefore = beforeHand.has(code) || neverConnected(original) || settingUp.has(timeout)
  return isBefore ? unavailable() : new MailOutcomeUnknown({ key })
}

const transportOf = ({ allowsPlain = false, auth, host, patience, port, secure, trusted }: Options) => {
  const step = Duration.toMillis(Duration.fromInputUnsafe(patience ?? "3 seconds"))
  return createTransport({
    host,
    port,
    secure,
    requireTLS: !secure && !allowsPlain,
    ...(auth === undefined ? {} : { auth: { user: auth.user, pass: Redacted.value(auth.password) } }),
    ...(trusted === undefined ? {} : { tls: { ca: trusted } }),
    connectionTimeout: step,
    greetingTimeout: step,
    // Longer than for the greeting, so that a server that never greets is told apart from one that falls silent later.
    socketTimeout: Math.ceil(step * 1.5),
    disableFileAccess: true,
    disableUrlAccess: true
  })
}

/** Everything a mail server does. */
export const make = (options: Options): MailSender["Service"] => {
  const { address, name } = options.from
  if (malformation({ to: address, subject: name }) !== undefined)
    throw new RangeError("the sender of mails is malformed")
  const transport = transportOf(options)
  const domain = address.slice(address.lastIndexOf("@") + 1)

  const send = Effect.fnUntraced(function* ({ key, subject, text, to }: Mail) {
    const reason = malformation({ to, subject })
    if (reason !== undefined) return yield* new MailRefused({ reason })
    yield* Effect.tryPromise({
      try: (signal) =>
        transport.sendMail({
          from: { name, address },
          to: { name: "", address: to },
          envelope: { from: address, to: [to] },
          subject,
          text,
          textEncoding: "base64",
          messageId: `<${key}@${domain}>`,
          headers: { "Auto-Submitted": "auto-generated" },
          signal
        }),
      catch: (thrown) => meaning(key, thrown)
    })
  })
  return { send }
}

/** A sender over a mail server. */
export const layer = (options: Options): Layer.Layer<MailSender> =>
  Layer.sync(MailSender, () => MailSender.of(make(options)))

/**
 * Webhooks by Node's crypto: how secrets are written, and messages signed and verified with them (SEC-12).
 */
import { createHmac } from "node:crypto"
import * as Signed from "@kinchaku/domain/webhook/Webhook"
import { Redacted } from "effect"

const prefix = "whsec_"

/** A secret as it is written, "whsec_" and 24 to 64 bytes in base64; none where it is not one. */
export const readSecret = (text: string): Signed.Secret | undefined => {
  const written = text.startsWith(prefix) ? text.slice(prefix.length) : ""
  const bytes = Buffer.from(written, "base64")
  const isWritten = bytes.toString("base64") === written && bytes.length >= 24 && bytes.length <= 64
  return isWritten ? Redacted.make(new Uint8Array(bytes)) : undefined
}

/** HMAC-SHA256. */
export const mac: Signed.Mac = (secret, signed) =>
  createHmac("sha256", Redacted.value(secret)).update(signed).digest("base64")

/** The headers of a message of ours, signed with every secret that the other side may know. */
export const sign = (...[secrets, message]: Tail<typeof Signed.sign>): Signed.Headers =>
  Signed.sign(mac, secrets, message)

/** Whether a message is of the other side and of now; its id where it is. */
export const verify = (...[secrets, message, now]: Tail<typeof Signed.verify>): ReturnType<typeof Signed.verify> =>
  Signed.verify(mac, secrets, message, now)

type Tail<F extends (...args: never) => unknown> = Parameters<F> extends [unknown, ...infer Rest] ? Rest : never

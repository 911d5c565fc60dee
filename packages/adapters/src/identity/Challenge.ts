/**
 * Challenges: what a holder signs to show that the certificate is in hand (CRT-09).
 *
 * A challenge is "nonce.expiry.seal", sealed with HMAC-SHA256 under the operator's key: any process that has the key
 * knows its own challenges again, and none has to be stored. The end of its life is part of it.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto"
import type { Nonce } from "@kinchaku/domain/account/Secrets"
import { type Instant, later } from "@kinchaku/domain/calendar/JapanDate"

const minuteMillis = 60_000
const written = /^([\w-]{22})\.(\d{1,15})\.([\w-]{43})$/

const seal = (key: Uint8Array, text: string): Buffer => createHmac("sha256", key).update(`challenge:${text}`).digest()

/** A challenge as it is given out. */
export interface Challenge {
  readonly challenge: string
  readonly expiresAt: Instant
}

/** A fresh challenge, and the last instant at which it is accepted. */
export const make = (key: Uint8Array, now: Instant, minutes: number): Challenge => {
  const expiresAt = later(now, minutes * minuteMillis)
  const text = `${randomBytes(16).toString("base64url")}.${expiresAt}`
  return { challenge: `${text}.${seal(key, text).toString("base64url")}`, expiresAt }
}

/** Whether a text is a challenge given under this key that lives still. */
export const isOpen = (key: Uint8Array, challenge: string, now: Instant): boolean => {
  const [, nonce, expiresAt, given] = written.exec(challenge) ?? []
  if (nonce === undefined || expiresAt === undefined || given === undefined) return false
  const expected = seal(key, `${nonce}.${expiresAt}`)
  const presented = Buffer.from(given, "base64url")
  const isGenuine = presented.length === expected.length && timingSafeEqual(presented, expected)
  return isGenuine && now <= Number(expiresAt)
}

/** The nonce of a text that is written as a challenge is. */
export const nonceOf = (challenge: string): Nonce | undefined => written.exec(challenge)?.[1] as Nonce | undefined

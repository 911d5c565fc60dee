/**
 * Secrets: what the operator's key makes, so that the books can compare what they must not hold (REG-03, REG-04, SEC-02).
 *
 * A code or token is made from a nonce each time it is needed. The books hold the nonce and a keyed hash of what it makes:
 * without the key neither tells anything, and no secret is ever stored, not even between a commit and its delivery.
 */
import { Context, Schema } from "effect"
import type { KeyedHash } from "./Account.ts"

/** What a value is to be compared as: the same value for another purpose has another hash. */
export type HashPurpose =
  | "person"
  | "email"
  | "phone"
  | "kanaName"
  | "romanName"
  | "bankAccount"
  | "certificate"
  | "pin"
  | "otp"
  | "session"
  | "device"
  | "loginId"
  | "memberId"
  | "card"
  | "serviceUser"
  | "payee"

/** 128 random bits, base64url. */
export const Nonce = Schema.String.check(Schema.isPattern(/^[\w-]{22}$/)).pipe(Schema.brand("Nonce"))
export type Nonce = typeof Nonce.Type

export class Secrets extends Context.Service<
  Secrets,
  {
    /** HMAC-SHA256 of a value under the operator's key, separated by purpose: equal values of one purpose have equal hashes. */
    readonly keyedHash: (purpose: HashPurpose, value: string) => KeyedHash
    /** A fresh nonce from a cryptographic source. */
    readonly nonce: () => Nonce
    /** The one-time password of a nonce: six decimal digits, each of the million as likely as the others (OTP-01). */
    readonly code: (nonce: Nonce) => string
    /** The bearer token of a nonce: 256 bits, base64url (43 characters). */
    readonly token: (nonce: Nonce) => string
    /** The shared secret of a token app: 20 bytes (RFC 4226, section 4). */
    readonly seed: (nonce: Nonce) => Uint8Array
  }
>()("@kinchaku/domain/account/Secrets") {}

/** Whether two texts are equal, in a time that does not depend on where they differ. */
export const sameText = (a: string, b: string): boolean => {
  let difference = a.length ^ b.length
  for (let n = 0; n < a.length; n++) difference |= a.charCodeAt(n) ^ b.charCodeAt(n % b.length)
  return difference === 0
}

/** Whether two keyed hashes are equal, in a time that does not depend on where they differ (OTP-10, SEC-02). */
export const sameHash = (a: KeyedHash, b: KeyedHash): boolean => sameText(a, b)

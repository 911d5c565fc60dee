/**
 * Keyed hashes on Node: HMAC-SHA256 under the operator's key.
 *
 * The key is 32 bytes that the operator keeps as long as the books: under another key no person, contact or bank account
 * is recognised again. Where it is kept (file, environment, key store) is the application's affair.
 */
import { createHmac } from "node:crypto"
import type { KeyedHash } from "@kinchaku/domain/account/Account"
import { Secrets } from "@kinchaku/domain/account/Secrets"
import { Layer } from "effect"

/** The length of the key, in bytes. */
export const keyLength = 32

/** > HMAC-SHA256(key, purpose ‖ ":" ‖ value) */
export const layer = (key: Uint8Array): Layer.Layer<Secrets> => {
  if (key.length !== keyLength) throw new RangeError(`a key of ${keyLength} bytes was expected, not of ${key.length}`)
  return Layer.succeed(
    Secrets,
    Secrets.of({
      keyedHash: (purpose, value) => createHmac("sha256", key).update(`${purpose}:${value}`).digest("hex") as KeyedHash
    })
  )
}

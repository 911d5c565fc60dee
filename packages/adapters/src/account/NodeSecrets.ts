/**
 * Secrets on Node: HMAC-SHA256 under the operator's key.
 *
 * The key is 32 bytes that the operator keeps as long as the books: under another key no person, contact or bank account
 * is recognised again, and no session or token app goes on. Where it is kept (file, environment, key store) is the
 * application's affair.
 */
import { createHmac, randomBytes } from "node:crypto"
import type { KeyedHash } from "@kinchaku/domain/account/Account"
import { type Nonce, Secrets } from "@kinchaku/domain/account/Secrets"
import { Layer } from "effect"

/** The length of the key, in bytes. */
export const keyLength = 32

const codes = 1_000_000
/** The largest multiple of the number of codes below 2^48: a draw at or above it is drawn again, so that all are equally likely. */
export const drawEnd = 2 ** 48 - (2 ** 48 % codes)

/** The code of a draw of 48 bits; none where it must be drawn again (OTP-01). */
export const codeOfDraw = (drawn: number): string | undefined =>
  drawn < drawEnd ? `${drawn % codes}`.padStart(6, "0") : undefined

/**
 * Everything a key makes. What a nonce makes never collides with the hash of a value: their texts begin differently.
 *
 * > HMAC-SHA256(key, purpose ‖ ":" ‖ value)
 */
export const make = (key: Uint8Array, nonce: () => Nonce = randomNonce): Secrets["Service"] => {
  if (key.length !== keyLength) throw new RangeError(`a key of ${keyLength} bytes was expected, not of ${key.length}`)
  const hmac = (text: string): Buffer => createHmac("sha256", key).update(text).digest()

  const code = (of: Nonce, draw = 0): string =>
    codeOfDraw(hmac(`made code:${of}:${draw}`).readUIntBE(0, 6)) ?? code(of, draw + 1)
  return {
    keyedHash: (purpose, value) => hmac(`${purpose}:${value}`).toString("hex") as KeyedHash,
    nonce,
    code: (of) => code(of),
    token: (of) => hmac(`made token:${of}`).toString("base64url"),
    seed: (of) => new Uint8Array(hmac(`made seed:${of}`).subarray(0, 20))
  }
}

const randomNonce = (): Nonce => randomBytes(16).toString("base64url") as Nonce

/** Secrets under a key. */
export const layer = (key: Uint8Array): Layer.Layer<Secrets> => Layer.succeed(Secrets, Secrets.of(make(key)))

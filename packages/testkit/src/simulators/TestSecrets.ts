/**
 * TestSecrets: what a key makes that everybody knows, with nonces that are counted, so that a run can be repeated exactly.
 * For tests and for development, never for real books.
 */
import { createHmac } from "node:crypto"
import type { KeyedHash } from "@kinchaku/domain/account/Account"
import { type Nonce, Secrets } from "@kinchaku/domain/account/Secrets"
import { Layer } from "effect"

const key = "kinchaku test key, known to all"
const hmac = (text: string): Buffer => createHmac("sha256", key).update(text).digest()

/** New secrets, whose nonces begin anew. */
export const make = (): Secrets["Service"] => {
  let given = 0
  return {
    keyedHash: (purpose, value) => hmac(`${purpose}:${value}`).toString("hex") as KeyedHash,
    nonce: () => `${(given += 1)}`.padStart(22, "n") as Nonce,
    code: (of) => `${hmac(`made code:${of}`).readUIntBE(0, 6) % 1_000_000}`.padStart(6, "0"),
    token: (of) => hmac(`made token:${of}`).toString("base64url"),
    seed: (of) => new Uint8Array(hmac(`made seed:${of}`).subarray(0, 20))
  }
}

/** Secrets under the test key. */
export const layer: Layer.Layer<Secrets> = Layer.sync(Secrets, make)

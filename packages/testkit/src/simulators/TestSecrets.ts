/**
 * TestSecrets: keyed hashes under a key that everybody knows. For tests and for development, never for real books.
 */
import { createHmac } from "node:crypto"
import type { KeyedHash } from "@kinchaku/domain/account/Account"
import { Secrets } from "@kinchaku/domain/account/Secrets"
import { Layer } from "effect"

const key = "kinchaku test key, known to all"

/** HMAC-SHA256 under the test key. */
export const layer: Layer.Layer<Secrets> = Layer.succeed(
  Secrets,
  Secrets.of({
    keyedHash: (purpose, value) => createHmac("sha256", key).update(`${purpose}:${value}`).digest("hex") as KeyedHash
  })
)

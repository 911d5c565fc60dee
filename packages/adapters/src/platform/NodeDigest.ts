/**
 * The chain's digest on Node: SHA-256 of its own crypto module.
 */
import { hash } from "node:crypto"
import { Digest } from "@kinchaku/domain/ledger/HashChain"
import { Layer } from "effect"

export const layer: Layer.Layer<Digest> = Layer.succeed(Digest, {
  sha256: (text) => hash("sha256", text, "hex"),
  sha256Bytes: (bytes) => hash("sha256", bytes, "buffer")
})

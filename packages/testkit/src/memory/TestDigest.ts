/**
 * The chain's digest on Node: SHA-256 over UTF-8 text as lower-case hexadecimal, and over bytes as bytes (LED-07).
 */
import { hash } from "node:crypto"
import { Digest } from "@kinchaku/domain/ledger/HashChain"
import { Layer } from "effect"

/** SHA-256 of a text. */
export const sha256 = (text: string): string => hash("sha256", text, "hex")

/** SHA-256 of bytes. */
export const sha256Bytes = (bytes: Uint8Array): Uint8Array => hash("sha256", bytes, "buffer")

export const layer: Layer.Layer<Digest> = Layer.succeed(Digest, Digest.of({ sha256, sha256Bytes }))

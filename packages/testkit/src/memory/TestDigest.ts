/**
 * The chain's digest on Node: SHA-256 over UTF-8 text, as lower-case hexadecimal (LED-07).
 */
import { hash } from "node:crypto"
import { Digest } from "@kinchaku/domain/ledger/HashChain"
import { Layer } from "effect"

/** SHA-256 of a text. */
export const sha256 = (text: string): string => hash("sha256", text, "hex")

export const layer: Layer.Layer<Digest> = Layer.succeed(Digest, Digest.of({ sha256 }))

/**
 * TestCodes: the codes and proofs of a phone, computed apart from those of the wallet.
 */
import { createHmac } from "node:crypto"
import { TokenCodes } from "@kinchaku/domain/token/TokenCodes"
import { Layer } from "effect"

/** HOTP by the steps of RFC 4226, section 5.3, on single bytes. */
const code = (seed: Uint8Array, step: number): string => {
  const counter = Uint8Array.from({ length: 8 }, (_, place) => Math.floor(step / 256 ** (7 - place)) % 256)
  const mac = [...createHmac("sha1", seed).update(counter).digest()]
  const offset = (mac.at(-1) ?? 0) % 16
  const [high = 0, ...low] = mac.slice(offset, offset + 4)
  const truncated = low.reduce((sum, byte) => sum * 256 + byte, high % 128)
  return `${truncated % 1_000_000}`.padStart(6, "0")
}

export const codes: TokenCodes["Service"] = {
  code,
  proof: (seed, text) => createHmac("sha256", seed).update(text, "utf8").digest("hex")
}

export const layer: Layer.Layer<TokenCodes> = Layer.succeed(TokenCodes, TokenCodes.of(codes))

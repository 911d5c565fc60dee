/**
 * Time-based one-time passwords on Node: HOTP of the step number (RFC 4226, section 5.3; RFC 6238, section 4).
 */
import { createHmac } from "node:crypto"
import { TokenCodes } from "@kinchaku/domain/token/TokenCodes"
import { Layer } from "effect"

/** The code of a counter: the last six digits of the truncated HMAC-SHA-1; other lengths are for the vectors of the RFCs. */
export const hotp = (seed: Uint8Array, counter: number, digits = 6): string => {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  const mac = createHmac("sha1", seed).update(message).digest()
  const truncated = mac.readUInt32BE(mac.readUInt8(19) & 0x0f) & 0x7fff_ffff
  return `${truncated % 10 ** digits}`.padStart(digits, "0")
}

/** What a phone says, under its seed: HMAC-SHA-256, so that it shares no value with a code. */
export const proof = (seed: Uint8Array, text: string): string => createHmac("sha256", seed).update(text).digest("hex")

export const layer: Layer.Layer<TokenCodes> = Layer.succeed(TokenCodes, TokenCodes.of({ code: hotp, proof }))

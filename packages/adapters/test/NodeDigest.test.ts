import { Digest } from "@kinchaku/domain/ledger/HashChain"
import { Effect } from "effect"
import { expect, test } from "vitest"
import * as NodeDigest from "../src/platform/NodeDigest.ts"

const { sha256, sha256Bytes } = Effect.runSync(Effect.provide(Digest, NodeDigest.layer))

// FIPS 180-4, the examples of SHA-256.
test.each([
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
  ]
])("the digest of %j, as a text and as bytes", (text, digest) => {
  expect(sha256(text)).toBe(digest)
  expect(Buffer.from(sha256Bytes(new TextEncoder().encode(text))).toString("hex")).toBe(digest)
})

test("a text is digested as UTF-8, and bytes as they are, those that are no text among them", () => {
  expect(sha256("円")).toBe(Buffer.from(sha256Bytes(Uint8Array.of(0xe5, 0x86, 0x86))).toString("hex"))
  expect(sha256Bytes(Uint8Array.of(0xff))).not.toEqual(sha256Bytes(new TextEncoder().encode("\uFFFD")))
})

/**
 * The reader by commands: the contract of a card reader, the commands themselves, and what openssl says of a signature.
 */
import { spawnSync } from "node:child_process"
import { X509Certificate } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { CardReader } from "@kinchaku/domain/identity/CardReader"
import { cardChecks, cardReaderContract, runCardCheck } from "@kinchaku/testkit/contracts/CardReaderContract"
import { sha256Bytes } from "@kinchaku/testkit/memory/TestDigest"
import * as SimulatedCard from "@kinchaku/testkit/simulators/SimulatedCard"
import { Effect, Exit } from "effect"
import { describe, expect, test } from "vitest"
import * as ApduCardReader from "../../src/identity/ApduCardReader.ts"
import { isInstalled } from "./Openssl.ts"

cardReaderContract("the reader by commands", ({ transmit }) => ApduCardReader.layer(transmit))

const text = new TextEncoder().encode("a challenge of the issuer")
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex")

/** A whole reading of the signing key, through a way to the card. */
const reading = (transmit: ApduCardReader.Transmit) =>
  Effect.gen(function* () {
    const card = yield* (yield* CardReader).open
    const key = yield* card.unlock("signature", "abc123")
    return { certificate: yield* key.certificate, signature: yield* key.sign(sha256Bytes(text)) }
  }).pipe(Effect.provide(ApduCardReader.layer(transmit)))

describe("commands", () => {
  test("a reading sends these commands and no others", async () => {
    const held = await Effect.runPromise(SimulatedCard.make())
    const sent: Array<string> = []
    await Effect.runPromise(
      reading((apdu) => {
        sent.push(hex(apdu))
        return held.transmit(apdu)
      })
    )
    const blocks = Math.ceil(held.keys.signature.certificate.length / 256)
    expect(sent).toEqual([
      "00a4040c0ad392f000260100000001",
      "00a4020c020006",
      "00b0000020",
      "00a4020c020018",
      "00a4020c02001b",
      "0020008006414243313233",
      "00a4020c020001",
      ...Array.from({ length: blocks }, (_, n) => `00b0${n.toString(16).padStart(2, "0")}0000`),
      "00a4020c02001a",
      `802a0080333031300d060960864801650304020105000420${hex(sha256Bytes(text))}00`
    ])
    expect(blocks).toBeGreaterThan(1)
  })

  test("a card that answers what no card of this kind answers is another card", async () => {
    const answers = ["6f00", "9000", "", "63c9", "90"]
    for (const answer of answers) {
      const exit = await Effect.runPromiseExit(
        reading(() => Effect.succeed(Uint8Array.from(Buffer.from(answer, "hex"))))
      )
      expect(Exit.findErrorOption(exit)).toMatchObject({ value: { _tag: "CardWrongType" } })
    }
  })

  test.each([
    ["that ends too early", (bytes: Uint8Array) => bytes.slice(0, 300)],
    ["that is none", () => new Uint8Array(300)],
    [
      "that claims to be longer than any",
      (bytes: Uint8Array) => Uint8Array.of(0x30, 0x82, 0xff, 0xff, ...bytes.slice(4))
    ]
  ])("a certificate %s is refused", async (_, spoil) => {
    const { keys } = await Effect.runPromise(SimulatedCard.make())
    const { privateKey, certificate } = keys.signature
    const held = new SimulatedCard.SimulatedCard({
      ...keys,
      signature: { privateKey, certificate: spoil(certificate) }
    })
    const exit = await Effect.runPromiseExit(reading(held.transmit))
    expect(Exit.findErrorOption(exit)).toMatchObject({ value: { _tag: "CardWrongType" } })
  })
})

describe("the contract notices", () => {
  const wrong: Readonly<Record<string, (held: SimulatedCard.SimulatedCard) => ApduCardReader.Transmit>> = {
    "a way that changes a byte of what the card signs": (held) => (apdu) =>
      held.transmit(apdu[0] === 0x80 ? Uint8Array.from(apdu, (byte, n) => (n === 30 ? byte ^ 1 : byte)) : apdu),
    "a way that gives up too late": (held) => (apdu) =>
      Effect.catchTag(held.transmit(apdu), "CardReadTimedOut", () => held.transmit(apdu)),
    "a way that takes what was moved for another card": (held) => (apdu) =>
      Effect.catchTag(held.transmit(apdu), "CardMoved", () => Effect.succeed(Uint8Array.of(0x6a, 0x86)))
  }
  test.each(Object.keys(wrong))("%s", async (name) => {
    const exits = await Promise.all(
      cardChecks.map((check) =>
        Effect.runPromiseExit(runCardCheck(check, (held) => ApduCardReader.layer(wrong[name]?.(held) ?? held.transmit)))
      )
    )
    expect(exits.some(Exit.isFailure)).toBe(true)
  })
})

/** Whether openssl accepts a signature over a text. */
const opensslAccepts = (certificate: Uint8Array, signature: Uint8Array, signed: Uint8Array): boolean => {
  const folder = mkdtempSync(join(tmpdir(), "kinchaku-"))
  const path = (name: string) => join(folder, name)
  try {
    writeFileSync(path("key.pem"), new X509Certificate(certificate).publicKey.export({ format: "pem", type: "spki" }))
    writeFileSync(path("signature"), signature)
    writeFileSync(path("text"), signed)
    const asked = ["dgst", "-sha256", "-verify", path("key.pem"), "-signature", path("signature"), path("text")]
    return spawnSync("openssl", asked).status === 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test.skipIf(!isInstalled)(
  "openssl accepts the card's signature over its text alone (skipped without openssl)",
  async () => {
    const { certificate, signature } = await Effect.runPromise(
      Effect.flatMap(SimulatedCard.make(), ({ transmit }) => reading(transmit))
    )
    expect(opensslAccepts(certificate, signature, text)).toBe(true)
    expect(opensslAccepts(certificate, signature, new TextEncoder().encode("another text"))).toBe(false)
  }
)

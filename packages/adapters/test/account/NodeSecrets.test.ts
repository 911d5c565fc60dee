import { execFileSync } from "node:child_process"
import { type Nonce, Secrets } from "@kinchaku/domain/account/Secrets"
import { Effect } from "effect"
import { assert, describe, it } from "vitest"
import * as NodeSecrets from "../../src/account/NodeSecrets.ts"

const key = new Uint8Array(32).fill(7)
const secrets = (bytes: Uint8Array) =>
  Effect.runSync(
    Effect.provide(
      Effect.map(Secrets, (service) => service),
      NodeSecrets.layer(bytes)
    )
  )

/** What openssl makes of a text under the key, in hexadecimal digits; nothing where it is not installed. */
const openssl = (text: string): string | undefined => {
  try {
    const args = ["dgst", "-sha256", "-mac", "HMAC", "-macopt", `hexkey:${Buffer.from(key).toString("hex")}`]
    return /[0-9a-f]{64}/.exec(execFileSync("openssl", args, { input: text }).toString())?.[0]
  } catch {
    return undefined
  }
}

describe("NodeSecrets", () => {
  it("gives equal values of one purpose equal hashes, and others others", () => {
    const { keyedHash } = secrets(key)
    assert.strictEqual(keyedHash("email", "a@example.com"), keyedHash("email", "a@example.com"))
    assert.notStrictEqual(keyedHash("email", "a"), keyedHash("phone", "a"))
    assert.notStrictEqual(keyedHash("email", "a"), keyedHash("email", "b"))
    const other = secrets(new Uint8Array(32).fill(8))
    assert.notStrictEqual(keyedHash("email", "a"), other.keyedHash("email", "a"))
    assert.match(keyedHash("person", "あ"), /^[0-9a-f]{64}$/)
  })

  it("computes what openssl computes", (context) => {
    const printed = openssl("kanaName:ヤマダ")
    if (printed === undefined) return context.skip("openssl is not installed")
    assert.strictEqual(printed, secrets(key).keyedHash("kanaName", "ヤマダ"))
  })

  it("takes no key of another length", () => {
    assert.throws(() => NodeSecrets.layer(new Uint8Array(31)))
    assert.throws(() => NodeSecrets.layer(new Uint8Array(0)))
  })
})

describe("codes (OTP-01)", () => {
  const { code } = NodeSecrets.make(key)

  it("are those that were computed apart", () => {
    const vectors = {
      AAAAAAAAAAAAAAAAAAAAAA: "226268",
      abcdefghijklmnopqrstuv: "761386",
      "_-0123456789_-01234567": "055866"
    }
    for (const [nonce, expected] of Object.entries(vectors)) assert.strictEqual(code(nonce as Nonce), expected)
  })

  it("are the first six bytes of what openssl computes, modulo a million", (context) => {
    for (const nonce of ["AAAAAAAAAAAAAAAAAAAAAA", "zzzzzzzzzzzzzzzzzzzzzz", "0000000000000000000000"]) {
      const digest = openssl(`made code:${nonce}:0`)
      if (digest === undefined) return context.skip("openssl is not installed")
      const drawn = BigInt(`0x${digest.slice(0, 12)}`)
      assert.strictEqual(code(nonce as Nonce), `${drawn % 1_000_000n}`.padStart(6, "0"))
    }
  })

  it("have equally many draws each: what is left over below 2^48 is drawn again", () => {
    const { codeOfDraw, drawEnd } = NodeSecrets
    const end = BigInt(drawEnd)
    assert.strictEqual(end % 1_000_000n, 0n)
    assert.isBelow(Number(2n ** 48n - end), 1_000_000)
    assert.strictEqual(codeOfDraw(0), "000000")
    assert.strictEqual(codeOfDraw(999_999), "999999")
    assert.strictEqual(codeOfDraw(1_000_000), "000000")
    assert.strictEqual(codeOfDraw(drawEnd - 1), "999999")
    assert.isUndefined(codeOfDraw(drawEnd))
    assert.isUndefined(codeOfDraw(2 ** 48 - 1))
  })

  it("are even: at every place every digit, and every pair of neighbours, as often as chance has it", () => {
    const count = 100_000
    const made = Array.from({ length: count }, (_, n) => code(`${n}`.padStart(22, "A") as Nonce))
    assert.deepStrictEqual(
      made.filter((digits) => !/^\d{6}$/.test(digits)),
      []
    )
    /** How far what stands at some places is from even. */
    const chiSquare = (from: number, to: number): number => {
      const kinds = 10 ** (to - from)
      const expected = count / kinds
      const seen = Map.groupBy(made, (digits) => digits.slice(from, to))
      const absent = (kinds - seen.size) * expected
      return [...seen.values()].reduce((sum, { length }) => sum + (length - expected) ** 2 / expected, absent)
    }
    // With 9 degrees of freedom beyond 50, and with 99 beyond 190, once in more than ten million tables.
    for (const place of [0, 1, 2, 3, 4, 5]) assert.isBelow(chiSquare(place, place + 1), 50)
    for (const place of [0, 1, 2, 3, 4]) assert.isBelow(chiSquare(place, place + 2), 190)
  })

  it("differ from nonce to nonce and from key to key, and are the same each time", () => {
    const other = NodeSecrets.make(new Uint8Array(32).fill(8))
    const nonces = Array.from({ length: 100 }, () => NodeSecrets.make(key).nonce())
    assert.strictEqual(new Set(nonces).size, 100)
    for (const nonce of nonces) assert.match(nonce, /^[\w-]{22}$/)
    assert.isAbove(new Set(nonces.map(code)).size, 95)
    assert.deepStrictEqual(nonces.map(code), nonces.map(code))
    assert.isBelow(nonces.filter((nonce) => code(nonce) === other.code(nonce)).length, 3)
  })
})

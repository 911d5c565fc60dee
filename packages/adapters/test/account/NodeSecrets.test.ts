import { execFileSync } from "node:child_process"
import { Secrets } from "@kinchaku/domain/account/Secrets"
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
    let printed: string
    try {
      const hexkey = Buffer.from(key).toString("hex")
      const args = ["dgst", "-sha256", "-mac", "HMAC", "-macopt", `hexkey:${hexkey}`]
      printed = execFileSync("openssl", args, { input: "kanaName:ヤマダ" }).toString()
    } catch {
      return context.skip("openssl is not installed")
    }
    assert.include(printed, secrets(key).keyedHash("kanaName", "ヤマダ"))
  })

  it("takes no key of another length", () => {
    assert.throws(() => NodeSecrets.layer(new Uint8Array(31)))
    assert.throws(() => NodeSecrets.layer(new Uint8Array(0)))
  })
})

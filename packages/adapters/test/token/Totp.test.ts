import { execFileSync } from "node:child_process"
import { createHmac, randomBytes, randomInt } from "node:crypto"
import { matchingSteps, TokenCodes } from "@kinchaku/domain/token/TokenCodes"
import { stepAt } from "@kinchaku/domain/token/Token"
import * as TestCodes from "@kinchaku/testkit/simulators/TestCodes"
import { Effect } from "effect"
import { Secret, TOTP } from "otpauth"
import { assert, describe, it } from "vitest"
import * as Totp from "../../src/token/Totp.ts"

/** The secret of both RFCs. */
const secret = new TextEncoder().encode("12345678901234567890")

const codes = Effect.runSync(
  Effect.provide(
    Effect.map(TokenCodes, (service) => service),
    Totp.layer
  )
)

/** Random secrets, each with a step from which codes are compared. */
const drawn = (count: number, stepSeconds: number) =>
  Array.from({ length: count }, () => {
    const seed = new Uint8Array(randomBytes(20))
    const millis = randomInt(0, 253_402_268_399) * 1000
    return { seed, millis, step: stepAt(millis, stepSeconds) }
  })

/** What oathtool prints for every seed: the code of its time and of so many steps after, in one shell. */
const printed = (seeds: ReturnType<typeof drawn>, stepSeconds: number, after: number): ReadonlyArray<string> => {
  const input = seeds.map(({ millis, seed }) => `${Buffer.from(seed).toString("hex")} ${millis / 1000}`).join("\n")
  const each = `oathtool --totp=sha1 -s ${stepSeconds}s -w ${after} -N "@$2" "$1"`
  const script = `while [ $# -gt 1 ]; do ${each} || exit 255; shift 2; done`
  return execFileSync("xargs", ["-L", "100", "sh", "-c", script, "sh"], { input, maxBuffer: 1 << 26 })
    .toString()
    .trim()
    .split("\n")
}

const hasOathtool = (() => {
  try {
    execFileSync("oathtool", ["--version"])
    return true
  } catch {
    return false
  }
})()

describe("Totp", () => {
  it("gives the values of RFC 4226, appendix D", () => {
    const expected = [
      "755224",
      "287082",
      "359152",
      "969429",
      "338314",
      "254676",
      "287922",
      "162583",
      "399871",
      "520489"
    ]
    assert.deepStrictEqual(
      expected.map((_, counter) => codes.code(secret, counter)),
      expected
    )
  })

  it("gives the SHA-1 values of RFC 6238, appendix B", () => {
    const vectors = [
      [59, "94287082"],
      [1_111_111_109, "07081804"],
      [1_111_111_111, "14050471"],
      [1_234_567_890, "89005924"],
      [2_000_000_000, "69279037"],
      [20_000_000_000, "65353130"]
    ] as const
    for (const [seconds, code] of vectors) {
      assert.strictEqual(Totp.hotp(secret, stepAt(seconds * 1000, 30), 8), code)
      assert.strictEqual(codes.code(secret, stepAt(seconds * 1000, 30)), code.slice(2))
    }
  })

  it.for([60, 30])(
    "gives what oathtool gives, in 10,000 steps of %i seconds under 500 random secrets",
    { timeout: 120_000 },
    (seconds, context) => {
      if (!hasOathtool) return context.skip("oathtool is not installed")
      const perSecret = 20
      const seeds = drawn(500, seconds)
      const ours = seeds.flatMap(({ seed, step }) =>
        Array.from({ length: perSecret }, (_, n) => codes.code(seed, step + n))
      )
      assert.deepStrictEqual(printed(seeds, seconds, perSecret - 1), ours)
    }
  )

  it("gives what another library gives", () => {
    for (const { millis, seed, step } of drawn(1000, 60)) {
      const theirs = new TOTP({ secret: new Secret({ buffer: seed.slice().buffer }), period: 60, digits: 6 })
      assert.strictEqual(theirs.generate({ timestamp: millis }), codes.code(seed, step))
    }
  })

  it("gives what the phone of the testkit gives, codes and proofs", () => {
    for (const { seed, step } of drawn(200, 60)) {
      assert.strictEqual(TestCodes.codes.code(seed, step), codes.code(seed, step))
      assert.strictEqual(TestCodes.codes.proof(seed, `あ${step}`), codes.proof(seed, `あ${step}`))
    }
  })

  it("proves a text by HMAC-SHA-256", () => {
    assert.strictEqual(codes.proof(secret, "text"), createHmac("sha256", secret).update("text").digest("hex"))
    assert.notStrictEqual(codes.proof(secret, "text"), codes.proof(secret, "text "))
  })

  it("finds the step of a code, and none for a code of a step that is too far", () => {
    const at = 29_000_000
    const near = { around: at, reach: 11 }
    assert.include(matchingSteps(codes, secret, codes.code(secret, at - 11), near), at - 11)
    assert.include(matchingSteps(codes, secret, codes.code(secret, at + 11), near), at + 11)
    assert.notInclude(matchingSteps(codes, secret, codes.code(secret, at + 12), near), at + 12)
    assert.deepStrictEqual(matchingSteps(codes, secret, "1", near), [])
  })
})

import { execFileSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Secret, WebhookId } from "@kinchaku/domain/webhook/Webhook"
import { Redacted, Result } from "effect"
import { describe, expect, test } from "vitest"
import * as Webhook from "../../src/webhook/Webhook.ts"

const secretOf = (text: string): Secret => {
  const secret = Webhook.readSecret(text)
  if (secret === undefined) throw new Error("not a secret")
  return secret
}

/** The example that implementations of Standard Webhooks test themselves with. */
const published = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  headers: {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
  },
  body: '{"test": 2432232314}'
}
const at = instant(1_614_265_330_000)

describe("webhooks (SEC-12)", () => {
  test("the published example is signed and verified", () => {
    const { body, headers, secret } = published
    const id = headers["webhook-id"] as WebhookId
    expect(Webhook.sign([secretOf(secret)], { id, at, body })).toStrictEqual(headers)
    expect(Result.getOrThrow(Webhook.verify([secretOf(secret)], { headers, body }, at))).toBe(id)
  })

  test("signatures are those of openssl, whatever key and body", () => {
    for (const size of [24, 32, 47, 64]) {
      const key = randomBytes(size)
      const body = `{"持":"${randomBytes(size).toString("base64")}","改行":"\\n"}`
      const headers = Webhook.sign([secretOf(`whsec_${key.toString("base64")}`)], {
        id: "msg_1" as WebhookId,
        at,
        body
      })
      const digest = execFileSync(
        "openssl",
        ["dgst", "-sha256", "-mac", "HMAC", "-macopt", `hexkey:${key.toString("hex")}`, "-binary"],
        { input: `msg_1.1614265330.${body}` }
      )
      expect(headers["webhook-signature"]).toBe(`v1,${digest.toString("base64")}`)
    }
  })

  test("a secret is whsec_ and 24 to 64 bytes in base64, and nothing that only reads like it", () => {
    const written = (size: number) => `whsec_${Buffer.alloc(size, 7).toString("base64")}`
    for (const size of [24, 25, 26, 64]) expect(Redacted.value(secretOf(written(size)))).toHaveLength(size)
    const wrong = ["", "whsec_", written(23), written(65), written(24).slice(6), `${written(24)}!`, ` ${written(24)}`]
    for (const text of [...wrong, written(25).replaceAll("=", ""), written(24).replace("whsec_", "WHSEC_")]) {
      expect(Webhook.readSecret(text)).toBeUndefined()
    }
  })

  test("a secret shows in no text", () => {
    const secret = secretOf(published.secret)
    expect(`${secret} ${JSON.stringify(secret)}`).not.toMatch(/MfKQ|49|0x31/u)
  })
})

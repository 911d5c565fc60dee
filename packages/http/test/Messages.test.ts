/**
 * Reports of the SMS provider over HTTP: a message that did not arrive is told of as such, and strangers report nothing (OTP-11).
 */
import { createHmac } from "node:crypto"
import { compat } from "@kinchaku/domain/policy/Policy"
import { Redacted } from "effect"
import { assert, describe, it } from "vitest"
import { isCode, kinds } from "../src/Problem.ts"
import * as ProblemDocument from "../src/ProblemDocument.ts"
import { open } from "./Harness.ts"
import { errorsOf, succeeded } from "./Scene.ts"

const token = "sms-account-token"
const url = "https://wallet.example.com/sms-status"

const sign = (request: string | undefined, fields: Readonly<Record<string, string>>): string => {
  const address = request === undefined ? url : `${url}?request=${request}`
  const sorted = Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHmac("sha1", token)
    .update(`${address}${sorted.flat().join("")}`)
    .digest("base64")
}

const world = async () => {
  const harness = open({ smsStatus: { url, token: Redacted.make(token) } })
  await harness.adopt(compat)
  const { id = "" } = await succeeded(harness.post("/contact-codes", { phone: "09012345678" }, { key: null }))
  await harness.dispatch()
  const request = `req_${id.slice("otp_".length)}`
  const report = async (status: string, own: { readonly signature?: string; readonly request?: string } = {}) => {
    const fields = { MessageSid: "SM1", MessageStatus: status, To: "+819012345678" }
    const about = own.request ?? request
    const path = `/sms-status?request=${about}`
    const raw = new URLSearchParams(fields).toString()
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "content-length": `${Buffer.byteLength(raw)}`,
      "x-twilio-signature": own.signature ?? sign(about, fields)
    }
    return harness.post(path, undefined, { key: null, idempotencyKey: null, raw, headers })
  }
  const delivery = async () => (await succeeded(harness.get(`/codes/${id}`, { key: null })))["delivery"]
  return { harness, report, delivery }
}

describe("a report of the SMS provider", () => {
  it("that a message did not arrive is shown as not delivered, for good (OTP-11)", async () => {
    const { delivery, harness, report } = await world()
    assert.strictEqual(await delivery(), "sent")
    assert.strictEqual((await report("delivered")).status, 204)
    assert.strictEqual(await delivery(), "sent")
    const failed = await report("undelivered")
    assert.strictEqual(failed.status, 204)
    assert.strictEqual(failed.text, "")
    assert.strictEqual(await delivery(), "notDelivered")
    for (const again of ["undelivered", "delivered", "sent"]) assert.strictEqual((await report(again)).status, 204)
    assert.strictEqual(await delivery(), "notDelivered")
    assert.notInclude(harness.lines.join("\n"), "9012345678")
    await harness.close()
  })

  it("of a stranger is refused and changes nothing (SEC-10)", async () => {
    const { delivery, harness, report } = await world()
    const refusals = [
      ["SmsStatusForged", await report("undelivered", { signature: "" })],
      ["SmsStatusForged", await report("undelivered", { signature: `${"A".repeat(27)}=` })],
      ["SmsStatusForged", await report("undelivered", { signature: sign(undefined, {}) })],
      ["SmsStatusUnreadable", await report("nonsense")],
      ["SmsStatusUnreadable", await report("undelivered", { request: "nothing" })]
    ] as const
    for (const [code, { json, status }] of refusals) {
      assert.strictEqual(json.code, code)
      assert.isTrue(isCode(code))
      assert.strictEqual(status, kinds[code].status)
      assert.isNotEmpty(json.rule)
      for (const language of ["ja", "en"] as const) assert.isNotEmpty(ProblemDocument.texts[language][code].detail)
      assert.include(errorsOf("ports and audit"), code)
    }
    assert.strictEqual(await delivery(), "sent")
    await harness.close()
  })

  it("is a form of bounded size, and taken only where a provider is known", async () => {
    const { harness } = await world()
    const post = async (headers: Readonly<Record<string, string>>, raw = "MessageSid=1") =>
      (await harness.post("/sms-status", undefined, { key: null, idempotencyKey: null, raw, headers })).json.code
    assert.strictEqual(
      await post({ "content-type": "application/json", "content-length": "12" }),
      "MediaTypeUnsupported"
    )
    const form = { "content-type": "application/x-www-form-urlencoded" }
    assert.strictEqual(await post({ ...form, "content-length": "9000" }), "BodyTooLarge")
    assert.strictEqual(await post({ ...form, "content-length": "12" }, "x".repeat(9000)), "BodyTooLarge")
    assert.strictEqual(await post(form), "BodyTooLarge")
    assert.strictEqual((await harness.get("/sms-status")).json.code, "MethodNotAllowed")
    await harness.close()
    const without = open()
    assert.strictEqual((await without.post("/sms-status", {})).json.code, "RouteUnknown")
    await without.close()
  })
})

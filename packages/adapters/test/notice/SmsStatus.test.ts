import { execFileSync } from "node:child_process"
import { createHmac } from "node:crypto"
import { requestId } from "@kinchaku/domain/engine/Outbox"
import { Redacted, Result } from "effect"
import { assert, describe, it } from "vitest"
import { type Received, reader } from "../../src/notice/SmsStatus.ts"

const url = "https://wallet.example/sms"
const token = "12345"
const request = requestId("01ARZ3NDEKTSV4RRFFQ69G5FAV")
const read = reader({ url, token: Redacted.make(token) })

/** The text that a provider signs, put together by hand. */
const signedText = (fields: ReadonlyArray<readonly [string, string]>, of: string): string =>
  [of, ...fields.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => name + value)].join("")
const sign = (text: string, by = token): string => createHmac("sha1", by).update(text).digest("base64")

const fieldsOf = (status: string): ReadonlyArray<readonly [string, string]> => [
  ["MessageStatus", status],
  ["MessageSid", "SM1"],
  ["To", "+819012345678"],
  ["AccountSid", "AC1"]
]
const report = (status: string, changed: Partial<Received> & { readonly signature?: string } = {}) => {
  const fields = fieldsOf(status)
  const signature = changed.signature ?? sign(signedText(fields, `${url}?request=${request}`))
  return read({
    headers: changed.headers ?? new Headers({ "X-Twilio-Signature": signature }),
    request: "request" in changed ? changed.request : request,
    body: changed.body ?? new URLSearchParams(Object.fromEntries(fields)).toString()
  })
}
const tagOf = (result: ReturnType<typeof report>): string =>
  Result.isSuccess(result) ? result.success.status : result.failure._tag

describe("SmsStatus", () => {
  it("OTP-11 says whether a message arrived", () => {
    assert.deepStrictEqual(
      report("delivered"),
      Result.succeed({ request, message: "SM1", status: "delivered" as const })
    )
    for (const status of ["undelivered", "failed", "canceled"]) assert.strictEqual(tagOf(report(status)), "undelivered")
    for (const status of ["queued", "sending", "sent"]) assert.strictEqual(tagOf(report(status)), "onItsWay")
  })

  it("takes a report only with the signature of the token over address and fields", () => {
    const text = signedText(fieldsOf("delivered"), `${url}?request=${request}`)
    const cases: ReadonlyArray<Parameters<typeof report>[1]> = [
      { signature: sign(text, "54321") },
      { signature: "" },
      { signature: "AAAA" },
      { signature: `${sign(text)}=` },
      { signature: sign(text).toLowerCase() },
      { headers: new Headers() },
      { request: requestId("01ARZ3NDEKTSV4RRFFQ69G5FAW") },
      { request: undefined },
      { body: new URLSearchParams(Object.fromEntries(fieldsOf("undelivered"))).toString() },
      { body: "" }
    ]
    for (const changed of cases) assert.strictEqual(tagOf(report("delivered", changed)), "SmsStatusForged")
  })

  it("does not read what is signed and says nothing", () => {
    assert.strictEqual(tagOf(report("exploded")), "SmsStatusUnreadable")
    assert.strictEqual(tagOf(report("constructor")), "SmsStatusUnreadable")
    const signature = sign(signedText(fieldsOf("delivered"), url))
    assert.strictEqual(tagOf(report("delivered", { request: undefined, signature })), "SmsStatusUnreadable")
    const other = sign(signedText(fieldsOf("delivered"), `${url}?request=1`))
    assert.strictEqual(tagOf(report("delivered", { request: "1", signature: other })), "SmsStatusUnreadable")
  })

  it("computes what openssl computes", (context) => {
    let printed: string
    try {
      const text = signedText(fieldsOf("delivered"), `${url}?request=${request}`)
      printed = execFileSync("openssl", ["dgst", "-sha1", "-hmac", token, "-binary"], { input: text }).toString(
        "base64"
      )
    } catch {
      return context.skip("openssl is not installed")
    }
    assert.strictEqual(tagOf(report("delivered", { signature: printed })), "delivered")
  })

  it("computes the signature of the provider's published example", () => {
    // https://www.twilio.com/docs/usage/security: the address has a query of its own, the fields are those of a call.
    const fields: ReadonlyArray<readonly [string, string]> = [
      ["CallSid", "CA1234567890ABCDE"],
      ["Caller", "+14158675309"],
      ["Digits", "1234"],
      ["From", "+14158675309"],
      ["To", "+18005551212"]
    ]
    const address = "https://mycompany.com/myapp.php?foo=1&bar=2"
    const received = {
      headers: new Headers({ "X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8=" }),
      request: undefined,
      body: new URLSearchParams(Object.fromEntries(fields)).toString()
    }
    // It is the provider's, and says nothing of a message.
    assert.strictEqual(tagOf(reader({ url: address, token: Redacted.make(token) })(received)), "SmsStatusUnreadable")
    assert.strictEqual(tagOf(reader({ url: `${address}3`, token: Redacted.make(token) })(received)), "SmsStatusForged")
  })
})

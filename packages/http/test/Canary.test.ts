/**
 * The canary: values that must appear nowhere but where they belong go through every route and every failure, and every byte
 * that was logged or answered as a problem is searched for them (REG-03, SEC-02, SEC-03).
 */
import { assert, describe, it } from "vitest"
import { bankAccount, holder, keys, open, openingOf, type Reply } from "./Harness.ts"

const canary = {
  email: "canary.mail.5f3a@example.com",
  phone: "09077712345",
  kana: "カナリヤ　ヒミツ",
  person: "canary-person-77",
  account: "7654321",
  key: "canary-api-key-0001-secret",
  unknown: "canary-unknown-value-91"
}

/** A value in the forms in which it might leak. */
const forms = (value: string): ReadonlyArray<string> => [
  value,
  value.toUpperCase(),
  encodeURIComponent(value),
  Buffer.from(value).toString("base64").replaceAll("=", ""),
  value.replace(/[!-~]/g, (character) => String.fromCodePoint(character.codePointAt(0)! + 0xfee0)),
  value.normalize("NFKC"),
  value.replace(/\s/g, "")
]

describe("personal data and secrets", () => {
  it("appear in no log line and no problem document", async () => {
    const harness = open()
    const replies: Array<Reply> = []
    const keep = async (reply: Promise<Reply>) => void replies.push(await reply)
    await holder(harness)
    const opening = { ...openingOf(canary.person), email: canary.email, phone: canary.phone, kanaName: canary.kana }
    const { json } = await harness.post("/accounts", opening)
    const id = json.id
    assert.isString(id)
    await keep(harness.post("/accounts", opening))
    await keep(harness.post("/accounts", { ...opening, [canary.unknown]: 1, phone: `${canary.phone}x` }))
    await keep(harness.post("/accounts", { ...opening, proved: { email: true, phone: false } }))
    await keep(harness.post("/accounts", undefined, { raw: `{"email":"${canary.email}",,}` }))
    await keep(harness.post("/accounts", opening, { key: canary.key }))
    await keep(harness.post("/accounts", opening, { headers: { "content-type": `text/${canary.person}` } }))
    await keep(harness.get(`/accounts/${encodeURIComponent(canary.email)}/balances`))
    await keep(harness.get(`/${canary.phone}`))
    await keep(harness.get(`/accounts/${id}/history?before=${canary.phone}`))
    await keep(harness.get(`/slips/${canary.phone}/quote`))
    await keep(harness.get("/policy", { key: canary.key, headers: { "x-request-id": canary.email } }))
    await keep(harness.post(`/accounts/${id}/bank-links`, { ...bankAccount, number: canary.account, bank: "0000" }))
    await keep(harness.post(`/accounts/${id}/bank-links`, { ...bankAccount, number: `${canary.account}9` }))
    const linked = await harness.post(`/accounts/${id}/bank-links`, { ...bankAccount, number: canary.account })
    assert.strictEqual(linked.status, 201)
    await harness.dispatch()
    await keep(harness.get("/policy", { key: keys.operator, headers: { "accept-language": canary.email } }))
    await harness.close()

    const problems = replies.filter(({ headers }) => headers.get("content-type") === "application/problem+json")
    assert.isAtLeast(problems.length, 12)
    const said = [
      ...harness.lines,
      ...problems.map(({ headers, text }) => `${text}${JSON.stringify([...headers])}`)
    ].join("\n")
    assert.include(said, "BankUnknown")
    for (const [name, value] of Object.entries({ ...canary, ...keys })) {
      // The name of an unknown field is answered to whoever sent it; it is never logged.
      const searched = name === "unknown" ? harness.lines.join("\n") : said
      for (const form of forms(value)) assert.notInclude(searched, form, name)
    }
  })

  it("a request is one line with what happened and nothing that was sent", async () => {
    const harness = open()
    await harness.get(`/accounts/${encodeURIComponent(canary.email)}/balances?x=${canary.phone}`)
    await harness.close()
    assert.strictEqual(harness.lines.length, 1)
    const { caller, method, millis, msg, requestId, route, status } = JSON.parse(harness.lines[0]!) as Record<
      string,
      unknown
    >
    assert.deepStrictEqual(
      { caller, method, msg, route, status },
      {
        caller: "host",
        method: "GET",
        msg: "request",
        route: "/accounts/:account/balances",
        status: 400
      }
    )
    assert.isString(requestId)
    assert.isNumber(millis)
  })

  it("the search finds a planted leak in every form", () => {
    for (const form of forms(canary.email)) assert.include(`{"msg":"${form}"}`, form)
    assert.isAtLeast(new Set(forms(canary.email)).size, 4)
  })
})

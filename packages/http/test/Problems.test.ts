import { Store, StoreUnavailable } from "@kinchaku/domain/engine/Store"
import type { TopUp } from "@kinchaku/domain/topup/TopUp"
import { certificate } from "@kinchaku/testkit/simulators/SimulatedVerifier"
import { Context, Effect, Layer } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { isCode, kinds } from "../src/Problem.ts"
import * as ProblemDocument from "../src/ProblemDocument.ts"
import { view } from "../src/routes/TopUps.ts"
import {
  bankAccount,
  type Body,
  type Call,
  type Harness,
  holder,
  includes,
  keys,
  open,
  openingOf,
  type Reply,
  slip,
  testPolicy
} from "./Harness.ts"

const nobody = "acct_01ARZ3NDEKTSV4RRFFQ69G5FAV"
const ulid = "01ARZ3NDEKTSV4RRFFQ69G5FAV"

/** A certificate with a challenge that was not used yet. */
const shown = (person: string) => certificate(person, "verified", { occasion: `${person} again` })

/** Every problem document has the same members, and its code's status, page and rules. */
const expectProblem = ({ headers, json, status }: Reply, code: string): Body => {
  assert.strictEqual(json.code, code)
  assert.isTrue(isCode(code))
  if (!isCode(code)) throw new Error(code)
  assert.strictEqual(headers.get("content-type"), "application/problem+json")
  assert.strictEqual(status, kinds[code].status)
  assert.strictEqual(json.status, status)
  assert.strictEqual(json.type, `/problems/${code}`)
  assert.deepStrictEqual<unknown>([...json.rule], [...kinds[code].rules])
  assert.strictEqual(json.requestId, headers.get("x-request-id"))
  assert.strictEqual(json.instance, `urn:kinchaku:request:${json.requestId}`)
  assert.strictEqual(json.title, ProblemDocument.texts.ja[code].title)
  assert.isNotEmpty(json.detail)
  assert.notInclude(json.detail, "{")
  const { retryAfter } = kinds[code]
  assert.strictEqual(headers.get("retry-after"), retryAfter === undefined ? null : `${retryAfter}`)
  return json
}

describe("the table of problems", () => {
  it("has texts in both languages that name only facts that go along", () => {
    for (const [code, { facts, status }] of Object.entries(kinds)) {
      assert.isTrue(isCode(code))
      if (!isCode(code)) continue
      assert.isTrue(status >= 400 && status < 600, code)
      for (const language of ["ja", "en"] as const) {
        const { detail, title } = ProblemDocument.texts[language][code]
        assert.isNotEmpty(title)
        for (const [, fact = ""] of detail.matchAll(/\{(\w+)\}/g)) assert.include(facts, fact, `${code} ${language}`)
      }
    }
  })

  it("answers in Japanese unless English is wanted more", () => {
    const languages: Readonly<Record<string, string>> = {
      "": "ja",
      en: "en",
      "en-GB,en;q=0.9": "en",
      "ja,en;q=0.9": "ja",
      "en;q=0.8,ja;q=0.9": "ja",
      "fr, en;q=0.1": "en",
      "*": "ja",
      "en;q=nonsense": "ja"
    }
    for (const [header, language] of Object.entries(languages)) {
      assert.strictEqual(ProblemDocument.languageOf(header), language, header)
    }
    assert.strictEqual(ProblemDocument.languageOf(undefined), "ja")
  })
})

describe("problems of requests", () => {
  let harness: Harness
  beforeAll(() => {
    harness = open()
  })
  afterAll(() => harness.close())

  it("401 without a key, with a wrong one, and with another scheme", async () => {
    const calls: ReadonlyArray<Call> = [
      { key: null },
      { key: "wrong-key-of-the-tests" },
      { key: `${keys.host}x` },
      { key: null, headers: { authorization: `Basic ${keys.host}` } },
      { key: null, headers: { authorization: keys.host } }
    ]
    for (const call of calls) {
      const reply = await harness.get("/policy", call)
      expectProblem(reply, "Unauthorized")
      assert.include(reply.headers.get("www-authenticate"), "Bearer")
    }
  })

  it("403 where the key is of the other caller", async () => {
    expectProblem(await harness.get(`/accounts/${nobody}/balances`, { key: keys.operator }), "Forbidden")
  })

  it("404 for unknown paths, 405 with Allow for known ones", async () => {
    for (const path of [
      "/accounts",
      "/Accounts",
      "/accounts/",
      "/accounts//balances",
      "/docs/none.js",
      "/problems/None"
    ]) {
      const reply = await harness.get(path)
      if (path === "/accounts") {
        expectProblem(reply, "MethodNotAllowed")
        assert.strictEqual(reply.headers.get("allow"), "POST")
      } else expectProblem(reply, "RouteUnknown")
    }
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS"]) {
      const reply = await harness.send(method, `/accounts/${nobody}/balances`, undefined, {})
      expectProblem(reply, "MethodNotAllowed")
      assert.strictEqual(reply.headers.get("allow"), "GET, HEAD")
    }
    assert.strictEqual((await harness.send("HEAD", "/health", undefined, {})).status, 200)
  })

  it("400 without an idempotency key, and with one that is none", async () => {
    for (const idempotencyKey of [null, "", " ".repeat(0), "x".repeat(256), "鍵".normalize("NFD")]) {
      const call = idempotencyKey === "鍵" ? { headers: { "idempotency-key": "caf\u00e9" } } : { idempotencyKey }
      expectProblem(await harness.post("/accounts", openingOf("nokey1"), call), "IdempotencyKeyMissing")
    }
  })

  it("the same key and content answer the same bytes, other content 422, in another order of fields the same", async () => {
    const { account, link } = await holder(harness)
    const path = `/accounts/${account}/top-ups`
    const call = { idempotencyKey: '"8e03978e-40d5-43dd-bc93-6894a57f9324"' }
    const first = await harness.post(path, { link, amount: 700, quotedFee: 0 }, call)
    assert.strictEqual(first.status, 202)
    await harness.dispatch()
    const again = await harness.post(path, { quotedFee: 0, amount: 700, link }, call)
    assert.strictEqual(again.status, 202)
    assert.strictEqual(again.text, first.text)
    const other = await harness.post(path, { link, amount: 701, quotedFee: 0 }, call)
    assert.notInclude(other.text, "8e03978e")
    expectProblem(other, "IdempotencyConflict")
    const elsewhere = await harness.post("/accounts", openingOf("conflict77"), call)
    expectProblem(elsewhere, "IdempotencyConflict")
    const { json } = await harness.get(`/accounts/${account}/balances`)
    assert.strictEqual(json.cash, 700)
  })

  it("ten of the same at once do one thing and answer the same bytes", async () => {
    const { account } = await holder(harness, 5000)
    const barcode = slip("912345", 400, "10")
    const quote = (await harness.get(`/slips/${barcode}/quote`)).json
    const call = { idempotencyKey: "ten at once" }
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => harness.post(`/accounts/${account}/payments`, { barcode, quote }, call))
    )
    assert.strictEqual(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size, 1)
    assert.strictEqual((await harness.get(`/accounts/${account}/balances`)).json.cash, 4600)
  })

  it("415 for another type or charset of the body", async () => {
    for (const type of [
      "text/plain",
      "application/xml",
      "application/json; charset=shift_jis",
      "application/jsonp",
      ""
    ]) {
      const reply = await harness.post("/accounts", openingOf("type1"), { headers: { "content-type": type } })
      expectProblem(reply, "MediaTypeUnsupported")
    }
    for (const type of ["application/json; charset=UTF-8", "Application/JSON"]) {
      const reply = await harness.post("/accounts", {}, { headers: { "content-type": type } })
      expectProblem(reply, "ValidationFailed")
    }
  })

  it("400 for what is no strict JSON", async () => {
    const invalidUtf8 = Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])
    const nested = `${"[".repeat(20_000)}${"]".repeat(20_000)}`
    const bodies = ["", "{", "nonsense", "{'a':1}", "[1,]", '{"a":1}{"b":2}', '{"a":1,"a":2}', '{"\\u0061":1,"a":2}']
    const others = ['{"a":{"b":[{"c":1,"c":1}]}}', '{"a":"\\ud800"}', '{"a":"\\u0000"}', nested, invalidUtf8]
    for (const raw of [...bodies, ...others]) {
      expectProblem(await harness.post("/accounts", undefined, { raw }), "RequestMalformed")
    }
    // A number that would be rounded to a whole one is not that whole one.
    for (const raw of ['{"a":1000.00000000000000001}', '{"a":1e-400}', '{"a":[15e-1,10e-1]}']) {
      expectProblem(await harness.post("/accounts", undefined, { raw }), "RequestMalformed")
    }
    for (const raw of ["null", "1", '"text"', "[]", "{}", '{"a":"\\ud83d\\ude00"}', '{"a":{"a":1},"b":{"a":1}}']) {
      expectProblem(await harness.post("/accounts", undefined, { raw }), "ValidationFailed")
    }
  })

  it("413 for a body above 64 KiB, and not for one of exactly that", async () => {
    const padded = (length: number) => `{"a":"${"x".repeat(length - 8)}"}`
    expectProblem(await harness.post("/accounts", undefined, { raw: padded(65_536) }), "ValidationFailed")
    expectProblem(await harness.post("/accounts", undefined, { raw: padded(65_537) }), "BodyTooLarge")
  })

  it("400 lists every issue with its place, and quotes nothing", async () => {
    const reply = await harness.post(`/accounts/nobody/top-ups?x=1&y=2&x=3`, {
      link: "canary-value",
      amount: "1",
      __proto__: 1,
      extra: { deep: "canary-value" }
    })
    const { issues } = expectProblem(reply, "ValidationFailed")
    const places = issues.map((issue) => `${issue.in} ${issue.path}`).toSorted()
    const expected = [
      "body amount",
      "body extra",
      "body link",
      "body quotedFee",
      "path account",
      "query x",
      "query x",
      "query y"
    ]
    assert.deepStrictEqual<unknown>(places, expected)
    assert.notInclude(reply.text, "canary-value")
  })

  it("unknown fields are refused everywhere, also nested and also __proto__", async () => {
    const opening = openingOf("fields1")
    const raw = JSON.stringify(opening).replace('"presentation":{', '"presentation":{"__proto__":{"admin":true},')
    for (const call of [{ raw }, { raw: JSON.stringify({ ...opening, admin: true }) }]) {
      expectProblem(await harness.post("/accounts", undefined, call), "ValidationFailed")
    }
    const unknown = ["/policy?all=true", "/health?verbose", `/accounts/${nobody}/history?limit=5&cursor=x`]
    for (const path of unknown) expectProblem(await harness.get(path), "ValidationFailed")
  })

  it("amounts are whole yen in range, in bodies and queries", async () => {
    const { account, link } = await holder(harness)
    const wrong = [
      "0",
      "-1",
      "-0",
      "9007199254740992",
      "9007199254740993",
      "1e21",
      "1.5",
      '"1"',
      "null",
      "true",
      "[]",
      "1e400"
    ]
    for (const amount of wrong) {
      const raw = `{"link":"${link}","amount":${amount},"quotedFee":0}`
      expectProblem(await harness.post(`/accounts/${account}/top-ups`, undefined, { raw }), "ValidationFailed")
    }
    for (const amount of ["0", "-1", "1.5", "1e3", "01", "", "9007199254740992", "１", "1 ", "NaN", "Infinity"]) {
      const path = `/accounts/${account}/top-up-quote?link=${link}&amount=${encodeURIComponent(amount)}`
      expectProblem(await harness.get(path), "ValidationFailed")
    }
    const largest = `/accounts/${account}/top-up-quote?link=${link}&amount=9007199254740991`
    assert.strictEqual((await harness.get(largest)).status, 200)
  })

  it("keeps a sane request id and replaces any other", async () => {
    const id = "0f7c3a52-aaaa-bbbb-cccc-000000000001"
    assert.strictEqual(
      (await harness.get("/health", { headers: { "x-request-id": id } })).headers.get("x-request-id"),
      id
    )
    for (const bad of ["short", "x".repeat(65), "a b c d e f g", "<script>alert(1)</script>", "user@example.com"]) {
      const given = (await harness.get("/health", { headers: { "x-request-id": bad } })).headers.get("x-request-id")
      assert.notStrictEqual(given, bad)
      assert.match(given ?? "", /^[\w.-]{8,64}$/)
    }
  })

  it("sets security headers on every answer", async () => {
    for (const path of ["/health", "/nowhere", "/docs", "/problems/Busy", "/openapi.json"]) {
      const { headers } = await harness.get(path)
      assert.strictEqual(headers.get("x-content-type-options"), "nosniff")
      assert.strictEqual(headers.get("referrer-policy"), "no-referrer")
      assert.include(headers.get("content-security-policy"), "default-src 'none'")
    }
  })
})

describe("problems of the domain", () => {
  let harness: Harness
  beforeAll(() => {
    harness = open()
  })
  afterAll(() => harness.close())

  it("answers each refusal of accounts with what the rules say", async () => {
    await harness.adopt(testPolicy)
    const opening = await harness.opening("taken1")
    assert.strictEqual((await harness.post("/accounts", opening)).status, 201)
    const cases: ReadonlyArray<readonly [string, object]> = [
      ["AccountAlreadyExists", { ...(await harness.opening("other2")), presentation: shown("taken1") }],
      ["EmailTaken", { ...(await harness.opening("other3", { email: opening.email.toUpperCase() })) }],
      ["PhoneTaken", { ...(await harness.opening("other4", { phone: opening.phone.replace("090", "+81 90-") })) }],
      ["ContactUnproven", openingOf("other5")],
      ["CertificateExpired", openingOf("other2", "expired")],
      ["CertificateUntrusted", openingOf("other2", "untrusted")],
      ["CertificateRevoked", openingOf("other2", "revoked")],
      ["CertificateUnchecked", openingOf("other2", "unchecked")],
      ["ChallengeInvalid", { ...(await harness.opening("other6")), presentation: opening.presentation }],
      [
        "CertificateUnreadable",
        { ...openingOf("other2"), presentation: { certificate: "?", challenge: "", signature: "" } }
      ]
    ]
    for (const [code, body] of cases) expectProblem(await harness.post("/accounts", body), code)
    const other = await harness.opening("other7", { email: opening.email })
    const { headers, json } = await harness.post("/accounts", other, { headers: { "accept-language": "en" } })
    assert.strictEqual(headers.get("content-language"), "en")
    assert.strictEqual(json.title, "This e-mail address cannot be registered")
    assert.strictEqual(json.migrationOffered, false)
  })

  it("answers not found for what is not there or another's", async () => {
    const { account, link } = await holder(harness, 500)
    const { account: stranger } = await holder(harness)
    const [topUp] = (await harness.get(`/accounts/${account}/history`)).json.lines
    expectProblem(await harness.get(`/accounts/${nobody}/balances`), "AccountNotFound")
    expectProblem(await harness.get(`/accounts/${nobody}/history`), "AccountNotFound")
    expectProblem(await harness.get(`/accounts/${stranger}/bank-links/${link}`), "BankLinkNotFound")
    expectProblem(await harness.get(`/accounts/${stranger}/top-ups/${topUp?.id}`), "TopUpNotFound")
    expectProblem(await harness.get(`/accounts/${account}/payments/pay_${ulid}`), "PaymentNotFound")
    expectProblem(await harness.post(`/accounts/${nobody}/bank-links`, bankAccount), "AccountNotFound")
  })

  it("answers each refusal of top-ups", async () => {
    const { account, link } = await holder(harness)
    const path = `/accounts/${account}/top-ups`
    const topUp = (amount: number, more: object = {}) => harness.post(path, { link, amount, quotedFee: 0, ...more })
    const unknown = await harness.post(`/accounts/${account}/bank-links`, { ...bankAccount, bank: "0001" })
    includes(expectProblem(unknown, "BankUnknown"), { bank: "0001", reason: "notOffered" })
    const again = await harness.post(`/accounts/${account}/bank-links/${link}/procedures`, { quotedFee: 0 })
    includes(expectProblem(again, "BankLinkSettled"), { link, state: "registered" })
    const added = await harness.post(`/accounts/${account}/bank-links`, { ...bankAccount, number: "77" })
    const procedures = `/accounts/${account}/bank-links/${added.json.id}/procedures`
    expectProblem(await harness.post(procedures, { quotedFee: 1 }), "QuoteChanged")
    await harness.post(procedures, { quotedFee: 0 })
    expectProblem(await harness.post(procedures, { quotedFee: 0 }), "BankLinkInProcedure")
    expectProblem(await topUp(500, { link: `link_${ulid}` }), "BankLinkNotRegistered")
    expectProblem(
      await harness.get(`/accounts/${account}/top-up-quote?link=link_${ulid}&amount=5`),
      "BankLinkNotRegistered"
    )
    includes(expectProblem(await topUp(99), "BelowMinimumAmount"), { minimum: 100, step: 1, asked: 99 })
    includes(expectProblem(await topUp(500, { quotedFee: 1 }), "QuoteChanged"), { field: "fee" })
    const limited = expectProblem(await topUp(30_001), "LimitExceeded")
    includes(limited, {
      limit: "perOperation",
      operation: "topUp",
      allowed: 30_000,
      remaining: 30_000,
      asked: 30_001
    })
    assert.include(limited.detail, "30,000円")
    await harness.adopt({
      ...testPolicy,
      limits: { ...testPolicy.limits, cash: { ...testPolicy.limits.cash, balance: 1000 as never } }
    })
    includes(expectProblem(await topUp(1001), "BalanceCapExceeded"), {
      allowed: 1000,
      remaining: 1000,
      asked: 1001
    })
    await harness.adopt({ ...testPolicy, fees: [{ function: "topUp", fixed: 300 as never }] })
    includes(expectProblem(await topUp(200, { quotedFee: 300 }), "FeeExceedsAmount"), {
      amount: 200,
      fee: 300
    })
    const closed = {
      ...testPolicy.banks["9999"]!,
      maintenance: [{ from: 0 as never, to: 253_402_268_399_999 as never }]
    }
    await harness.adopt({ ...testPolicy, banks: { "9999": closed } })
    includes(expectProblem(await topUp(500), "BankUnavailable"), { bank: "9999", reason: "maintenance" })
    await harness.adopt(testPolicy)
  })

  it("answers each refusal of slips and payments", async () => {
    const { account } = await holder(harness, 1000)
    const barcode = slip("912345", 900, "5")
    const { json: quote } = await harness.get(`/slips/${barcode}/quote`)
    const pay = (body: object) => harness.post(`/accounts/${account}/payments`, { barcode, quote, ...body })
    const wrong = `${barcode.slice(0, 43)}${(Number(barcode[43]) + 1) % 10}`
    includes(expectProblem(await harness.get(`/slips/${wrong}/quote`), "BarcodeInvalid"), {
      field: "checkDigit"
    })
    expectProblem(await harness.get(`/slips/${"9".repeat(201)}/quote`), "ValidationFailed")
    expectProblem(await harness.get(`/slips/%ff/quote`), "BarcodeInvalid")
    includes(expectProblem(await harness.get(`/slips/${slip("900000", 5)}/quote`), "BillerNotContracted"), {
      biller: "900000"
    })
    const late = expectProblem(await harness.get(`/slips/${slip("912345", 5, "6", "2020-02-29")}/quote`), "BillExpired")
    includes(late, { due: "2020-02-29", title: "支払期限が切れています" })
    expectProblem(await harness.get(`/slips/${slip("912345", 300_001)}/quote`), "AmountAboveMaximum")
    includes(expectProblem(await pay({ quote: { ...quote, amount: 1 } }), "QuoteChanged"), {
      field: "amount"
    })
    const dear = slip("912345", 1200, "8")
    const { json: dearQuote } = await harness.get(`/slips/${dear}/quote`)
    const short = expectProblem(await pay({ barcode: dear, quote: dearQuote }), "InsufficientBalance")
    includes(short, { asked: 1200, available: 1000, shortfall: 200 })
    assert.include(short.detail, "200円")
    assert.strictEqual((await pay({})).status, 201)
    includes(expectProblem(await pay({}), "BillAlreadyPaid"), { state: "paid" })
    expectProblem(await harness.get(`/slips/${barcode}/quote`), "BillAlreadyPaid")
  })
})

describe("problems of the server", () => {
  const broken = (changed: (store: Store["Service"]) => Store["Service"]) =>
    open({
      ports: (ports) =>
        Layer.effectContext(
          Effect.map(Layer.build(ports), (context) => Context.add(context, Store, changed(Context.get(context, Store))))
        )
    })
  const lost = new StoreUnavailable({ operation: "read", cause: new Error("canary: disk /dev/sda1") })

  it("503 with Retry-After where the store is not reached, without its cause", async () => {
    const harness = broken((store) => ({ ...store, read: () => Effect.fail(lost), commit: () => Effect.fail(lost) }))
    for (const reply of [await harness.get("/policy"), await harness.post("/accounts", openingOf("lost1"))]) {
      expectProblem(reply, "StoreUnavailable")
      assert.notInclude(reply.text, "canary")
    }
    await harness.close()
  })

  it("500 without any detail for a defect; the log has name and place, not the message", async () => {
    const harness = broken((store) => ({ ...store, read: () => Effect.die(new TypeError("canary-defect-message")) }))
    const reply = await harness.get("/policy")
    expectProblem(reply, "InternalError")
    assert.notInclude(reply.text, "canary")
    const logged = harness.lines.join("")
    assert.notInclude(logged, "canary-defect-message")
    assert.include(logged, "TypeError")
    await harness.close()
  })

  it("504 where the handler takes too long, 499 where the caller has gone", async () => {
    const harness = open({
      handlerMillis: 30,
      ports: (ports) =>
        Layer.effectContext(
          Effect.map(Layer.build(ports), (context) =>
            Context.add(context, Store, { ...Context.get(context, Store), read: () => Effect.never })
          )
        )
    })
    expectProblem(await harness.get("/policy"), "AnswerTimedOut")
    const controller = new AbortController()
    const headers = { authorization: `Bearer ${keys.host}` }
    const gone = harness.app.request("http://localhost/policy", { headers, signal: controller.signal })
    controller.abort()
    assert.strictEqual((await gone).status, 499)
    await harness.close()
  })

  it("503 where too many requests are in flight, and while stopping", async () => {
    let isStopping = false
    const harness = open({
      inFlightMax: 1,
      handlerMillis: 100,
      isStopping: () => isStopping,
      ports: (ports) =>
        Layer.effectContext(
          Effect.map(Layer.build(ports), (context) =>
            Context.add(context, Store, { ...Context.get(context, Store), read: () => Effect.never })
          )
        )
    })
    const slow = harness.get("/policy")
    expectProblem(await harness.get("/policy"), "Overloaded")
    expectProblem(await slow, "AnswerTimedOut")
    isStopping = true
    const refused = await harness.get("/health")
    expectProblem(refused, "Stopping")
    assert.strictEqual(refused.headers.get("connection"), "close")
    await harness.close()
  })
})

describe("a top-up as its holder sees it", () => {
  const processing = { _tag: "processing", askedAt: 0 } as unknown as Extract<TopUp, { _tag: "processing" }>

  it("shows the contact once it is raised or contradicted, and not before (TOP-11)", () => {
    assert.notProperty(view(processing, "窓口"), "contact")
    assert.strictEqual(view({ ...processing, raisedAt: 1 as never }, "窓口").contact, "窓口")
    const failed = { ...processing, _tag: "failed", settledAt: 1, reason: "x" } as unknown as TopUp
    assert.notProperty(view(failed, "窓口"), "contact")
    assert.strictEqual(view({ ...failed, contradictedAt: 2 } as TopUp, "窓口").contact, "窓口")
  })
})

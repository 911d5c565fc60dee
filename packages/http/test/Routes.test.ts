import { Policies } from "@kinchaku/domain/policy/Policies"
import { certificate } from "@kinchaku/testkit/simulators/SimulatedVerifier"
import { Effect } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import {
  bankAccount,
  type Body,
  type Harness,
  holder,
  includes,
  keys,
  linkBank,
  open,
  openingOf,
  slip
} from "./Harness.ts"

const japanTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+09:00$/

describe("routes", () => {
  let harness: Harness
  beforeAll(() => {
    harness = open()
  })
  afterAll(() => harness.close())

  it("GET /policy answers the preset before any policy was adopted, then the one in force, to both callers", async () => {
    const before = await harness.get("/policy")
    includes(before.json, { version: 0 })
    await holder(harness)
    const after = await harness.get("/policy", { key: keys.operator })
    assert.strictEqual(after.status, 200)
    assert.strictEqual(after.json.version, 1)
    const inForce = await harness.runtime.runPromise(Effect.flatMap(Policies, ({ inForce }) => inForce))
    assert.deepStrictEqual<unknown>(after.json, { version: 1, policy: JSON.parse(JSON.stringify(inForce?.policy)) })
  })

  it("POST /certificate-challenges gives fresh challenges, with and without an empty body", async () => {
    const first = await harness.post("/certificate-challenges", {})
    assert.strictEqual(first.status, 201)
    assert.match(first.json.expiresAt, japanTime)
    const second = await harness.send("POST", "/certificate-challenges", undefined, { raw: "" })
    assert.strictEqual(second.status, 201)
  })

  it("POST /accounts opens a cash account and shows no hash of the person", async () => {
    const { headers, json, status } = await harness.post("/accounts", await harness.opening("open1"))
    assert.strictEqual(status, 201)
    assert.deepStrictEqual<unknown>(Object.keys(json), ["id", "kind", "state", "openedAt"])
    assert.strictEqual(json.kind, "cash")
    assert.match(json.openedAt, japanTime)
    assert.strictEqual(headers.get("location"), `/accounts/${json.id}/balances`)
    const { json: balances } = await harness.get(headers.get("location") ?? "")
    assert.deepStrictEqual<unknown>(balances, { account: json.id, kind: "cash", cash: 0, money: 0 })
  })

  it("POST /accounts/:account/identity-verification makes it a money account", async () => {
    const { json } = await harness.post("/accounts", await harness.opening("verify2"))
    const path = `/accounts/${json.id}/identity-verification`
    const verified = await harness.post(path, {
      presentation: certificate("verify2", "verified", { occasion: "verification" })
    })
    assert.strictEqual(verified.status, 200)
    assert.strictEqual(verified.json.kind, "money")
    const other = await harness.post(path, { presentation: openingOf("someone3").presentation })
    assert.strictEqual(other.json.code, "CertificateOfAnother")
  })

  it("bank links go from provisional over in procedure to registered, or are rejected with the reason", async () => {
    const { json: account } = await harness.post("/accounts", await harness.opening("link4"))
    const path = `/accounts/${account.id}/bank-links`
    const asked = await harness.post(path, { ...bankAccount, number: "5550000" })
    assert.strictEqual(asked.status, 201)
    includes(asked.json, { status: "provisional", statusText: "仮登録" })
    assert.notInclude(asked.text, "5550000")
    const quoted = await harness.get(`${path}/${asked.json.id}/registration-quote`)
    assert.deepStrictEqual<unknown>(quoted.json, { fee: 0, feeTax: 0 })
    const started = await harness.post(`${path}/${asked.json.id}/procedures`, { quotedFee: 0 })
    assert.strictEqual(started.status, 201)
    includes(started.json, { status: "inProcedure", statusText: "本登録手続き中" })
    const refused = await linkBank(harness, `${account.id}`, "5550002")
    await harness.dispatch()
    const { json } = await harness.get(asked.headers.get("location") ?? "")
    includes(json, { status: "registered", statusText: "本登録" })
    assert.match(json.settledAt, japanTime)
    const rejected = await harness.get(`${path}/${refused.json.id}`)
    includes(rejected.json, { status: "rejected", reason: "refusedByBank" })
  })

  it("top-ups are quoted, accepted as processing and completed by the bank", async () => {
    const { account, link } = await holder(harness)
    const quoted = await harness.get(`/accounts/${account}/top-up-quote?link=${link}&amount=5000`)
    assert.deepStrictEqual<unknown>(quoted.json, { amount: 5000, fee: 0, feeTax: 0 })
    const asked = await harness.post(`/accounts/${account}/top-ups`, { link, amount: 5000, quotedFee: 0 })
    assert.strictEqual(asked.status, 202)
    includes(asked.json, { status: "processing", statusText: "処理中", amount: 5000, fee: 0, due: null })
    await harness.dispatch()
    const { json } = await harness.get(asked.headers.get("location") ?? "")
    includes(json, { status: "completed", statusText: "完了", creditedTo: "cash" })
    const { json: balances } = await harness.get(`/accounts/${account}/balances`)
    includes(balances, { cash: 5000, money: 0 })
    assert.match(balances.cashExpiresAt, /T23:59:59\.999\+09:00$/)
    const refused = await harness.post(`/accounts/${account}/top-ups`, { link, amount: 1002, quotedFee: 0 })
    await harness.dispatch()
    const failed = await harness.get(refused.headers.get("location") ?? "")
    includes(failed.json, { status: "failed", statusText: "失敗", reason: "insufficientFunds" })
  })

  it("slips are quoted as scanned or typed and paid as quoted", async () => {
    const { account } = await holder(harness, 10_000)
    const barcode = slip("912345", 1200, "77")
    const quoted = await harness.get(`/slips/${barcode}/quote`)
    assert.deepStrictEqual<unknown>(quoted.json, { payee: "東京水道サービス", amount: 1200, fee: 0 })
    const typed = `(${barcode.slice(0, 2)})${barcode.slice(2, 8)}-${barcode.slice(8, 30)} ${barcode.slice(30)}`
    const wide = typed.replace(/\d/g, (digit) => String.fromCodePoint(Number(digit) + 0xff10))
    for (const text of [typed, wide, `]C1${barcode}`]) {
      const again = await harness.get(`/slips/${encodeURIComponent(text)}/quote`)
      assert.deepStrictEqual<unknown>(again.json, quoted.json, text)
    }
    const paid = await harness.post(`/accounts/${account}/payments`, { barcode: typed, quote: quoted.json })
    assert.strictEqual(paid.status, 201)
    includes(paid.json, {
      status: "completed",
      statusText: "完了",
      amount: 1200,
      fee: 0,
      amountFromBalance: 1200,
      pointsUsed: 0,
      payee: "東京水道サービス",
      barcode
    })
    const read = await harness.get(paid.headers.get("location") ?? "")
    assert.deepStrictEqual<unknown>(read.json, paid.json)
  })

  it("a payment that the biller must accept is processing, then completed or failed with its money back", async () => {
    const { account } = await holder(harness, 10_000)
    const pay = async (amount: number) => {
      const barcode = slip("942386", amount, `${amount}`)
      const { json: quote } = await harness.get(`/slips/${barcode}/quote`)
      return harness.post(`/accounts/${account}/payments`, { barcode, quote })
    }
    const [taken, refused] = [await pay(2000), await pay(3012)]
    includes(taken.json, { status: "processing", statusText: "処理中" })
    await harness.dispatch()
    assert.strictEqual((await harness.get(taken.headers.get("location") ?? "")).json.status, "completed")
    assert.strictEqual((await harness.get(refused.headers.get("location") ?? "")).json.status, "failed")
    assert.strictEqual((await harness.get(`/accounts/${account}/balances`)).json.cash, 8000)
  })

  it("the history shows top-ups and payments, newest first, page by page", async () => {
    const { account } = await holder(harness, 10_000)
    const whole = await harness.get(`/accounts/${account}/history`)
    assert.strictEqual(whole.json.next, null)
    for (let n = 1; n <= 4; n++) {
      const barcode = slip("912345", 100 * n, `9${n}`)
      const { json: quote } = await harness.get(`/slips/${barcode}/quote`)
      await harness.post(`/accounts/${account}/payments`, { barcode, quote })
    }
    const seen: Array<unknown> = []
    let path: string | undefined = `/accounts/${account}/history?limit=2`
    while (path !== undefined) {
      const { json }: { readonly json: Body } = await harness.get(path)
      const { lines } = json
      assert.isAtMost(lines.length, 2)
      seen.push(...lines.map(({ amount, kind }) => `${kind} ${amount}`))
      path = json.next === null ? undefined : `/accounts/${account}/history?limit=2&before=${json.next}`
    }
    assert.deepStrictEqual<unknown>(seen, ["payment 400", "payment 300", "payment 200", "payment 100", "topUp 10000"])
    const { json } = await harness.get(`/accounts/${account}/history?limit=9999`)
    assert.strictEqual(json.lines.length, 5)
    const [line] = json.lines
    assert.match(line?.paidAt ?? "", japanTime)
  })

  it("POST /billers is the operator's alone and changes terms", async () => {
    const biller = { code: "111111", name: "変更前", confirmation: "none", active: true }
    assert.strictEqual((await harness.post("/billers", biller)).json.code, "Forbidden")
    const changed = { ...biller, name: "変更後", slipMaximum: 500 }
    for (const terms of [biller, changed]) {
      const reply = await harness.post("/billers", terms, { key: keys.operator })
      assert.strictEqual(reply.status, 200)
      assert.deepStrictEqual<unknown>(reply.json, terms)
    }
    const { json } = await harness.get(`/slips/${slip("111111", 501)}/quote`)
    includes(json, { code: "AmountAboveMaximum", asked: 501, maximum: 500 })
  })

  it("GET /notices shows the operator what is to be told, page by page, and who by id alone", async () => {
    const { account, link, person } = await holder(harness, 10_000)
    const barcode = slip("942386", 3012, "613")
    const { json: quote } = await harness.get(`/slips/${barcode}/quote`)
    const paid = await harness.post(`/accounts/${account}/payments`, { barcode, quote })
    await harness.dispatch()
    const { json: whole, status, text } = await harness.get("/notices", { key: keys.operator })
    assert.strictEqual(status, 200)
    assert.strictEqual(whole.next, null)
    const own = whole.notices.filter((notice) => notice.account === account)
    assert.deepStrictEqual<unknown>(
      own.map(({ at: _, id: __, ...notice }) => notice),
      [
        { kind: "accountOpened", to: "holder", account, subject: account },
        { kind: "bankLinkRegistered", to: "holder", account, subject: link },
        { kind: "paymentFailed", to: "holder", account, subject: paid.json.id }
      ]
    )
    for (const notice of own) assert.match(notice.at, japanTime)
    for (const personal of [person, "テスト"]) assert.notInclude(text, personal)

    const seen: Array<Body> = []
    let path: string | undefined = "/notices?limit=1"
    while (path !== undefined) {
      const { json }: { readonly json: Body } = await harness.get(path, { key: keys.operator })
      assert.strictEqual(json.notices.length, 1)
      seen.push(...json.notices)
      path = json.next === null ? undefined : `/notices?limit=1&after=${json.next}`
    }
    assert.deepStrictEqual(seen, [...whole.notices])
    const after = await harness.get(`/notices?limit=200&after=${whole.notices.at(-1)?.id}`, { key: keys.operator })
    assert.deepStrictEqual<unknown>(after.json, { notices: [], next: null })
  })

  it("GET /notices is the operator's alone and refuses limits and ids that are none", async () => {
    assert.strictEqual((await harness.get("/notices")).json.code, "Forbidden")
    assert.strictEqual((await harness.get("/notices", { key: null })).json.code, "Unauthorized")
    for (const asked of ["limit=0", "limit=201", "limit=1e1", "limit=", "limit=1&limit=2", "after=x", "before=x"]) {
      const { json } = await harness.get(`/notices?${asked}`, { key: keys.operator })
      assert.strictEqual(json.code, "ValidationFailed", asked)
    }
  })

  it("GET /health is open and tells of the outbox and the version", async () => {
    await harness.dispatch()
    const { json, status } = await harness.get("/health", { key: null })
    assert.strictEqual(status, 200)
    assert.strictEqual(json.status, "ok")
    assert.match(String(json.version), /^\d+\.\d+\.\d+/)
    assert.deepStrictEqual<unknown>(json.outbox, { waiting: 0 })
  })

  it("GET / leads to /docs", async () => {
    const { headers, status } = await harness.get("/", { key: null })
    assert.strictEqual(status, 302)
    assert.strictEqual(headers.get("location"), "/docs")
  })
})

/**
 * Top-ups by deposit and at counters over HTTP, what provider and merchants report, and what stands in suspense (TOP-04 to TOP-06, TOP-21).
 */
import { randomBytes } from "node:crypto"
import * as Webhook from "@kinchaku/adapters/webhook/Webhook"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Secret, WebhookId } from "@kinchaku/domain/webhook/Webhook"
import { Layer, Redacted, Result } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { depositSecretsOf } from "../src/WebhookSecrets.ts"
import { type Body, type Harness, includes, keys, open } from "./Harness.ts"
import { legacy, staffOf } from "./People.ts"
import { made, merchant, operator, purse, pursePolicy } from "./Purse.ts"
import { type Reached, refusing, travelling } from "./Scene.ts"

const ulid = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
const written = (): string => `whsec_${randomBytes(32).toString("base64")}`
const secretOf = (text: string): Secret => Webhook.readSecret(text) ?? Redacted.make(new Uint8Array())
const [secret, foreign] = [secretOf(written()), secretOf(written())]
const day = 86_400_000

interface Issued {
  readonly payment: { readonly number: string }
}
type Rows = ReadonlyArray<Record<string, unknown>>

describe("deposits", () => {
  const reached: Reached = new Set()
  const clock = travelling()
  let harness: Harness
  let refused: ReturnType<typeof refusing>
  beforeAll(() => {
    harness = open({ depositSecrets: [secret], ports: (ports) => Layer.provideMerge(ports, clock.layer) })
    refused = refusing(harness, reached)
  })
  afterAll(() => harness.close())

  let reports = 0
  const report = (data: object, how: { readonly by?: Secret; readonly raw?: string; readonly off?: number } = {}) => {
    const whole = {
      provider: "collector",
      receipt: `R-${(reports += 1)}`,
      depositedAt: "2026-04-01T10:00:00+09:00",
      ...data
    }
    const body = how.raw ?? JSON.stringify({ type: "deposit.received", data: whole })
    const at = instant(clock.now() + (how.off ?? 0))
    const headers = Webhook.sign([how.by ?? secret], { id: `msg_${(reports += 1)}` as WebhookId, at, body })
    return harness.post("/deposit-notices", undefined, {
      key: null,
      idempotencyKey: null,
      raw: body,
      headers: { ...headers }
    })
  }

  const asked = async (own: string, amount: number, more: object = { way: "convenienceStore", chain: "lawson" }) => {
    const { id } = await made(harness.post(`${own}/deposit-top-ups`, { ...more, amount, quotedFee: 0 }))
    await harness.dispatch()
    const path = `${own}/deposit-top-ups/${id}`
    const number = ((await harness.get(path)).json as unknown as Issued).payment.number
    return { id, number, path }
  }
  const suspense = async (query = "") =>
    (await harness.get(`/suspense${query}`, operator)).json as unknown as { items: Rows; next: string | null }

  it("are awaited by a payment number, credited in time, and seen in the history (TOP-04, TOP-05, TOP-12)", async () => {
    const { account, own } = await purse(harness)
    const ways = (await harness.get("/deposit-ways")).json as unknown as { chains: Rows; dueDays: number }
    assert.deepStrictEqual(
      ways.chains.map(({ code }) => code),
      ["lawson", "familyMart", "seicomart", "dailyYamazaki"]
    )
    const quoted = await harness.get("/deposit-top-up-quote?way=netBanking&amount=3000")
    assert.deepStrictEqual<unknown>(quoted.json, { amount: 3000, fee: 0, feeTax: 0 })
    const first = await harness.post(`${own}/deposit-top-ups`, { way: "netBanking", amount: 3000, quotedFee: 0 })
    assert.strictEqual(first.status, 202)
    includes(first.json, { account, status: "awaiting", statusText: "入金待ち", payment: null, amount: 3000 })
    await harness.dispatch()
    const path = first.headers.get("location") ?? ""
    const { payment } = (await harness.get(path)).json as unknown as { payment: Record<string, string> }
    for (const field of ["number", "confirmation", "institution"]) assert.match(payment[field] ?? "", /^\d{4,}$/)
    const { number = "" } = payment
    const paid = { number, amount: 3000, receipt: "R-first" }
    assert.strictEqual((await report(paid)).status, 204)
    assert.strictEqual((await report(paid)).status, 204)
    includes((await harness.get(path)).json, { status: "completed", statusText: "完了", creditedTo: "money" })
    includes((await harness.get(`${own}/balances`)).json, { cash: 0, money: 3000 })
    const [line] = (await harness.get(`${own}/history`)).json.lines
    includes(line ?? {}, { kind: "depositTopUp", wayText: "ネットバンキング（ペイジー）", status: "completed" })
    assert.strictEqual((await report({ ...paid, amount: 3001 })).json.code, "IdempotencyConflict")
  })

  it("that are late, double, wrong or for nobody are raised, and an operator makes something of them (TOP-06, SEC-11)", async () => {
    const { account, own } = await purse(harness)
    const one = await asked(own, 2000)
    assert.strictEqual((await report({ number: one.number, amount: 1999 })).status, 204)
    assert.strictEqual((await report({ number: one.number, amount: 2000 })).status, 204)
    assert.strictEqual((await report({ number: one.number, amount: 2000 })).status, 204)
    assert.strictEqual((await report({ number: "99999999", amount: 700 })).status, 204)
    const late = await asked(own, 1000)
    clock.forward(5 * day)
    assert.strictEqual((await report({ number: late.number, amount: 1000 })).status, 204)
    const { items } = await suspense()
    assert.deepStrictEqual(
      items.map(({ amount, cause, status, statusText }) => [cause, amount, status, statusText]),
      [
        ["otherAmount", 1999, "open", "未処理"],
        ["alreadyCompleted", 2000, "open", "未処理"],
        ["unknownNumber", 700, "open", "未処理"],
        ["afterDueDate", 1000, "open", "未処理"]
      ]
    )
    const pages: Array<unknown> = []
    for (let path: string | null = "?limit=1"; path !== null;) {
      const page = await suspense(path)
      assert.lengthOf(page.items, 1)
      pages.push(page.items[0]?.["id"])
      path = page.next === null ? null : `?limit=1&after=${page.next}`
    }
    const ids = items.map(({ id }) => String(id))
    assert.deepStrictEqual(pages, ids)
    const [wrong = "", , , afterDue = ""] = ids
    const credited = { resolution: "credited", account, reference: "CASE-1" }
    const done = await made(harness.post(`/suspense/${afterDue}/resolution`, credited, operator))
    includes(done, { status: "resolved", statusText: "残高に反映済み", creditedTo: account })
    await refused("SuspenseItemResolved", `/suspense/${afterDue}/resolution`, credited, operator)
    const returned = { resolution: "returned", reference: "CASE-2" }
    includes(await made(harness.post(`/suspense/${wrong}/resolution`, returned, operator)), { statusText: "返金済み" })
    includes((await harness.get(`/suspense/${wrong}`, operator)).json, { status: "resolved", resolution: "returned" })
    includes((await harness.get(`${own}/balances`)).json, { money: 3000 })
    await refused("SuspenseItemNotFound", `/suspense/sus_${ulid}`, undefined, operator)
    assert.strictEqual((await harness.get("/suspense")).json.code, "Forbidden")
    const { session } = await staffOf(harness, "desk.money", "finance")
    assert.lengthOf(((await harness.get("/suspense", session)).json as unknown as { items: Rows }).items, 2)
    const { session: supporter } = await staffOf(harness, "desk.people", "support")
    assert.strictEqual((await harness.get("/suspense", supporter)).json.code, "Forbidden")
  })

  it("are asked for within limits and at chains that are accepted, and nobody else sees them (TOP-02, TOP-09, SEC-10)", async () => {
    const { own } = await purse(harness)
    const { own: strange } = await purse(harness)
    const { id } = await asked(own, 500)
    await refused("DepositTopUpNotFound", `${strange}/deposit-top-ups/${id}`)
    const path = `${own}/deposit-top-ups`
    const asking = { way: "convenienceStore", chain: "lawson", amount: 500, quotedFee: 0 }
    const chain = (await refused("ChainNotAccepted", path, { ...asking, chain: "ministop" })) as unknown as {
      detail: string
    }
    assert.include(chain.detail, "lawson")
    await refused("QuoteChanged", path, { ...asking, quotedFee: 5 })
    await refused("LimitExceeded", path, { ...asking, amount: 300_001 })
    await refused("ValidationFailed", path, { ...asking, way: "atm" })
    await refused("ValidationFailed", path, { ...asking, way: "bank" })
    const failed = await made(harness.post(path, { ...asking, amount: 5012 }))
    await harness.dispatch()
    includes((await harness.get(`${path}/${failed.id}`)).json, { status: "failed", statusText: "失敗", payment: null })
  })

  it("are taken from whoever knows the secret, now, and from nobody else (SEC-12)", async () => {
    const before = (await suspense()).items.length
    const data = { number: "88888888", amount: 10 }
    assert.strictEqual((await report(data, { by: foreign })).json.code, "WebhookRefused")
    assert.strictEqual((await report(data, { off: -6 * 60_000 })).json.code, "WebhookRefused")
    for (const wrong of [
      { ...data, amount: 0 },
      { ...data, extra: 1 },
      { ...data, depositedAt: "yesterday" }
    ]) {
      assert.strictEqual((await report(wrong)).json.code, "WebhookUnreadable")
    }
    assert.strictEqual((await report(data, { raw: "[]" })).json.code, "WebhookUnreadable")
    assert.lengthOf((await suspense()).items, before)
    const closed = open()
    assert.strictEqual((await closed.post("/deposit-notices", {}, { key: null })).json.code, "RouteUnknown")
    await closed.close()
    assert.isTrue(Result.isFailure(depositSecretsOf({ KINCHAKU_DEPOSIT_SECRET: "whsec_short" })))
    const two = depositSecretsOf({ KINCHAKU_DEPOSIT_SECRET: `${written()}, ${written()}` })
    assert.lengthOf(Result.getOrThrow(two), 2)
  })

  it("are paid to the operator, who records it by its paper (SEC-11)", async () => {
    const body = { provider: "collector", chain: "lawson", bank: "9999", amount: 2000, reference: "STATEMENT-1" }
    const { json, status } = await harness.post("/receivables-paid", body, operator)
    assert.strictEqual(status, 201)
    assert.isString((json as unknown as { entry: string }).entry)
    assert.strictEqual((await harness.post("/receivables-paid", body)).json.code, "Forbidden")
    const numbered = { ...body, reference: "987654321098" }
    assert.strictEqual((await harness.post("/receivables-paid", numbered, operator)).json.code, "ValidationFailed")
  })

  it("at a counter are credited at once, where the shop may (TOP-21)", async () => {
    const { account, own } = await purse(harness)
    const shop = { code: "S-1", merchant: "M-1", name: "巾着商店", topUps: true }
    assert.deepStrictEqual<unknown>(await made(harness.post("/shops", shop, operator)), shop)
    const quoted = await harness.get("/shop-top-up-quote?amount=1500", merchant)
    assert.deepStrictEqual<unknown>(quoted.json, { amount: 1500, fee: 0, feeTax: 0 })
    const loading = { account, shop: "S-1", amount: 1500, quotedFee: 0 }
    const loaded = await harness.post("/shop-top-ups", loading, merchant)
    assert.strictEqual(loaded.status, 201)
    includes(loaded.json, { way: "shop", wayText: "店頭", status: "completed", creditedTo: "money", merchant: "M-1" })
    includes((await harness.get(`${own}/balances`)).json, { money: 1500 })
    const [line] = (await harness.get(`${own}/history`)).json.lines
    includes(line ?? {}, { kind: "directTopUp", shop: "S-1", due: null })
    for (const key of [keys.host, keys.operator]) {
      assert.strictEqual((await harness.post("/shop-top-ups", loading, { key })).json.code, "Forbidden")
    }
    await refused("ShopNotAuthorised", "/shop-top-ups", { ...loading, shop: "S-2" }, merchant)
    await made(harness.post("/shops", { ...shop, topUps: false }, operator))
    await refused("ShopNotAuthorised", "/shop-top-ups", loading, merchant)
    assert.strictEqual((await harness.post("/shops", shop)).json.code, "Forbidden")
  })

  it("of former books stand in the history, the remittance service too (TOP-20)", async () => {
    await harness.adopt(pursePolicy)
    const { account } = await legacy(harness, "former1")
    const path = `/office/accounts/${account}/former-top-ups`
    const former = { way: "remittance", amount: 700, fee: 0, feeTax: 0, at: "2020-05-06T07:08:09.000+09:00" }
    includes(await made(harness.post(path, former, operator)), { wayText: "送金サービス", at: former.at })
    const { lines } = (await harness.get(`/accounts/${account}/history`)).json
    assert.deepStrictEqual(
      lines.map(({ kind }: Body) => kind),
      ["directTopUp"]
    )
    includes((await harness.get(`/accounts/${account}/balances`)).json, { money: 0 })
    await refused("ImportAhead", path, { ...former, at: "2199-01-01T00:00:00.000+09:00" }, operator)
    const { account: own } = await purse(harness)
    await refused("AccountNotLegacy", `/office/accounts/${own}/former-top-ups`, former, operator)
  })
})

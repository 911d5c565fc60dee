/**
 * Payouts over HTTP: quoted, asked for with a code, shown to their holder, and in files of general transfers (OUT-01 to OUT-09).
 */
import { resultFile } from "@kinchaku/testkit/scenario/ResultFile"
import { compat } from "@kinchaku/domain/policy/Policy"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { type Harness, holder, includes, keys, open } from "./Harness.ts"
import { code, loggedIn, opened, withPassword } from "./People.ts"
import { freshAccount, made, operator, purse, pursePolicy, requester } from "./Purse.ts"
import { type Reached, refusing } from "./Scene.ts"

const ulid = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
const today = (): string => new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10)

describe("payouts", () => {
  const reached: Reached = new Set()
  let harness: Harness
  let refused: ReturnType<typeof refusing>
  beforeAll(() => {
    harness = open()
    refused = refusing(harness, reached)
  })
  afterAll(() => harness.close())

  it("are quoted, taken from money, and shown whole to their holder alone (OUT-05, OUT-06, OUT-08)", async () => {
    const { account, link, own } = await purse(harness, { money: 5000 })
    await refused("PayoutNotAllowed", `${own}/payout-quote?amount=1000`)
    await refused("PayoutNotAllowed", `${own}/payouts`, { amount: 1000, quotedFee: 220 })
    await made(harness.post(`${own}/payout-account`, { link }))
    const { json: quote } = await harness.get(`${own}/payout-quote?amount=1000`)
    assert.deepStrictEqual<unknown>(quote, {
      link,
      amount: 1000,
      fee: 220,
      feeTax: 20,
      taken: 1220,
      operation: `payout ${link} 1000`
    })
    const asked = await harness.post(`${own}/payouts`, { amount: 1000, quotedFee: 220 })
    assert.strictEqual(asked.status, 202)
    includes(asked.json, { status: "processing", statusText: "処理中", amountFromBalance: 1220 })
    includes((await harness.get(`${own}/balances`)).json, { money: 3780 })
    await harness.dispatch()
    const { json: shown } = await harness.get(asked.headers.get("location") ?? "")
    includes(shown, {
      account,
      status: "completed",
      statusText: "完了",
      bankName: "テスト銀行",
      holder: "テスト タロウ",
      recipient: "テスト タロウ"
    })
    const { bankAccount, email } = shown as unknown as { bankAccount: Record<string, string>; email: string }
    includes(bankAccount, { bank: "9999", branch: "001", kind: "ordinary" })
    assert.match(email, /@example\.com$/)
    const { lines } = (await harness.get(`${own}/history`)).json
    includes(lines[0] ?? {}, { kind: "payout", amount: 1000, fee: 220 })
    assert.notProperty(lines[0], "bankAccount")
    const { own: strange } = await purse(harness)
    await refused("PayoutNotFound", `${strange}/payouts/${asked.json.id}`)
    const { text } = await harness.get(asked.headers.get("location") ?? "", operator)
    assert.notInclude(text, "テスト")
  })

  it("that the bank refuses come back with their fee, and are refused beforehand for what they lack (OUT-05, OUT-06, OUT-09)", async () => {
    const { link, own } = await purse(harness, { money: 5000 })
    await made(harness.post(`${own}/payout-account`, { link }))
    const failing = await made(harness.post(`${own}/payouts`, { amount: 1002, quotedFee: 220 }))
    await harness.dispatch()
    includes((await harness.get(`${own}/payouts/${failing.id}`)).json, { status: "failed", statusText: "失敗" })
    includes((await harness.get(`${own}/balances`)).json, { money: 5000 })
    const path = `${own}/payouts`
    includes(await refused("InsufficientBalance", path, { amount: 4900, quotedFee: 220 }), { shortfall: 120 })
    await refused("QuoteChanged", path, { amount: 1000, quotedFee: 0 })
    await refused("LimitExceeded", path, { amount: 1_000_001, quotedFee: 220 })
    const { account } = await holder(harness, 3000)
    await harness.adopt(pursePolicy)
    const cash = await refused("PayoutNotAllowed", `/accounts/${account}/payouts`, { amount: 100, quotedFee: 220 })
    includes(cash, { reason: "cashAccount" })
  })

  it("stay with their account for thirty days (OUT-03)", async () => {
    const { link, own } = await purse(harness)
    const { id } = await made(harness.post(`${own}/bank-links`, freshAccount("9999")))
    await refused("BankLinkNotRegistered", `${own}/payout-account`, { link: id })
    await made(harness.post(`${own}/bank-links/${id}/procedures`, { quotedFee: 0 }))
    await harness.dispatch()
    await made(harness.post(`${own}/payout-account`, { link }))
    await refused("PayoutAccountFrozen", `${own}/payout-account`, { link: id })
    await made(harness.post(`${own}/bank-links/${link}/removal`, {}))
    await refused("PayoutAccountFrozen", `${own}/payout-account`, { link: id })
  })

  it("need a code that is bound to link and amount (OUT-04)", async () => {
    const { account, link, own } = await purse(harness, { money: 5000 })
    await made(harness.post(`${own}/payout-account`, { link }))
    const { otp } = compat.authentication
    await harness.adopt({
      ...pursePolicy,
      authentication: { ...pursePolicy.authentication, otp: { ...otp, resendSeconds: 0 } }
    })
    const asking = { amount: 1000, quotedFee: 220 }
    await refused("OtpRequired", `${own}/payouts`, asking)
    const wrong = await code(harness, { account }, "payout", { operation: `payout ${link} 2000` })
    await refused("OtpNotFound", `${own}/payouts`, { ...asking, otp: wrong })
    const right = await code(harness, { account }, "payout", { operation: `payout ${link} 1000` })
    includes(await made(harness.post(`${own}/payouts`, { ...asking, otp: right })), { status: "processing" })
    await harness.adopt(pursePolicy)
    await harness.dispatch()
  })

  it("in a file are gathered, fetched, and settled by what the bank says of each (OUT-06)", async () => {
    const { link, own } = await purse(harness, { bank: "9998", money: 9000 })
    const other = await purse(harness, { bank: "9998", money: 9000 })
    for (const each of [{ link, own }, other])
      await made(harness.post(`${each.own}/payout-account`, { link: each.link }))
    await refused("NoPayoutsWaiting", "/payout-batches", { transferOn: today() }, operator)
    const first = await made(harness.post(`${own}/payouts`, { amount: 3000, quotedFee: 220 }))
    const second = await made(harness.post(`${other.own}/payouts`, { amount: 4000, quotedFee: 220 }))
    await harness.dispatch()
    includes((await harness.get(`${own}/payouts/${first.id}`)).json, { status: "processing" })
    await refused("TransferDayPast", "/payout-batches", { transferOn: "2020-01-06" }, operator)
    const reply = await harness.post("/payout-batches", { transferOn: today() }, operator)
    assert.strictEqual(reply.status, 201, reply.text)
    const { batch, leftOut } = reply.json as unknown as { batch: Record<string, unknown>; leftOut: Array<unknown> }
    assert.deepStrictEqual(leftOut, [])
    includes(batch, { payouts: [first.id, second.id], total: 7000, transferOn: today(), readAt: null })
    const path = `/payout-batches/${String(batch["id"])}`
    const fetched = await harness.app.request(`http://localhost${path}/file`, {
      headers: { authorization: `Bearer ${keys.operator}` }
    })
    assert.strictEqual(fetched.headers.get("content-type"), "application/octet-stream")
    assert.match(fetched.headers.get("content-disposition") ?? "", /^attachment; filename="bat_\w+\.txt"$/)
    const file = new Uint8Array(await fetched.arrayBuffer())
    assert.strictEqual(file[0], 0x31)
    assert.include(Buffer.from(file).toString("latin1"), requester.number)
    assert.strictEqual((await harness.get(`${path}/file`)).json.code, "Forbidden")
    const upload = (bytes: Uint8Array, type = "application/octet-stream") =>
      harness.post(`${path}/results`, undefined, {
        ...operator,
        raw: Uint8Array.from(bytes),
        headers: { "content-type": type }
      })
    const results = resultFile(file, ["done", "refused"])
    assert.strictEqual((await upload(results, "application/json")).json.code, "MediaTypeUnsupported")
    includes((await upload(results.slice(0, 240))).json, { code: "TransferUnreadable" })
    includes((await upload(results)).json, { credited: 1, refused: 1, unknown: [] })
    includes((await upload(results)).json, { credited: 1, refused: 1, unknown: [] })
    includes((await harness.get(`${own}/payouts/${first.id}`)).json, { status: "completed" })
    includes((await harness.get(`${other.own}/payouts/${second.id}`)).json, {
      status: "failed",
      reason: "noSuchAccount"
    })
    includes((await harness.get(`${own}/balances`)).json, { money: 9000 - 3220 })
    includes((await harness.get(`${other.own}/balances`)).json, { money: 9000 })
    await refused("PayoutBatchNotFound", `/payout-batches/bat_${ulid}/file`, undefined, operator)
    const settlement = { outcome: "transferred", reference: "CASE-1" }
    await refused("PayoutSettled", `/payouts/${first.id}/settlement`, settlement, operator)
    await refused("PayoutNotFound", `/payouts/out_${ulid}/settlement`, settlement, operator)
    assert.strictEqual((await harness.post(`/payouts/${first.id}/settlement`, settlement)).json.code, "Forbidden")
    await harness.adopt({ ...pursePolicy, wallet: { ...pursePolicy.wallet, payout: compat.wallet.payout } })
    await refused("PayoutFileNotConfigured", "/payout-batches", { transferOn: today() }, operator)
    await harness.adopt(pursePolicy)
  })

  it("in a file of which the bank says nothing are settled by an operator, and given back where it took no file (OUT-07)", async () => {
    const { link, own } = await purse(harness, { bank: "9998", money: 9000 })
    await made(harness.post(`${own}/payout-account`, { link }))
    const asked = () => made(harness.post(`${own}/payouts`, { amount: 1000, quotedFee: 220 }))
    const first = await asked()
    const settlement = { outcome: "transferred", reference: "CASE-2" }
    includes(await made(harness.post(`/payouts/${first.id}/settlement`, settlement, operator)), { status: "completed" })
    const second = await asked()
    const far = new Date(Date.now() + 60 * 86_400_000).toISOString().slice(0, 10)
    await refused("TransferDayTooFar", "/payout-batches", { transferOn: far }, operator)
    const { json } = await harness.post("/payout-batches", { transferOn: today() }, operator)
    const { batch } = json as unknown as { batch: { readonly id: string } }
    const path = `/payout-batches/${batch.id}`
    const rejection = await made(harness.post(`${path}/rejection`, { reference: "CASE-3" }, operator))
    assert.isString((rejection as unknown as { rejectedAt: unknown }).rejectedAt)
    includes((await harness.get(`${own}/payouts/${second.id}`)).json, { status: "failed", reason: "operator" })
    includes((await harness.get(`${own}/balances`)).json, { money: 9000 - 1220 })
    await refused("PayoutBatchRejected", `${path}/file`, undefined, operator)
  })

  it("are for the holder's own session, and for no other's (SEC-10)", async () => {
    const { own } = await purse(harness)
    const person = await opened(harness, "payer.session")
    await withPassword(harness, person)
    const session = await loggedIn(harness, person)
    for (const path of [`${own}/payout-quote?amount=100`, `${own}/bank-links`, `${own}/bank-settings`]) {
      assert.strictEqual((await harness.get(path, session)).json.code, "AccountNotFound", path)
    }
    for (const path of ["payouts", "payout-account", "exact-top-up", "deposit-top-ups"]) {
      const { json } = await harness.post(`${own}/${path}`, bodies[path], session)
      assert.strictEqual(json.code, "AccountNotFound", path)
    }
  })
})

const bodies: Readonly<Record<string, object>> = {
  payouts: { amount: 100, quotedFee: 220 },
  "payout-account": { link: `link_${ulid}` },
  "exact-top-up": { link: null },
  "deposit-top-ups": { way: "atm", amount: 100, quotedFee: 0 }
}

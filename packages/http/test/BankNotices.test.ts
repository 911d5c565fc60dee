/**
 * Reports of a bank over HTTP: signed, of now, once per id, with secrets that are rotated (SEC-12); and what they lead to (TOP-10, BNK-02).
 */
import { randomBytes } from "node:crypto"
import * as Webhook from "@kinchaku/adapters/webhook/Webhook"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Secret, WebhookId } from "@kinchaku/domain/webhook/Webhook"
import { Redacted, Result } from "effect"
import { assert, describe, it } from "vitest"
import { bankSecretsOf } from "../src/WebhookSecrets.ts"
import { holder, linkBank, open, procedureOf } from "./Harness.ts"

const written = (): string => `whsec_${randomBytes(32).toString("base64")}`
const secretOf = (text: string): Secret => Webhook.readSecret(text) ?? Redacted.make(new Uint8Array())

const current = secretOf(written())
const next = secretOf(written())
const minute = 60_000

interface How {
  readonly id?: string
  /** Milliseconds by which its time is another than now. */
  readonly off?: number
  readonly by?: ReadonlyArray<Secret>
  /** What arrives in the place of what was signed. */
  readonly instead?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

let ids = 0

/** A holder with a top-up that the bank has not answered, and the bank. */
const world = async (secrets: ReadonlyArray<Secret> = [current]) => {
  const harness = open({ bankSecrets: secrets })
  const { account, link } = await holder(harness)
  const asked = async (amount = 5000): Promise<string> =>
    (await harness.post(`/accounts/${account}/top-ups`, { link, amount, quotedFee: 0 })).json.id
  const topUp = await asked()
  const report = (type: string, data: object, how: How = {}) => {
    const body = JSON.stringify({ type, data })
    const id = (how.id ?? `msg_${(ids += 1)}`) as WebhookId
    const at = instant(Date.now() + (how.off ?? 0))
    const headers = { ...Webhook.sign(how.by ?? [current], { id, at, body }), ...how.headers }
    const raw = how.instead === undefined ? body : JSON.stringify(how.instead)
    return harness.post("/bank-notices", undefined, { key: null, idempotencyKey: null, raw, headers })
  }
  const referenceOf = (made: string) => `req_${made.slice(made.indexOf("_") + 1)}`
  const accepted = (how: How = {}, made = topUp) =>
    report("debit.accepted", { reference: referenceOf(made), bankReference: "B-1" }, how)
  const stateOf = async (made = topUp) => (await harness.get(`/accounts/${account}/top-ups/${made}`)).json.status
  return { harness, account, asked, report, accepted, stateOf, referenceOf, topUp }
}

describe("a report of a bank", () => {
  it("settles a top-up that the bank was not inquired about, and delivered again it is answered alike (TOP-10, SEC-12)", async () => {
    const { accepted, account, harness, stateOf } = await world()
    assert.strictEqual(await stateOf(), "processing")
    const first = await accepted({ id: "msg_again" })
    assert.strictEqual(first.status, 204, first.text)
    assert.strictEqual(first.text, "")
    assert.strictEqual(await stateOf(), "completed")
    const again = await Promise.all(Array.from({ length: 8 }, () => accepted({ id: "msg_again" })))
    assert.deepStrictEqual([...new Set(again.map(({ status }) => status))], [204])
    await harness.dispatch()
    const { cash, money } = (await harness.get(`/accounts/${account}/balances`)).json as unknown as Record<
      string,
      number
    >
    assert.strictEqual((cash ?? 0) + (money ?? 0), 5000)
    await harness.close()
  })

  it("that was altered, signed by somebody else or not at all, old or of the future is refused and changes nothing (SEC-12)", async () => {
    const { accepted, harness, referenceOf, stateOf, topUp } = await world()
    const other = { type: "debit.refused", data: { reference: referenceOf(topUp), reason: "no" } }
    const wrong: Readonly<Record<string, How>> = {
      "another secret": { by: [next] },
      "no secret": { by: [] },
      "another body": { instead: other },
      "another id": { headers: { "webhook-id": "msg_other" } },
      "another time": { headers: { "webhook-timestamp": `${Math.floor(Date.now() / 1000) - 1}` } },
      "a time that is no number": { headers: { "webhook-timestamp": "now" } },
      "no signature": { headers: { "webhook-signature": "" } },
      "an unknown version": { headers: { "webhook-signature": "v2,AAAA" } },
      old: { off: -5 * minute - 2000 },
      "of the future": { off: 5 * minute + 2000 }
    }
    for (const [name, how] of Object.entries(wrong)) {
      const refused = await accepted(how)
      assert.strictEqual(refused.status, 401, name)
      assert.strictEqual(refused.json.code, "WebhookRefused", name)
      assert.strictEqual(await stateOf(), "processing", name)
    }
    for (const off of [-5 * minute + 5000, 5 * minute - 5000]) assert.strictEqual((await accepted({ off })).status, 204)
    assert.strictEqual(await stateOf(), "completed")
    await harness.close()
  })

  it("is taken with the former secret and the next one while both are known, and with neither after it was given up (SEC-12)", async () => {
    const rotating = await world([next, current])
    for (const by of [[current], [next], [next, current], [secretOf(written()), current]]) {
      const made = await rotating.asked()
      assert.strictEqual((await rotating.accepted({ by }, made)).status, 204)
      assert.strictEqual(await rotating.stateOf(made), "completed")
    }
    await rotating.harness.close()
    const rotated = await world([next])
    assert.strictEqual((await rotated.accepted({ by: [current] })).status, 401)
    assert.strictEqual((await rotated.accepted({ by: [next] })).status, 204)
    await rotated.harness.close()
  })

  it("under an id that came before with something else is refused (SEC-12)", async () => {
    const { accepted, asked, harness, stateOf } = await world()
    const second = await asked()
    assert.strictEqual((await accepted({ id: "msg_once" })).status, 204)
    assert.strictEqual((await accepted({ id: "msg_once" }, second)).json.code, "IdempotencyConflict")
    assert.strictEqual(await stateOf(second), "processing")
    await harness.close()
  })

  it("registers a link with the evidence that the policy asks, whose names are in no log (BNK-02, SEC-04, SEC-03)", async () => {
    const { account, harness, report } = await world()
    const linked = async (number: string, holderKana: string) => {
      const { id } = (await linkBank(harness, account, number)).json
      const reference = await procedureOf(harness, id)
      const answer = await report("link.accepted", { reference, holderKana, factors: 2 })
      assert.strictEqual(answer.status, 204, answer.text)
      return (await harness.get(`/accounts/${account}/bank-links/${id}`)).json.status
    }
    assert.strictEqual(await linked("7654322", "ﾃｽﾄ ｼﾞﾛｳ"), "rejected")
    const { id } = (await linkBank(harness, account, "7654323")).json
    const interrupted = await report("link.interrupted", { reference: await procedureOf(harness, id) })
    assert.strictEqual(interrupted.status, 204, interrupted.text)
    assert.strictEqual((await harness.get(`/accounts/${account}/bank-links/${id}`)).json.status, "provisional")
    assert.strictEqual(await linked("7654321", "ﾃｽﾄ ﾀﾛｳ"), "registered")
    assert.notInclude(harness.lines.join("\n"), "ﾃｽﾄ")
    await harness.close()
  })

  it("that is signed and makes no sense, or names nothing that was asked, is told so", async () => {
    const { accepted, harness, referenceOf, report, topUp } = await world()
    const reference = referenceOf(topUp)
    const unreadable = [
      await report("debit.maybe", { reference }),
      await report("debit.accepted", { reference }),
      await report("debit.accepted", { reference, bankReference: "B-1", amount: 1 }),
      await report("debit.accepted", { reference: "top_1", bankReference: "B-1" })
    ]
    for (const { json } of unreadable) assert.strictEqual(json.code, "WebhookUnreadable")
    const nothing = "req_01JAAAAAAAAAAAAAAAAAAAAAAA"
    assert.strictEqual((await report("debit.refused", { reference: nothing, reason: "x" })).json.code, "TopUpNotFound")
    assert.strictEqual(
      (await report("link.refused", { reference: nothing, reason: "x" })).json.code,
      "BankLinkNotFound"
    )
    const form = { "content-type": "application/x-www-form-urlencoded" }
    assert.strictEqual((await accepted({ headers: form })).json.code, "MediaTypeUnsupported")
    assert.strictEqual((await harness.get("/bank-notices", { key: null })).status, 405)
    await harness.close()
  })

  it("finds no address where no secret is known; a secret that is none stops the start (SEC-13)", async () => {
    const { accepted, harness } = await world([])
    assert.strictEqual((await accepted()).json.code, "RouteUnknown")
    await harness.close()
    const read = (value?: string) => bankSecretsOf(value === undefined ? {} : { KINCHAKU_BANK_WEBHOOK_SECRETS: value })
    assert.lengthOf(Result.getOrThrow(read()), 0)
    assert.lengthOf(Result.getOrThrow(read(`${written()}, ${written()}`)), 2)
    const many = Array.from({ length: 5 }, written).join(",")
    for (const wrong of ["", "secret", `${written()},`, many]) assert.isTrue(Result.isFailure(read(wrong)), wrong)
  })
})

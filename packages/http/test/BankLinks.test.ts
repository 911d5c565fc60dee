/**
 * Bank links over HTTP: listed, gone through, used for exact top-ups, removed (BNK, TOP-14 to TOP-17).
 */
import * as SimulatedBank from "@kinchaku/testkit/simulators/SimulatedBank"
import { Effect, Layer, type ManagedRuntime } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { bankAccount, type Harness, holder, includes, keys, linkBank, open, slip, testPolicy } from "./Harness.ts"
import { freshAccount, made, purse, pursePolicy } from "./Purse.ts"
import { type Reached, refusing } from "./Scene.ts"

const ulid = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
const nobody = `acct_${ulid}`

describe("bank links", () => {
  const reached: Reached = new Set()
  let harness: Harness
  let refused: ReturnType<typeof refusing>
  beforeAll(() => {
    harness = open()
    refused = refusing(harness, reached)
  })
  afterAll(() => harness.close())

  it("GET /banks lists what each offers (BNK-14, BNK-16)", async () => {
    await harness.adopt({
      ...pursePolicy,
      banks: {
        "9998": { ...pursePolicy.banks["9998"]!, maintenance: [{ from: 0 as never, to: 3_600_000 as never }] }
      }
    })
    const { json, status } = await harness.get("/banks")
    assert.strictEqual(status, 200)
    assert.deepStrictEqual<unknown>(json, {
      banks: [
        {
          bank: "9998",
          name: "総合振込銀行",
          minimum: 100,
          step: 100,
          opens: "00:00",
          closes: "24:00",
          maintenance: [{ from: "1970-01-01T09:00:00.000+09:00", to: "1970-01-01T10:00:00.000+09:00" }],
          registrationDays: 3
        }
      ]
    })
  })

  it("are listed without those that were removed, and a removed one is no longer set for anything (BNK-11)", async () => {
    const { account, link, own } = await purse(harness, { bank: "9998" })
    const other = (await made(harness.post(`${own}/bank-links`, freshAccount("9999")))).id
    const idsOf = async () =>
      ((await harness.get(`${own}/bank-links`)).json as unknown as { links: ReadonlyArray<{ id: string }> }).links.map(
        ({ id }) => id
      )
    assert.lengthOf(await idsOf(), 3)
    assert.deepStrictEqual((await idsOf()).slice(1), [link, other])
    await made(harness.post(`${own}/exact-top-up`, { link }))
    const chosen = await made(harness.post(`${own}/payout-account`, { link }))
    includes(chosen, { account, link })
    const settings = async () => (await harness.get(`${own}/bank-settings`)).json
    includes(await settings(), { account, exactTopUp: link, payoutAccount: link, registrations: 2 })
    const removed = await made(harness.post(`${own}/bank-links/${link}/removal`, {}))
    includes(removed, { id: link, status: "removed", statusText: "連携解除" })
    assert.deepStrictEqual((await idsOf()).slice(1), [other])
    includes(await settings(), { exactTopUp: null, payoutAccount: null })
    await refused("BankLinkNotFound", `${own}/bank-links/${link}/removal`, {})
    await refused("AccountNotFound", `/accounts/${nobody}/bank-links`)
    await refused("AccountNotFound", `/accounts/${nobody}/bank-settings`)
  })

  it("are not removed while something on them is in progress, and cleared where none is wanted (BNK-11, TOP-16)", async () => {
    const { account, link, own } = await purse(harness)
    await made(harness.post(`${own}/top-ups`, { link, amount: 500, quotedFee: 0 }))
    const { operations } = (await refused(
      "OperationsInProgress",
      `${own}/bank-links/${link}/removal`,
      {}
    )) as unknown as {
      readonly operations: ReadonlyArray<string>
    }
    assert.deepStrictEqual([...operations], ["topUp"])
    await harness.dispatch()
    const { id: started } = await made(harness.post(`${own}/bank-links`, freshAccount("9999")))
    await made(harness.post(`${own}/bank-links/${started}/procedures`, { quotedFee: 0 }))
    await refused("BankLinkInProcedure", `${own}/bank-links/${started}/removal`, {})
    await refused("BankLinkNotRegistered", `${own}/exact-top-up`, { link: started })
    includes(await made(harness.post(`${own}/exact-top-up`, { link })), { exactTopUp: link })
    includes(await made(harness.post(`${own}/exact-top-up`, { link: null })), { account, exactTopUp: null })
    await harness.dispatch()
  })

  it("of another account are not found, whatever is asked of them (SEC-10)", async () => {
    const { link } = await purse(harness)
    const { own } = await purse(harness)
    const path = `${own}/bank-links/${link}`
    for (const asked of [path, `${path}/page`, `${path}/registration-quote`]) await refused("BankLinkNotFound", asked)
    await refused("BankLinkNotFound", `${path}/removal`, {})
    await refused("BankLinkNotFound", `${path}/procedures`, { quotedFee: 0 })
    await refused("BankLinkNotRegistered", `${own}/exact-top-up`, { link })
    await refused("BankLinkNotRegistered", `${own}/payout-account`, { link })
  })

  it("answer the same whether or not the bank account is somebody's (SEC-01, BNK-08)", async () => {
    const { account } = await holder(harness)
    const { account: stranger } = await holder(harness)
    await linkBank(harness, account, "6543200")
    await harness.dispatch()
    const answers = await Promise.all(
      ["6543200", "6543300"].map(async (number) => {
        const path = `/accounts/${stranger}/bank-links`
        const added = await harness.post(path, { ...bankAccount, number })
        const started = await harness.post(`${path}/${added.json.id}/procedures`, { quotedFee: 0 })
        const shape = (text: string) =>
          text.replaceAll(/"(?:link_)?[0-9A-HJKMNP-TV-Z]{26}"|\d{4}-\d\d-\d\dT[^"]*/g, "·")
        const same = ({ headers, status, text }: typeof added) => [
          status,
          [...headers.keys()].toSorted(),
          shape(text.replaceAll(added.json.id, "ID"))
        ]
        return [same(added), same(started)]
      })
    )
    assert.deepStrictEqual(answers[0], answers[1])
  })
})

describe("a bank that has a page", () => {
  const world = async () => {
    const pages = { base: "https://bank.example.com/page" }
    const harness = open({
      ports: (ports) => Layer.mergeAll(ports, SimulatedBank.layer({ holder: "テスト タロウ", pages }))
    })
    await harness.adopt(testPolicy)
    const { id } = await made(harness.post("/accounts", await harness.opening("paged1")))
    const path = `/accounts/${id}/bank-links`
    const started = async (number: string): Promise<string> => {
      const link = await made(harness.post(path, { ...bankAccount, number }))
      await made(harness.post(`${path}/${link.id}/procedures`, { quotedFee: 0 }))
      return `${path}/${link.id}`
    }
    const shown = async (link: string) =>
      (await harness.get(`${link}/page`)).json as unknown as { page: string | null; link: object }
    return { harness, shown, started }
  }

  it("leads there, and says what became of the link once its holder agreed (BNK-01, BNK-03)", async () => {
    const { harness, shown, started } = await world()
    const link = await started("8880000")
    const { link: open, page } = await shown(link)
    assert.match(page ?? "", /^https:\/\/bank\.example\.com\/page\/.+/)
    includes(open, { status: "inProcedure", statusText: "本登録手続き中" })
    assert.property(open, "releasesAt")
    // The harness is made of simulators; its type says only what the core needs.
    const runtime = harness.runtime as unknown as ManagedRuntime.ManagedRuntime<SimulatedBank.SimulatedBank, never>
    const bank = await runtime.runPromise(SimulatedBank.SimulatedBank)
    await runtime.runPromise(bank.page((page ?? "").split("/").at(-1) ?? "")?.agree(2) ?? Effect.void)
    const { link: ended, page: none } = await shown(link)
    assert.isNull(none)
    includes(ended, { status: "registered", statusText: "本登録" })
    await harness.close()
  })

  it("lets its holder go by its own button, and the link is provisional at once (BNK-15)", async () => {
    const { harness, shown, started } = await world()
    const link = await started("8880100")
    const { page } = await shown(link)
    const runtime = harness.runtime as unknown as ManagedRuntime.ManagedRuntime<SimulatedBank.SimulatedBank, never>
    const bank = await runtime.runPromise(SimulatedBank.SimulatedBank)
    await runtime.runPromise(bank.page((page ?? "").split("/").at(-1) ?? "")?.cancel ?? Effect.void)
    const { link: left, page: none } = await shown(link)
    assert.isNull(none)
    includes(left, { status: "provisional", statusText: "仮登録" })
    assert.strictEqual((await harness.post(`${link}/procedures`, { quotedFee: 0 })).status, 201)
    await harness.close()
  })

  it("that is not reached or falls silent is asked again later, and the procedure stays (BNK-01)", async () => {
    const { harness, started } = await world()
    const refused = refusing(harness, new Set())
    const answers = async (number: string) => {
      const link = await started(number)
      const { json } = await harness.get(`${link}/page`)
      assert.strictEqual((await harness.get(link)).json.status, "inProcedure")
      assert.strictEqual((await harness.get(`${link}/page`)).status, 200)
      return json.code
    }
    assert.strictEqual(await answers("8880017"), "BankUnreachable")
    assert.strictEqual(await answers("8880016"), "OutcomeUnknown")
    await refused("BankLinkNotFound", `/accounts/${nobody}/bank-links/link_${ulid}/page`)
    await harness.close()
  })
})

describe("exact top-ups", () => {
  let harness: Harness
  beforeAll(() => {
    harness = open()
  })
  afterAll(() => harness.close())

  const spending = async (balance: number, amount: number, free: string) => {
    const { account, link, own } = await purse(harness, { money: balance })
    await made(harness.post(`${own}/exact-top-up`, { link }))
    const barcode = slip("912345", amount, free)
    const quote = (await harness.get(`${own}/slips/${barcode}/quote`)).json
    return { account, own, link, barcode, quote }
  }

  it("stand in the quote of the account alone, and pay for what the balance lacks (TOP-14, TOP-15)", async () => {
    const { barcode, link, own, quote } = await spending(500, 1250, "801")
    includes(quote, {
      amount: 1250,
      exactTopUp: { link, bank: "9999", amount: 750, fee: 0, feeTax: 0, shortfall: 750 }
    })
    assert.notProperty((await harness.get(`/slips/${barcode}/quote`)).json, "exactTopUp")
    const asked = await made(harness.post(`${own}/payments`, { barcode, quote }))
    includes(asked, { status: "processing", statusText: "処理中", amountFromBalance: 0 })
    await harness.dispatch()
    const { json: paid } = await harness.get(`${own}/payments/${asked.id}`)
    includes(paid, { status: "completed", amountFromBalance: 1250, fromMoney: 1250 })
    const { lines } = (await harness.get(`${own}/history`)).json
    const [payment, exact] = lines as unknown as ReadonlyArray<Record<string, unknown>>
    includes(payment ?? {}, { kind: "payment", topUp: exact?.["id"] })
    includes(exact ?? {}, { kind: "topUp", payment: asked.id, amount: 750 })
    // One command made both, and a page may end between them.
    const seen: Array<unknown> = []
    for (let next: string | null = ""; next !== null;) {
      const { json } = await harness.get(`${own}/history?limit=1${next === "" ? "" : `&before=${next}`}`)
      seen.push(...json.lines.map(({ id }) => id))
      next = json.next
    }
    assert.deepStrictEqual(
      seen,
      lines.map(({ id }) => id)
    )
  })

  it("fail with their payment where the bank refuses, and nothing moves (TOP-17)", async () => {
    const { barcode, own, quote } = await spending(500, 1502, "802")
    const asked = await made(harness.post(`${own}/payments`, { barcode, quote }))
    await harness.dispatch()
    includes((await harness.get(`${own}/payments/${asked.id}`)).json, { status: "failed", reason: "topUpFailed" })
    includes((await harness.get(`${own}/balances`)).json, { cash: 0, money: 500 })
  })

  it("are not shown to another account (SEC-10)", async () => {
    const { barcode } = await spending(500, 1350, "803")
    const reply = await harness.get(`/accounts/${nobody}/slips/${barcode}/quote`, { key: keys.operator })
    assert.strictEqual(reply.json.code, "Forbidden")
    assert.notProperty((await harness.get(`/accounts/${nobody}/slips/${barcode}/quote`)).json, "exactTopUp")
  })
})

import { createHash, createHmac } from "node:crypto"
import { appendFileSync, mkdtempSync, rmSync } from "node:fs"
import { createServer, type IncomingHttpHeaders } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import * as Signed from "@kinchaku/domain/webhook/Webhook"
import { Effect, Redacted, Result } from "effect"
import { afterEach, describe, expect, it } from "vitest"
import * as BankServer from "../../src/bank-server/BankServer.ts"
import * as BankSettings from "../../src/bank-server/BankSettings.ts"
import * as MemoryFile from "../../src/bank-server/MemoryFile.ts"
import { readSecret } from "../../src/bank-server/Webhooks.ts"

const key = "a-key-of-the-wallet"
const secretText = `whsec_${Buffer.alloc(32, 7).toString("base64")}`
const reference = "req_01ARZ3NDEKTSV4RRFFQ69G5FAV"
const account = { bank: "9999", branch: "001", kind: "ordinary", number: "1234500" }

const closers: Array<() => Promise<unknown>> = []
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close()
})

const start = async (options: Partial<BankServer.Options> = {}) => {
  const printed: Array<string> = []
  const print = (line: string) => void printed.push(line)
  const server = await BankServer.start({ port: 0, key, print, silentFor: "50 millis", ...options })
  closers.push(() => server.close().catch(() => undefined))
  const call = async (path: string, body?: unknown, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" }
    const sent =
      body === undefined ? {} : { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) }
    const response = await fetch(`${server.url}${path}`, { headers, redirect: "manual", ...sent, ...init })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) }
  }
  const debit = (amount: number, of = reference) =>
    call("/debits", { reference: of, account, amount, passbookText: "キンチャク" })
  return { ...server, call, debit, printed }
}

describe("the bank's API", () => {
  it("takes in nothing that is not written as it should be", async () => {
    const { bank, call } = await start()
    const whole = { reference, account, amount: 1000, passbookText: "x" }
    const bodies: ReadonlyArray<unknown> = [
      { ...whole, further: 1 },
      { ...whole, amount: 0 },
      { ...whole, amount: 1.5 },
      { ...whole, amount: "1000" },
      { ...whole, reference: "req_1" },
      { ...whole, account: { ...account, number: "123" } },
      { ...whole, account: { ...account, further: 1 } },
      { ...whole, passbookText: "x".repeat(101) },
      { reference, account, amount: 1000 },
      [],
      "{",
      "",
      "null"
    ]
    for (const body of bodies) {
      const answer = await call("/debits", body)
      expect([answer.status, answer.json().code], JSON.stringify(body)).toStrictEqual([400, "bodyMalformed"])
      expect(answer.headers.get("content-type")).toBe("application/problem+json")
    }
    const { debits } = bank
    expect(Effect.runSync(debits).size).toBe(0)
  })

  it("refuses what is not asked as it should be", async () => {
    const { call, url } = await start()
    const whole = { reference, account, amount: 1000, passbookText: "x" }
    const json = { "content-type": "application/json" }
    const bearer = { authorization: `Bearer ${key}` }
    const seen = [
      await call("/debits", whole, { headers: json }),
      await call("/debits", whole, { headers: { ...json, authorization: `Bearer ${key}x` } }),
      await call("/debits", whole, { headers: { ...bearer, "content-type": "text/plain" } }),
      await call("/debits", whole, { method: "PUT" }),
      await call("/debits"),
      await call(`/requests/${reference}`, "{}"),
      await call("/requests/req_1"),
      await call("/requests/%ff"),
      await call("/elsewhere"),
      await call("/debits", { ...whole, passbookText: "x".repeat(20_000) }),
      await call("/link-page/nothing-here", undefined, {})
    ]
    expect(seen.map(({ status }) => status)).toStrictEqual([401, 401, 415, 405, 405, 405, 400, 400, 404, 413, 404])
    expect((await fetch(`${url}/requests/${reference}`, { headers: bearer })).status).toBe(200)
  })

  it("describes itself", async () => {
    const { call } = await start()
    const document = (await call("/openapi.json", undefined, { headers: {} })).json()
    expect(document.openapi).toBe("3.1.0")
    expect(Object.keys(document.paths)).toStrictEqual(["/links", "/debits", "/credits", "/requests/{reference}"])
    const debit = document.paths["/debits"].post.requestBody.content["application/json"].schema
    expect(debit).toMatchObject({ type: "object", additionalProperties: false })
    expect(debit.required).toStrictEqual(["reference", "account", "amount", "passbookText"])
  })

  it("prints what it does, and neither accounts nor names nor its key", async () => {
    const { call, debit, printed } = await start({ pages: "here" })
    await debit(1000)
    const { page } = (await call("/links", { reference: `${reference.slice(0, -1)}W`, account })).json()
    await fetch(page, { method: "POST", body: new URLSearchParams({ action: "agree", code: "123456" }) })
    expect(printed.join("\n")).toMatch(new RegExp(`POST /debits → 200 ${reference}`, "u"))
    expect(printed.join("\n")).toMatch(/page of req_\w+ → agree/u)
    for (const hidden of [key, account.number, "テスト", "123456"]) expect(printed.join("\n")).not.toContain(hidden)
  })

  it("cuts what it is silent about when it ends, and lets what it answers end", async () => {
    const server = await start({ silentFor: "1 hour" })
    const silent = server.debit(1001).then(
      () => "answered",
      () => "cut"
    )
    await expect.poll(() => server.printed.join("\n")).toContain("silence")
    await server.close()
    expect(await silent).toBe("cut")
  })

  it("hangs up on heads without an end", async () => {
    const { url } = await start()
    const socket = connect(Number(new URL(url).port), "127.0.0.1")
    let answer = ""
    const ended = new Promise((closed) => socket.on("data", (chunk) => (answer += chunk)).on("close", closed))
    socket.on("error", () => undefined)
    socket.write(`POST /debits HTTP/1.1\r\nhost: bank\r\nx: ${"y".repeat(20_000)}`)
    await ended
    expect(answer).toMatch(/^HTTP\/1\.1 431 /u)
  })
})

describe("the bank's page", () => {
  const opened = async (number = account.number) => {
    const server = await start({ pages: "here" })
    const begun = await server.call("/links", { reference, account: { ...account, number } })
    expect(begun.status).toBe(202)
    const { page } = begun.json() as { readonly page: string }
    const form = (fields: Record<string, string>) =>
      fetch(page, { method: "POST", body: new URLSearchParams(fields), redirect: "manual" })
    const known = async () => (await server.call(`/requests/${reference}`)).json()
    return { ...server, page, form, known }
  }

  it("shows who is asked for what, masked, with nothing from elsewhere", async () => {
    const { page } = await opened()
    const response = await fetch(page)
    const html = await response.text()
    for (const shown of ["テスト銀行", "テスト タロウ", "＊＊＊＊500", "同意する", "中断する", "I agree"])
      expect(html).toContain(shown)
    expect(html).not.toContain(account.number)
    // The enter key presses the first button.
    expect(/<button name="action" value="(\w+)"/u.exec(html)?.[1]).toBe("agree")
    expect(html).not.toMatch(/<script|https?:|url\(|@import/u)
    const policy = response.headers.get("content-security-policy") ?? ""
    const [, style = ""] = /<style>([^]*?)<\/style>/u.exec(html) ?? []
    expect(policy).toContain(`style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`)
    expect(policy).toContain("default-src 'none'")
    expect(response.headers.get("cache-control")).toBe("no-store")
  })

  it.each([
    [
      { action: "agree", code: "123456" },
      { status: "linked", factors: 2 }
    ],
    [
      { action: "agree", code: "１２３４５６" },
      { status: "linked", factors: 2 }
    ],
    [
      { action: "agree", code: "" },
      { status: "linked", factors: 1 }
    ],
    [{ action: "cancel", code: "12" }, { status: "interrupted" }]
  ])("says to the bank %j", async (fields, expected) => {
    const { form, known, page } = await opened()
    expect(await known()).toMatchObject({ status: "pending" })
    const answer = await form(fields)
    expect([answer.status, answer.headers.get("location")]).toStrictEqual([303, new URL(page).pathname])
    expect(await known()).toMatchObject(expected)
    expect((await form({ action: "agree", code: "123456" })).status).toBe(303)
    expect(await known()).toMatchObject(expected)
    expect(await (await fetch(page)).text()).toContain("この画面を閉じて")
  })

  it.each([{}, { action: "agree", code: "12345" }, { action: "agree", code: "abcdef" }, { code: "123456" }])(
    "leaves open a page to which %j was sent",
    async (fields) => {
      const { form, known } = await opened()
      const answer = await form(fields)
      expect(answer.status).toBe(400)
      expect(await answer.text()).toContain("6桁")
      expect(await known()).toMatchObject({ status: "pending" })
    }
  )

  it("writes names as text", async () => {
    const { bank, call, url } = await start({ pages: "here" })
    bank.setHolder("1234500", `<img src=x onerror="alert('x')">&`)
    const { page } = (await call("/links", { reference, account })).json()
    const html = await (await fetch(page)).text()
    expect(html).toContain("&lt;img src=x onerror=&quot;alert(&#39;x&#39;)&quot;&gt;&amp;")
    expect(page.startsWith(`${url}/link-page/`)).toBe(true)
  })

  it("has an address that nobody makes without the key", async () => {
    const [one, two] = [await start({ pages: "here" }), await start({ pages: "here", key: `${key}-2` })]
    const ask = async (server: typeof one, bearer: string) => {
      const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" }
      return new URL((await server.call("/links", { reference, account }, { headers })).json().page).pathname
    }
    expect(await ask(one, key)).toBe(await ask(one, key))
    expect(await ask(one, key)).not.toBe(await ask(two, `${key}-2`))
  })
})

describe("the bank's reports", () => {
  interface Heard {
    readonly headers: Readonly<Record<keyof Signed.Headers, string>>
    readonly body: string
  }
  const headersOf = (given: IncomingHttpHeaders): Heard["headers"] => ({
    "webhook-id": `${given["webhook-id"]}`,
    "webhook-timestamp": `${given["webhook-timestamp"]}`,
    "webhook-signature": `${given["webhook-signature"]}`
  })
  /** A wallet that answers its first deliveries as it is told, and takes the others. */
  const openWallet = async (...statuses: Array<number>) => {
    const heard: Array<Heard> = []
    const server = createServer((request, response) => {
      let body = ""
      request.on("data", (chunk: Buffer) => (body += chunk.toString()))
      request.on("end", () => {
        heard.push({ headers: headersOf(request.headers), body })
        response.writeHead(statuses.shift() ?? 204).end()
      })
    })
    await new Promise<void>((opened) => server.listen(0, "127.0.0.1", opened))
    closers.push(() => new Promise((closed) => server.close(closed)))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/bank-notices`
    return { heard, webhook: { url, secret: readSecret(secretText) ?? Redacted.make(new Uint8Array()) } }
  }
  const mac: Signed.Mac = (secret, signed) =>
    createHmac("sha256", Redacted.value(secret)).update(signed).digest("base64")
  const idOf = ({ body, headers }: Heard): string => {
    const secrets = [readSecret(secretText) ?? Redacted.make(new Uint8Array())]
    return Result.getOrThrow(Signed.verify(mac, secrets, { headers, body }, instant(Date.now())))
  }

  it("are signed, and delivered again with the same id until they are taken", async () => {
    const { heard, webhook } = await openWallet(500, 429)
    const { debit } = await start({ webhook, bank: { reportsAfter: "10 millis" } })
    await debit(1003)
    await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(3)
    expect(new Set(heard.map(idOf)).size).toBe(1)
    expect(JSON.parse(heard[0]?.body ?? "")).toMatchObject({
      type: "debit.accepted",
      data: { reference, bankReference: `bank-${reference}` }
    })
  })

  it("are not repeated where the wallet will never take them", async () => {
    const { heard, webhook } = await openWallet(404)
    const { debit, printed } = await start({ webhook, bank: { reportsAfter: "10 millis" } })
    await debit(1003)
    await expect.poll(() => printed.join("\n")).toContain("→ 404")
    await new Promise((later) => setTimeout(later, 800))
    expect(heard).toHaveLength(1)
  })

  it("come before the answer where the digits say so", async () => {
    const { heard, webhook } = await openWallet()
    const { call } = await start({ webhook })
    expect((await call("/credits", { reference, account, amount: 1008 })).status).toBe(200)
    expect(heard.map(({ body }) => JSON.parse(body).type)).toStrictEqual(["credit.accepted"])
  })

  it("tell what holders did on pages, and of late debits after their time", async () => {
    const { heard, webhook } = await openWallet()
    const { call, debit } = await start({
      webhook,
      pages: "here",
      bank: { reportsAfter: "10 millis", lateFor: "50 millis", lateReportAfter: "300 millis" }
    })
    const { page } = (await call("/links", { reference, account })).json()
    await fetch(page, { method: "POST", body: new URLSearchParams({ action: "cancel" }) })
    await debit(1004, `${reference.slice(0, -1)}W`).catch(() => undefined)
    await expect
      .poll(() => heard.map(({ body }) => JSON.parse(body).type))
      .toStrictEqual(["link.interrupted", "debit.accepted"])
  })
})

describe("a bank with a file", () => {
  it("knows after a restart, and after a crash, what it did", async () => {
    const folder = mkdtempSync(join(tmpdir(), "kinchaku-bank-"))
    closers.push(async () => rmSync(folder, { recursive: true }))
    const file = join(folder, "bank.jsonl")
    const reports: Array<string> = []
    const notify = ({ _tag }: { readonly _tag: string }) => Effect.sync(() => void reports.push(_tag))
    const open = () => start({ pages: "here", bank: { memory: MemoryFile.open(file), notify } })
    const [second, third] = [`${reference.slice(0, -1)}W`, `${reference.slice(0, -1)}X`]

    const first = await open()
    await first.debit(1001).catch(() => undefined)
    await first.debit(1005, second)
    const { page } = (await first.call("/links", { reference: third, account })).json()
    await fetch(page, { method: "POST", body: new URLSearchParams({ action: "agree", code: "123456" }) })
    await first.close()
    appendFileSync(file, '["debited","req_cut')

    for (const round of [1, 2]) {
      const again = await open()
      expect((await again.call(`/requests/${reference}`)).json().status, `round ${round}`).toBe("debited")
      expect((await again.debit(1001)).status).toBe(200)
      expect((await again.debit(1000)).status).toBe(409)
      expect((await again.call(`/requests/${second}`)).json().status).toBe(round === 1 ? "refused" : "debited")
      expect((await again.call(`/requests/${third}`)).json()).toMatchObject({ status: "linked", factors: 2 })
      expect(await Effect.runPromise(again.bank.report)).toBe(round === 1 ? 2 : 0)
      await again.close()
    }
    expect(reports.toSorted()).toStrictEqual(["debited", "linked"])
  })
})

describe("the settings of the bank's process", () => {
  const faults = (env: BankSettings.Environment) =>
    Result.match(BankSettings.read(env), {
      onFailure: (all) => all.map((line) => line.split(":")[0]),
      onSuccess: () => []
    })

  it("are read whole, and every one that is wrong is named", () => {
    const settings = Result.getOrThrow(BankSettings.read({}))
    expect(settings).toMatchObject({ port: 3100, pages: "here", bank: { random: { seed: 1, faults: 0 } } })
    expect(settings.holders.get("3000000")).toBe("デモ ハナコ")
    const wrong = {
      PORT: "70000",
      SEED: "-1",
      FAULTS: "1.5",
      KINCHAKU_BANK_KEY: "short",
      KINCHAKU_BANK_WEBHOOK_URL: "wallet",
      KINCHAKU_BANK_HOLDERS: "x=y",
      KINCHAKU_BANK_PAGES: "there",
      KINCHAKU_BANK_LATE_SECONDS: "soon",
      KINCHAKU_BANK_SILENT_SECONDS: "0.5"
    }
    expect(faults(wrong).toSorted()).toStrictEqual(Object.keys(wrong).toSorted())
    const url = { KINCHAKU_BANK_WEBHOOK_URL: "http://127.0.0.1:3000/bank-notices" }
    expect(faults(url)).toStrictEqual(["KINCHAKU_BANK_WEBHOOK_SECRET"])
    expect(faults({ ...url, KINCHAKU_BANK_WEBHOOK_SECRET: "whsec_c2hvcnQ=" })).toHaveLength(1)
    expect(faults({ ...url, KINCHAKU_BANK_WEBHOOK_SECRET: secretText })).toStrictEqual([])
  })
})

import { createServer, type Socket } from "node:net"
import type { AddressInfo } from "node:net"
import { BankGateway } from "@kinchaku/domain/bank/BankGateway"
import { type RequestId, requestId } from "@kinchaku/domain/engine/Outbox"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import { Cause, Effect, Exit, Redacted } from "effect"
import { afterEach, assert, describe, it } from "vitest"
import * as HttpBankGateway from "../../src/bank/HttpBankGateway.ts"

const reference = requestId("01ARZ3NDEKTSV4RRFFQ69G5FAV")
const account = { bank: "9999", branch: "001", kind: "ordinary", number: "7654321" } as const
const secret = "the-key-of-this-wallet"

/** What a bank does once it has a whole request: the socket, and the request as it came. */
type Behaving = (socket: Socket, request: string) => void

const closers: Array<() => Promise<void>> = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A bank that speaks TCP by hand. */
const openBank = async (behaving: Behaving, onConnection: (socket: Socket) => void = () => undefined) => {
  const requests: Array<string> = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on("error", () => undefined)
    onConnection(socket)
    let read = ""
    socket.on("data", (chunk: Buffer) => {
      read += chunk.toString()
      const [head = "", ...rest] = read.split("\r\n\r\n")
      const length = Number(/^content-length: (\d+)$/imu.exec(head)?.[1] ?? "0")
      if (rest.length === 0 || Buffer.byteLength(rest.join("\r\n\r\n")) < length) return
      requests.push(read)
      behaving(socket, read)
      read = ""
    })
  })
  await new Promise<void>((opened) => server.listen(0, "127.0.0.1", opened))
  const { port } = server.address() as AddressInfo
  closers.push(
    () =>
      new Promise<void>((closed) => {
        server.close(() => closed())
        for (const socket of sockets) socket.destroy()
      })
  )
  return { base: `http://127.0.0.1:${port}`, requests }
}

const json = "application/json"
const problem = "application/problem+json"
const message = (status: number, type: string, body: string, headers = ""): string =>
  `HTTP/1.1 ${status} Said\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n${headers}\r\n${body}`
const says =
  (status: number, type: string, body: unknown, headers = ""): Behaving =>
  (socket) =>
    void socket.end(message(status, type, typeof body === "string" ? body : JSON.stringify(body), headers))

const done = { reference, bankReference: "B-1", at: "2026-06-01T10:00:00+09:00" }
const refusal = { type: "about:blank", title: "no", status: 422, code: "insufficientFunds" }
const gone = (status: number) => ({ type: "about:blank", title: "no", status, code: "notAccepted" })

type Gateway = BankGateway["Service"]
const debit = (gateway: Gateway) =>
  gateway.debit({ reference, account, amount: 1000 as PositiveYen, passbookText: "キンチャク" })
const inquire = (gateway: Gateway, bank = "9999") => gateway.inquire({ bank, reference })
const link = (gateway: Gateway) => gateway.link({ reference, account })

const ask = async (
  base: string,
  asking: (gateway: Gateway) => Effect.Effect<unknown, unknown>,
  options: Partial<HttpBankGateway.Options> = {}
) => {
  const layer = HttpBankGateway.layer({
    others: { base, key: Redacted.make(secret) },
    patience: "400 millis",
    ...options
  })
  const exit = await Effect.runPromiseExit(Effect.provide(Effect.flatMap(BankGateway, asking), layer))
  if (Exit.isSuccess(exit)) return { said: JSON.stringify(exit.value), printed: "" }
  const failure = Cause.squash(exit.cause)
  const said = typeof failure === "object" && failure !== null && "_tag" in failure ? String(failure._tag) : "defect"
  return { said, printed: `${Cause.pretty(exit.cause)} ${JSON.stringify(failure)}` }
}

const drip: Behaving = (socket) => {
  socket.write(`HTTP/1.1 200 Said\r\ncontent-type: ${json}\r\ncontent-length: 4000\r\n\r\n`)
  const dripping = setInterval(() => socket.write(" "), 20)
  socket.on("close", () => clearInterval(dripping))
}
const endless: Behaving = (socket) => {
  socket.write(`HTTP/1.1 200 Said\r\ncontent-type: ${json}\r\ntransfer-encoding: chunked\r\n\r\n`)
  const chunk = `1000\r\n${" ".repeat(0x10_00)}\r\n`
  const pour = () => {
    while (!socket.destroyed && socket.write(chunk)) continue
  }
  socket.on("drain", pour)
  pour()
}
const padded = JSON.stringify(done).padEnd(70_000, " ")

const unknown = "OutcomeUnknown"
const unreachable = "BankUnreachable"
const faults: ReadonlyArray<readonly [string, Behaving, string]> = [
  ["a connection that is reset after the request", (socket) => void socket.resetAndDestroy(), unknown],
  ["a connection that ends without an answer", (socket) => void socket.end(), unknown],
  ["no answer at all", () => undefined, unknown],
  ["half an answer", (socket) => void socket.end(message(200, json, JSON.stringify(done)).slice(0, -20)), unknown],
  ["half a head", (socket) => void socket.end("HTTP/1.1 200 Sa"), unknown],
  ["no HTTP", (socket) => void socket.end("220 mail.example ESMTP\r\n"), unknown],
  ["an answer that drips", drip, unknown],
  ["an answer without an end", endless, unknown],
  ["an answer that is too long", says(200, json, padded), unknown],
  ["an answer of another type", says(200, "text/html", done), unknown],
  ["an answer that is no JSON", says(200, json, "<html>"), unknown],
  ["an answer about another request", says(200, json, { ...done, reference: `${reference.slice(0, -1)}W` }), unknown],
  ["an answer without a number", says(200, json, { reference, at: done.at }), unknown],
  ["an answer of a time that is none", says(200, json, { ...done, at: "2026-13-01T10:00:00Z" }), unknown],
  ["an answer for a link", says(200, json, { reference, holderKana: "テスト", factors: 2 }), unknown],
  ["201", says(201, json, done), unknown],
  ["a redirect", says(307, json, "", "location: /elsewhere\r\n"), unknown],
  ["a refusal", says(422, problem, refusal), "BankRefused"],
  ["a refusal that is no problem document", says(422, json, refusal), unknown],
  ["a refusal without a code", says(422, problem, { ...refusal, code: "" }), unknown],
  ["400", says(400, problem, gone(400)), unreachable],
  ["401", says(401, problem, gone(401)), unreachable],
  ["413", says(413, problem, gone(413)), unreachable],
  ["429", says(429, problem, gone(429)), unreachable],
  ["503 of the bank", says(503, problem, gone(503)), unreachable],
  ["503 of somebody between", says(503, "text/html", "<h1>503</h1>"), unknown],
  ["401 of somebody between", says(401, "text/html", "<h1>401</h1>"), unknown],
  ["404", says(404, problem, gone(404)), unknown],
  ["409", says(409, problem, gone(409)), unknown],
  ["500", says(500, problem, gone(500)), unknown],
  ["502", says(502, "text/html", ""), unknown],
  ["504", says(504, problem, gone(504)), unknown]
]

describe("a gateway over HTTP", () => {
  it.each(faults)("takes %s for what is true then", async (_, behaving, expected) => {
    const { base } = await openBank(behaving)
    const { printed, said } = await ask(base, debit)
    assert.strictEqual(said, expected)
    for (const hidden of [secret, account.number]) assert.notInclude(printed, hidden)
  })

  it("asks once, with its key, and believes an answer as it is documented", async () => {
    const { base, requests } = await openBank(says(200, `${json}; charset=utf-8`, { ...done, further: 1 }))
    assert.deepStrictEqual(JSON.parse((await ask(`${base}/v1/`, debit)).said), {
      bankReference: "B-1",
      at: Date.parse(done.at)
    })
    assert.strictEqual(requests.length, 1)
    const [head = "", body = ""] = requests[0]?.split("\r\n\r\n") ?? []
    assert.match(head, /^POST \/v1\/debits HTTP\/1\.1/u)
    assert.include(head.toLowerCase(), `authorization: bearer ${secret}`)
    assert.deepStrictEqual(JSON.parse(body), { reference, account, amount: 1000, passbookText: "キンチャク" })
  })

  it("does not follow a redirect", async () => {
    const elsewhere = await openBank(says(200, json, done))
    const { base, requests } = await openBank(says(307, json, "", `location: ${elsewhere.base}/debits\r\n`))
    assert.strictEqual((await ask(base, debit)).said, unknown)
    assert.deepStrictEqual([requests.length, elsewhere.requests.length], [1, 0])
  })

  it("was not heard where nobody listens, or where no bank has this name", async () => {
    const { base } = await openBank(says(200, json, done))
    await closers.pop()?.()
    assert.strictEqual((await ask(base, debit)).said, unreachable)
    assert.strictEqual((await ask("https://bank.invalid", debit, { patience: "20 seconds" })).said, unreachable)
  })

  it("does not know whether it was heard where the connection is reset at once", async () => {
    const { base } = await openBank(
      () => undefined,
      (socket) => void socket.resetAndDestroy()
    )
    assert.strictEqual((await ask(base, debit)).said, unknown)
  })

  it("asks each bank at its own address, and those without one nowhere", async () => {
    const [own, rest] = [await openBank(says(200, json, done)), await openBank(says(200, json, done))]
    const banks = { "9999": { base: own.base, key: Redacted.make("its-own") } }
    await ask(rest.base, debit, { banks })
    assert.deepStrictEqual([own.requests.length, rest.requests.length], [1, 0])
    assert.include(own.requests[0]?.toLowerCase(), "authorization: bearer its-own")
    await ask(rest.base, (gateway) => inquire(gateway, "0001"), { banks })
    assert.deepStrictEqual([own.requests.length, rest.requests.length], [1, 1])
    const only = HttpBankGateway.layer({ banks })
    const exit = await Effect.runPromiseExit(
      Effect.provide(
        Effect.flatMap(BankGateway, (gateway) => inquire(gateway, "")),
        only
      )
    )
    assert.include(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", unreachable)
  })

  it("goes over an open line on this machine alone", () => {
    for (const base of ["http://bank.example", "http://10.0.0.1", "ftp://bank.example", "https://u:p@bank.example"]) {
      assert.throws(() => HttpBankGateway.make({ others: { base, key: Redacted.make(secret) } }), RangeError)
    }
  })

  const inquiries: ReadonlyArray<readonly [Behaving, string]> = [
    [says(200, json, { reference, status: "notFound" }), '{"_tag":"notFound"}'],
    [says(200, json, { reference, status: "pending" }), '{"_tag":"pending"}'],
    [says(200, json, { reference, status: "refused", code: "no" }), '{"_tag":"refused","reason":"no"}'],
    [says(200, json, { reference, status: "debited" }), unknown],
    [says(200, json, { reference, status: "lost" }), unknown],
    [says(404, problem, gone(404)), unknown],
    [says(404, json, { reference, status: "notFound" }), unknown],
    [says(422, problem, refusal), unknown],
    [says(503, problem, gone(503)), unreachable],
    [says(200, json, { reference: "req_01ARZ3NDEKTSV4RRFFQ69G5FAW", status: "notFound" }), unknown]
  ]
  it("believes that nothing came only where the bank says so of this reference", async () => {
    for (const [behaving, expected] of inquiries) {
      const { base } = await openBank(behaving)
      assert.strictEqual((await ask(base, inquire)).said, expected)
    }
  })

  it("shows no page that is not reached by https, but on this machine", async () => {
    const pages: ReadonlyArray<readonly [string, string]> = [
      ["https://bank.example/p/1", '{"page":"https://bank.example/p/1"}'],
      ["http://127.0.0.1:3100/p/1", '{"page":"http://127.0.0.1:3100/p/1"}'],
      ["http://bank.example/p/1", unknown],
      ["javascript:alert(1)", unknown],
      ["/p/1", unknown],
      [`https://bank.example/${"p".repeat(2000)}`, unknown]
    ]
    for (const [page, expected] of pages) {
      const { base } = await openBank(says(202, json, { reference, page }))
      assert.strictEqual((await ask(base, link)).said, expected)
    }
  })

  it("writes a reference into the path of an inquiry as a name, never as a path", async () => {
    const { base, requests } = await openBank(says(200, json, {}))
    await ask(base, (gateway) => gateway.inquire({ bank: "9999", reference: "../debits?x" as RequestId }))
    assert.match(requests[0] ?? "", /^GET \/requests\/\.\.%2Fdebits%3Fx HTTP/u)
  })
})

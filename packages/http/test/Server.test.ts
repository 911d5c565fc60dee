import { request as httpRequest } from "node:http"
import { connect } from "node:net"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { pino } from "pino"
import * as Server from "../src/Server.ts"
import { type Harness, keys, open } from "./Harness.ts"

const quiet = pino({ level: "silent" })

/** Writes bytes to a socket and reads until the other side closes; `pause` keeps the rest back. */
const exchange = (port: number, ...parts: ReadonlyArray<string | number>): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1")
    let answer = ""
    socket.setEncoding("utf8")
    socket.on("data", (chunk: string) => (answer += chunk))
    socket.on("close", () => resolve(answer))
    socket.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" ? resolve(answer) : reject(error)
    )
    socket.on("connect", async () => {
      for (const part of parts) {
        if (typeof part === "number") await new Promise((later) => setTimeout(later, part))
        else if (socket.writable) socket.write(part)
      }
    })
  })

const bodyOf = (answer: string): Record<string, unknown> =>
  JSON.parse(answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1)) as Record<string, unknown>

const headers = [
  "host: localhost",
  `authorization: Bearer ${keys.host}`,
  "idempotency-key: k",
  "content-type: application/json",
  "connection: close"
]
const head = (line: string, ...more: ReadonlyArray<string>) => `${[line, ...headers, ...more].join("\r\n")}\r\n\r\n`

describe("the server", () => {
  let harness: Harness
  let server: Server.Running
  beforeAll(async () => {
    harness = open()
    server = await Server.start({ runtime: harness.runtime, keys, log: quiet, host: "127.0.0.1", ports: [0] })
  })
  afterAll(async () => {
    await server.stop()
    await harness.close()
  })

  it("answers 413 to a body that says that it is too large, before it comes", async () => {
    const answer = await exchange(server.port, head("POST /accounts HTTP/1.1", "content-length: 1000000000"))
    assert.include(answer, "HTTP/1.1 413")
    assert.strictEqual(bodyOf(answer)["code"], "BodyTooLarge")
  })

  it("answers 413 to a chunked body that grows too large", async () => {
    const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`
    const parts = Array.from({ length: 5 }, () => chunk)
    const answer = await exchange(server.port, head("POST /accounts HTTP/1.1", "transfer-encoding: chunked"), ...parts)
    assert.include(answer, "HTTP/1.1 413")
    assert.strictEqual(bodyOf(answer)["code"], "BodyTooLarge")
  })

  it("cuts a connection that sends far more requests than it reads answers", async () => {
    const request = "GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n"
    const few = await exchange(server.port, request.repeat(8), 300, head("GET /health HTTP/1.1"))
    assert.strictEqual(few.match(/HTTP\/1\.1 200/g)?.length, 9)
    const many = await exchange(server.port, request.repeat(200))
    assert.isBelow(many.match(/HTTP\/1\.1 200/g)?.length ?? 0, 17)
  })

  it("takes no request with two idempotency keys", async () => {
    const twice = head("POST /accounts HTTP/1.1", "idempotency-key: other", "content-length: 2")
    assert.strictEqual(await exchange(server.port, `${twice}{}`), "")
  })

  it("holds no more of a gigabyte than the limit", async () => {
    const before = process.memoryUsage().rss
    const status = await new Promise<number | undefined>((resolve) => {
      const sent = httpRequest({
        port: server.port,
        host: "127.0.0.1",
        path: "/accounts",
        method: "POST",
        headers: {
          authorization: `Bearer ${keys.host}`,
          "idempotency-key": "k",
          "content-type": "application/json",
          "transfer-encoding": "chunked"
        }
      })
      let answered: number | undefined
      const chunk = Buffer.alloc(1 << 20, "x")
      let left = 1024
      const write = () => {
        while (left-- > 0) if (!sent.write(chunk)) return void sent.once("drain", write)
        sent.end()
      }
      sent.on("response", (response) => {
        answered = response.statusCode
        response.resume()
      })
      sent.on("close", () => resolve(answered))
      sent.on("error", () => resolve(answered))
      write()
    })
    assert.strictEqual(status, 413)
    assert.isBelow(process.memoryUsage().rss - before, 100 << 20)
  })

  it("answers chunked bodies within the limit", async () => {
    const body = JSON.stringify(await harness.opening("chunked1"))
    const chunked = `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n0\r\n\r\n`
    const answer = await exchange(server.port, head("POST /accounts HTTP/1.1", "transfer-encoding: chunked"), chunked)
    assert.include(answer, "HTTP/1.1 201")
  })

  it("answers what is no HTTP with a problem document", async () => {
    const bad = ["NONSENSE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /health HTTP/1.1\r\nhost: a\r\nbad header\r\n\r\n"]
    for (const text of bad) {
      const answer = await exchange(server.port, text)
      assert.include(answer, "HTTP/1.1 400", text)
      assert.include(answer, "content-type: application/problem+json")
      assert.strictEqual(bodyOf(answer)["code"], "RequestMalformed")
    }
    const badHost = await exchange(server.port, "GET /health HTTP/1.1\r\nhost: a b/c\r\nconnection: close\r\n\r\n")
    assert.strictEqual(bodyOf(badHost)["code"], "RequestMalformed")
  })

  it("answers 431 to headers that are too large", async () => {
    const answer = await exchange(server.port, head("GET /health HTTP/1.1", `x-large: ${"x".repeat(20_000)}`))
    assert.include(answer, "HTTP/1.1 431")
    assert.strictEqual(bodyOf(answer)["code"], "HeadersTooLarge")
  })

  it("cuts slow headers and slow bodies after ten seconds, with 408", { timeout: 30_000 }, async () => {
    const began = performance.now()
    const [slowHead, slowBody] = await Promise.all([
      exchange(server.port, "GET /health HTTP/1.1\r\nhost: a\r\n"),
      exchange(server.port, head("POST /accounts HTTP/1.1", "content-length: 100"), "{")
    ])
    assert.isBelow(performance.now() - began, 13_000)
    assert.include(slowHead, "HTTP/1.1 408")
    assert.strictEqual(bodyOf(slowHead)["code"], "RequestTimedOut")
    assert.include(slowBody, "HTTP/1.1 408")
  })

  it("takes the next port where one is taken, and fails where no other is given", async () => {
    const options = { runtime: harness.runtime, keys, log: quiet, host: "127.0.0.1" }
    const second = await Server.start({ ...options, ports: [server.port, 0] })
    assert.notStrictEqual(second.port, server.port)
    await second.stop()
    const failed = await Server.start({ ...options, ports: [server.port] }).catch((error: unknown) => error)
    assert.propertyVal(failed, "code", "EADDRINUSE")
  })
})

describe("stopping", () => {
  it("answers what is in flight, refuses what is new, and cuts what does not end", async () => {
    const harness = open()
    const { port, stop } = await Server.start({
      runtime: harness.runtime,
      keys,
      log: quiet,
      host: "127.0.0.1",
      ports: [0],
      drainMillis: 1500
    })
    const body = JSON.stringify(await harness.opening("stopping1"))
    const [first, rest] = [body.slice(0, 50), body.slice(50)]
    const line = head("POST /accounts HTTP/1.1", `content-length: ${Buffer.byteLength(body)}`)
    const inFlight = exchange(port, line, first, 600, rest)
    const endless = exchange(port, line, first)
    await new Promise((later) => setTimeout(later, 200))
    const began = performance.now()
    const stopped = stop()
    assert.strictEqual(stop(), stopped)
    const refused = await exchange(port, "GET /health HTTP/1.1\r\nhost: a\r\n\r\n").catch(
      (error: Error) => error.message
    )
    assert.match(refused, /ECONNREFUSED/)
    assert.include(await inFlight, "HTTP/1.1 201")
    await stopped
    assert.isBelow(performance.now() - began, 3000)
    assert.notInclude(await endless, "HTTP/1.1 2")
    await harness.close()
  })
})

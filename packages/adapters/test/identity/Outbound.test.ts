import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { Effect } from "effect"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as Outbound from "../../src/identity/Outbound.ts"

describe("Outbound", () => {
  let server: Server
  let address: string
  const said = Buffer.alloc(100_000, "x")

  beforeAll(async () => {
    server = createServer((request, response) => {
      const path = request.url
      if (path === "/silent") return
      if (path === "/slow") return void response.write("x")
      if (path === "/endless") {
        const more = () => void (response.destroyed || response.write(said, more))
        return more()
      }
      if (path === "/elsewhere") return void response.writeHead(302, { location: "/" }).end()
      if (path === "/missing") return void response.writeHead(404).end(said)
      if (request.method !== "POST") return void response.end(said)
      return void request.pipe(response.writeHead(200, { "content-type": request.headers["content-type"] ?? "" }))
    })
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  /** What is answered, or the name of what went wrong. */
  const ask = (path: string, limits: { readonly bytesMax?: number; readonly timeoutMillis?: number } = {}) =>
    Effect.runPromise(
      Outbound.ask({
        address: path.startsWith("/") ? `${address}${path}` : path,
        bytesMax: 1e6,
        timeoutMillis: 60_000,
        ...limits
      }).pipe(
        Effect.map((bytes) => bytes.length),
        Effect.catch(({ cause }) => Effect.succeed(cause instanceof Error ? cause.name : "?"))
      )
    )

  it("takes an answer of at most so many bytes, and no more of one that does not end", async () => {
    assert.strictEqual(await ask("/"), said.length)
    assert.strictEqual(await ask("/", { bytesMax: said.length }), said.length)
    assert.strictEqual(await ask("/", { bytesMax: said.length - 1 }), "RangeError")
    assert.strictEqual(await ask("/endless"), "RangeError")
  })

  it("waits for an answer, and for its end, no longer than it is told to", async () => {
    assert.strictEqual(await ask("/silent", { timeoutMillis: 100 }), "TimeoutError")
    assert.strictEqual(await ask("/slow", { timeoutMillis: 100 }), "TimeoutError")
  })

  it("goes nowhere else, and takes no other status for an answer", async () => {
    for (const path of ["/elsewhere", "/missing", "file:///etc/hostname", "data:,x", address.replace("//", "//u:p@")]) {
      assert.strictEqual(await ask(path), "TypeError", path)
    }
  })

  it("sends what is asked, as what it is", async () => {
    const request = { type: "application/ocsp-request", body: Uint8Array.of(1, 2, 3) }
    const echo = await Effect.runPromise(
      Outbound.ask({ address: `${address}/`, request, bytesMax: 3, timeoutMillis: 60_000 })
    )
    assert.deepStrictEqual([...echo], [1, 2, 3])
  })
})

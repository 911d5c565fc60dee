/**
 * A server whose only route does nothing, on the same stack and with the same limits as the real one; it prints its port.
 */
import { createServer } from "node:http"
import { getRequestListener } from "@hono/node-server"
import { Hono } from "hono"

const app = new Hono()
app.post("/accounts/:account/payments", (c) => c.json({ ok: true }, 201))

const limits = {
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024
}
const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
const server = createServer(limits, (request, response) => void listener(request, response))
server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  process.stdout.write(`Health  http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/health\n`)
})
process.once("SIGTERM", () => process.exit(0))

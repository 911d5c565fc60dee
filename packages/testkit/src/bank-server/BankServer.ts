/**
 * The bank simulator as a server: the bank API, the bank's own pages, and reports as webhooks, around one SimulatedBank.
 *
 * Where the bank falls silent, the connection stays open for a while and is cut without an answer; where it is not reached, it says that
 * it took nothing in.
 */
import { createHmac } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { setTimeout as elapsed } from "node:timers/promises"
import { sameText } from "@kinchaku/domain/account/Secrets"
import type { BankGateway } from "@kinchaku/domain/bank/BankGateway"
import { Context, type Duration, Effect, Exit, ManagedRuntime, Option } from "effect"
import * as SimulatedBank from "../simulators/SimulatedBank.ts"
import { type Answer, problem } from "./BankApi.ts"
import * as Desk from "./Desk.ts"
import * as LinkPage from "./LinkPage.ts"
import { openApi } from "./OpenApi.ts"
import { reporter, type Target } from "./Webhooks.ts"

export interface Options {
  readonly host?: string
  /** 0 takes any free one. */
  readonly port: number
  /** The bearer key of the wallet. */
  readonly key: string
  /** How the bank behaves. */
  readonly bank?: Omit<SimulatedBank.Options, "pages">
  /** Links go through pages, at the address by which holders reach this server; this server's own where it says "here". */
  readonly pages?: URL | "here"
  readonly webhook?: Target
  /** How long the bank keeps a connection on which it will not answer; ten seconds where nothing is said. */
  readonly silentFor?: Duration.Input
  readonly print?: (line: string) => void
}

export interface BankServer {
  readonly url: string
  /** The bank behind the server. */
  readonly bank: SimulatedBank.SimulatedBank["Service"]
  /** Takes nothing in any more, lets what it does end, and ends. */
  readonly close: () => Promise<void>
}

/** The largest body, in bytes. */
const bodyMax = 16 * 1024

const readBody = async (request: IncomingMessage): Promise<string | "tooLarge" | undefined> => {
  const chunks: Array<Buffer> = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length > bodyMax) return "tooLarge"
    chunks.push(chunk)
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks))
  } catch {
    return undefined
  }
}

const isType = (request: IncomingMessage, type: string): boolean =>
  (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() === type

const write = (response: ServerResponse, { body, headers, status }: Answer): void => {
  const type = status >= 400 ? "application/problem+json" : "application/json"
  response
    .writeHead(status, { "content-type": type, "cache-control": "no-store", ...headers })
    .end(JSON.stringify(body))
}
const show = (response: ServerResponse, status: number, page: string): void => {
  response.writeHead(status, LinkPage.headers).end(page)
}

const parsed = (body: string): Option.Option<unknown> => {
  try {
    return Option.some(JSON.parse(body))
  } catch {
    return Option.none()
  }
}

type Runtime = ManagedRuntime.ManagedRuntime<BankGateway | SimulatedBank.SimulatedBank, never>

const pagePath = /^\/link-page\/([A-Za-z0-9_-]{1,100})$/u

const serving = ({ key, print = () => undefined, silentFor = "10 seconds" }: Options, runtime: Runtime) => {
  const closing = new AbortController()

  /** The answer to a request of the wallet; "silence" where there will be none. */
  const answerOf = async (request: IncomingMessage, path: string): Promise<Answer | "silence"> => {
    const presented = /^Bearer (.{1,200})$/u.exec(request.headers.authorization ?? "")?.[1] ?? ""
    if (!sameText(presented, key)) return problem("unauthorized")
    if (request.method === "GET") return run(Desk.inquired(path))
    if (!isType(request, "application/json")) return problem("mediaTypeUnsupported")
    const body = await readBody(request)
    if (body === "tooLarge") return problem("bodyTooLarge")
    return run(Desk.asked(path, Option.getOrUndefined(parsed(body ?? ""))))
  }
  const run = async (effect: Effect.Effect<Desk.Said, never, BankGateway>): Promise<Answer | "silence"> => {
    const exit = await runtime.runPromiseExit(effect)
    return Exit.isSuccess(exit) ? exit.value : problem("internalError")
  }

  const onApi = async (request: IncomingMessage, response: ServerResponse, path: string) => {
    const begun = performance.now()
    const answer = Desk.methodOf(path) === request.method ? await answerOf(request, path) : problem("methodNotAllowed")
    const took = Math.round(performance.now() - begun)
    if (answer === "silence") {
      print(`${request.method} ${path} → silence (${took} ms)`)
      await runtime.runPromise(Effect.sleep(silentFor), { signal: closing.signal }).catch(() => undefined)
      return void response.destroy()
    }
    print(`${request.method} ${path} → ${answer.status} ${Desk.summaryOf(answer)} (${took} ms)`)
    return write(response, answer)
  }

  const onPage = async (request: IncomingMessage, response: ServerResponse, token: string) => {
    const open = await runtime.runPromise(Effect.map(SimulatedBank.SimulatedBank, (bank) => bank.page(token)))
    if (open === undefined) return show(response, 404, LinkPage.missing)
    if (request.method === "GET") return show(response, 200, LinkPage.page(open))
    if (request.method !== "POST") return write(response, problem("methodNotAllowed"))
    const body = isType(request, "application/x-www-form-urlencoded") ? await readBody(request) : undefined
    const deed = LinkPage.deedOf(new URLSearchParams(body))
    if (deed._tag === "wrong") return show(response, 400, LinkPage.page(open, true))
    await runtime.runPromise(deed._tag === "agree" ? open.agree(deed.factors) : open.cancel)
    print(`page of ${open.reference} → ${deed._tag}`)
    // The page is asked for again, so that to reload it sends nothing twice.
    return void response.writeHead(303, { location: request.url ?? "/" }).end()
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = URL.parse(request.url ?? "/", "http://bank")?.pathname ?? "/"
    const token = pagePath.exec(path)?.[1]
    if (token !== undefined) return onPage(request, response, token)
    if (request.method === "GET" && path === "/openapi.json") return write(response, { status: 200, body: openApi })
    if (request.method === "GET" && path === "/health") return write(response, { status: 200, body: { status: "ok" } })
    if (Desk.methodOf(path) === undefined) return write(response, problem("notThere"))
    return onApi(request, response, path)
  }
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    void serve(request, response).catch(() => {
      if (response.headersSent || request.destroyed) response.destroy()
      else write(response, problem("internalError"))
    })
  }
  return { onRequest, hangUp: () => closing.abort() }
}

const listen = (server: Server, host: string, port: number): Promise<number> =>
  new Promise((opened, failed) => {
    server.once("error", failed)
    server.listen(port, host, () => opened((server.address() as AddressInfo).port))
  })

/** How long requests that are answered may take when the server ends. */
const graceMillis = 3_000

/** Starts a bank. */
export const start = async (options: Options): Promise<BankServer> => {
  const { bank = {}, host = "127.0.0.1", key, pages, print = () => undefined, webhook } = options
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 8 * 1024 })
  const port = await listen(server, host, options.port)
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`
  // Nobody who does not know the key guesses where a page is.
  const tokenOf = (reference: string) => createHmac("sha256", key).update(`page ${reference}`).digest("base64url")
  const base = pages instanceof URL ? pages.href.replace(/\/$/u, "") : url
  const runtime = ManagedRuntime.make(
    SimulatedBank.layer({
      ...bank,
      ...(webhook === undefined ? {} : { notify: reporter(webhook, print) }),
      ...(pages === undefined ? {} : { pages: { base: `${base}/link-page`, tokenOf } })
    })
  )
  const services = await runtime.context()
  const { hangUp, onRequest } = serving(options, runtime)
  server.on("request", onRequest)
  return {
    url,
    bank: Context.get(services, SimulatedBank.SimulatedBank),
    close: async () => {
      const closed = new Promise<void>((ended) => server.close(() => ended()))
      hangUp()
      server.closeIdleConnections()
      await Promise.race([closed, elapsed(graceMillis, undefined, { ref: false })])
      server.closeAllConnections()
      await closed
      await runtime.dispose()
    }
  }
}

/**
 * The server: the application on a socket, within limits (SEC-14), and its orderly end.
 *
 * What is slow, large or malformed below HTTP's own grammar is answered here, as a problem document like everything else.
 * Stopping refuses what is new, lets what is in flight end, and cuts what has not ended in time.
 */
import { createServer, type Server as HttpServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { Duplex } from "node:stream"
import { getRequestListener, RequestError } from "@hono/node-server"
import * as App from "./App.ts"
import { placesOf } from "./Log.ts"
import { type Code, kinds, problem } from "./Problem.ts"
import * as ProblemDocument from "./ProblemDocument.ts"

/** How many requests one connection may have unanswered; more is no client but a way to fill memory (SEC-14). */
const pipelinedMax = 16
/** How many connections may be open at once. */
const connectionsMax = 2000

export interface Options extends Omit<App.Options, "isStopping"> {
  readonly host: string
  /** The ports to try, in order. */
  readonly ports: ReadonlyArray<number>
  /** How long what is in flight may take when the server stops, in milliseconds. */
  readonly drainMillis?: number
}

export interface Running {
  readonly port: number
  /** Stops once, however often it is called. */
  readonly stop: () => Promise<void>
}

/** Whole requests arrive within ten seconds, their headers within 16 KiB. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024
}

const codeOf = (fault: NodeJS.ErrnoException): Code => {
  if (fault.code === "ERR_HTTP_REQUEST_TIMEOUT") return "RequestTimedOut"
  return fault.code === "HPE_HEADER_OVERFLOW" ? "HeadersTooLarge" : "RequestMalformed"
}

/** Answers what never became a request, and closes the connection. */
const answerFault = (fault: NodeJS.ErrnoException, socket: Duplex): void => {
  if (fault.code === "ECONNRESET" || !socket.writable) {
    socket.destroy()
    return
  }
  const met = problem(codeOf(fault))
  const { status } = kinds[met.code]
  const requestId = crypto.randomUUID()
  const body = JSON.stringify(ProblemDocument.make(met, { language: "ja", requestId }))
  const headers = {
    ...ProblemDocument.headers(met, "ja"),
    "x-request-id": requestId,
    "content-length": `${Buffer.byteLength(body)}`,
    connection: "close"
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.end(`HTTP/1.1 ${status} ${met.code}\r\n${lines.join("")}\r\n${body}`)
}

/** Listens on a port; fails where it is taken. */
const listen = (server: HttpServer, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const failed = (error: Error) => reject(error)
    server.once("error", failed)
    server.listen(port, host, () => {
      server.off("error", failed)
      resolve((server.address() as AddressInfo).port)
    })
  })

const isTaken = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "EADDRINUSE"

/** Listens on the first port that is free. */
const listenOnFirst = async (
  server: HttpServer,
  [port = 0, ...others]: ReadonlyArray<number>,
  host: string
): Promise<number> => {
  try {
    return await listen(server, port, host)
  } catch (error) {
    if (!isTaken(error) || others.length === 0) throw error
    return listenOnFirst(server, others, host)
  }
}

/** Starts the server; it answers when the promise resolves. */
export const start = async ({ drainMillis = 10_000, host, ports, ...options }: Options): Promise<Running> => {
  let stopping: Promise<void> | undefined
  const app = App.make({ ...options, isStopping: () => stopping !== undefined })
  const listener = getRequestListener(app.fetch, {
    overrideGlobalObjects: false,
    errorHandler: (error) => {
      const isMalformed = error instanceof RequestError
      if (!isMalformed) options.log.error({ failed: placesOf(error) }, "defect")
      const requestId = crypto.randomUUID()
      return ProblemDocument.respond(problem(isMalformed ? "RequestMalformed" : "InternalError"), {
        language: "ja",
        requestId
      })
    }
  })
  const unanswered = new WeakMap<object, number>()
  const server = createServer(limits, (request, response) => {
    const { socket } = request
    const waiting = (unanswered.get(socket) ?? 0) + 1
    const keys = request.headersDistinct["idempotency-key"]?.length ?? 0
    if (waiting > pipelinedMax || keys > 1) return void socket.destroy()
    unanswered.set(socket, waiting)
    response.once("close", () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1))
    return void listener(request, response)
  })
  server.maxConnections = connectionsMax
  server.on("clientError", answerFault)
  const port = await listenOnFirst(server, ports, host)

  const drain = (): Promise<void> =>
    new Promise((resolve) => {
      const cut = setTimeout(() => server.closeAllConnections(), drainMillis)
      server.close(() => {
        clearTimeout(cut)
        resolve()
      })
      server.closeIdleConnections()
    })
  return { port, stop: () => (stopping ??= drain()) }
}

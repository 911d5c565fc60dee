/**
 * Connections: a client that keeps connections alive and costs little, so that the server is what is measured.
 *
 * Each connection has one request under way at a time. Requests are bytes that were made before; of an answer its status and its length
 * are read, and nothing else.
 */
import { connect, type Socket } from "node:net"

export interface Outcome {
  readonly seconds: number
  /** Milliseconds from sending a request to the end of its answer. */
  readonly millis: ReadonlyArray<number>
}

const open = (port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => resolve(socket))
    socket.once("error", reject)
  })

/** The bytes of a request. */
export const request = (path: string, headers: Readonly<Record<string, string>>, body: string): Buffer => {
  const all = { host: "127.0.0.1", ...headers, "content-length": `${Buffer.byteLength(body)}` }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`)
}

/** How many bytes an answer has, or nothing while its head is not whole; fails where it is not the one expected. */
const lengthOf = (received: Buffer, status: string): number | undefined => {
  const end = received.indexOf("\r\n\r\n")
  if (end < 0) return undefined
  const head = received.toString("latin1", 0, end)
  const [, length] = /content-length: (\d+)/i.exec(head) ?? []
  if (!head.startsWith(`HTTP/1.1 ${status}`) || length === undefined) {
    throw new Error(`answered ${received.toString("utf8", 0, 2000)}`)
  }
  return end + 4 + Number(length)
}

/** Sends requests on one connection until there are none. */
const drive = (socket: Socket, next: () => Buffer | undefined, status: string, millis: Array<number>): Promise<void> =>
  new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0)
    let sent = 0
    const send = (): void => {
      const bytes = next()
      if (bytes === undefined) return resolve()
      sent = performance.now()
      socket.write(bytes)
    }
    socket.on("data", (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      try {
        const length = lengthOf(received, status)
        if (length === undefined || received.length < length) return
      } catch (error) {
        return reject(error)
      }
      received = Buffer.alloc(0)
      millis.push(performance.now() - sent)
      send()
    })
    socket.once("error", reject)
    socket.once("close", () => reject(new Error("the server closed a connection")))
    send()
  })

/** Sends all requests over so many connections, and expects this status of each. */
export const sendAll = async (
  port: number,
  connections: number,
  requests: ReadonlyArray<Buffer>,
  status: string
): Promise<Outcome> => {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))
  const millis: Array<number> = []
  let index = 0
  const next = (): Buffer | undefined => requests[index++]
  const begun = performance.now()
  try {
    await Promise.all(sockets.map((socket) => drive(socket, next, status, millis)))
    return { seconds: (performance.now() - begun) / 1000, millis }
  } finally {
    for (const socket of sockets) socket.removeAllListeners("close").destroy()
  }
}

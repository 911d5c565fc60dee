/**
 * A TCP proxy on the loopback before a server, for the faults of a network: connections cut at a byte, and latency.
 *
 * Bytes are counted for each connection and direction, from its opening or from the last `mark`. That is how a test
 * finds how long one exchange is, and then cuts it at each of its bytes.
 */
import { connect, createServer, type Socket } from "node:net"
import { Duration, Effect } from "effect"

/** Which way bytes go: from the client to the server, or back. */
export type Direction = "toServer" | "toClient"

/** Bytes forwarded on one connection. */
export type Counts = Readonly<Record<Direction, number>>

export interface Proxy {
  /** The server's url with the port of the proxy. */
  readonly url: string
  readonly port: number
  /** From now on bytes count from zero, on all connections; a cut that waits is forgotten. */
  readonly mark: Effect.Effect<void>
  /** Bytes since the mark, of the connections that are open, the oldest first. */
  readonly counts: Effect.Effect<ReadonlyArray<Counts>>
  /**
   * Cuts the first connection that has forwarded exactly so many bytes that way since the mark, once: no byte after them
   * is forwarded, in either direction. At 0 the next byte is the first that is lost.
   */
  readonly cutAfter: (direction: Direction, bytes: number) => Effect.Effect<void>
  /** How many connections were cut since the proxy was made. */
  readonly cuts: Effect.Effect<number>
  /** How long each piece is held back, each way. */
  readonly delay: (latency: Duration.Input) => Effect.Effect<void>
}

interface Cut {
  readonly direction: Direction
  readonly bytes: number
}

class Network {
  cut: Cut | undefined
  cuts = 0
  latency = 0
  readonly connections = new Set<Connection>()
}

class Connection {
  readonly #network: Network
  readonly #client: Socket
  readonly #server: Socket
  readonly counts = { toServer: 0, toClient: 0 }
  #isCut = false

  constructor(network: Network, client: Socket, server: Socket) {
    this.#network = network
    this.#client = client
    this.#server = server
    this.#forward("toServer", client, server)
    this.#forward("toClient", server, client)
  }

  destroy(): void {
    this.#client.destroy()
    this.#server.destroy()
    this.#network.connections.delete(this)
  }

  #forward(direction: Direction, from: Socket, to: Socket): void {
    // One thing after the other, so that latency keeps the order.
    let last = Promise.resolve()
    const later = (what: () => void) => {
      const { latency } = this.#network
      const held = latency > 0 ? new Promise((resolve) => setTimeout(resolve, latency)) : undefined
      last = last.then(() => held).then(what)
    }
    from.setNoDelay(true)
    from.on("data", (chunk) => later(() => this.#pass(direction, Buffer.from(chunk), from, to)))
    from.on("end", () => later(() => void (this.#isCut || to.end())))
    // An error is followed by the close, which lets go of the other side when that has taken what it was sent.
    from.on("error", () => undefined)
    from.on("close", () =>
      later(() => {
        to.destroySoon()
        this.#network.connections.delete(this)
      })
    )
    to.on("drain", () => from.resume())
  }

  #pass(direction: Direction, chunk: Buffer, from: Socket, to: Socket): void {
    if (this.#isCut || to.destroyed) return
    const { cut } = this.#network
    const left = cut?.direction === direction ? cut.bytes - this.counts[direction] : Number.POSITIVE_INFINITY
    const isLast = left <= chunk.length
    const part = isLast ? chunk.subarray(0, Math.max(left, 0)) : chunk
    this.counts[direction] += part.length
    if (!isLast) {
      if (!to.write(part)) from.pause()
      return
    }
    this.#isCut = true
    this.#network.cut = undefined
    this.#network.cuts++
    // What was forwarded is handed over before the end of the connection is.
    to.write(part, () => this.destroy())
  }
}

/** A proxy before the server of a url. With the scope it and its connections are closed. */
export const make = Effect.fnUntraced(function* (url: string) {
  const target = new URL(url)
  const network = new Network()
  const listener = createServer({ allowHalfOpen: true }, (client) => {
    const server = connect({ host: target.hostname, port: Number(target.port || 5432), allowHalfOpen: true })
    network.connections.add(new Connection(network, client, server))
  })
  const listening = Effect.callback<number>((resume) => {
    listener.listen(0, "127.0.0.1", () => {
      const address = listener.address()
      resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
    })
  })
  const port = yield* Effect.acquireRelease(listening, () =>
    Effect.callback<void>((resume) => {
      listener.close(() => resume(Effect.void))
      for (const connection of network.connections) connection.destroy()
    })
  )
  const own = new URL(url)
  own.hostname = "127.0.0.1"
  own.port = `${port}`
  return {
    url: own.href,
    port,
    mark: Effect.sync(() => {
      network.cut = undefined
      for (const { counts } of network.connections) Object.assign(counts, { toServer: 0, toClient: 0 })
    }),
    counts: Effect.sync(() => [...network.connections].map(({ counts }) => ({ ...counts }))),
    cutAfter: (direction, bytes) => Effect.sync(() => void (network.cut = { direction, bytes })),
    cuts: Effect.sync(() => network.cuts),
    delay: (latency) => Effect.sync(() => void (network.latency = Duration.toMillis(latency)))
  } satisfies Proxy
})

/**
 * The proxy cuts where it is told to: the bytes up to there arrive, and none after them.
 */
import { once } from "node:events"
import { connect as dial, createServer } from "node:net"
import { Duration, Effect, type Scope } from "effect"
import { describe, expect, test } from "vitest"
import * as Proxy from "./Proxy.ts"
import { connect, database } from "./Server.ts"
import { describeServers } from "./Servers.ts"

const run = <A, E>(body: Effect.Effect<A, E, Scope.Scope>) => Effect.runPromise(Effect.scoped(body))

/** A server that says each byte twice, and keeps what it has heard on each connection. */
const stammerer = Effect.acquireRelease(
  Effect.promise(async () => {
    const heard: Array<string> = []
    const listener = createServer((socket) => {
      const place = heard.push("") - 1
      socket.on("error", () => undefined)
      socket.on("data", (chunk) => {
        heard[place] += String(chunk)
        socket.write([...String(chunk)].map((letter) => letter + letter).join(""))
      })
    }).listen(0, "127.0.0.1")
    await once(listener, "listening")
    const address = listener.address()
    return { heard, listener, url: `tcp://127.0.0.1:${typeof address === "object" ? address?.port : ""}/` }
  }),
  ({ listener }) => Effect.sync(() => listener.close())
)

/** Says something, and gives what was answered until the connection ended, or until as much as expected was there. */
const converse = (port: number, words: string, expected: number) =>
  Effect.callback<string>((resume) => {
    let answer = ""
    const socket = dial(port, "127.0.0.1", () => socket.write(words))
    socket.on("error", () => undefined)
    socket.on("data", (chunk) => {
      answer += String(chunk)
      if (answer.length === expected) socket.end()
    })
    socket.on("close", () => resume(Effect.succeed(answer)))
  })

const words = "abcdefgh"
const answer = "aabbccddeeffgghh"

describe("a proxy", () => {
  test("passes everything and counts it", () =>
    run(
      Effect.gen(function* () {
        const { heard, url } = yield* stammerer
        const proxy = yield* Proxy.make(url)
        expect(yield* converse(proxy.port, words, answer.length)).toBe(answer)
        expect(heard).toStrictEqual([words])
        expect(yield* proxy.cuts).toBe(0)
      })
    ))

  test("cuts after exactly as many bytes as it is told, either way, once", () =>
    run(
      Effect.gen(function* () {
        const { heard, url } = yield* stammerer
        const proxy = yield* Proxy.make(url)
        for (let bytes = 0; bytes <= words.length; bytes++) {
          yield* proxy.cutAfter("toServer", bytes)
          yield* converse(proxy.port, words, answer.length)
          expect(heard.at(-1) ?? "").toBe(words.slice(0, bytes))
        }
        for (let bytes = 0; bytes <= answer.length; bytes++) {
          yield* proxy.cutAfter("toClient", bytes)
          expect(yield* converse(proxy.port, words, Number.NaN)).toBe(answer.slice(0, bytes))
        }
        expect(yield* proxy.cuts).toBe(words.length + answer.length + 2)
        // One byte further there is nothing to cut, and a mark takes it back.
        yield* proxy.cutAfter("toServer", words.length + 1)
        expect(yield* converse(proxy.port, words, answer.length)).toBe(answer)
        yield* proxy.cutAfter("toServer", 1)
        yield* proxy.mark
        expect(yield* converse(proxy.port, words, answer.length)).toBe(answer)
        expect(yield* proxy.cuts).toBe(words.length + answer.length + 2)
      })
    ))

  test("holds each piece back for the latency, each way", () =>
    run(
      Effect.gen(function* () {
        const { url } = yield* stammerer
        const proxy = yield* Proxy.make(url)
        const timed = Effect.gen(function* () {
          const [took, said] = yield* Effect.timed(converse(proxy.port, words, answer.length))
          expect(said).toBe(answer)
          return Duration.toMillis(took)
        })
        yield* timed
        yield* proxy.delay("60 millis")
        expect(yield* timed).toBeGreaterThanOrEqual(110)
      })
    ))
})

/** The message after the COMMIT, which asks for the answer: its absence undoes nothing. */
const sync = 5

describeServers((server) => {
  test("a commit that lacks one byte is undone, one whose answer is lost is done", () =>
    run(
      Effect.gen(function* () {
        const own = yield* database(server)
        const proxy = yield* Proxy.make(own)
        const direct = yield* connect(own)
        yield* direct`CREATE TABLE note (n int)`

        /** Commits a row through the proxy; `before` comes when all but the COMMIT is done. */
        const commit = <A>(n: number, before: Effect.Effect<A>) =>
          Effect.scoped(
            Effect.gen(function* () {
              const client = yield* connect(proxy.url)
              yield* client.unsafe("BEGIN").unprepared
              yield* client.unsafe(`INSERT INTO note VALUES (${n})`).unprepared
              yield* proxy.mark
              yield* before
              yield* client.unsafe("COMMIT").unprepared
              return (yield* proxy.counts).at(-1) ?? { toServer: 0, toClient: 0 }
            })
          )
        const exchange = yield* commit(1, Effect.void)
        expect(exchange.toServer).toBeGreaterThan(0)
        expect(exchange.toClient).toBeGreaterThan(0)

        for (const [n, direction, bytes] of [
          [2, "toServer", 0],
          [3, "toServer", exchange.toServer - sync - 1],
          [4, "toServer", exchange.toServer - sync],
          [5, "toClient", 0],
          [6, "toClient", exchange.toClient - 1]
        ] as const) {
          yield* Effect.flip(commit(n, proxy.cutAfter(direction, bytes)))
        }
        const rows = direct`SELECT n FROM note ORDER BY n`.values
        // What a cut session was given to do is done when the session has ended.
        const sessions = direct`
          SELECT pid FROM pg_stat_activity
          WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`
        while ((yield* sessions).length > 0) yield* Effect.sleep("5 millis")
        expect(yield* rows).toStrictEqual([[1], [4], [5], [6]])
        expect(yield* proxy.cuts).toBe(5)
      })
    ))
})

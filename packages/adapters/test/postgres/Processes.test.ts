/**
 * Several processes on one database, one of which is killed or frozen: the others go on, and what it did is done once.
 *
 * These tests wait for the server's own patience, most of their time: they run side by side.
 */
import { head, Journal } from "@kinchaku/domain/audit/Journal"
import { verify } from "@kinchaku/domain/audit/Verification"
import { place } from "@kinchaku/domain/ledger/HashChain"
import { Effect, Layer, type Scope } from "effect"
import { describe, expect, test } from "vitest"
import * as Postgres from "../../src/postgres/Postgres.ts"
import { tellers } from "../../torture/Tellers.ts"
import * as Server from "./Server.ts"
import { describeServers } from "./Servers.ts"
import { accounts, held, holding, payment, waitingFor, writer } from "./Writing.ts"

describeServers((server) => {
  /** A database of its own for each test, with a writer that looks on, and some accounts. */
  const onBooks = <A>(
    steps: (books: {
      readonly url: string
      readonly observer: Effect.Success<ReturnType<typeof writer>>
      readonly holders: Effect.Success<ReturnType<typeof accounts>>
    }) => Effect.Effect<A, unknown, Scope.Scope>
  ) =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const url = yield* Server.database(server)
          yield* Effect.scoped(Layer.build(Postgres.layer({ url })))
          const observer = yield* writer(url)
          const holders = yield* accounts(observer, 2)
          const value = yield* steps({ url, observer, holders })
          yield* Effect.provideContext(verify(), observer.context)
          return value
        })
      )
    )

  describe.concurrent("processes", () => {
    test("the lanes of a process that is killed are taken by the next one, whose links go on", () =>
      onBooks(
        Effect.fnUntraced(function* ({ holders, observer, url }) {
          const [first] = yield* tellers(url, {})
          const slips = Array.from({ length: 40 }, (_, n) => n + 1)
          yield* Effect.promise(async () => first?.ask(slips.map((n) => payment(holders[n % 2], n))))
          const { heads } = yield* Effect.provideContext(Journal, observer.context)
          const before = yield* heads
          yield* Effect.promise(async () => first?.kill())
          const [second] = yield* tellers(url, {})
          yield* Effect.promise(async () => second?.ask(slips.map((n) => payment(holders[n % 2], 100 + n))))
          const after = yield* heads
          expect(after.map(({ lane }) => lane)).toStrictEqual(before.map(({ lane }) => lane))
          expect(after.length).toBeGreaterThan(1)
          const last = yield* Effect.provideContext(head, observer.context)
          expect(last.seq).toBeGreaterThan(Math.max(...before.map(({ seq }) => seq)))
        })
      ))

    test(
      "a process that is frozen in its commit holds the others up for seconds, and has done nothing when it wakes",
      {
        timeout: 90_000
      },
      () =>
        onBooks(
          Effect.fnUntraced(function* ({ holders, observer, url }) {
            const [frozen] = yield* tellers(url, {})
            if (frozen === undefined) return yield* Effect.die(new Error("a teller is needed"))
            const row = yield* holding(url, holders[0])
            const asked = frozen.ask([payment(holders[0], 1)])
            yield* waitingFor(url, 1)
            frozen.signal("SIGSTOP")
            // It gets what it waits for, and cannot go on.
            yield* row.release
            yield* Effect.sleep("200 millis")
            const begun = performance.now()
            const { repeats, what } = yield* observer.ask(payment(holders[0], 2))
            const waited = performance.now() - begun
            expect([what, repeats]).toStrictEqual(["accepted", 0])
            expect(waited).toBeGreaterThan(3000)
            expect(waited).toBeLessThan(25_000)
            const { page } = yield* Effect.provideContext(Journal, observer.context)
            const paid = Effect.map(page(0, 1000), (all) => all.filter(({ tag }) => tag === "PaySlip"))
            expect((yield* paid).map(({ key }) => key)).toStrictEqual(["2"])
            frozen.signal("SIGCONT")
            const [heard] = yield* Effect.promise(() => asked)
            expect(heard?.what).toBe("accepted")
            const both = yield* paid
            expect(both.map(({ key }) => key)).toStrictEqual(["2", "1"])
            expect(both.map(place).toSorted((a, b) => a - b)).toStrictEqual(both.map(place))
            expect(yield* held(observer, holders[0])).toBe(1_000_000 - 2 * 1055)
          })
        )
    )

    test(
      "a row that a stranger never lets go ends as Busy within half a minute, and the others are paid meanwhile",
      {
        timeout: 90_000
      },
      () =>
        onBooks(
          Effect.fnUntraced(function* ({ holders, observer, url }) {
            const other = yield* writer(url)
            const row = yield* holding(url, holders[0])
            const begun = performance.now()
            const { busy, isPaid } = yield* Effect.all(
              {
                busy: observer.askOnce(payment(holders[0], 1)),
                isPaid: Effect.map(other.ask(payment(holders[1], 2)), ({ what }) => what === "accepted")
              },
              { concurrency: "unbounded" }
            )
            expect(performance.now() - begun).toBeLessThan(30_000)
            expect(busy).toMatchObject({ what: "failed", text: expect.stringContaining('"contended"') })
            expect(isPaid).toBe(true)
            yield* row.release
            expect((yield* observer.ask(payment(holders[0], 1))).what).toBe("accepted")
            expect(yield* held(observer, holders[0])).toBe(1_000_000 - 1055)
          })
        )
    )
  })
})

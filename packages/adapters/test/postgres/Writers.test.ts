/**
 * Several writers on one database at once: what one of them decides, the others have seen.
 *
 * Where a test says that two wait for the same row, a foreign session holds it until both do, so that the one that is
 * second has read what it can before, and decides after.
 */
import { head, Journal } from "@kinchaku/domain/audit/Journal"
import { verify } from "@kinchaku/domain/audit/Verification"
import { Policies } from "@kinchaku/domain/policy/Policies"
import { Effect, Fiber, type Scope } from "effect"
import { expect, test } from "vitest"
import * as Session from "../../src/postgres/Session.ts"
import type { Heard } from "../../torture/Asks.ts"
import { emptyBooks } from "./Books.ts"
import { describeServers } from "./Servers.ts"
import { accounts, counting, held, holding, payment, percentile99, waitingFor, writer } from "./Writing.ts"

const atOnce = { concurrency: "unbounded" } as const
const accepted = (all: ReadonlyArray<Heard>) => all.filter(({ what }) => what === "accepted")
const refusals = (all: ReadonlyArray<Heard>) =>
  all.filter(({ what }) => what === "refused").map(({ text }): unknown => JSON.parse(text)._tag)

describeServers((server) => {
  const books = emptyBooks(server)
  /** Runs steps with two writers and some accounts, and verifies the books after them. */
  const withTwo = <A>(
    steps: (two: {
      readonly one: Effect.Success<ReturnType<typeof writer>>
      readonly two: Effect.Success<ReturnType<typeof writer>>
      readonly holders: Effect.Success<ReturnType<typeof accounts>>
      readonly url: string
    }) => Effect.Effect<A, unknown, Scope.Scope>,
    tries: Array<number> = []
  ) =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const url = yield* books
          const one = yield* writer(url, { over: counting(tries) })
          const two = yield* writer(url, { over: counting(tries) })
          const holders = yield* accounts(one, 6)
          tries.length = 0
          const value = yield* steps({ one, two, holders, url })
          yield* Effect.provideContext(verify(), one.context)
          return value
        })
      )
    )

  test("a key that two use at once has one effect and answers both the same (LED-08)", () =>
    withTwo(
      Effect.fnUntraced(function* ({ holders, one, two, url }) {
        const row = yield* holding(url, holders[0])
        const ask = payment(holders[0], 1)
        const both = yield* Effect.forkChild(Effect.all([one.ask(ask), two.ask(ask)], atOnce))
        yield* waitingFor(url, 2)
        yield* row.release
        const heard = yield* Fiber.join(both)
        expect(heard.map(({ what }) => what)).toStrictEqual(["accepted", "accepted"])
        expect(heard[0]?.text).toBe(heard[1]?.text)
        expect(yield* held(two, holders[0])).toBe(1_000_000 - 1055)
      })
    ))

  test("an opening that is repeated in another process while it is decided answers the same (LED-08)", () =>
    withTwo(
      Effect.fnUntraced(function* ({ one, two }) {
        for (let n = 1; n <= 20; n++) {
          const ask = { ask: "claim", key: `again ${n}`, person: 100 + n, email: 100 + n, phone: 100 + n } as const
          const heard = yield* Effect.all([one.ask(ask), two.ask(ask)], atOnce)
          expect(heard.map(({ what }) => what)).toStrictEqual(["accepted", "accepted"])
          expect(heard[0]?.text).toBe(heard[1]?.text)
        }
      })
    ))

  test("a slip that two accounts pay at once is paid once (PAY-09)", () =>
    withTwo(
      Effect.fnUntraced(function* ({ holders, one, two }) {
        const slips = Array.from({ length: 30 }, (_, n) => n + 1)
        const pay = (n: number) =>
          Effect.all([one.ask(payment(holders[0], n, `a${n}`)), two.ask(payment(holders[1], n, `b${n}`))], atOnce)
        const heard = yield* Effect.forEach(slips, pay, atOnce)
        expect(heard.map((both) => accepted(both).length)).toStrictEqual(slips.map(() => 1))
        expect(heard.flatMap(refusals)).toStrictEqual(slips.map(() => "BillAlreadyPaid"))
        const left = (yield* held(one, holders[0])) + (yield* held(one, holders[1]))
        expect(left).toBe(2_000_000 - 30 * 1055)
      })
    ))

  test("of openings with the same person, e-mail address or phone number at once, one succeeds", () =>
    withTwo(
      Effect.fnUntraced(function* ({ one, two }) {
        for (const same of ["person", "email", "phone"] as const) {
          const base = { person: 1000, email: 2000, phone: 3000 }[same]
          const claim = (n: number) => {
            const own = { person: base + n, email: base + n, phone: base + n }
            return { ask: "claim", key: `${same} ${n}`, ...own, [same]: base } as const
          }
          const numbers = Array.from({ length: 12 }, (_, n) => n + 1)
          const heard = yield* Effect.forEach(numbers, (n) => (n % 2 === 0 ? one : two).ask(claim(n)), atOnce)
          expect(accepted(heard)).toHaveLength(1)
          expect(refusals(heard)).toHaveLength(11)
        }
      })
    ))

  test("operators change the policy and the biller at once, while both are read by payments", () =>
    withTwo(
      Effect.fnUntraced(function* ({ holders, one, two }) {
        const pay = (n: number) => (n % 2 === 0 ? one : two).ask(payment(holders[n % 6], n + 1))
        const paying = yield* Effect.forkChild(
          Effect.forEach(
            Array.from({ length: 300 }, (_, n) => n),
            pay,
            { concurrency: 16 }
          )
        )
        for (let n = 1; n <= 5; n++) {
          const changes = yield* Effect.all(
            [
              one.ask({ ask: "adopt", version: 2 * n, operator: "one" }),
              two.ask({ ask: "adopt", version: 2 * n + 1, operator: "two" }),
              one.ask({ ask: "contract", version: 2 * n, operator: "one" }),
              two.ask({ ask: "contract", version: 2 * n + 1, operator: "two" })
            ],
            atOnce
          )
          expect(accepted(changes)).toHaveLength(4)
        }
        expect(accepted(yield* Fiber.join(paying))).toHaveLength(300)
        const { inForce } = yield* Effect.provideContext(Policies, one.context)
        expect((yield* inForce)?.version).toBe(11)
      })
    ))

  test("heads are told when no commit is under way: nothing is added behind them", () =>
    withTwo(
      Effect.fnUntraced(function* ({ holders, one, two, url }) {
        const beside = yield* Session.open(url)
        yield* beside.rows(`CREATE OR REPLACE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_sleep(0.8); RETURN NEW; END $$`)
        yield* beside.rows(`CREATE TRIGGER lingers BEFORE INSERT ON payment FOR EACH ROW
          WHEN (NEW.account = '${holders[0]}') EXECUTE FUNCTION linger()`)
        const slow = yield* Effect.forkChild(one.ask(payment(holders[0], 1)))
        yield* Effect.sleep("300 millis")
        yield* two.ask(payment(holders[1], 2))
        yield* two.ask(payment(holders[1], 3))
        // The control looks at once.
        const control = yield* beside.rows("SELECT max(seq) FROM chain_head")
        const { heads, page } = yield* Effect.provideContext(Journal, two.context)
        const settled = yield* heads
        const isDone = slow.pollUnsafe() !== undefined
        yield* Fiber.join(slow)
        yield* beside.rows("DROP TRIGGER lingers ON payment")
        const paid = (yield* page(0, 10_000)).find(({ key }) => key === "1")
        expect(settled).toStrictEqual(yield* heads)
        expect(settled.find(({ lane }) => lane === paid?.lane)?.seq).toBe((paid?.seq ?? 0) + 1)
        expect(isDone || settled.length === 2).toBe(true)
        // The link is numbered below the greatest that the control saw, and it did not see it.
        expect(paid?.seq).toBeLessThan(Number(control[0]?.[0]))
      })
    ))

  test("a 257th writer is refused with what is wrong, and let in when a lane is free", () =>
    withTwo(
      Effect.fnUntraced(function* ({ url }) {
        const beside = yield* Session.open(url)
        const taken = yield* beside.rows(`SELECT count(*) FILTER (WHERE pg_try_advisory_lock(1263489619, lane))
          FROM generate_series(0, 255) AS lane`)
        expect(Number(taken[0]?.[0])).toBe(254)
        const refused = yield* Effect.flip(Effect.scoped(writer(url)))
        expect(refused._tag).toBe("StoreUnavailable")
        expect(String(refused.cause)).toMatch(/256|no lane is free/)
        yield* beside.rows("SELECT pg_advisory_unlock(1263489619, 200)")
        const late = yield* writer(url)
        expect((yield* late.ask({ ask: "contract", version: 9, operator: "late" })).what).toBe("accepted")
        const { lane } = yield* Effect.provideContext(head, late.context)
        expect(lane).toBe(200)
      })
    ))

  const stumbling = (url: string, state: string, times: number) =>
    Effect.gen(function* () {
      const beside = yield* Session.open(url)
      yield* beside.rows("DROP TRIGGER IF EXISTS stumbles ON payment")
      yield* beside.rows("DROP SEQUENCE IF EXISTS stumbled")
      yield* beside.rows("CREATE SEQUENCE stumbled")
      yield* beside.rows(`CREATE OR REPLACE FUNCTION stumble() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF nextval('stumbled') <= ${times} THEN RAISE EXCEPTION 'forced' USING ERRCODE = '${state}'; END IF;
          RETURN NEW;
        END $$`)
      yield* beside.rows("CREATE TRIGGER stumbles BEFORE INSERT ON payment FOR EACH ROW EXECUTE FUNCTION stumble()")
      return Effect.orDie(beside.rows("DROP TRIGGER stumbles ON payment"))
    })

  test.each([
    ["a deadlock", "40P01"],
    ["a serialization failure", "40001"],
    ["a lock that was not free", "55P03"]
  ])("%s is tried again, and done once", (_, state) => {
    const tries: Array<number> = []
    return withTwo(
      Effect.fnUntraced(function* ({ holders, one, url }) {
        const stop = yield* stumbling(url, state, 3)
        const { repeats, what } = yield* one.ask(payment(holders[0], 1))
        expect([what, repeats, tries]).toStrictEqual(["accepted", 0, [4]])
        expect(yield* held(one, holders[0])).toBe(1_000_000 - 1055)
        yield* stop
      }),
      tries
    )
  })

  test("what is never free ends as Busy, with nothing done, and is done when it is free", { timeout: 60_000 }, () =>
    withTwo(
      Effect.fnUntraced(function* ({ holders, one, url }) {
        const stop = yield* stumbling(url, "40P01", 13)
        // Thirteen tries are one commit; the caller of this test asks again after it.
        const { repeats, what } = yield* one.ask(payment(holders[0], 1))
        expect([what, repeats]).toStrictEqual(["accepted", 1])
        expect(yield* held(one, holders[0])).toBe(1_000_000 - 1055)
        yield* stop
      })
    )
  )

  test("writers and a stranger who lock in opposite orders get by with few tries", { timeout: 60_000 }, async () => {
    const tries: Array<number> = []
    await withTwo(
      Effect.fnUntraced(function* ({ holders, one, two, url }) {
        const stranger = yield* Session.open(url)
        const sorted = holders.toSorted()
        const meddle = Effect.gen(function* () {
          yield* stranger.rows("BEGIN")
          for (const id of [sorted[5], sorted[2], sorted[0]]) {
            yield* stranger.rows("SELECT 1 FROM account WHERE id = $1 FOR UPDATE", id)
            yield* Effect.sleep("2 millis")
          }
        }).pipe(
          // The stranger may be the one that a deadlock ends.
          Effect.exit,
          Effect.andThen(Effect.exit(stranger.rows("ROLLBACK"))),
          Effect.andThen(Effect.sleep("3 millis")),
          Effect.forever
        )
        const meddling = yield* Effect.forkChild(meddle)
        const pay = (n: number) => (n % 2 === 0 ? one : two).ask(payment(holders[(n * 7) % 6], n + 1))
        const numbers = Array.from({ length: 160 }, (_, n) => n)
        const heard = yield* Effect.forEach(numbers, pay, { concurrency: 24 })
        yield* Fiber.interrupt(meddling)
        expect(accepted(heard)).toHaveLength(160)
        const left = yield* Effect.forEach(holders, (account) => held(one, account))
        expect(left.reduce((sum, one) => sum + one, 0)).toBe(6_000_000 - 160 * 1055)
      }),
      tries
    )
    expect(percentile99(tries)).toBeLessThanOrEqual(5)
  })
})

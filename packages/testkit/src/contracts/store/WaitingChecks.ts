/**
 * Checks of what waits: requests in the outbox, and the searches of the sweeps.
 */
import { type Account, accounts } from "@kinchaku/domain/account/Account"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import { Due } from "@kinchaku/domain/engine/Due"
import { put } from "@kinchaku/domain/engine/Facts"
import { Outbox } from "@kinchaku/domain/engine/Outbox"
import { cash, cashBreakage } from "@kinchaku/domain/ledger/AccountCode"
import { type TopUp, topUps } from "@kinchaku/domain/topup/TopUp"
import { Effect } from "effect"
import { expect } from "vitest"
import { accountId, commit, credit, debit, minute, request } from "./Batches.ts"
import { type Check, check, everAfter } from "./Check.ts"
import { account, funded, ground, outgoing, topUp, topUpId } from "./Ground.ts"

const before = (n: number) => instant(minute(n) - 1)
const asked = (...numbers: ReadonlyArray<number>) =>
  commit({ commands: numbers.map((n) => ({ n })), requests: numbers.map((n) => outgoing(n)) })
const idsDue = (n: number, limit = 100) =>
  Effect.gen(function* () {
    const due = yield* (yield* Outbox).due("bankDebit", minute(n), limit)
    return due.map(({ request: { id } }) => id)
  })

const requests: ReadonlyArray<Check> = [
  check("a request is due from when it was asked, as it was recorded, with no attempts", function* () {
    const odd = outgoing(5, { kind: "billerNotice", subject: "it's 件" })
    yield* commit({ commands: [{ n: 5 }], requests: [odd] })
    const outbox = yield* Outbox
    expect(yield* outbox.due("billerNotice", before(5), 10)).toStrictEqual([])
    expect(yield* outbox.due("billerNotice", minute(5), 10)).toStrictEqual([{ request: odd, attempts: 0 }])
  }),
  check("requests of another kind are not among those of a kind", function* () {
    yield* commit({ commands: [{ n: 1 }, { n: 2 }], requests: [outgoing(1), outgoing(2, { kind: "bankLink" })] })
    const outbox = yield* Outbox
    expect(yield* outbox.due("bankLink", everAfter, 10)).toStrictEqual([
      { request: outgoing(2, { kind: "bankLink" }), attempts: 0 }
    ])
    expect(yield* outbox.due("billerNotice", everAfter, 10)).toStrictEqual([])
  }),
  check("due requests come with the longest waiting first, at most as many as asked for", function* () {
    yield* commit({
      commands: [{ n: 1 }, { n: 2 }, { n: 3 }],
      requests: [
        outgoing(1, { askedAt: minute(30) }),
        outgoing(2, { askedAt: minute(10) }),
        outgoing(3, { askedAt: minute(20) })
      ]
    })
    expect(yield* idsDue(99)).toStrictEqual([request(2), request(3), request(1)])
    expect(yield* idsDue(99, 2)).toStrictEqual([request(2), request(3)])
    expect(yield* idsDue(20)).toStrictEqual([request(2), request(3)])
  }),
  check("a postponed request is due from its new time on, with its attempts", function* () {
    yield* asked(1)
    const outbox = yield* Outbox
    yield* outbox.postpone([{ id: request(1), attempts: 1, until: minute(30) }])
    yield* outbox.postpone([{ id: request(1), attempts: 2, until: minute(40) }])
    expect(yield* outbox.due("bankDebit", before(40), 10)).toStrictEqual([])
    expect(yield* outbox.due("bankDebit", minute(40), 10)).toStrictEqual([{ request: outgoing(1), attempts: 2 }])
  }),
  check(
    "of two who try the same request one is told that it is theirs, and the other's note changes nothing",
    function* () {
      yield* asked(1, 2)
      const outbox = yield* Outbox
      const tried = (until: number, ...numbers: ReadonlyArray<number>) =>
        outbox.postpone(numbers.map((n) => ({ id: request(n), attempts: 1, until: minute(until) })))
      expect(yield* tried(40, 1)).toStrictEqual([request(1)])
      expect((yield* tried(50, 2, 1, 9)).toSorted()).toStrictEqual([request(2)])
      expect(yield* idsDue(49)).toStrictEqual([request(1)])
      const races = yield* Effect.forEach([60, 61, 62, 63], (until) => tried(until, 3), { concurrency: "unbounded" })
      expect(races.flat()).toStrictEqual([])
      yield* commit({ commands: [{ n: 5 }], requests: [outgoing(5)] })
      const won = yield* Effect.forEach([60, 61, 62, 63], (until) => tried(until, 5), { concurrency: "unbounded" })
      expect(won.flat()).toStrictEqual([request(5)])
    }
  ),
  check("a postponed request waits behind those that became due before its new time", function* () {
    yield* asked(1, 2, 3)
    yield* (yield* Outbox).postpone([{ id: request(1), attempts: 1, until: before(3) }])
    expect(yield* idsDue(99)).toStrictEqual([request(2), request(1), request(3)])
  }),
  check("several requests are postponed at once", function* () {
    yield* asked(1, 2, 3)
    const until = minute(50)
    const outbox = yield* Outbox
    const ids = yield* outbox.postpone([1, 3].map((n) => ({ id: request(n), attempts: 1, until })))
    expect(ids.toSorted()).toStrictEqual([request(1), request(3)])
    expect(yield* idsDue(49)).toStrictEqual([request(2)])
    expect(yield* idsDue(50)).toStrictEqual([request(2), request(1), request(3)])
  }),
  check("postponing one request leaves the others as they are", function* () {
    yield* asked(1, 2)
    yield* (yield* Outbox).postpone([{ id: request(1), attempts: 1, until: minute(50) }])
    expect(yield* (yield* Outbox).due("bankDebit", minute(9), 10)).toStrictEqual([
      { request: outgoing(2), attempts: 0 }
    ])
  }),
  check("an answered request is due no more", function* () {
    yield* asked(1, 2)
    yield* commit({ commands: [{ n: 3 }], answered: [request(1)] })
    expect(yield* idsDue(99)).toStrictEqual([request(2)])
    expect(yield* (yield* Outbox).waiting).toBe(1)
  }),
  check("postponing an answered request does nothing", function* () {
    yield* asked(1)
    yield* commit({ commands: [{ n: 2 }], answered: [request(1)] })
    const outbox = yield* Outbox
    expect(yield* outbox.postpone([{ id: request(1), attempts: 1, until: minute(3) }])).toStrictEqual([])
    expect(yield* outbox.due("bankDebit", everAfter, 10)).toStrictEqual([])
    expect(yield* outbox.waiting).toBe(0)
  }),
  check("an answer to a request that waits no more changes nothing", function* () {
    yield* asked(1, 2)
    yield* commit({ commands: [{ n: 3 }], answered: [request(1)] })
    yield* commit({ commands: [{ n: 4 }], answered: [request(1), request(9)] })
    expect(yield* idsDue(99)).toStrictEqual([request(2)])
  }),
  check("a request that is made and answered in one commit never waits", function* () {
    yield* commit({ commands: [{ n: 1 }, { n: 2 }], requests: [outgoing(1)], answered: [request(1)] })
    expect(yield* (yield* Outbox).waiting).toBe(0)
  }),
  check("all that waits is counted, due or not", function* () {
    const outbox = yield* Outbox
    expect(yield* outbox.waiting).toBe(0)
    yield* asked(1, 2, 3)
    yield* outbox.postpone([{ id: request(2), attempts: 1, until: everAfter }])
    expect(yield* outbox.waiting).toBe(3)
  })
]

const withCash = (n: number, changed: Pick<Partial<Account>, "cashExpiresAt" | "cashNoticeDays">) => ({
  command: funded(n, 100),
  record: put<Account>(accounts, { ...account(n), ...changed })
})
const commitAll = (all: ReadonlyArray<ReturnType<typeof withCash>>) =>
  commit({ commands: all.map(({ command }) => command), puts: all.map(({ record }) => record) })
const expiring = Effect.fnUntraced(function* (until: number, after = "", limit = 100) {
  return yield* (yield* Due).expiringCash(instant(until), after, limit)
})
const unresolved = Effect.fnUntraced(function* (since: number, after = "", limit = 100) {
  return yield* (yield* Due).unresolvedTopUps(instant(since), after, limit)
})
const putTopUps = (...all: ReadonlyArray<TopUp>) =>
  commit({
    commands: [funded(50, 1, 1)],
    puts: [...(ground(1).puts ?? []).slice(0, 3), ...all.map((one) => put(topUps, one))]
  })

const searches: ReadonlyArray<Check> = [
  check("BAL-06 cash that expires at the very instant asked for is found, later cash is not", function* () {
    yield* commitAll([1, 2, 3].map((n) => withCash(n, { cashExpiresAt: minute(10 * n) })))
    expect(yield* expiring(minute(20) - 1)).toStrictEqual([accountId(1)])
    expect(yield* expiring(minute(20))).toStrictEqual([accountId(1), accountId(2)])
    expect(yield* expiring(everAfter)).toStrictEqual([accountId(1), accountId(2), accountId(3)])
  }),
  check("BAL-06 accounts without cash or without an expiry are not found", function* () {
    yield* commitAll([withCash(1, { cashExpiresAt: minute(1) }), withCash(2, {})])
    yield* commit({
      commands: [
        { n: 3 },
        {
          n: 4,
          entries: [{ kind: "cashExpired", postings: [debit(cash(accountId(1)), 100), credit(cashBreakage, 100)] }]
        }
      ],
      puts: [put(accounts, { ...account(3), cashExpiresAt: minute(1) })]
    })
    expect(yield* expiring(everAfter)).toStrictEqual([])
  }),
  check("BAL-06 a new expiry takes the place of the old one", function* () {
    yield* commitAll([withCash(1, { cashExpiresAt: minute(10) })])
    yield* commit({ commands: [{ n: 2 }], puts: [withCash(1, { cashExpiresAt: minute(90) }).record] })
    expect(yield* expiring(minute(89))).toStrictEqual([])
    expect(yield* expiring(minute(90))).toStrictEqual([accountId(1)])
  }),
  check("expiring cash comes in the order of account ids, page by page", function* () {
    yield* commitAll([3, 1, 5, 2, 4].map((n) => withCash(n, { cashExpiresAt: minute(100 - n) })))
    expect(yield* expiring(everAfter, "", 2)).toStrictEqual([accountId(1), accountId(2)])
    expect(yield* expiring(everAfter, accountId(2), 2)).toStrictEqual([accountId(3), accountId(4)])
    expect(yield* expiring(everAfter, accountId(4), 2)).toStrictEqual([accountId(5)])
    expect(yield* expiring(everAfter, accountId(5), 2)).toStrictEqual([])
  }),
  check("TOP-11 top-ups asked for before an instant are found, those of that instant are not", function* () {
    yield* putTopUps({ _tag: "processing", ...topUp(10, 1) }, { _tag: "processing", ...topUp(20, 1) })
    expect(yield* unresolved(minute(10))).toStrictEqual([])
    expect(yield* unresolved(minute(10) + 1)).toStrictEqual([topUpId(10)])
    expect(yield* unresolved(minute(20) + 1)).toStrictEqual([topUpId(10), topUpId(20)])
  }),
  check("TOP-11 top-ups that were raised or are settled are not found", function* () {
    yield* putTopUps(
      { _tag: "processing", ...topUp(10, 1), raisedAt: minute(11) },
      { _tag: "completed", ...topUp(11, 1), creditedTo: "cash", settledAt: minute(12) },
      { _tag: "failed", ...topUp(12, 1), settledAt: minute(13), reason: "refused" },
      { _tag: "processing", ...topUp(13, 1) }
    )
    expect(yield* unresolved(everAfter)).toStrictEqual([topUpId(13)])
    yield* commit({
      commands: [{ n: 60 }],
      puts: [put(topUps, { _tag: "processing", ...topUp(13, 1), raisedAt: minute(14) })]
    })
    expect(yield* unresolved(everAfter)).toStrictEqual([])
  }),
  check("unresolved top-ups come in the order of their ids, page by page", function* () {
    yield* putTopUps(
      ...[12, 10, 14, 11, 13].map((n): TopUp => ({ _tag: "processing", ...topUp(n, 1), askedAt: minute(30 - n) }))
    )
    expect(yield* unresolved(everAfter, "", 3)).toStrictEqual([10, 11, 12].map(topUpId))
    expect(yield* unresolved(everAfter, topUpId(12), 3)).toStrictEqual([13, 14].map(topUpId))
  })
]

export const waitingChecks: ReadonlyArray<Check> = [...requests, ...searches]

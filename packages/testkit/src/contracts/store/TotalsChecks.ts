/**
 * Checks of totals: what was booked on accounts together, by day, and cash that expired.
 */
import { accounts } from "@kinchaku/domain/account/Account"
import { Journal } from "@kinchaku/domain/audit/Journal"
import { at, end, type Instant, instant, type JapanDate, start } from "@kinchaku/domain/calendar/JapanDate"
import { put } from "@kinchaku/domain/engine/Facts"
import { Store } from "@kinchaku/domain/engine/Store"
import { type AccountCode, bankSettlement, cash, cashBreakage, fees, money } from "@kinchaku/domain/ledger/AccountCode"
import { genesisOf, type Lane } from "@kinchaku/domain/ledger/HashChain"
import { Effect } from "effect"
import { expect } from "vitest"
import { sha256 } from "../../memory/TestDigest.ts"
import { accountId, type Batch, commit, credit, debit, minute, type Numbered, workOf } from "./Batches.ts"
import { type Check, check } from "./Check.ts"
import { account, bank } from "./Ground.ts"

const [one, two] = [cash(accountId(1)), cash(accountId(2))]
const beside = money(accountId(1))
/** 2026-09-22 in Japan. */
const first = at(minute(60))
const day = (text: string) => text as JapanDate
const [second, third] = [day("2026-09-23"), day("2026-09-24")]

const credited = (n: number, to: AccountCode, amount: number, bookedAt: Instant): Numbered => ({
  n,
  bookedAt,
  entries: [{ businessAt: bookedAt, postings: [debit(bankSettlement(bank), amount), credit(to, amount)] }]
})
const paid = (n: number, from: AccountCode, amount: number, bookedAt: Instant): Numbered => ({
  n,
  bookedAt,
  entries: [{ kind: "payment", businessAt: bookedAt, postings: [debit(from, amount), credit(fees, amount)] }]
})
const expired = (n: number, from: AccountCode, amount: number, businessAt: Instant, bookedAt: Instant): Numbered => ({
  n,
  bookedAt,
  entries: [{ kind: "cashExpired", businessAt, postings: [debit(from, amount), credit(cashBreakage, amount)] }]
})

/** Bookings at the edges of three days, on cash of two accounts and money of one. */
const threeDays = commit({
  commands: [
    credited(1, one, 1000, end(first)),
    credited(2, two, 200, start(second)),
    credited(3, beside, 7000, start(second)),
    paid(4, one, 30, start(second)),
    paid(5, one, 4, end(second)),
    credited(6, one, 50, start(third)),
    expired(7, two, 200, end(second), start(third))
  ]
})

const total = (on: JapanDate, kind: string, debits: number, credits: number, businessDay = on) => ({
  day: on,
  businessDay,
  kind,
  debits,
  credits
})

const totals = (code: string, from: Instant, until: Instant) =>
  Effect.flatMap(Journal, (journal) => journal.totals(code, { from, until }))

const commitIn = (lane: Lane, batch: Batch) =>
  Effect.gen(function* () {
    const heads = yield* (yield* Journal).heads
    const hash = heads.find((head) => head.lane === lane)?.hash ?? genesisOf(sha256, lane)
    const work = workOf(batch)
    yield* (yield* Store).commit({
      ...work,
      decide: (facts, outcomes, head) => work.decide(facts, outcomes, { ...head, lane, hash })
    })
  })

const holding = (n: number, cashExpiresAt: Instant) => put(accounts, { ...account(n), cashExpiresAt })

const booked: ReadonlyArray<Check> = [
  check("totals are of all accounts under a code, by day, day of business and kind, in this order", function* () {
    yield* threeDays
    expect(yield* totals("liability:cash", start(first), end(third))).toStrictEqual({
      before: { debits: 0, credits: 0 },
      days: [
        total(first, "topUp", 0, 1000),
        total(second, "payment", 34, 0),
        total(second, "topUp", 0, 200),
        total(third, "cashExpired", 200, 0, second),
        total(third, "topUp", 0, 50)
      ]
    })
    expect(yield* totals("liability:money", start(first), end(third))).toStrictEqual({
      before: { debits: 0, credits: 0 },
      days: [total(second, "topUp", 0, 7000)]
    })
  }),
  check(
    "totals are of one account where its whole code is asked for, and of none whose code only begins alike",
    function* () {
      yield* threeDays
      expect((yield* totals(two, start(first), end(third))).days).toStrictEqual([
        total(second, "topUp", 0, 200),
        total(third, "cashExpired", 200, 0, second)
      ])
      const none = { before: { debits: 0, credits: 0 }, days: [] }
      expect(yield* totals("liability:cas", start(first), end(third))).toStrictEqual(none)
      expect(yield* totals("liability:", start(first), end(third))).toStrictEqual(none)
      expect(yield* totals(two.slice(0, -1), start(first), end(third))).toStrictEqual(none)
    }
  ),
  check("totals before a period are of all that was booked before its first moment, of every account", function* () {
    yield* threeDays
    expect(yield* totals("liability:cash", start(third), end(third))).toStrictEqual({
      before: { debits: 34, credits: 1200 },
      days: [total(third, "cashExpired", 200, 0, second), total(third, "topUp", 0, 50)]
    })
    expect((yield* totals("liability:cash", start(second), end(second))).before).toStrictEqual({
      debits: 0,
      credits: 1000
    })
    expect(yield* totals("liability:cash", instant(end(first) + 86_400_000 * 9), end(day("2026-12-31")))).toStrictEqual(
      {
        before: { debits: 234, credits: 1250 },
        days: []
      }
    )
  }),
  check(
    "totals have what was booked at the first and at the last moment of their period, and nothing outside",
    function* () {
      yield* threeDays
      expect((yield* totals("liability:cash", start(second), start(second))).days).toStrictEqual([
        total(second, "payment", 30, 0),
        total(second, "topUp", 0, 200)
      ])
      const rest = yield* totals("liability:cash", instant(start(second) + 1), instant(start(third) - 1))
      expect(rest).toStrictEqual({
        before: { debits: 30, credits: 1200 },
        days: [total(second, "payment", 4, 0)]
      })
    }
  ),
  check("totals are over all lanes", function* () {
    const noon = instant(start(second) + 43_200_000)
    yield* commitIn(2 as Lane, { commands: [credited(1, one, 100, end(first))] })
    yield* commitIn(0 as Lane, { commands: [paid(2, one, 3, start(second))] })
    yield* commitIn(2 as Lane, { commands: [paid(3, one, 4, noon)] })
    yield* commitIn(1 as Lane, { commands: [paid(4, one, 5, noon)] })
    for (const code of ["revenue:fees", "revenue"]) {
      expect(yield* totals(code, noon, end(second))).toStrictEqual({
        before: { debits: 0, credits: 3 },
        days: [total(second, "payment", 0, 9)]
      })
    }
    expect((yield* totals("liability:cash", noon, end(second))).before).toStrictEqual({ debits: 3, credits: 100 })
  })
]

const expiredCash = (before: Instant, bookedSince: Instant) =>
  Effect.flatMap(Journal, (journal) => journal.expiredCash({ before, bookedSince }))

const expiring: ReadonlyArray<Check> = [
  check(
    "BAL-06 expired cash that is not booked yet is summed by its expiry and the day of its last change",
    function* () {
      const [three, four] = [cash(accountId(3)), cash(accountId(4))]
      yield* commit({
        commands: [
          credited(1, one, 10, start(first)),
          credited(2, two, 200, start(first)),
          credited(3, three, 3000, start(first)),
          credited(4, four, 40_000, start(second))
        ],
        puts: [holding(1, end(second)), holding(2, end(first)), holding(3, end(second)), holding(4, end(second))]
      })
      const waiting = (lastDay: JapanDate, amount: number, unchangedSince = first) => ({
        unchangedSince,
        lastDay,
        amount
      })
      expect(yield* expiredCash(end(first), start(first))).toStrictEqual([])
      expect(yield* expiredCash(instant(end(first) + 1), start(first))).toStrictEqual([waiting(first, 200)])
      expect(yield* expiredCash(end(second), start(first))).toStrictEqual([waiting(first, 200)])
      expect(yield* expiredCash(start(third), start(first))).toStrictEqual([
        waiting(first, 200),
        waiting(second, 3010),
        waiting(second, 40_000, second)
      ])
      yield* commit({ commands: [paid(5, one, 10, start(second))] })
      expect((yield* expiredCash(start(third), start(first)))[1]).toStrictEqual(waiting(second, 3000))
    }
  ),
  check(
    "BAL-06 expired cash that is booked is shown with the day of booking, and from when on it lay unchanged",
    function* () {
      yield* threeDays
      const booked = [{ unchangedSince: second, lastDay: second, bookedOn: third, amount: 200 }]
      expect(yield* expiredCash(start(first), start(first))).toStrictEqual(booked)
      expect(yield* expiredCash(start(first), start(third))).toStrictEqual(booked)
      expect(yield* expiredCash(start(first), instant(start(third) + 1))).toStrictEqual([])
      yield* commit({ commands: [credited(8, two, 9, start(third))], puts: [holding(2, end(third))] })
      expect(yield* expiredCash(end(day("2026-12-31")), start(first))).toStrictEqual([
        ...booked,
        { unchangedSince: third, lastDay: third, amount: 9 }
      ])
    }
  ),
  check("cash given up, and money of an account whose cash has expired, are not among expired cash", function* () {
    const given = [debit(two, 7), credit(cashBreakage, 7)] as const
    yield* commit({
      commands: [
        credited(1, beside, 500, minute(1)),
        credited(2, two, 7, minute(2)),
        { n: 3, entries: [{ kind: "accountClosed", postings: given }] },
        credited(4, two, 8, minute(4))
      ],
      puts: [holding(1, end(first)), put(accounts, account(2))]
    })
    expect(yield* expiredCash(end(third), start(first))).toStrictEqual([])
  })
]

const overLanes: ReadonlyArray<Check> = [
  check("BAL-06 expired cash is booked in any lane, and found with its last change in any other", function* () {
    yield* commitIn(2 as Lane, { commands: [credited(1, one, 100, start(first)), credited(2, two, 20, start(first))] })
    yield* commitIn(0 as Lane, { commands: [paid(3, one, 1, start(second))] })
    yield* commitIn(0 as Lane, { commands: [expired(4, one, 99, end(second), start(third))] })
    yield* commitIn(1 as Lane, { commands: [expired(5, two, 20, end(second), start(third))] })
    expect(yield* expiredCash(end(third), start(third))).toStrictEqual([
      { unchangedSince: first, lastDay: second, bookedOn: third, amount: 20 },
      { unchangedSince: second, lastDay: second, bookedOn: third, amount: 99 }
    ])
  })
]

export const totalsChecks: ReadonlyArray<Check> = [...booked, ...expiring, ...overLanes]

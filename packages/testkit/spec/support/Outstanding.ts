/**
 * Outstanding: money and payouts written directly into books of several lanes, and what a reader of all pages makes of them.
 */
import { Journal } from "@kinchaku/domain/audit/Journal"
import { addDays, at as dayAt, type Instant, instant, type JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import { type RecordedCommand, Store } from "@kinchaku/domain/engine/Store"
import * as AccountCode from "@kinchaku/domain/ledger/AccountCode"
import { genesisOf, type Lane } from "@kinchaku/domain/ledger/HashChain"
import type { Posting } from "@kinchaku/domain/ledger/JournalEntry"
import { zero } from "@kinchaku/domain/money/Yen"
import { Reports } from "@kinchaku/domain/report/Reports"
import { Clock, Effect, Equal, Layer } from "effect"
import * as fc from "fast-check"
import { accountId, credit, debit, workOf } from "../../src/contracts/store/Batches.ts"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import { sha256 } from "../../src/memory/TestDigest.ts"
import { Hands } from "./Desk.ts"
import { layerOf, type Reporting } from "./Reports.ts"

const dayMillis = 86_400_000
const nineHours = 9 * 3_600_000
/** Midnight of 2027-01-01 in Japan. */
const newYear = Date.UTC(2027, 0, 1) - nineHours
export const firstDay = "2027-01-01" as JapanDate
const days = 5

const actions = ["topUp", "topUp", "cashTopUp", "pay", "request", "request", "complete", "fail"] as const

/** Something that is booked, in a lane. */
export interface Booking {
  readonly at: number
  readonly what: (typeof actions)[number]
  readonly amount: number
  readonly fee: number
  readonly lane: number
}

const moment = (): fc.Arbitrary<number> =>
  fc
    .tuple(
      fc.nat({ max: days }),
      fc.oneof(
        fc.constantFrom(0, 1, -1, nineHours, nineHours - 1, dayMillis - 1, dayMillis / 2),
        fc.nat({ max: dayMillis - 1 })
      )
    )
    .map(([day, millis]) => newYear + day * dayMillis + millis)

/** Bookings at the edges of five days, of amounts on both sides of what changes the security. */
export const bookings = (): fc.Arbitrary<ReadonlyArray<Booking>> =>
  fc.array(
    fc.record(
      {
        at: moment(),
        what: fc.constantFrom(...actions),
        amount: fc.oneof(fc.integer({ min: 1, max: 99_999 }), fc.constantFrom(9_000_000, 100_000_000, 1)),
        fee: fc.constantFrom(0, 220),
        lane: fc.constantFrom(0, 0, 3, 255)
      },
      { noNullPrototype: true }
    ),
    { minLength: 3, maxLength: 16 }
  )

const bank = AccountCode.bankSettlement("0001")
const cash = AccountCode.cash(accountId(1))
const money = AccountCode.money(accountId(1))
const payable = AccountCode.merchantPayable("000001")
const { fees, feesHeld, payoutInTransit } = AccountCode

interface Payout {
  readonly amount: number
  readonly fee: number
}

/** The lines of bookings in the order of their times; what is not covered is left out. */
const linesOf = (inOrder: ReadonlyArray<Booking>) => {
  let held = 0
  const open: Array<Payout> = []
  const lines = ({ amount, fee, what }: Booking): ReadonlyArray<Posting> => {
    if (what === "topUp") held += amount
    if (what === "topUp") return [debit(bank, amount), credit(money, amount)]
    if (what === "cashTopUp") return [debit(bank, amount), credit(cash, amount)]
    if (what === "pay" && amount <= held) {
      held -= amount
      return [debit(money, amount), credit(payable, amount)]
    }
    if (what === "request" && amount + fee <= held) {
      held -= amount + fee
      open.push({ amount, fee })
      return [debit(money, amount + fee), credit(payoutInTransit, amount), ...feeLine(credit, feesHeld, fee)]
    }
    const payout = what === "complete" || what === "fail" ? open.shift() : undefined
    if (payout === undefined) return []
    const gone = [debit(payoutInTransit, payout.amount), ...feeLine(debit, feesHeld, payout.fee)]
    if (what === "complete") return [...gone, credit(bank, payout.amount), ...feeLine(credit, fees, payout.fee)]
    held += payout.amount + payout.fee
    return [...gone, credit(money, payout.amount + payout.fee)]
  }
  return inOrder.map((booking) => ({ booking, postings: lines(booking) }))
}

const feeLine = (side: typeof debit, account: AccountCode.AccountCode, fee: number): ReadonlyArray<Posting> =>
  fee === 0 ? [] : [side(account, fee)]

const book = (given: ReadonlyArray<Booking>) =>
  Effect.forEach(linesOf(given.toSorted((a, b) => a.at - b.at)), ({ booking: { at, lane: in_ }, postings }, n) =>
    Effect.gen(function* () {
      const [first, ...rest] = postings
      if (first === undefined) return
      const lane = in_ as Lane
      const heads = yield* (yield* Journal).heads
      const hash = heads.find((head) => head.lane === lane)?.hash ?? genesisOf(sha256, lane)
      const bookedAt = at as Instant
      const entries = [{ businessAt: bookedAt, postings: [first, ...rest] as const }]
      const work = workOf({ commands: [{ n: n + 1, bookedAt, entries }] })
      yield* (yield* Store).commit({
        ...work,
        decide: (facts, known, head) => work.decide(facts, known, { ...head, lane, hash })
      })
    })
  )

const owed = (commands: ReadonlyArray<RecordedCommand>, until: number, pattern: RegExp): number =>
  commands
    .filter(({ bookedAt }) => bookedAt < until)
    .flatMap(({ entries }) => entries.flatMap(({ entry }) => entry.postings))
    .filter(({ account }) => pattern.test(account))
    .reduce((sum, { amount, side }) => (side === "credit" ? sum + amount : sum - amount), 0)

/** The security by whole percents of a yen: 5 % up to a hundred million, 1 % above, at least ten million in all. */
export const securityOf = (outstanding: number): number => {
  const whole = BigInt(outstanding)
  const hundredths = whole <= 100_000_000n ? whole * 5n : 500_000_000n + (whole - 100_000_000n)
  const all = whole + (hundredths + 99n) / 100n
  return all < 10_000_000n ? 10_000_000 : Number(all)
}

/** What a reader of every line finds, day by day. */
const recounted = (commands: ReadonlyArray<RecordedCommand>, skipped: number, count: number) =>
  Array.from({ length: count }, (_, index) => {
    const until = newYear + (skipped + index + 1) * dayMillis
    const parts = {
      money: owed(commands, until, /^liability:money:/),
      payoutsInTransit: owed(commands, until, /^liability:payout-in-transit$/),
      feesHeld: owed(commands, until, /^liability:fees-held$/)
    }
    const outstanding = parts.money + parts.payoutsInTransit + parts.feesHeld
    return { ...parts, outstanding, required: securityOf(outstanding) }
  })

/** Whether the days of a period are what a reader of all pages finds, and the greatest is the first of the greatest. */
export const agrees = (reporting: Reporting, given: ReadonlyArray<Booking>, skipped: number, count: number) =>
  Effect.gen(function* () {
    yield* book(given)
    const from = addDays(firstDay, skipped)
    const reports = yield* Reports
    const { days: listed, max } = yield* reports.outstanding(from, addDays(from, count - 1))
    const expected = recounted(yield* (yield* Journal).page(0, 10_000), skipped, count)
    const greatest = Math.max(...expected.map(({ required }) => required))
    const most = expected.findIndex(({ required }) => required === greatest)
    return (
      listed.length === count &&
      listed.every(({ day, procedureCost: _, ...figures }, n) => {
        return day === addDays(from, n) && Equal.equals(figures, expected[n])
      }) &&
      Equal.equals(max, { day: addDays(from, most), required: greatest })
    )
  }).pipe(
    Effect.provide(layerOf(reporting).pipe(Layer.provideMerge(Layer.fresh(MemoryStore.layer)))),
    Effect.provideService(Clock.Clock, new Hands(newYear + 400 * dayMillis, 0))
  )

/** Days that begin and end at midnight of UTC, and are named as those of Japan. */
export const utcDays: Reporting = {
  journal: (journal) => ({
    ...journal,
    totals: (code, { from, until }) =>
      Effect.gen(function* () {
        const starts = Array.from(
          { length: Math.round((until + 1 - from) / dayMillis) },
          (_, n) => from + n * dayMillis
        )
        const { before } = yield* journal.totals(code, {
          from: instant(from + nineHours),
          until: instant(from + nineHours)
        })
        const each = yield* Effect.forEach(starts, (midnight) =>
          Effect.map(
            journal.totals(code, {
              from: instant(midnight + nineHours),
              until: instant(midnight + nineHours + dayMillis - 1)
            }),
            ({ days: all }) => all.map((one) => ({ ...one, day: dayAt(instant(midnight)) }))
          )
        )
        return { before, days: each.flat() }
      })
  })
}

/** Takes it that nothing was there before the period. */
export const nothingBefore: Reporting = {
  journal: (journal) => ({
    ...journal,
    totals: (code, period) =>
      Effect.map(journal.totals(code, period), ({ days: all }) => ({
        before: { debits: zero, credits: zero },
        days: all
      }))
  })
}

/**
 * Checks of statements: the lines of one account in a period, page by page.
 */
import { Journal, type StatementLine } from "@kinchaku/domain/audit/Journal"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import { Store } from "@kinchaku/domain/engine/Store"
import { type AccountCode, bankSettlement, cash, fees } from "@kinchaku/domain/ledger/AccountCode"
import { genesisOf, type Lane } from "@kinchaku/domain/ledger/HashChain"
import { entryId } from "@kinchaku/domain/ledger/JournalEntry"
import { Effect } from "effect"
import { expect } from "vitest"
import { sha256 } from "../../memory/TestDigest.ts"
import { accountId, commandId, commit, credit, debit, minute, workOf } from "./Batches.ts"
import { type Check, check } from "./Check.ts"
import { bank, funded } from "./Ground.ts"

const holder = cash(accountId(1))
const ever = minute(5_000_000)
const before = (at: Instant): Instant => instant(at - 1)

/** Pays two fees in one entry, so that an account has two lines in it. */
const twice = (n: number) => ({
  n,
  entries: [{ kind: "payment" as const, postings: [debit(holder, 7), credit(fees, 3), credit(fees, 4)] as const }]
})

/** Commands booked at minutes 1, 2, 3 and 3, 5: on the holder 100 in, 7 out, 20 in, 7 out, nothing. */
const booked = Effect.gen(function* () {
  yield* commit({ commands: [funded(1, 100), twice(2)] })
  yield* commit({ commands: [funded(3, 20, 1), { ...twice(4), bookedAt: minute(3) }, { n: 5 }] })
  yield* commit({ commands: [funded(6, 9, 2)] })
})

const shown = ({ amount, bookedAt, entry, kind, side }: StatementLine) => [entry, kind, bookedAt, side, amount]
const statement = (account: AccountCode, from: Instant, until: Instant, limit = 100) =>
  Effect.gen(function* () {
    const lines = yield* (yield* Journal).statement(account, { from, until }, limit)
    return lines.map(shown)
  })

const first = [entryId(commandId(1), 1), "topUp", minute(1), "credit", 100]
const second = [entryId(commandId(2), 1), "payment", minute(2), "debit", 7]
const third = [entryId(commandId(3), 1), "topUp", minute(3), "credit", 20]
const fourth = [entryId(commandId(4), 1), "payment", minute(3), "debit", 7]

/** All lines of an account, so many at a time. */
const paged = (account: AccountCode, size: number, from = minute(0)) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    const lines: Array<StatementLine> = []
    for (let rounds = 0; rounds < 50; rounds++) {
      const after = lines.at(-1)?.cursor
      const page = yield* journal.statement(
        account,
        { from, until: ever, ...(after === undefined ? {} : { after }) },
        size
      )
      expect(page.length).toBeLessThanOrEqual(size)
      if (page.length === 0) break
      lines.push(...page)
    }
    return lines
  })

/** Commits a command in some lane, by the head that the store gives. */
const commitIn = (lane: Lane, n: number) =>
  Effect.gen(function* () {
    const heads = yield* (yield* Journal).heads
    const hash = heads.find((head) => head.lane === lane)?.hash ?? genesisOf(sha256, lane)
    const work = workOf({
      commands: [{ n, entries: [{ postings: [debit(bankSettlement(bank), n), credit(fees, n)] }] }]
    })
    yield* (yield* Store).commit({
      ...work,
      decide: (facts, outcomes, head) => work.decide(facts, outcomes, { ...head, lane, hash })
    })
  })

export const statementChecks: ReadonlyArray<Check> = [
  check("a statement has the lines of its account alone, in the order of their booking", function* () {
    yield* booked
    expect(yield* statement(holder, minute(0), ever)).toStrictEqual([first, second, third, fourth])
    expect(yield* statement(cash(accountId(9)), minute(0), ever)).toStrictEqual([])
  }),
  check(
    "a statement has what was booked at the first and at the last moment of its period, and nothing outside",
    function* () {
      yield* booked
      expect(yield* statement(holder, minute(2), minute(3))).toStrictEqual([second, third, fourth])
      expect(yield* statement(holder, minute(2), before(minute(3)))).toStrictEqual([second])
      expect(yield* statement(holder, instant(minute(1) + 1), minute(2))).toStrictEqual([second])
      expect(yield* statement(holder, minute(4), ever)).toStrictEqual([])
    }
  ),
  check("a statement says when the business of a line was, and what it was", function* () {
    const postings = [debit(bankSettlement(bank), 5), credit(holder, 5)] as const
    yield* commit({ commands: [{ n: 8, entries: [{ businessAt: minute(2), kind: "unexpectedDeposit", postings }] }] })
    const [line] = yield* (yield* Journal).statement(holder, { from: minute(8), until: minute(8) }, 9)
    expect(line).toMatchObject({ businessAt: minute(2), bookedAt: minute(8), kind: "unexpectedDeposit" })
  }),
  check("several lines of one account in one entry are all there, in their order", function* () {
    yield* booked
    const lines = yield* statement(fees, minute(0), ever)
    expect(lines.map(([, , , , amount]) => amount)).toStrictEqual([3, 4, 3, 4])
  }),
  check(
    "a statement is paged by the cursor of the last line, without gap or repetition, also inside an entry",
    function* () {
      yield* booked
      for (const size of [1, 2, 3, 4]) {
        expect((yield* paged(holder, size)).map(shown), `${size} at a time`).toStrictEqual([
          first,
          second,
          third,
          fourth
        ])
        expect((yield* paged(fees, size)).map(({ amount }) => amount)).toStrictEqual([3, 4, 3, 4])
      }
      expect((yield* paged(holder, 1, minute(2))).map(shown)).toStrictEqual([second, third, fourth])
    }
  ),
  check("a statement has the lines of all lanes in one order", function* () {
    for (const [lane, n] of [
      [0, 1],
      [2, 2],
      [0, 3],
      [1, 4],
      [2, 5]
    ] as const) {
      yield* commitIn(lane as Lane, n)
    }
    for (const size of [1, 2, 5]) {
      expect((yield* paged(fees, size)).map(({ amount }) => amount)).toStrictEqual([1, 2, 3, 4, 5])
    }
  })
]

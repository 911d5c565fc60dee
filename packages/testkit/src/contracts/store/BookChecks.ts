/**
 * Checks of the journal: the books as an auditor reads them.
 */
import { Journal } from "@kinchaku/domain/audit/Journal"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import { balanceKey } from "@kinchaku/domain/engine/RecordKind"
import { Store } from "@kinchaku/domain/engine/Store"
import {
  type AccountCode,
  bankSettlement,
  cash,
  fees,
  merchantPayable,
  money,
  suspense
} from "@kinchaku/domain/ledger/AccountCode"
import { firstLane, type Lane, laneLast, place } from "@kinchaku/domain/ledger/HashChain"
import { entryId } from "@kinchaku/domain/ledger/JournalEntry"
import { Effect } from "effect"
import { expect } from "vitest"
import { accountId, commandId, commit, credit, debit, minute } from "./Batches.ts"
import { type Check, check, visible } from "./Check.ts"
import { bank, funded } from "./Ground.ts"

const holder = cash(accountId(1))
const payable = merchantPayable("000001")
const paid = (n: number, amount: number) => ({
  n,
  entries: [{ kind: "payment" as const, postings: [debit(holder, amount), credit(payable, amount)] as const }]
})
/** Five commands, booked at minutes 1 to 5: 100 in, 30 out, 5 in, nothing, 20 out. */
const fiveCommands = Effect.gen(function* () {
  yield* commit({ commands: [funded(1, 100), paid(2, 30)] })
  yield* commit({ commands: [funded(3, 5, 1), { n: 4 }] })
  yield* commit({ commands: [paid(5, 20)] })
})
const before = (at: Instant): Instant => instant(at - 1)

export const bookChecks: ReadonlyArray<Check> = [
  check("the journal is read in the order of the chain, page by page, without gap or repetition", function* () {
    yield* fiveCommands
    const journal = yield* Journal
    const all = yield* journal.page(0, 100)
    expect(all.map(({ id }) => id)).toStrictEqual([1, 2, 3, 4, 5].map(commandId))
    expect(all.map(({ seq }) => seq)).toStrictEqual([1, 3, 5, 7, 8])
    const paged = []
    for (let after = 0, rounds = 0; rounds < 9; rounds++) {
      const page = yield* journal.page(after, 2)
      expect(page.length).toBeLessThanOrEqual(2)
      const last = page.at(-1)
      if (last === undefined) break
      paged.push(...page)
      after = place(last)
    }
    expect(paged).toStrictEqual(all)
  }),
  check("a page starts after the place that is named, whatever stands there", function* () {
    yield* fiveCommands
    const journal = yield* Journal
    const after = (seq: number, lane: Lane) => Effect.map(journal.page(place({ lane, seq }), 1), ([one]) => one?.seq)
    expect(yield* after(2, laneLast)).toBe(3)
    expect(yield* after(3, firstLane)).toBe(5)
    expect(yield* after(4, firstLane)).toBe(5)
    expect(yield* journal.page(place({ lane: firstLane, seq: 8 }), 10)).toStrictEqual([])
    expect(yield* journal.page(place({ lane: firstLane, seq: 9 }), 10)).toStrictEqual([])
  }),
  check("LED-07 a link is found by lane and number, a command as well as an entry", function* () {
    yield* fiveCommands
    const journal = yield* Journal
    const all = yield* journal.page(0, 100)
    for (const { hash, lane, seq } of all.flatMap((one) => [
      one,
      ...one.entries.map((e) => ({ ...e, lane: one.lane }))
    ])) {
      expect(yield* journal.link({ lane, seq })).toBe(hash)
      expect(yield* journal.link({ lane: (lane + 1) as Lane, seq })).toBeUndefined()
    }
    expect(yield* journal.link({ lane: firstLane, seq: 0 })).toBeUndefined()
    expect(yield* journal.link({ lane: firstLane, seq: 10 })).toBeUndefined()
  }),
  check("LED-02 an entry keeps its kind, times, lines in order, what each left, and what it reverses", function* () {
    const postings = [
      debit(bankSettlement(bank), 7),
      credit(holder, 3),
      credit(holder, 2),
      credit(fees, 2),
      debit(suspense, 1),
      credit(money(accountId(1)), 1)
    ] as const
    const back = [debit(holder, 3), debit(holder, 2), debit(fees, 2), credit(bankSettlement(bank), 7)] as const
    yield* commit({
      commands: [
        { n: 1, entries: [{ kind: "unexpectedDeposit", businessAt: minute(-50_000), postings }] },
        {
          n: 2,
          entries: [
            { postings: [debit(fees, 9), credit(suspense, 9)] },
            { kind: "paymentReversed", reverses: entryId(commandId(1), 1), postings: back }
          ]
        }
      ]
    })
    const [first, second] = yield* (yield* Journal).page(0, 10)
    expect(first?.entries.map(({ balances, entry }) => ({ balances, entry }))).toStrictEqual([
      {
        balances: [undefined, 3, 5, undefined, undefined, 1],
        entry: {
          id: entryId(commandId(1), 1),
          kind: "unexpectedDeposit",
          businessAt: minute(-50_000),
          postings: [...postings]
        }
      }
    ])
    expect(second?.entries.map(({ balances, entry: { id, reverses } }) => ({ balances, id, reverses }))).toStrictEqual([
      { balances: [undefined, undefined], id: entryId(commandId(2), 1), reverses: undefined },
      { balances: [2, 0, undefined, undefined], id: entryId(commandId(2), 2), reverses: entryId(commandId(1), 1) }
    ])
    expect(second?.entries.map(({ entry }) => "reverses" in entry)).toStrictEqual([false, true])
  }),
  check("LED-03 stored balances are the sums of the lines, the books' own accounts included", function* () {
    yield* fiveCommands
    expect((yield* visible([])).balances).toStrictEqual([
      { account: bankSettlement(bank), debits: 105, credits: 0 },
      { account: holder, debits: 50, credits: 105 },
      { account: payable, debits: 0, credits: 50 }
    ])
  }),
  check("LED-04 over all accounts, debits are credits", function* () {
    yield* fiveCommands
    const { balances } = yield* visible([])
    expect(balances.reduce((sum, { credits, debits }) => sum + debits - credits, 0)).toBe(0)
  }),
  check("balances come in the order of their codes as bytes, page by page", function* () {
    const codes = [
      "revenue:fees",
      "asset:bank:0001",
      "liability:merchant:a_b",
      "liability:merchant:aB",
      "liability:merchant:a",
      "liability:merchant:B",
      "liability:suspense",
      "liability:merchant:a:b",
      "liability:merchant-x"
    ].map((code) => code as AccountCode)
    yield* commit({
      commands: codes.map((code, n) => ({ n: n + 1, entries: [{ postings: [debit(code, 1), credit(code, 1)] }] }))
    })
    const journal = yield* Journal
    const paged: Array<string> = []
    for (let after = "", rounds = 0; rounds < 9; rounds++, after = paged.at(-1) ?? "") {
      const page = yield* journal.balances(after, 2)
      if (page.length === 0) break
      expect(page.length).toBeLessThanOrEqual(2)
      paged.push(...page.map(({ account }) => account))
    }
    expect(paged).toStrictEqual(codes.toSorted((a, b) => (a < b ? -1 : 1)))
  }),
  check("a balance is read as of the last commit, zero where nothing was booked", function* () {
    yield* fiveCommands
    const facts = yield* (yield* Store).read([balanceKey(holder), balanceKey(money(accountId(9))), balanceKey(payable)])
    expect(facts.balance(holder)).toStrictEqual({ account: holder, debits: 50, credits: 105 })
    expect(facts.held(holder)).toBe(55)
    expect(facts.balance(money(accountId(9)))).toStrictEqual({ account: money(accountId(9)), debits: 0, credits: 0 })
    expect(facts.balance(payable)).toStrictEqual({ account: payable, debits: 0, credits: 50 })
  }),
  check("LED-10 a past balance is what was booked until then: before, at, between and after bookings", function* () {
    yield* fiveCommands
    const journal = yield* Journal
    const at = (moment: Instant) =>
      Effect.map(journal.balanceAt(holder, moment), ({ credits, debits }) => [debits, credits])
    expect(yield* at(before(minute(1)))).toStrictEqual([0, 0])
    expect(yield* at(minute(1))).toStrictEqual([0, 100])
    expect(yield* at(before(minute(2)))).toStrictEqual([0, 100])
    expect(yield* at(minute(2))).toStrictEqual([30, 100])
    expect(yield* at(minute(3))).toStrictEqual([30, 105])
    expect(yield* at(minute(4))).toStrictEqual([30, 105])
    expect(yield* at(minute(5))).toStrictEqual([50, 105])
    expect(yield* at(minute(5_000_000))).toStrictEqual([50, 105])
  }),
  check("LED-10 all that was booked at one time belongs to that time", function* () {
    const bookedAt = minute(7)
    yield* commit({
      commands: [
        { ...funded(1, 100), bookedAt },
        { ...paid(2, 30), bookedAt }
      ]
    })
    yield* commit({ commands: [{ ...paid(3, 20), bookedAt }] })
    const journal = yield* Journal
    expect(yield* journal.balanceAt(holder, bookedAt)).toStrictEqual({ account: holder, debits: 50, credits: 100 })
    expect(yield* journal.balanceAt(holder, before(bookedAt))).toStrictEqual({ account: holder, debits: 0, credits: 0 })
  }),
  check("LED-10 a past balance goes by the booking time, not by the business time", function* () {
    const postings = [debit(bankSettlement(bank), 100), credit(holder, 100)] as const
    yield* commit({ commands: [{ n: 9, entries: [{ businessAt: minute(1), postings }] }] })
    const journal = yield* Journal
    expect((yield* journal.balanceAt(holder, minute(5))).credits).toBe(0)
    expect((yield* journal.balanceAt(holder, minute(9))).credits).toBe(100)
  }),
  check("LED-10 the past balance of an account without lines is zero", function* () {
    yield* fiveCommands
    expect(yield* (yield* Journal).balanceAt(fees, minute(9))).toStrictEqual({ account: fees, debits: 0, credits: 0 })
  }),
  check("LED-10 past balances of the books' own accounts are computed too", function* () {
    yield* fiveCommands
    const journal = yield* Journal
    expect(yield* journal.balanceAt(payable, minute(4))).toStrictEqual({ account: payable, debits: 0, credits: 30 })
  })
]

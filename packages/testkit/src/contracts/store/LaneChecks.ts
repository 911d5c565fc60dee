/**
 * Checks of lanes: what several writers wrote is kept, read and summed as one journal, whichever lane the store itself writes.
 *
 * A replay and an import write into every lane, so writes name the lane that they belong to.
 */
import { Journal, lastOf } from "@kinchaku/domain/audit/Journal"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { type Head, Store } from "@kinchaku/domain/engine/Store"
import { bankSettlement, cash, merchantPayable } from "@kinchaku/domain/ledger/AccountCode"
import { genesisOf, type Lane, type LinkHash, place } from "@kinchaku/domain/ledger/HashChain"
import { Cause, Effect, Exit } from "effect"
import { expect } from "vitest"
import { sha256 } from "../../memory/TestDigest.ts"
import { accountId, type Batch, commandId, commit, credit, debit, minute, workOf, writesOf } from "./Batches.ts"
import { type Check, check, visible } from "./Check.ts"
import { bank, funded, ground } from "./Ground.ts"

const holder = cash(accountId(1))
const payable = merchantPayable("000001")
const paid = (n: number, amount: number) => ({
  n,
  entries: [{ kind: "payment" as const, postings: [debit(holder, amount), credit(payable, amount)] as const }]
})

/** What the next decision is given. */
const headGiven = Effect.gen(function* () {
  const store = yield* Store
  let given: Head | undefined
  const work = workOf({ commands: [] })
  yield* store.commit({ ...work, decide: (facts, known, head) => work.decide(facts, known, (given = head)) })
  if (given === undefined) throw new Error("nothing was decided")
  return given
})

/** The lane so many after the one that the store writes itself. */
const laneFrom = (own: Lane, n: number): Lane => ((own + n) % 256) as Lane

interface Place {
  readonly lane: number
  /** The greatest number that the writer had seen; the greatest of all where nothing is said. */
  readonly seen?: number
  /** Attaches to this link instead of the lane's last. */
  readonly previous?: LinkHash
}

/** Commits a batch in a lane, as its writer would have. */
const commitIn = ({ lane: given, previous, seen }: Place, batch: Batch) =>
  Effect.gen(function* () {
    const lane = given as Lane
    const heads = yield* (yield* Journal).heads
    const last = heads.find((head) => head.lane === lane)
    const before: Head = {
      lane,
      seq: seen ?? lastOf(heads).seq,
      hash: previous ?? last?.hash ?? genesisOf(sha256, lane),
      bookedAt: last?.bookedAt ?? (0 as Instant)
    }
    yield* (yield* Store).commit({ ...workOf(batch), decide: (facts) => writesOf(batch, facts, before) })
  })

const placesOf = Effect.map(
  Effect.flatMap(Journal, (journal) => journal.page(0, 100)),
  (commands) => commands.map(({ lane, seq }) => [seq, lane])
)

/** Three lanes whose writers saw of each other what is written beside them: seven links in four commands. */
const threeLanes = Effect.gen(function* () {
  yield* commitIn({ lane: 7 }, { commands: [funded(1, 100)] }) // 1, 2
  yield* commitIn({ lane: 0, seen: 0 }, { commands: [{ n: 2 }] }) // 1
  yield* commitIn({ lane: 3, seen: 1 }, { commands: [paid(3, 30)] }) // 2, 3
  yield* commitIn({ lane: 0, seen: 2 }, { commands: [funded(4, 5, 1)] }) // 3, 4
})

/** Refuses writes beside three lanes, leaves all as it was, and takes the next ones. */
const refuses = (name: string, bad: Effect.Effect<void, unknown, Store | Journal>): Check =>
  check(`refused as a whole: ${name}`, function* () {
    yield* threeLanes
    const before = yield* visible([])
    const exit = yield* Effect.exit(bad)
    if (Exit.isSuccess(exit)) throw new Error("the store accepted it")
    expect(Cause.squash(exit.cause)).toMatchObject({ _tag: "StoreRefused" })
    expect(yield* visible([])).toStrictEqual(before)
    yield* commitIn({ lane: 3 }, { commands: [{ n: 9 }] })
    yield* commit({ commands: [{ n: 10 }] })
  })

const kept: ReadonlyArray<Check> = [
  check("LED-07 writes that name a lane are kept in it, from its own beginning", function* () {
    yield* commitIn({ lane: 255 }, { commands: [funded(1, 100), { n: 2 }] })
    yield* commitIn({ lane: 3 }, { commands: [funded(3, 100, 1), { n: 4 }] })
    const commands = yield* (yield* Journal).page(0, 100)
    expect(commands.map(({ id, lane, seq }) => [id, lane, seq])).toStrictEqual([
      [commandId(1), 255, 1],
      [commandId(2), 255, 3],
      [commandId(3), 3, 4],
      [commandId(4), 3, 6]
    ])
    expect(commands[0]?.previous).toBe(genesisOf(sha256, 255 as Lane))
    expect(commands[2]?.previous).toBe(genesisOf(sha256, 3 as Lane))
    expect(commands[3]?.previous).toBe(commands[2]?.entries[0]?.hash)
  }),
  check("LED-07 a command keeps the number that it was given, though other lanes have gone on", function* () {
    yield* threeLanes
    expect(yield* placesOf).toStrictEqual([
      [1, 0],
      [1, 7],
      [2, 3],
      [3, 0]
    ])
  }),
  check("heads are listed by lane, each the last link of its lane", function* () {
    yield* threeLanes
    const journal = yield* Journal
    const links = (yield* journal.page(0, 100)).map((one) => ({ ...one, last: one.entries.at(-1) ?? one }))
    const expected = [0, 3, 7].map((lane) => {
      const one = links.findLast((link) => link.lane === lane)
      return { lane, seq: one?.last.seq, hash: one?.last.hash, bookedAt: one?.bookedAt }
    })
    expect(yield* journal.heads).toStrictEqual(expected)
    expect(expected.map(({ seq }) => seq)).toStrictEqual([4, 3, 2])
  }),
  check("the store's own next link follows its lane's last, numbered after all others", function* () {
    yield* commit(ground(1))
    const own = (yield* headGiven).lane
    const journal = yield* Journal
    const [first] = yield* journal.page(0, 1)
    yield* commitIn({ lane: laneFrom(own, 1) }, { commands: [{ n: 2 }, { n: 3 }] })
    yield* commit({ commands: [{ n: 4 }] })
    const last = (yield* journal.page(0, 100)).at(-1)
    expect(last).toMatchObject({ id: commandId(4), lane: own, seq: 5, previous: first?.entries[0]?.hash })
  }),
  check("a decision is given the greatest number and booking time of all lanes, and its own lane's hash", function* () {
    yield* commit(ground(1))
    const before = yield* headGiven
    const [one, other] = [laneFrom(before.lane, 1), laneFrom(before.lane, 2)]
    yield* commitIn({ lane: one }, { commands: [{ n: 50 }] })
    expect(yield* headGiven).toStrictEqual({ ...before, seq: 3, bookedAt: minute(50) })
    yield* commitIn({ lane: other }, { commands: [{ n: 20 }, { n: 21 }] })
    expect(yield* headGiven).toStrictEqual({ ...before, seq: 5, bookedAt: minute(50) })
  })
]

const read: ReadonlyArray<Check> = [
  check("the journal of several lanes is read by number, then by lane, page by page", function* () {
    yield* threeLanes
    const journal = yield* Journal
    const all = yield* journal.page(0, 100)
    for (const limit of [1, 2, 3]) {
      const paged = []
      for (let after = 0, rounds = 0; rounds < 9; rounds++) {
        const page = yield* journal.page(after, limit)
        const last = page.at(-1)
        if (last === undefined) break
        expect(page.length).toBeLessThanOrEqual(limit)
        paged.push(...page)
        after = place(last)
      }
      expect(paged).toStrictEqual(all)
    }
    expect(all.map(place)).toStrictEqual(all.map(place).toSorted((a, b) => a - b))
    const after = (lane: number, seq: number) =>
      Effect.map(journal.page(place({ lane: lane as Lane, seq }), 1), ([one]) => one && [one.seq, one.lane])
    expect(yield* after(0, 1)).toStrictEqual([1, 7])
    expect(yield* after(6, 1)).toStrictEqual([1, 7])
    expect(yield* after(7, 1)).toStrictEqual([2, 3])
    expect(yield* after(3, 2)).toStrictEqual([3, 0])
    expect(yield* after(0, 3)).toBeUndefined()
  }),
  check("LED-07 links of one number are told apart by their lanes", function* () {
    yield* threeLanes
    const journal = yield* Journal
    const all = yield* journal.page(0, 100)
    const links = all.flatMap(({ entries, hash, lane, seq }) => [
      { lane, seq, hash },
      ...entries.map((entry) => ({ lane, seq: entry.seq, hash: entry.hash }))
    ])
    for (const { hash, lane, seq } of links) expect(yield* journal.link({ lane, seq })).toBe(hash)
    expect(yield* journal.link({ lane: 3 as Lane, seq: 1 })).toBeUndefined()
    expect(yield* journal.link({ lane: 1 as Lane, seq: 1 })).toBeUndefined()
  })
]

const summed: ReadonlyArray<Check> = [
  check("LED-03 a stored balance is the sum over all lanes, and each account comes once", function* () {
    yield* threeLanes
    expect((yield* visible([])).balances).toStrictEqual([
      { account: bankSettlement(bank), debits: 105, credits: 0 },
      { account: holder, debits: 30, credits: 105 },
      { account: payable, debits: 0, credits: 30 }
    ])
  }),
  check("LED-05 what an account holds goes on from lane to lane, and covers no more in any", function* () {
    yield* threeLanes
    const journal = yield* Journal
    const lines = (yield* journal.page(0, 100)).map(({ entries, id }) => [id, entries[0]?.balances])
    expect(lines).toStrictEqual([
      [commandId(2), undefined],
      [commandId(1), [undefined, 100]],
      [commandId(3), [70, undefined]],
      [commandId(4), [undefined, 75]]
    ])
    yield* commitIn({ lane: 7 }, { commands: [paid(5, 75)] })
    const exit = yield* Effect.exit(commitIn({ lane: 3 }, { commands: [paid(6, 1)] }))
    expect(Exit.isFailure(exit)).toBe(true)
    expect((yield* visible([])).balances[1]).toStrictEqual({ account: holder, debits: 105, credits: 105 })
  }),
  check("LED-10 a past balance is the sum over all lanes as of that time", function* () {
    yield* threeLanes
    yield* commitIn({ lane: 7 }, { commands: [{ ...paid(6, 5), bookedAt: minute(4) }] })
    const journal = yield* Journal
    const at = (account: typeof holder, moment: number) =>
      Effect.map(journal.balanceAt(account, minute(moment)), ({ credits, debits }) => [debits, credits])
    expect(yield* at(holder, 0)).toStrictEqual([0, 0])
    expect(yield* at(holder, 1)).toStrictEqual([0, 100])
    expect(yield* at(holder, 3)).toStrictEqual([30, 100])
    expect(yield* at(holder, 4)).toStrictEqual([35, 105])
    expect(yield* at(bankSettlement(bank), 3)).toStrictEqual([100, 0])
    expect(yield* at(bankSettlement(bank), 4)).toStrictEqual([105, 0])
    expect(yield* at(payable, 3)).toStrictEqual([0, 30])
    expect(yield* at(payable, 4)).toStrictEqual([0, 35])
  })
]

const refused: ReadonlyArray<Check> = [
  refuses("a number that its lane has passed", commitIn({ lane: 0, seen: 3 }, { commands: [{ n: 5 }] })),
  refuses("a number that leaves one out over all lanes", commitIn({ lane: 7, seen: 5 }, { commands: [{ n: 5 }] })),
  refuses(
    "a link that attaches to another lane's last",
    Effect.flatMap(Journal, (journal) =>
      Effect.flatMap(journal.heads, ([first]) =>
        commitIn({ lane: 7, ...(first && { previous: first.hash }) }, { commands: [{ n: 5 }] })
      )
    )
  ),
  refuses(
    "a booking time before that of the lane's last",
    commitIn({ lane: 0 }, { commands: [{ n: 5, bookedAt: minute(3) }] })
  ),
  refuses(
    "a head of another lane than the links",
    commitIn(
      { lane: 7 },
      { commands: [{ n: 5 }], spoil: (writes) => ({ ...writes, head: { ...writes.head, lane: 3 as Lane } }) }
    )
  )
]

export const laneChecks: ReadonlyArray<Check> = [...kept, ...read, ...summed, ...refused]

/**
 * Checks of commits: fetched, decided and written as one.
 */
import { Journal } from "@kinchaku/domain/audit/Journal"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import type { Key } from "@kinchaku/domain/engine/RecordKind"
import { type Head, type KnownOutcome, outcomeKey, Store, type Work, type Writes } from "@kinchaku/domain/engine/Store"
import { firstLane, genesis, place } from "@kinchaku/domain/ledger/HashChain"
import { usages } from "@kinchaku/domain/limit/Usage"
import { Effect, Exit } from "effect"
import { expect } from "vitest"
import { type Batch, commandId, commit, minute, workOf, writesOf } from "./Batches.ts"
import { type Check, check, visible } from "./Check.ts"
import { read } from "./RecordChecks.ts"
import { funded, ground, outgoing } from "./Ground.ts"
import { versions } from "./Samples.ts"

const usage = (version: number): Put => versions["usage"]?.(1)[version] ?? put(usages, {} as never)
const usageKey: Key = { kind: "usage", id: usage(0).id }
/** Everything that a batch can write. */
const full = (n: number): Batch => ({
  commands: [funded(n, 500, 1)],
  puts: [usage(1)],
  requests: [outgoing(n)],
  notices: [
    { id: `${commandId(n)}.1`, kind: "paymentFailed", to: "holder", account: "a", subject: "s", at: minute(n) }
  ],
  personal: [{ id: commandId(n), data: "{}" }]
})
const drive = (work: Partial<Work>) =>
  Effect.flatMap(Store, (store) =>
    store.commit({ outcomeKeys: [], missing: () => [], decide: workOf({ commands: [] }).decide, ...work })
  )

const nasty = [
  "O'Neill",
  '"quoted"',
  "back\\slash \\u0041",
  "DROP TABLE command; --",
  "%_* $1 ?1 :a @b",
  "円・ｶﾅ・👨‍👩‍👧‍👦・é・e\u0301",
  " \t\n\r "
]

const steps: ReadonlyArray<Check> = [
  check("an empty store has no head and shows nothing", function* () {
    expect(yield* visible([])).toStrictEqual({
      heads: [],
      commands: [],
      balances: [],
      due: [],
      waiting: 0,
      notices: [],
      records: []
    })
  }),
  check("the first decision is given the genesis as its head", function* () {
    let given: unknown
    yield* drive({ decide: (facts, _, head) => ((given = head), writesOf({ commands: [] }, facts, head)) })
    expect(given).toStrictEqual({ lane: firstLane, seq: 0, hash: genesis, bookedAt: 0 })
  }),
  check("the head that a decision is given is the last link, an entry included", function* () {
    yield* commit(ground(1))
    const journal = yield* Journal
    const [command] = yield* journal.page(0, 1)
    const last = command?.entries.at(-1)
    let given: unknown
    yield* drive({ decide: (facts, _, head) => ((given = head), writesOf({ commands: [] }, facts, head)) })
    expect(given).toStrictEqual({ lane: firstLane, seq: 2, hash: last?.hash, bookedAt: minute(1) })
    expect(yield* journal.heads).toStrictEqual([given])
  }),
  check("nothing is written where no command is accepted", function* () {
    yield* commit(ground(1))
    const before = yield* visible([usageKey])
    yield* commit({ ...full(2), commands: [], personal: [] })
    expect(yield* visible([usageKey])).toStrictEqual(before)
  }),
  check("LED-11 a decision that throws leaves nothing behind, and the next commit goes on", function* () {
    yield* commit(ground(1))
    const before = yield* visible([usageKey])
    const exit = yield* Effect.exit(
      commit({
        ...full(2),
        spoil: () => {
          throw new Error("planted")
        }
      })
    )
    expect(Exit.isFailure(exit)).toBe(true)
    expect(yield* visible([usageKey])).toStrictEqual(before)
    yield* commit(full(3))
    expect((yield* visible([usageKey])).records).toStrictEqual([usage(1).record])
  }),
  check("a fetch that throws leaves nothing behind, and the next commit goes on", function* () {
    const exit = yield* Effect.exit(
      drive({
        missing: () => {
          throw new Error("planted")
        }
      })
    )
    expect(Exit.isFailure(exit)).toBe(true)
    yield* commit(ground(1))
  }),
  check("what is missing is asked again with what was found, and the decision has all of it", function* () {
    yield* commit(ground(1))
    const keys = (ground(1).puts ?? []).slice(0, 3).map((one): Key => ({ kind: one.kind, id: one.id }))
    const had: Array<number> = []
    let decided: ReadonlyArray<boolean> = []
    yield* drive({
      missing: (facts) => {
        had.push(keys.filter(facts.has).length)
        return keys.filter((k) => !facts.has(k)).slice(0, 1)
      },
      decide: (facts, _, head) => ((decided = keys.map(facts.has)), writesOf({ commands: [] }, facts, head))
    })
    expect(had).toStrictEqual([0, 1, 2, 3])
    expect(decided).toStrictEqual([true, true, true])
  }),
  check("LED-08 a known key comes with what it answered, an unknown one with nothing", function* () {
    const odd = { actor: "holder:acct_x", key: 'it\'s "odd" %', tag: "Pay", content: '{"b":1}', outcome: '{"c":"円"}' }
    yield* commit({ commands: [{ n: 1 }, { n: 2, ...odd }] })
    let known: ReadonlyMap<string, KnownOutcome> | undefined
    const keys = [
      outcomeKey("host:contract", "key 1"),
      outcomeKey(odd.actor, odd.key),
      outcomeKey("host:other", "key 1")
    ]
    yield* drive({
      outcomeKeys: keys,
      decide: (facts, outcomes, head) => ((known = outcomes), writesOf({ commands: [] }, facts, head))
    })
    expect([...(known ?? [])].map(([k, { content, outcome, tag }]) => [k, { tag, content, outcome }])).toStrictEqual([
      [keys[0], { tag: "Check", content: '{"n":1}', outcome: '{"done":1}' }],
      [keys[1], { tag: odd.tag, content: odd.content, outcome: odd.outcome }]
    ])
  }),
  check("LIM-04 commits that run at once are decided one after another, each on what the last one wrote", function* () {
    yield* commit(ground(1))
    yield* commit({ commands: [{ n: 2 }], puts: [usage(0)] })
    const store = yield* Store
    const raise = (n: number) =>
      store.commit({
        outcomeKeys: [],
        missing: (facts) => [usageKey].filter((k) => !facts.has(k)),
        decide: (facts, _, head) => {
          const counted = facts.find(usages, usageKey.id)
          if (counted === undefined) throw new Error("the counter is gone")
          const puts = [put(usages, { ...counted, total: (counted.total + 1) as typeof counted.total })]
          return writesOf({ commands: [{ n }], puts }, facts, head)
        }
      })
    yield* Effect.forEach(
      Array.from({ length: 20 }, (_, n) => n + 3),
      raise,
      { concurrency: "unbounded" }
    )
    expect((yield* visible([usageKey])).records).toStrictEqual([{ ...usage(0).record, total: 20 }])
  })
]

export const commitChecks: ReadonlyArray<Check> = [
  ...steps,
  check("LED-06 a command is read back with its place, actor, key, times, content and entries", function* () {
    const journal = yield* Journal
    let head: Head | undefined
    const expected: Array<unknown> = []
    for (const batch of [ground(1), full(2), { commands: [{ n: 3 }, funded(4, 1, 1), funded(5, 2, 1)] }]) {
      // A store may decide a batch again: the last time counts.
      let last: Writes | undefined
      yield* commit({ ...batch, spoil: (writes) => (last = writes) })
      expected.push(...(last?.commands ?? []))
      head = last?.head
    }
    expect(yield* journal.page(0, 100)).toStrictEqual(expected)
    expect(yield* journal.heads).toStrictEqual([head])
  }),
  check("any text survives: quotes, SQL, other scripts, combined characters, white space", function* () {
    yield* commit({
      commands: nasty.map((text, n) => ({
        n: n + 1,
        key: text,
        tag: text,
        content: JSON.stringify({ text }),
        outcome: text
      })),
      personal: nasty.map((text, n) => ({ id: commandId(n + 1), data: text }))
    })
    const journal = yield* Journal
    const store = yield* Store
    const commands = yield* journal.page(0, 100)
    expect(commands.map(({ content, key: k, outcome, tag }) => [k, tag, content, outcome])).toStrictEqual(
      nasty.map((text) => [text, text, JSON.stringify({ text }), text])
    )
    for (const [n, text] of nasty.entries()) expect(yield* store.personal(commandId(n + 1))).toBe(text)
  }),
  check("a batch of 1,000 commands is one commit", function* () {
    yield* commit(ground(1))
    const journal = yield* Journal
    const all = Array.from({ length: 1000 }, (_, n) => n + 2)
    yield* commit({
      commands: all.map((n) => funded(n, n, 1)),
      requests: all.map((n) => outgoing(n)),
      puts: [usage(2)]
    })
    const commands = yield* journal.page(place({ lane: firstLane, seq: 2 }), 2000)
    expect(commands.map(({ id }) => id)).toStrictEqual(all.map(commandId))
    expect(commands.every((command, n) => command.seq === 3 + 2 * n && command.entries.length === 1)).toBe(true)
    expect((yield* visible([])).waiting).toBe(1000)
  }),
  check("a record that is asked for twice is read both times", function* () {
    yield* commit(ground(1))
    const puts = ground(1).puts ?? []
    expect(yield* read([...puts, ...puts])).toStrictEqual([...puts, ...puts].map(({ record }) => record))
  })
]

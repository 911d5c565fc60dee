/**
 * A batch by itself, driven as a store drives it, over a plain map of records.
 */
import { hash } from "node:crypto"
import { Result, Schema } from "effect"
import { describe, expect, test } from "vitest"
import { instant } from "../../src/calendar/JapanDate.ts"
import * as Batch from "../../src/engine/Batch.ts"
import type { Submission } from "../../src/engine/Booking.ts"
import {
  type Actor,
  type Command,
  type CommandId,
  type IdempotencyKey,
  ValidationFailed
} from "../../src/engine/Command.ts"
import * as Decision from "../../src/engine/Decision.ts"
import { FactNotFetched, put, WorkingSet } from "../../src/engine/Facts.ts"
import { key, type RecordKind } from "../../src/engine/RecordKind.ts"
import { type KnownOutcome, outcomeKey } from "../../src/engine/Store.ts"
import { firstLane, genesis } from "../../src/ledger/HashChain.ts"

const Counter = Schema.Struct({ id: Schema.String, count: Schema.Int, next: Schema.optionalKey(Schema.String) })
type Counter = typeof Counter.Type
const counters: RecordKind<Counter> = { name: "counter", schema: Counter, idOf: ({ id }) => id }

const Content = Schema.Struct({ id: Schema.String, upTo: Schema.Int })

/** Counts up to a limit; answers the count. */
const Count: Command<typeof Content.Type, number, string> = {
  tag: "Count",
  content: Content,
  success: Schema.Int,
  reads: ({ content }) => [key(counters, content.id)],
  decide: (facts, { content: { id, upTo } }) => {
    const count = (facts.find(counters, id)?.count ?? 0) + 1
    return count > upTo
      ? Result.fail("full")
      : Result.succeed(Decision.make({ result: count, puts: [put(counters, { id, count })] }))
  }
}

/** Follows from one counter to the one that it names. */
const Follow: Command<typeof Content.Type, string, never> = {
  ...Count,
  tag: "Follow",
  success: Schema.String,
  readsMore: (found, { content }) => {
    const next = found.peek(counters, content.id)?.next
    return next === undefined ? [] : [key(counters, next)]
  },
  decide: (facts, { content }) => {
    const next = facts.find(counters, content.id)?.next ?? content.id
    return Result.succeed(Decision.make({ result: `${next} ${facts.find(counters, next)?.count ?? 0}` }))
  }
}

const Point: Command<{ readonly id: string; readonly upTo: number }, string, never> = {
  ...Count,
  tag: "Point",
  success: Schema.String,
  decide: (_, { content: { id } }) =>
    Result.succeed(Decision.make({ result: "pointed", puts: [put(counters, { id, count: 0, next: `${id}'` })] }))
}

let given = 0
const submission = (
  command: Submission["command"],
  content: typeof Content.Type,
  over: { readonly key?: string; readonly invalid?: ValidationFailed } = {}
): Submission => ({
  command,
  envelope: {
    id: `01ARZ3NDEKTSV4RRFF${`${(given += 1)}`.padStart(8, "0")}` as CommandId,
    actor: "host:test" as Actor,
    key: (over.key ?? `key ${given}`) as IdempotencyKey,
    content
  },
  content: JSON.stringify(content),
  ...(over.invalid === undefined ? {} : { invalid: over.invalid })
})

/** Drives a batch as a store does. */
const drive = (
  submissions: ReadonlyArray<Submission>,
  records: ReadonlyArray<Counter> = [],
  outcomes: ReadonlyMap<string, KnownOutcome> = new Map()
) => {
  const batch = Batch.make((text) => hash("sha256", text, "hex"), instant(1000), submissions)
  const facts = new WorkingSet()
  for (let keys = batch.missing(facts); keys.length > 0; keys = batch.missing(facts)) {
    for (const one of keys)
      facts.load(one, one.kind === counters.name ? records.find(({ id }) => id === one.id) : undefined)
  }
  const writes = batch.decide(facts, outcomes, { lane: firstLane, seq: 7, hash: genesis, bookedAt: instant(2000) })
  return { answers: batch.answers, writes }
}

const one = { id: "a", upTo: 2 }

describe("a batch", () => {
  test("decides each command on what the earlier ones changed", () => {
    const { answers, writes } = drive([submission(Count, one), submission(Count, one), submission(Count, one)])
    expect(answers).toEqual([
      { _tag: "accepted", result: 1 },
      { _tag: "accepted", result: 2 },
      { _tag: "refused", refusal: "full" }
    ])
    expect(writes.commands).toHaveLength(2)
    expect(writes.puts).toEqual([{ kind: "counter", id: "a", record: { id: "a", count: 2 } }])
  })

  test("chains its commands to the head, at a booking time that never goes back", () => {
    const { writes } = drive([submission(Count, one), submission(Count, one)])
    expect(writes.commands.map(({ at, bookedAt, seq }) => ({ at, bookedAt, seq }))).toEqual([
      { at: 1000, bookedAt: 2000, seq: 8 },
      { at: 1000, bookedAt: 2000, seq: 9 }
    ])
    expect(writes.commands[1]?.previous).toBe(writes.commands[0]?.hash)
    expect(writes.head).toEqual({ lane: firstLane, seq: 9, hash: writes.commands[1]?.hash, bookedAt: 2000 })
  })

  test("answers a known key with its outcome, before it looks whether the content is valid", () => {
    const known = new Map([
      [outcomeKey("host:test", "k"), { tag: "Count", content: JSON.stringify(one), outcome: "41" }]
    ])
    const invalid = new ValidationFailed({ issues: [] })
    const same = submission(Count, one, { key: "k", invalid })
    const other = submission(Count, { ...one, upTo: 9 }, { key: "k" })
    const otherCommand = submission(Point, one, { key: "k" })
    const { answers, writes } = drive([same, other, otherCommand, submission(Count, one, { invalid })], [], known)
    expect(answers.map((answer) => (answer._tag === "refused" ? (answer.refusal as Error).name : answer))).toEqual([
      { _tag: "repeated", result: 41 },
      "IdempotencyConflict",
      "IdempotencyConflict",
      "ValidationFailed"
    ])
    expect(writes.commands).toEqual([])
  })

  test("answers the second use of a key within it as it answered the first", () => {
    const { answers, writes } = drive([submission(Count, one, { key: "k" }), submission(Count, one, { key: "k" })])
    expect(answers[1]).toEqual({ _tag: "repeated", result: 1 })
    expect(writes.commands).toHaveLength(1)
  })

  test("decides anew what was refused before, under the same key", () => {
    const refused = submission(Count, { ...one, upTo: 0 }, { key: "k" })
    const { answers } = drive([refused, submission(Count, one, { key: "k" })])
    expect(answers.map(({ _tag }) => _tag)).toEqual(["refused", "accepted"])
  })

  test("compares by intention where a command says what that is", () => {
    const Asked = { ...Count, intent: ({ id }: typeof Content.Type) => id }
    const known = new Map([
      [outcomeKey("host:test", "k"), { tag: "Count", content: JSON.stringify(one), outcome: "41" }]
    ])
    const { answers } = drive(
      [submission(Asked, { id: "a", upTo: 9 }, { key: "k" }), submission(Asked, { id: "b", upTo: 2 }, { key: "k" })],
      [],
      known
    )
    expect(answers.map(({ _tag }) => _tag)).toEqual(["repeated", "refused"])
  })

  test("fetches what a record found leads to", () => {
    const records = [
      { id: "a", count: 1, next: "b" },
      { id: "b", count: 5 }
    ]
    expect(drive([submission(Follow, one)], records).answers).toEqual([{ _tag: "accepted", result: "b 5" }])
  })

  test("puts off a command whose facts come from an earlier one of it", () => {
    expect(drive([submission(Point, one), submission(Follow, one)]).answers.map(({ _tag }) => _tag)).toEqual([
      "accepted",
      "deferred"
    ])
  })

  test.each([
    [
      "throws while it says what it reads",
      {
        ...Count,
        reads: () => {
          throw new Error("no")
        }
      }
    ],
    [
      "throws while it decides",
      {
        ...Count,
        decide: () => {
          throw new Error("no")
        }
      }
    ],
    ["reads what it did not ask for", { ...Count, reads: () => [] }]
  ])("leaves no trace of a command that %s, and books the others", (_, faulty) => {
    const { answers, writes } = drive([
      submission(Count, one),
      submission(faulty, { id: "b", upTo: 1 }),
      submission(Count, one)
    ])
    expect(answers.map(({ _tag }) => _tag)).toEqual(["accepted", "defect", "accepted"])
    expect(writes.commands).toHaveLength(2)
  })
})

test("a fact that was not fetched is a defect, one that is not there is none", () => {
  const facts = new WorkingSet()
  expect(() => facts.find(counters, "a")).toThrow(FactNotFetched)
  expect(facts.peek(counters, "a")).toBeUndefined()
  facts.load(key(counters, "a"), undefined)
  expect(facts.find(counters, "a")).toBeUndefined()
  expect(() => facts.held("liability:cash:x" as Parameters<typeof facts.held>[0])).toThrow(FactNotFetched)
})

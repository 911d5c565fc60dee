/**
 * Examination: what a file says of the answers that its callers were given, of itself, and of a repetition of everything.
 */
import { DatabaseSync } from "node:sqlite"
import { isDeepStrictEqual } from "node:util"
import { head, Journal } from "@kinchaku/domain/audit/Journal"
import { replay } from "@kinchaku/domain/audit/Replay"
import { verify } from "@kinchaku/domain/audit/Verification"
import { Outbox } from "@kinchaku/domain/engine/Outbox"
import { type RecordedCommand, Store } from "@kinchaku/domain/engine/Store"
import { place } from "@kinchaku/domain/ledger/HashChain"
import { recordColumns } from "../../src/sql/RecordColumns.ts"
import * as MemoryStore from "@kinchaku/testkit/memory/MemoryStore"
import { Effect, Schema } from "effect"
import { disagreements } from "./Agreement.ts"
import * as Load from "../load/Load.ts"
import * as Terms from "../load/Terms.ts"
import { receiptKey } from "../load/Wallet.ts"

export interface Findings {
  /** Numbers whose accepted answer is not in the journal, to the byte. */
  readonly lost: ReadonlyArray<number>
  /** Numbers that are in the journal more than once, or although the caller was refused. */
  readonly duplicated: ReadonlyArray<number>
  /** Numbers that are told something else when they ask again. */
  readonly toldOtherwise: ReadonlyArray<number>
  /** Whether asking again moved the head of the journal. */
  readonly hasMoved: boolean
  /** Numbers that were committed, and whose caller did not hear of it. */
  readonly unheard: ReadonlyArray<number>
  /** What is wrong with the books, or with the records beside them. */
  readonly faults: ReadonlyArray<string>
  /** Commands in the journal. */
  readonly commands: number
}

/** What was found, one sentence each; nothing where all is well. */
export const sentences = (found: Findings): ReadonlyArray<string> => [
  ...found.lost.map((n) => `${n} was accepted and is not in the books`),
  ...found.duplicated.map((n) => `${n} is in the books more often than it was accepted`),
  ...found.toldOtherwise.map((n) => `${n} is answered otherwise when it is asked for again`),
  ...(found.hasMoved ? ["asking again for what was answered changed the books"] : []),
  ...found.faults
]

/** Every command of the journal, in order. */
const allCommands = Effect.gen(function* () {
  const journal = yield* Journal
  const commands: Array<RecordedCommand> = []
  for (;;) {
    const last = commands.at(-1)
    const page = yield* journal.page(last === undefined ? 0 : place(last), 2000)
    if (page.length === 0) return commands
    commands.push(...page)
  }
})

const verificationFaults = verify().pipe(
  Effect.as<ReadonlyArray<string>>([]),
  Effect.catchTag("BooksBroken", ({ at, fault }) => Effect.succeed([`the books are broken: ${fault} at ${at}`]))
)

/** A command as it stands in the journal. */
export interface Recorded {
  readonly actor: string
  readonly key: string
  readonly outcome: string
}

/** The number of the load to which a command belongs: it may have been asked for under a second key, or be a deposit that was reported. */
const numberOf = ({ actor, key }: Pick<Recorded, "actor" | "key">): string | undefined =>
  (actor === Terms.actor ? /^(\d+)(\.\d+)?$/ : receiptKey).exec(key)?.[1]

/** The numbers under which the journal has something of the load, with the outcome. */
export const recorded = (commands: ReadonlyArray<Recorded>): ReadonlyArray<readonly [number, string]> =>
  commands.flatMap((command) => {
    const n = numberOf(command)
    return n === undefined ? [] : [[Number(n), command.outcome] as const]
  })

/** Examines a file that is open as the core of this effect, and asks again for some numbers. */
export const examine = Effect.fnUntraced(function* (
  filename: string,
  ground: Load.Ground,
  answers: ReadonlyMap<number, Load.Told>,
  again: ReadonlyArray<number>
) {
  const broken = yield* verificationFaults
  const commands = yield* allCommands
  const inJournal = recorded(commands)
  const outcomes = new Map(inJournal)
  const places = new Map(inJournal.map(([n], place) => [n, place]))
  const accepted = [...answers.values()].filter(({ what }) => what === "accepted")
  const refused = [...answers.values()].filter(({ what }) => what === "refused")
  const faults = [...broken, ...disagreements(filename)]

  const before = yield* head
  const second = yield* Effect.forEach(
    again,
    (n) => Effect.flatMap(Effect.exit(Load.ask(ground, n)), (exit) => Load.told(n, exit)),
    { concurrency: 256 }
  )
  const after = yield* head
  const findings: Findings = {
    lost: accepted.filter(({ n, text }) => outcomes.get(n) !== text).map(({ n }) => n),
    duplicated: [
      ...inJournal.filter(([n], place) => places.get(n) !== place).map(([n]) => n),
      ...refused.filter(({ n }) => outcomes.has(n)).map(({ n }) => n)
    ],
    toldOtherwise: second.filter((told) => !isDeepStrictEqual(told, answers.get(told.n))).map(({ n }) => n),
    hasMoved: !isDeepStrictEqual(before, after),
    unheard: [...outcomes.keys()].filter((n) => !answers.has(n)),
    faults,
    commands: commands.length
  }
  return findings
})

const tableOf = new Map(recordColumns.map(({ kind, table }) => [kind, table]))

const rowsIn = (filename: string, table: string): number => {
  const database = new DatabaseSync(filename, { readOnly: true })
  try {
    return Number(database.prepare(`SELECT count(*) AS rows FROM ${table}`).get()?.["rows"])
  } finally {
    database.close()
  }
}

const balances = Effect.flatMap(Journal, (journal) => journal.balances("", 1_000_000))

/** Replays the journal into a store in memory, and tells where a record, a balance or the head is not what the file has. */
export const replayFaults = Effect.fnUntraced(function* (filename: string) {
  const journal = yield* Journal
  const store = yield* Store
  const outbox = yield* Outbox
  const faults: Array<string> = []
  const expect = (what: string, found: unknown, replayed: unknown): void => {
    if (!isDeepStrictEqual(found, replayed)) faults.push(`${what} differs from its replay`)
  }
  const memory = yield* Effect.provide(
    Effect.gen(function* () {
      yield* replay(journal)
      const { books } = yield* MemoryStore.MemoryBooks
      return { books, head: yield* head, balances: yield* balances, waiting: yield* (yield* Outbox).waiting }
    }),
    MemoryStore.layer,
    { local: true }
  )
  expect("the head", yield* head, memory.head)
  expect("a balance", yield* balances, memory.balances)
  expect("the outbox", yield* outbox.waiting, memory.waiting)
  expect("the number of notices", rowsIn(filename, "notice"), memory.books.notices.size)
  for (const [kind, records] of memory.books.records) {
    expect(`the number of ${kind} records`, rowsIn(filename, tableOf.get(kind) ?? kind), records.size)
    const facts = yield* store.read([...records.keys()].map((id) => ({ kind, id })))
    const named = { name: kind, schema: Schema.Unknown, idOf: () => "" }
    for (const [id, record] of records) expect(`${kind}/${id}`, facts.find(named, id), record)
  }
  return faults
})

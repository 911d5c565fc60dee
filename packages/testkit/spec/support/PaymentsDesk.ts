/**
 * A desk: commands decided and committed one batch at a time on the reference store, at the time that a rule says.
 *
 * It is the engine's own batch without its queue and its clock, so a rule can put facts in place, ask, and look at the
 * books. Where the queue matters a rule uses {@link race}, which runs the engine itself.
 */
import type { AccountId } from "@kinchaku/domain/account/Account"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import * as Batch from "@kinchaku/domain/engine/Batch"
import type { Actor, AnyCommand, Command, CommandId, IdempotencyKey } from "@kinchaku/domain/engine/Command"
import * as Decision from "@kinchaku/domain/engine/Decision"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { Ids } from "@kinchaku/domain/engine/Ids"
import { balanceKey, type RecordKind } from "@kinchaku/domain/engine/RecordKind"
import { Store } from "@kinchaku/domain/engine/Store"
import { type AccountCode, bankSettlement } from "@kinchaku/domain/ledger/AccountCode"
import { History, type HistoryLine } from "@kinchaku/domain/history/History"
import * as Balance from "@kinchaku/domain/ledger/Balance"
import * as JournalEntry from "@kinchaku/domain/ledger/JournalEntry"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { type Policy, policyInForce } from "@kinchaku/domain/policy/Policy"
import * as Books from "../../src/memory/Books.ts"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import { MemoryBooks } from "../../src/memory/MemoryStore.ts"
import * as TestDigest from "../../src/memory/TestDigest.ts"
import { codeless } from "../../src/scenario/TestPolicy.ts"
import { Context, Effect, Layer, Result, Schema } from "effect"
import { TestClock } from "effect/testing"

/** What is there before anything is asked. */
export interface Given {
  /** `compat` without codes, where nothing is said. */
  readonly policy?: Policy
  readonly records?: ReadonlyArray<Put>
  /** What customer accounts hold. */
  readonly held?: ReadonlyArray<{ readonly account: AccountCode; readonly yen: number }>
}

/** Noon of an ordinary working day in Japan. */
export const noon: Instant = instant(Date.UTC(2026, 4, 20, 3))
export const holder = "holder:someone" as Actor

/** The id of the n-th command of a rule. */
export const commandId = (n: number): CommandId => `0${`${n}`.padStart(25, "0")}` as CommandId

/** Puts facts in place. */
export const prepare: Command<unknown, Record<string, never>, never> = {
  tag: "Prepare",
  content: Schema.Unknown,
  success: Schema.Struct({}) as never,
  reads: ({ content }) => ((content as Given).held ?? []).map(({ account }) => balanceKey(account)),
  decide: (_, { at, content, id }) => {
    const { held = [], policy = codeless, records = [] } = content as Given
    const postings = held.flatMap(({ account, yen }) => [
      ...JournalEntry.debit(bankSettlement("0000"), yen as Yen),
      ...JournalEntry.credit(account, yen as Yen)
    ])
    const entry = { id: JournalEntry.entryId(id, 1), kind: "topUp" as const, businessAt: at, postings }
    const adopted = put(policyInForce, { id: "current" as const, version: 1, policy })
    return Result.succeed(
      Decision.make({
        result: {},
        entries: postings.length === 0 ? [] : [JournalEntry.balanced(entry)],
        puts: [adopted, ...records]
      })
    )
  }
}

/** One command as a rule asks it; without a key it is an intention of its own. */
export interface Asked {
  readonly command: AnyCommand
  readonly content: unknown
  readonly at?: Instant
  readonly key?: string
  readonly actor?: Actor
}

/** What became of it: the answer, or a refusal by name. */
export type Answer = Result.Result<unknown, { readonly _tag: string }>

/** "accepted", or the name of the refusal. */
export const named = (answer: Result.Result<unknown, { readonly _tag: string }>): string =>
  Result.isSuccess(answer) ? "accepted" : answer.failure._tag

const answerOf = (given: Batch.Answer | undefined): Answer => {
  switch (given?._tag) {
    case "accepted":
    case "repeated":
      return Result.succeed(given.result)
    case "refused":
      return Result.fail(given.refusal as { readonly _tag: string })
    default:
      throw given?._tag === "defect" ? given.defect : new Error("a command was not decided")
  }
}

export class Desk {
  readonly #store: Store["Service"]
  readonly #history: History["Service"]
  readonly books: Books.Books
  #asked = 0

  constructor(given: Given = {}) {
    const context = Effect.runSync(Effect.scoped(Layer.build(MemoryStore.layer)))
    this.#store = Context.get(context, Store)
    this.#history = Context.get(context, History)
    this.books = Context.get(context, MemoryBooks).books
    this.ask(prepare, given)
  }

  /** Asks one thing. */
  readonly ask = <Content, Success, Refusal>(
    command: Command<Content, Success, Refusal>,
    content: NoInfer<Content>,
    how: Omit<Asked, "command" | "content"> = {}
  ): Result.Result<Success, Refusal & { readonly _tag: string }> => {
    const n = (this.#asked += 1)
    const { actor = holder, at = noon, key = `key ${n}` } = how
    const envelope = { id: commandId(n), actor, key: key as IdempotencyKey, content }
    const batch = Batch.make(TestDigest.sha256, at, [{ command, envelope, content: JSON.stringify(content) }])
    Effect.runSync(this.#store.commit(batch))
    return answerOf(batch.answers[0]) as Result.Result<Success, Refusal & { readonly _tag: string }>
  }

  /** Asks several things, one after another. */
  readonly askAll = (asked: ReadonlyArray<Asked>): ReadonlyArray<Answer> =>
    asked.map(({ command, content, ...how }) => this.ask(command, content, how) as Answer)

  /** Reads records as queries do. */
  readonly read: Store["Service"]["read"] = (keys) => this.#store.read(keys)

  /** What a customer account holds. */
  readonly held = (account: AccountCode): number => Balance.held(Books.balanceOf(this.books, account))

  /** What was booked to an account of the books' own, credits less debits. */
  readonly booked = (account: AccountCode): number => {
    const { credits, debits } = Books.balanceOf(this.books, account)
    return credits - debits
  }

  readonly record = <R>(kind: RecordKind<R>, id: string): R | undefined =>
    this.books.records.get(kind.name)?.get(id) as R | undefined

  readonly recordsOf = <R>(kind: RecordKind<R>): ReadonlyArray<R> =>
    [...(this.books.records.get(kind.name)?.values() ?? [])] as unknown as ReadonlyArray<R>

  /** The entries that were booked after what was given. */
  get entries(): ReadonlyArray<JournalEntry.JournalEntry> {
    return this.books.commands.slice(1).flatMap(({ entries }) => entries.map(({ entry }) => entry))
  }

  /** What a holder sees of the own account, the newest first. */
  readonly history = (account: AccountId): ReadonlyArray<HistoryLine> => Effect.runSync(this.#history.page(account, 50))

  get notices(): ReadonlyArray<string> {
    return [...this.books.notices.values()].map(({ kind }) => kind)
  }

  /** Everything that can be seen, to tell that nothing changed: balances, records, requests, notices, commands. */
  get everything(): string {
    const { balances, commands, notices, records, requests, waiting } = this.books
    const kinds = [...records].map(([kind, all]) => [kind, [...all]])
    return JSON.stringify([kinds, [...balances], commands.length, [...requests], [...waiting.keys()], [...notices]])
  }
}

/** The engine over new books. */
const engineLayer = (batchMax: number) =>
  Engine.layer({ batchMax }).pipe(
    Layer.provideMerge(Layer.mergeAll(MemoryStore.layer, TestDigest.layer, Ids.layer)),
    Layer.provideMerge(TestClock.layer())
  )

/** What came of a race. */
export interface Race {
  readonly answers: ReadonlyArray<Answer>
  readonly books: Books.Books
}

/** All at once at the engine, which takes at most so many in a batch. */
export const race = (given: Given, asked: ReadonlyArray<Asked>, batchMax = 256): Effect.Effect<Race, unknown> =>
  Effect.gen(function* () {
    yield* TestClock.setTime(noon)
    const engine = yield* Engine
    yield* engine.submit(prepare, given, { actor: holder, key: "given" })
    const answers = yield* Effect.forEach(
      asked,
      ({ actor = holder, command, content, key }, n) =>
        Effect.result(
          engine.submit<unknown, unknown, { readonly _tag: string }>(command, content, {
            actor,
            key: key ?? `race ${n}`
          })
        ),
      { concurrency: "unbounded" }
    )
    return { answers, books: (yield* MemoryBooks).books }
  }).pipe(Effect.provide(engineLayer(batchMax), { local: true }))

/** How many of some answers bear a name. */
export const count = (answers: ReadonlyArray<Answer>, name: string): number =>
  answers.filter((answer) => named(answer) === name).length

/**
 * Stores that are wrong in one thing each: the reference store, and what goes wrong behind its back after each commit.
 */
import { Journal } from "@kinchaku/domain/audit/Journal"
import { type RecordedCommand, Store } from "@kinchaku/domain/engine/Store"
import type { StorePorts } from "@kinchaku/domain/Kinchaku"
import { isCustomer } from "@kinchaku/domain/ledger/AccountCode"
import type { Balance } from "@kinchaku/domain/ledger/Balance"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { Effect, Layer } from "effect"
import type { Books } from "../../src/memory/Books.ts"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import { reference, type Stage } from "../../src/scenario/Histories.ts"
import { kept } from "../../src/scenario/Stage.ts"

const on = (stage: Stage, name: string, layer: Layer.Layer<StorePorts>): Stage => ({
  ...stage,
  stores: [kept(name, layer)]
})

/** A store to which something happens after each commit; `before` are the balances that were stored before it. */
const afterCommits = (happens: (books: Books, before: ReadonlyMap<string, Balance>) => void): Layer.Layer<StorePorts> =>
  Layer.effect(
    Store,
    Effect.gen(function* () {
      const store = yield* Store
      const { books } = yield* MemoryStore.MemoryBooks
      const commit: typeof store.commit = (work) =>
        Effect.suspend(() => {
          const before = new Map(books.balances)
          return Effect.tap(store.commit(work), () => Effect.sync(() => happens(books, before)))
        })
      return Store.of({ ...store, commit })
    })
  ).pipe(Layer.provideMerge(MemoryStore.layer))

/** The accounts whose stored balance a commit changed. */
const changed = (books: Books, before: ReadonlyMap<string, Balance>): ReadonlyArray<Balance> =>
  [...books.balances.values()].filter((balance) => balance !== before.get(balance.account))

const store = (books: Books, balance: Balance): void => void books.balances.set(balance.account, balance)

/** The last line of each commit is not added to its balance. */
export const losesPosting = (stage: Stage): Stage =>
  on(
    stage,
    "a store that loses a posting",
    afterCommits((books, before) => {
      const last = changed(books, before).at(-1)
      const was = last === undefined ? undefined : before.get(last.account)
      if (was !== undefined) store(books, was)
    })
  )

/** What is credited to a customer is added twice. */
export const doublesCredit = (stage: Stage): Stage =>
  on(
    stage,
    "a store that doubles a credit",
    afterCommits((books, before) => {
      for (const balance of changed(books, before)) {
        const gained = balance.credits - (before.get(balance.account)?.credits ?? 0)
        if (isCustomer(balance.account)) store(books, { ...balance, credits: (balance.credits + gained) as Yen })
      }
    })
  )

/** What a customer spends is taken twice. */
export const takesTwice = (stage: Stage): Stage =>
  on(
    stage,
    "a store that takes twice",
    afterCommits((books, before) => {
      for (const balance of changed(books, before)) {
        const spent = balance.debits - (before.get(balance.account)?.debits ?? 0)
        const isSpent = isCustomer(balance.account) && spent > 0
        if (isSpent) store(books, { ...balance, debits: (balance.credits + spent) as Yen })
      }
    })
  )

/** That something was raised is forgotten. */
export const raisesAgain = (stage: Stage): Stage =>
  on(
    stage,
    "a store that forgets what was raised",
    afterCommits((books) => {
      for (const kind of ["topUp", "payment", "payout", "depositTopUp"]) {
        const records = books.records.get(kind) ?? new Map<string, object>()
        for (const [id, record] of records) {
          const { raisedAt, ...forgotten } = record as { readonly raisedAt?: unknown }
          if (raisedAt !== undefined) records.set(id, forgotten)
        }
      }
    })
  )

/** The journal shows what was recorded only after a change. */
const journalOf = (show: (commands: ReadonlyArray<RecordedCommand>) => ReadonlyArray<RecordedCommand>) =>
  Layer.effect(
    Journal,
    Effect.map(Journal, (journal) =>
      Journal.of({ ...journal, page: (after, limit) => Effect.map(journal.page(after, limit), show) })
    )
  ).pipe(Layer.provideMerge(MemoryStore.layer))

/** The journal does not show what banks answered. */
export const hidesCommands = (stage: Stage): Stage =>
  on(
    stage,
    "a journal that hides bank answers",
    journalOf((all) => all.filter(({ tag }) => tag !== "RecordDebitAnswer"))
  )

/** The journal shows another time than the one at which it was decided. */
export const movesTimes = (stage: Stage): Stage =>
  on(
    stage,
    "a journal that moves times",
    journalOf((all) => all.map((command) => ({ ...command, at: (command.at + 86_400_000) as RecordedCommand["at"] })))
  )

/** The reference stage, looking at some rules only. */
export const about = (...rules: NonNullable<Stage["about"]>): Stage => ({ ...reference, about: rules })

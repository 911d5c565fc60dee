/**
 * MemoryStore: the reference implementation of the store and of the ports that read it.
 *
 * It keeps everything in maps and is as strict as a store on SQL. Nothing outlives the layer; a commit is one step
 * that nothing can come between.
 */
import { Journal, lineBefore, lineCursor, type LinePlace } from "@kinchaku/domain/audit/Journal"
import { Due } from "@kinchaku/domain/engine/Due"
import { WorkingSet } from "@kinchaku/domain/engine/Facts"
import { Outbox } from "@kinchaku/domain/engine/Outbox"
import { balanceKind, type Key } from "@kinchaku/domain/engine/RecordKind"
import { type KnownOutcome, Store, StoreRefused, type Work } from "@kinchaku/domain/engine/Store"
import { History, type HistoryLine } from "@kinchaku/domain/history/History"
import * as Balance from "@kinchaku/domain/ledger/Balance"
import { place } from "@kinchaku/domain/ledger/HashChain"
import { Notices } from "@kinchaku/domain/notice/Notices"
import type { Payment } from "@kinchaku/domain/payment/Payment"
import { SessionActivity } from "@kinchaku/domain/session/SessionActivity"
import type { Payout } from "@kinchaku/domain/payout/Payout"
import type { DepositTopUp } from "@kinchaku/domain/topup/Deposit"
import type { DirectTopUp } from "@kinchaku/domain/topup/DirectTopUp"
import type { TopUp } from "@kinchaku/domain/topup/TopUp"
import { Context, Effect, Layer } from "effect"
import * as Books from "./Books.ts"
import { due } from "./MemoryDue.ts"
import * as MemorySessionActivity from "./MemorySessionActivity.ts"
import * as MemoryTotals from "./MemoryTotals.ts"

/** What tests may look at and no port shows. */
export class MemoryBooks extends Context.Service<
  MemoryBooks,
  {
    /** The records of a kind, in the order of their ids. */
    readonly records: (kind: string) => Effect.Effect<ReadonlyArray<object>>
    /** The books themselves. */
    readonly books: Books.Books
  }
>()("@kinchaku/testkit/memory/MemoryBooks") {}

/** Fetches a policy and at most three rounds of facts; a fifth question is a defect of the batch. */
const roundsMax = 4

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const recordsOf = <R>(books: Books.Books, kind: string): ReadonlyArray<R> =>
  [...(books.records.get(kind) ?? [])].toSorted(([a], [b]) => byText(a, b)).map(([, record]) => record as R)

const fetch = (books: Books.Books, facts: WorkingSet, keys: ReadonlyArray<Key>): void => {
  for (const k of keys) {
    if (k.kind === balanceKind) facts.loadBalance(Books.balanceOf(books, k.id))
    else facts.load(k, books.records.get(k.kind)?.get(k.id))
  }
}

const drive = (books: Books.Books, work: Work): void => {
  const facts = new WorkingSet()
  let rounds = 0
  for (let keys = work.missing(facts); keys.length > 0; keys = work.missing(facts)) {
    rounds += 1
    if (rounds > roundsMax) throw new Error(`facts were still missing after ${roundsMax} rounds`)
    fetch(books, facts, keys)
  }
  const outcomes = new Map<string, KnownOutcome>()
  for (const key of work.outcomeKeys) {
    const known = books.outcomes.get(key)
    if (known !== undefined) outcomes.set(key, { tag: known.tag, content: known.content, outcome: known.outcome })
  }
  const writes = work.decide(facts, outcomes, Books.headOf(books))
  if (writes.commands.length > 0) Books.write(books, writes)
}

const store = (books: Books.Books): Store["Service"] => ({
  writers: 1,
  commit: (work) =>
    Effect.suspend(() => {
      try {
        return Effect.succeed(drive(books, work))
      } catch (cause) {
        return cause instanceof Books.BrokenCheck ? Effect.fail(new StoreRefused({ cause })) : Effect.die(cause)
      }
    }),
  read: (keys) =>
    Effect.sync(() => {
      const facts = new WorkingSet()
      fetch(books, facts, keys)
      return facts
    }),
  personal: (id) => Effect.sync(() => books.personal.get(id)),
  personalOf: (ids) =>
    Effect.sync(() => {
      const kept = ids.map((id) => [id, books.personal.get(id)] as const)
      return new Map(kept.flatMap(([id, data]) => (data === undefined ? [] : [[id, data] as const])))
    })
})

const outbox = (books: Books.Books): Outbox["Service"] => ({
  due: (kind, now, limit) =>
    Effect.sync(() =>
      [...books.waiting.values()]
        .filter(({ dueAt, request }) => request.kind === kind && dueAt <= now)
        .toSorted((a, b) => a.dueAt - b.dueAt || byText(a.request.id, b.request.id))
        .slice(0, limit)
        .map(({ attempts, request }) => ({ request, attempts }))
    ),
  postpone: (requests) =>
    Effect.sync(() =>
      requests.flatMap(({ attempts, id, until }) => {
        const waiting = books.waiting.get(id)
        if (waiting?.attempts !== attempts - 1) return []
        books.waiting.set(id, { ...waiting, attempts, dueAt: until })
        return [id]
      })
    ),
  waiting: Effect.sync(() => books.waiting.size)
})

const comparePlaces = (a: LinePlace, b: LinePlace): number => {
  const index = a.findIndex((part, n) => part !== b[n])
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? 0)
}

/** The lines of an account, each with its place among all, in their order. */
const linesOf = (books: Books.Books, account: string) =>
  books.commands
    .flatMap((command) =>
      command.entries.flatMap(({ entry }, n) =>
        entry.postings.map((posting, index) => {
          const at: LinePlace = [command.bookedAt, place(command), n + 1, index]
          const { amount, side } = posting
          const { businessAt, id, kind } = entry
          const { bookedAt } = command
          return {
            account: posting.account,
            at,
            line: { cursor: lineCursor(at), entry: id, kind, bookedAt, businessAt, side, amount }
          }
        })
      )
    )
    .filter((one) => one.account === account)
    .toSorted((a, b) => comparePlaces(a.at, b.at))

const journal = (books: Books.Books): Journal["Service"] => ({
  heads: Effect.sync(() => [...books.heads.values()].toSorted((a, b) => a.lane - b.lane)),
  page: (afterPlace, limit) =>
    Effect.sync(() =>
      books.commands
        .filter((command) => place(command) > afterPlace)
        .toSorted((a, b) => place(a) - place(b))
        .slice(0, limit)
    ),
  link: ({ lane, seq }) =>
    Effect.sync(
      () =>
        books.commands
          .filter((command) => command.lane === lane)
          .flatMap((command) => [command, ...command.entries])
          .find((link) => link.seq === seq)?.hash
    ),
  balances: (afterCode, limit) =>
    Effect.sync(() =>
      [...books.balances.values()]
        .filter(({ account }) => account > afterCode)
        .toSorted((a, b) => byText(a.account, b.account))
        .slice(0, limit)
    ),
  balanceAt: (account, at) =>
    Effect.sync(() =>
      books.commands
        .filter(({ bookedAt }) => bookedAt <= at)
        .flatMap(({ entries }) => entries.flatMap(({ entry }) => entry.postings))
        .filter((posting) => posting.account === account)
        .reduce(Balance.after, Balance.empty(account))
    ),
  statement: (account, period, limit) =>
    Effect.sync(() => {
      const after = lineBefore(period)
      return linesOf(books, account)
        .filter(({ at }) => at[0] <= period.until && comparePlaces(at, after) > 0)
        .slice(0, limit)
        .map(({ line }) => line)
    }),
  totals: (code, period) => Effect.sync(() => MemoryTotals.totals(books, code, period)),
  expiredCash: ({ before, bookedSince }) => Effect.sync(() => MemoryTotals.expiredCash(books, before, bookedSince))
})

/** The id of the command that made a record: what follows the prefix of its id. */
const madeBy = (id: string): string => id.slice(id.indexOf("_") + 1)

/** The newer command first; of two lines of one command the one whose id sorts first. */
const newestFirst = (a: string, b: string): number => byText(madeBy(b), madeBy(a)) || byText(a, b)

/** A record that stands in a history. */
interface Listed {
  readonly id: string
  readonly account: string
}

const history = (books: Books.Books): History["Service"] => ({
  page: (account, limit, before) =>
    Effect.sync(() => {
      const own = <R extends Listed>(kind: string, line: (record: R, cursor: string) => HistoryLine) =>
        recordsOf<R>(books, kind)
          .filter((record) => record.account === account)
          .map((record) => line(record, record.id))
      return [
        ...own<TopUp>("topUp", (topUp, cursor) => ({ kind: "topUp", cursor, topUp })),
        ...own<DepositTopUp>("depositTopUp", (topUp, cursor) => ({ kind: "depositTopUp", cursor, topUp })),
        ...own<DirectTopUp>("directTopUp", (topUp, cursor) => ({ kind: "directTopUp", cursor, topUp })),
        ...own<Payment>("payment", (payment, cursor) => ({ kind: "payment", cursor, payment })),
        ...own<Payout>("payout", (payout, cursor) => ({ kind: "payout", cursor, payout }))
      ]
        .filter(({ cursor }) => before === undefined || newestFirst(before, cursor) < 0)
        .toSorted((a, b) => newestFirst(a.cursor, b.cursor))
        .slice(0, limit)
    })
})

const notices = (books: Books.Books): Notices["Service"] => ({
  page: (after, limit) =>
    Effect.sync(() => {
      const all = [...books.notices.values()]
      const from = all.findIndex(({ id }) => id === after) + 1
      return all.slice(from, from + limit)
    }),
  find: (id) => Effect.sync(() => books.notices.get(id))
})

const context = (books: Books.Books) =>
  Context.make(Store, Store.of(store(books))).pipe(
    Context.add(Outbox, Outbox.of(outbox(books))),
    Context.add(Journal, Journal.of(journal(books))),
    Context.add(History, History.of(history(books))),
    Context.add(Due, Due.of(due(books))),
    Context.add(Notices, Notices.of(notices(books))),
    Context.add(SessionActivity, SessionActivity.of(MemorySessionActivity.make())),
    Context.add(
      MemoryBooks,
      MemoryBooks.of({
        records: (kind) => Effect.sync(() => recordsOf<object>(books, kind)),
        books
      })
    )
  )

/** New, empty books. */
export const layer: Layer.Layer<Store | Outbox | Journal | History | Due | Notices | SessionActivity | MemoryBooks> =
  Layer.syncContext(() => context(Books.empty()))

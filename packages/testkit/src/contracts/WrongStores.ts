/**
 * Wrong stores: the reference store with one mistake each, which the contract has to notice.
 */
import { WorkingSet } from "@kinchaku/domain/engine/Facts"
import type { Writes } from "@kinchaku/domain/engine/Store"
import { Effect, type Layer } from "effect"
import type { Ports } from "./store/Check.ts"
import { committing, writing, wrong } from "./store/Mistakes.ts"
import { wrongLanes } from "./WrongLanes.ts"
import { wrongNotices } from "./WrongNotices.ts"
import { wrongSearches } from "./WrongSearches.ts"
import { wrongStatements } from "./WrongStatements.ts"
import { wrongTotals } from "./WrongTotals.ts"

const byText = (a: string, b: string): number => (a < b ? -1 : 1)

/** The mistakes by name. */
export const wrongStores: Readonly<Record<string, Layer.Layer<Ports>>> = {
  ...wrongLanes,
  ...wrongNotices,
  ...wrongSearches,
  ...wrongStatements,
  ...wrongTotals,
  "loses the last line of every entry": wrong(({ journal }) => ({
    journal: {
      ...journal,
      page: (after, limit) =>
        Effect.map(journal.page(after, limit), (commands) =>
          commands.map((command) => ({
            ...command,
            entries: command.entries.map((one) => {
              const [first, ...rest] = one.entry.postings
              return { ...one, entry: { ...one.entry, postings: [first, ...rest.slice(0, -1)] as const } }
            })
          }))
        )
    }
  })),
  "keeps the first version of a record": writing((writes, { books }) => ({
    ...writes,
    puts: writes.puts.filter(({ id, kind }) => books.records.get(kind)?.has(id) !== true)
  })),
  "merges a new version into the old one": writing((writes, { books }) => ({
    ...writes,
    puts: writes.puts.map((one) => ({ ...one, record: { ...books.records.get(one.kind)?.get(one.id), ...one.record } }))
  })),
  "ignores which requests are answered": writing((writes) => ({ ...writes, answered: [] })),
  "forgets personal data": writing((writes) => ({ ...writes, personal: [] })),
  "reads personal data of many in another order than their ids": wrong(({ store }) => ({
    store: {
      ...store,
      personalOf: (ids) =>
        Effect.map(store.personalOf(ids), (kept) => {
          const texts = [...kept.values()].toReversed()
          return new Map([...kept.keys()].map((id, n) => [id, texts[n] ?? ""]))
        })
    }
  })),
  "reads personal data of the first hundred alone": wrong(({ store }) => ({
    store: { ...store, personalOf: (ids) => store.personalOf(ids.slice(0, 100)) }
  })),
  "loses what exceeds 500 commands": writing((writes) => {
    const commands = writes.commands.slice(0, 500)
    const last = commands.at(-1)?.entries.at(-1) ?? commands.at(-1)
    return last === undefined || commands.length === writes.commands.length
      ? writes
      : { ...writes, commands, head: { ...writes.head, seq: last.seq, hash: last.hash } }
  }),
  "keeps the records of a batch that it refuses": committing(({ books, store }) => (work) => {
    let decided: Writes | undefined
    const noted = { ...work, decide: (...given: Parameters<typeof work.decide>) => (decided = work.decide(...given)) }
    return store.commit(noted).pipe(
      Effect.tapError(() =>
        Effect.sync(() => {
          for (const { id, kind, record } of decided?.puts ?? []) books.records.get(kind)?.set(id, record)
        })
      )
    )
  }),
  "says that a refused batch was committed": committing(
    ({ store }) =>
      (work) =>
        Effect.catchTag(store.commit(work), "StoreRefused", () => Effect.void)
  ),
  "writes even where nothing was accepted": committing(({ books, store }) => (work) => {
    let decided: Writes | undefined
    const noted = { ...work, decide: (...given: Parameters<typeof work.decide>) => (decided = work.decide(...given)) }
    return Effect.andThen(
      store.commit(noted),
      Effect.sync(() => {
        for (const request of decided?.requests ?? []) {
          if (decided?.commands.length === 0)
            books.waiting.set(request.id, { request, attempts: 0, dueAt: request.askedAt })
        }
      })
    )
  }),
  "decides without the outcomes of earlier keys": committing(
    ({ store }) =>
      (work) =>
        store.commit({ ...work, outcomeKeys: [] })
  ),
  "fetches once and never asks again": committing(({ store }) => (work) => {
    let asked = false
    const missing: typeof work.missing = (facts) => {
      if (asked) return []
      asked = true
      return work.missing(facts)
    }
    return store.commit({ ...work, missing })
  }),
  "decides on facts that others may change before the commit": committing(
    ({ store }) =>
      (work) =>
        Effect.gen(function* () {
          const facts = yield* store.read(work.missing(new WorkingSet()))
          yield* Effect.yieldNow
          yield* store.commit({
            ...work,
            missing: () => [],
            decide: (_, outcomes, head) => work.decide(facts, outcomes, head)
          })
        })
  ),
  "starts a page with the link that is named": wrong(({ journal }) => ({
    journal: { ...journal, page: (after, limit) => journal.page(after - 1, limit) }
  })),
  "sums the whole journal whatever the time": wrong(({ journal }) => ({
    journal: { ...journal, balanceAt: (account) => journal.balanceAt(account, Number.MAX_SAFE_INTEGER as never) }
  })),
  "leaves out what was booked at the very time": wrong(({ journal }) => ({
    journal: { ...journal, balanceAt: (account, at) => journal.balanceAt(account, (at - 1) as typeof at) }
  })),
  "sorts account codes as a dictionary does": wrong(({ journal }) => ({
    journal: {
      ...journal,
      balances: (after, limit) =>
        Effect.map(journal.balances("", 10_000), (all) =>
          all
            .toSorted((a, b) => a.account.localeCompare(b.account, "en"))
            .filter(({ account }) => after === "" || account.localeCompare(after, "en") > 0)
            .slice(0, limit)
        )
    }
  })),
  "shows the history with the oldest first": wrong(({ history }) => ({
    history: {
      page: (account, limit, before) =>
        Effect.map(history.page(account, limit, before), (lines) =>
          lines.toSorted((a, b) => byText(a.cursor, b.cursor))
        )
    }
  })),
  "counts lines instead of keeping a cursor": wrong(({ history }) => ({
    history: {
      page: (account, limit, before = "0") =>
        Effect.map(history.page(account, 10_000), (lines) =>
          lines.map((line, n) => ({ ...line, cursor: `${n + 1}` })).slice(Number(before), Number(before) + limit)
        )
    }
  })),
  "hands out requests before they are due": wrong(({ outbox }) => ({
    outbox: { ...outbox, due: (kind, _, limit) => outbox.due(kind, Number.MAX_SAFE_INTEGER as never, limit) }
  })),
  "hands out requests of every kind": wrong(({ outbox }) => ({
    outbox: {
      ...outbox,
      due: (_, now, limit) =>
        Effect.map(
          Effect.forEach(["bankLink", "bankDebit", "billerNotice"], (kind) => outbox.due(kind, now, limit)),
          (all) => all.flat().slice(0, limit)
        )
    }
  })),
  "hands out the newest request first": wrong(({ outbox }) => ({
    outbox: {
      ...outbox,
      due: (kind, now, limit) => Effect.map(outbox.due(kind, now, 10_000), (all) => all.toReversed().slice(0, limit))
    }
  })),
  "lets an answered request wait again when it is postponed": wrong(({ books, outbox }) => ({
    outbox: {
      ...outbox,
      postpone: (requests) =>
        Effect.sync(() =>
          requests.flatMap(({ attempts, id, until }) => {
            const request = books.requests.get(id)
            if (request === undefined) return []
            books.waiting.set(id, { request, attempts, dueAt: until })
            return [id]
          })
        )
    }
  })),
  "gives a request to everybody who tries it": wrong(({ outbox }) => ({
    outbox: {
      ...outbox,
      postpone: (requests) =>
        Effect.as(
          outbox.postpone(requests),
          requests.map(({ id }) => id)
        )
    }
  })),
  "reads absent fields as undefined ones": wrong(({ store }) => ({
    store: {
      ...store,
      read: (keys) =>
        Effect.map(store.read(keys), (facts) => {
          for (const key of keys.filter(({ kind }) => kind === "topUp")) {
            const record = facts.find<object>(
              { name: key.kind, schema: undefined as never, idOf: () => key.id },
              key.id
            )
            if (record !== undefined) facts.load(key, { raisedAt: undefined, ...record })
          }
          return facts
        })
    }
  }))
}

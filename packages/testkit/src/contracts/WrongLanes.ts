/**
 * Wrong lanes: the reference store with one mistake each about the lanes of the chain, which the contract has to notice.
 */
import { lastOf } from "@kinchaku/domain/audit/Journal"
import { StoreRefused } from "@kinchaku/domain/engine/Store"
import * as Balance from "@kinchaku/domain/ledger/Balance"
import { firstLane, genesisOf, place } from "@kinchaku/domain/ledger/HashChain"
import { Effect, type Layer } from "effect"
import type { Books } from "../memory/Books.ts"
import { sha256 } from "../memory/TestDigest.ts"
import type { Ports } from "./store/Check.ts"
import { committing, wrong } from "./store/Mistakes.ts"

/** What the lines of one lane alone come to. */
const inFirstLane = ({ commands }: Books, { account }: Balance.Balance): Balance.Balance =>
  commands
    .filter(({ lane }) => lane === firstLane)
    .flatMap(({ entries }) => entries.flatMap(({ entry }) => entry.postings))
    .filter((posting) => posting.account === account)
    .reduce(Balance.after, Balance.empty(account))

/** The mistakes by name. */
export const wrongLanes: Readonly<Record<string, Layer.Layer<Ports>>> = {
  "shows everything in the first lane": wrong(({ journal }) => ({
    journal: {
      ...journal,
      page: (after, limit) =>
        Effect.map(journal.page(after, limit), (all) => all.map((command) => ({ ...command, lane: firstLane })))
    }
  })),
  "shows the journal lane by lane": wrong(({ books, journal }) => ({
    journal: {
      ...journal,
      page: (after, limit) =>
        Effect.sync(() =>
          books.commands
            .filter((command) => place(command) > after)
            .toSorted((a, b) => a.lane - b.lane || a.seq - b.seq)
            .slice(0, limit)
        )
    }
  })),
  "shows the journal in the order of its writing": wrong(({ books, journal }) => ({
    journal: {
      ...journal,
      page: (after, limit) =>
        Effect.sync(() => books.commands.filter((command) => place(command) > after).slice(0, limit))
    }
  })),
  "lists heads in the order of their lanes' first links": wrong(({ books, journal }) => ({
    journal: { ...journal, heads: Effect.sync(() => [...books.heads.values()]) }
  })),
  "shows the last link of all as the only head": wrong(({ journal }) => ({
    journal: { ...journal, heads: Effect.map(journal.heads, (all) => (all.length === 0 ? [] : [lastOf(all)])) }
  })),
  "looks for a link in any lane": wrong(({ books, journal }) => ({
    journal: {
      ...journal,
      link: ({ seq }) =>
        Effect.sync(() => books.commands.flatMap((one) => [one, ...one.entries]).find((link) => link.seq === seq)?.hash)
    }
  })),
  "stores the balances of one lane": wrong(({ books, journal }) => ({
    journal: {
      ...journal,
      balances: (after, limit) =>
        Effect.map(journal.balances(after, limit), (all) => all.map((stored) => inFirstLane(books, stored)))
    }
  })),
  "sums past balances over one lane": wrong(({ books, journal }) => ({
    journal: {
      ...journal,
      balanceAt: (account, at) =>
        Effect.map(journal.balanceAt(account, at), (then) => {
          const { credits, debits } = inFirstLane(books, then)
          return debits <= then.debits && credits <= then.credits ? { account, debits, credits } : then
        })
    }
  })),
  "numbers a lane by its own last link": committing(({ books, store }) => (work) => {
    const seq = books.heads.get(firstLane)?.seq ?? 0
    return store.commit({ ...work, decide: (facts, known, head) => work.decide(facts, known, { ...head, seq }) })
  }),
  "books by the time of its own lane": committing(({ books, store }) => (work) => {
    const bookedAt = books.heads.get(firstLane)?.bookedAt
    return store.commit({
      ...work,
      decide: (facts, known, head) => work.decide(facts, known, { ...head, bookedAt: bookedAt ?? head.bookedAt })
    })
  }),
  "attaches to the last link of all lanes": committing(({ books, store }) => (work) => {
    const { hash } = books.heads.size === 0 ? { hash: genesisOf(sha256, firstLane) } : lastOf([...books.heads.values()])
    return store.commit({ ...work, decide: (facts, known, head) => work.decide(facts, known, { ...head, hash }) })
  }),
  "refuses what was numbered before the last link": committing(({ books, store }) => (work) => {
    const last = lastOf([...books.heads.values()]).seq
    let late = false
    return store
      .commit({
        ...work,
        decide: (facts, known, head) => {
          const writes = work.decide(facts, known, head)
          late = (writes.commands[0]?.seq ?? last + 1) <= last
          return late ? { ...writes, commands: [] } : writes
        }
      })
      .pipe(
        Effect.andThen(
          Effect.suspend(() =>
            late ? Effect.fail(new StoreRefused({ cause: new Error("numbered late") })) : Effect.void
          )
        )
      )
  })
}

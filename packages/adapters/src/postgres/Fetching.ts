/**
 * Fetching: the facts of a batch, one statement for each kind of record, in the order in which rows are locked.
 */
import type { WorkingSet } from "@kinchaku/domain/engine/Facts"
import { balanceKind, type Key } from "@kinchaku/domain/engine/RecordKind"
import type { StoreUnavailable } from "@kinchaku/domain/engine/Store"
import { type AccountCode, isCustomer } from "@kinchaku/domain/ledger/AccountCode"
import * as Balance from "@kinchaku/domain/ledger/Balance"
import { Effect } from "effect"
import type { Postgres } from "./Postgres.ts"
import { balance, selectBalancesOf } from "./PostgresJournal.ts"
import { tableOf, tables } from "./RecordTable.ts"
import { list, type Row, type Statement } from "./Session.ts"

/** Whether rows are only read, locked as soon as they are free, or locked only where they are free. */
export type Locking = "none" | "wait" | "now"

/** A statement, and what is done with its rows. */
export interface Fetch {
  readonly statement: Statement
  /** Takes the rows up as facts; answers those that were there by their ids. */
  readonly take: (facts: WorkingSet, rows: ReadonlyArray<Row>) => ReadonlyMap<string, Row>
  readonly kind: string
  readonly ids: ReadonlyArray<string>
}

const lockBalances = `SELECT account, debits, credits, id FROM balance WHERE account = ANY($1::text[]) AND lane = 0
  ORDER BY account FOR NO KEY UPDATE`

const fetchBalances = (sql: string, ids: ReadonlyArray<string>): Fetch => ({
  kind: balanceKind,
  ids,
  statement: { sql, values: [list.texts(ids)] },
  take: (facts, rows) => {
    const found = new Map<string, Row>()
    for (const row of rows) {
      const one = balance(row)
      found.set(one.account, row)
      facts.loadBalance(one)
    }
    for (const id of ids) if (!found.has(id)) facts.loadBalance(Balance.empty(id as AccountCode))
    return found
  }
})

const fetchRecords = (kind: string, ids: ReadonlyArray<string>, locking: Locking): Fetch => {
  const { fromRow, idOf, isShared, lock, lockNow, select } = tableOf(kind)
  const statement = (isShared || locking === "none" ? select : locking === "wait" ? lock : lockNow)(ids)
  return {
    kind,
    ids,
    statement,
    take: (facts, rows) => {
      const byId = new Map(rows.map((row) => [idOf(row), row]))
      for (const id of ids) {
        const row = byId.get(id)
        facts.load({ kind, id }, row === undefined ? undefined : fromRow(row))
      }
      return byId
    }
  }
}

/** The statements that fetch some keys: a kind each, in one order for all, balances last. */
export const fetches = (keys: ReadonlyArray<Key>, locking: Locking): ReadonlyArray<Fetch> => {
  const ids = new Map<string, Set<string>>()
  for (const { id, kind } of keys) {
    const known = ids.get(kind)
    if (known === undefined) ids.set(kind, new Set([id]))
    else known.add(id)
  }
  const accounts = [...(ids.get(balanceKind) ?? [])]
  ids.delete(balanceKind)
  for (const kind of ids.keys()) tableOf(kind)
  const records = tables.flatMap(({ kind }) => {
    const wanted = ids.get(kind)
    return wanted === undefined ? [] : [fetchRecords(kind, [...wanted], locking)]
  })
  const lockSql = locking === "now" ? `${lockBalances} NOWAIT` : lockBalances
  const by = Object.groupBy(accounts, (id) =>
    locking !== "none" && isCustomer(id as AccountCode) ? "locked" : "summed"
  )
  return [
    ...records,
    ...(by.locked === undefined ? [] : [fetchBalances(lockSql, by.locked)]),
    ...(by.summed === undefined ? [] : [fetchBalances(selectBalancesOf, by.summed)])
  ]
}

/** Reads keys as of the last commit. */
export const readFacts = (
  postgres: Postgres["Service"],
  facts: WorkingSet,
  keys: ReadonlyArray<Key>
): Effect.Effect<WorkingSet, StoreUnavailable> =>
  Effect.suspend(() => {
    const wanted = fetches(keys, "none")
    if (wanted.length === 0) return Effect.succeed(facts)
    return Effect.map(postgres.read("read", ...wanted.map(({ statement }) => statement)), (answers) => {
      wanted.forEach(({ take }, index) => take(facts, answers[index] ?? []))
      return facts
    })
  })

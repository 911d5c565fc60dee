/**
 * The store on one SQLite file. A commit is one write transaction: fetch, decide and write without leaving the process. It
 * writes lane 0 of the chain; what is replayed or imported goes to the lane that it was in.
 *
 * There is one writer, so nothing that was fetched can change before the commit. Statements are prepared once and run
 * for each row; with no round trip between them, statements of many rows bring nothing (ADR-0005).
 */
import type { Journal } from "@kinchaku/domain/audit/Journal"
import type { CommandId } from "@kinchaku/domain/engine/Command"
import type { Due } from "@kinchaku/domain/engine/Due"
import { WorkingSet } from "@kinchaku/domain/engine/Facts"
import type { Outbox } from "@kinchaku/domain/engine/Outbox"
import { balanceKind, type Key } from "@kinchaku/domain/engine/RecordKind"
import { type KnownOutcome, Store, type StoreUnavailable, type Work, type Writes } from "@kinchaku/domain/engine/Store"
import type { History } from "@kinchaku/domain/history/History"
import { type AccountCode, isCustomer } from "@kinchaku/domain/ledger/AccountCode"
import * as Balance from "@kinchaku/domain/ledger/Balance"
import { firstLane } from "@kinchaku/domain/ledger/HashChain"
import type { Yen } from "@kinchaku/domain/money/Yen"
import type { Notices } from "@kinchaku/domain/notice/Notices"
import type { SessionActivity } from "@kinchaku/domain/session/SessionActivity"
import { Effect, Layer } from "effect"
import { inOrder } from "../sql/RecordColumns.ts"
import { append, Running } from "./Appending.ts"
import type { Options } from "./Client.ts"
import type { Connection } from "./Connection.ts"
import { tableOf } from "./RecordTable.ts"
import * as Sqlite from "./Sqlite.ts"
import * as SqliteDue from "./SqliteDue.ts"
import * as SqliteHistory from "./SqliteHistory.ts"
import * as SqliteJournal from "./SqliteJournal.ts"
import * as SqliteNotices from "./SqliteNotices.ts"
import * as SqliteOutbox from "./SqliteOutbox.ts"
import * as SqliteSessionActivity from "./SqliteSessionActivity.ts"

/** The balance of a customer's account, whose row the commit adds to later, or of one of the books' own, over all lanes. */
const balanceOf = (connection: Connection, running: Running, code: string): Balance.Balance => {
  const account = code as AccountCode
  if (!isCustomer(account)) return SqliteJournal.balanceOf(connection, code)
  const row = running.find(code, firstLane)
  if (row === undefined) return Balance.empty(account)
  return { account, debits: row.debits as Yen, credits: row.credits as Yen }
}

const fetch = (connection: Connection, running: Running, facts: WorkingSet, keys: ReadonlyArray<Key>): void => {
  for (const key of keys) {
    if (key.kind === balanceKind) facts.loadBalance(balanceOf(connection, running, key.id))
    else {
      const table = tableOf(key.kind)
      const row = connection.row(table.select, key.id)
      facts.load(key, row === undefined ? undefined : table.fromRow(row))
    }
  }
}

const selectOutcome = "SELECT tag, content, outcome FROM command WHERE actor = ? AND key = ?"

const outcomesOf = (connection: Connection, keys: ReadonlyArray<string>): ReadonlyMap<string, KnownOutcome> => {
  const outcomes = new Map<string, KnownOutcome>()
  for (const key of keys) {
    // An actor has no space in it, so the first one ends it.
    const end = key.indexOf(" ")
    const row = connection.row(selectOutcome, key.slice(0, end), key.slice(end + 1))
    if (row === undefined) continue
    const [tag, content, outcome] = row
    outcomes.set(key, { tag: String(tag), content: String(content), outcome: String(outcome) })
  }
  return outcomes
}

// The ids come as one list, so that the statement is the same for any number of them.
const selectPersonal = "SELECT id, data FROM personal WHERE id IN (SELECT value FROM json_each(?))"
const insertPersonal = "INSERT INTO personal (id, data) VALUES (?, ?)"

const write = (connection: Connection, running: Running, writes: Writes): void => {
  append(connection, running, writes)
  for (const { kind, record } of inOrder(writes.puts)) {
    const table = tableOf(kind)
    connection.run(table.upsert, ...table.toRow(record))
  }
  SqliteOutbox.write(connection, writes)
  SqliteNotices.write(connection, writes)
  for (const { data, id } of writes.personal) connection.run(insertPersonal, id, data)
}

const drive = (connection: Connection, work: Work): void => {
  const facts = new WorkingSet()
  const running = new Running(connection)
  for (let keys = work.missing(facts); keys.length > 0; keys = work.missing(facts)) {
    fetch(connection, running, facts, keys)
  }
  const writes = work.decide(facts, outcomesOf(connection, work.outcomeKeys), SqliteJournal.headGiven(connection))
  if (writes.commands.length > 0) write(connection, running, writes)
}

const store = Effect.map(Sqlite.Sqlite, (sqlite) =>
  Store.of({
    writers: 1,
    commit: (work) => sqlite.write("commit", (connection) => drive(connection, work)),
    read: (keys) =>
      sqlite.read("read", (connection) => {
        const facts = new WorkingSet()
        fetch(connection, new Running(connection), facts, keys)
        return facts
      }),
    personal: (id) =>
      sqlite.read("personal", (connection) => {
        const row = connection.row("SELECT data FROM personal WHERE id = ?", id)
        return row === undefined ? undefined : String(row[0])
      }),
    personalOf: (ids) =>
      sqlite.read("personal", (connection) => {
        const rows = connection.rows(selectPersonal, JSON.stringify(ids))
        return new Map(rows.map(([id, data]) => [String(id) as CommandId, String(data)]))
      })
  })
)

/** The store and the ports that read it, on a file that is open. */
export const ports: Layer.Layer<
  Store | Outbox | Journal | History | Due | Notices | SessionActivity,
  never,
  Sqlite.Sqlite
> = Layer.mergeAll(
  Layer.effect(Store, store),
  SqliteOutbox.layer,
  SqliteJournal.layer,
  SqliteHistory.layer,
  SqliteDue.layer,
  SqliteNotices.layer,
  SqliteSessionActivity.layer
)

/** The store and its ports on one file; two layers on the same path are two connections. */
export const layer = (
  options: Options
): Layer.Layer<Store | Outbox | Journal | History | Due | Notices | SessionActivity, StoreUnavailable> =>
  Layer.provide(ports, Sqlite.layer(options))

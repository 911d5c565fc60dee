/**
 * The journal as tables: commits append to it, auditors read it in the order of the chain.
 *
 * Rows are read as they stand. What they say is for the audit to judge, by their hashes: a row that somebody altered
 * must reach it, not fail before.
 */
import { Journal } from "@kinchaku/domain/audit/Journal"
import type { BookedEntry, Head, RecordedCommand, Writes } from "@kinchaku/domain/engine/Store"
import type { AccountCode } from "@kinchaku/domain/ledger/AccountCode"
import * as Balance from "@kinchaku/domain/ledger/Balance"
import type { JournalEntry, Posting } from "@kinchaku/domain/ledger/JournalEntry"
import { Effect, Layer } from "effect"
import type { Connection, Row } from "./Connection.ts"
import * as Sqlite from "./Sqlite.ts"

const selectHead = "SELECT seq, hash, booked_at FROM chain_head"

/** The last link. */
export const headOf = (connection: Connection): Head => {
  const [seq, hash, bookedAt] = connection.row(selectHead) ?? []
  return { seq, hash, bookedAt } as Head
}

const balance = ([account, debits, credits]: Row): Balance.Balance => ({ account, debits, credits }) as Balance.Balance

const selectBalance = "SELECT account, debits, credits FROM balance WHERE account = ?"

/** The stored balance of an account; nothing where no line touched it. */
export const balanceOf = (connection: Connection, account: string): Balance.Balance => {
  const row = connection.row(selectBalance, account)
  return row === undefined ? Balance.empty(account as AccountCode) : balance(row)
}

const insertCommand = `INSERT INTO command
  (seq, id, actor, key, tag, at, booked_at, content, outcome, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const insertEntry = `INSERT INTO entry
  (seq, id, command_seq, kind, business_at, booked_at, reverses, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
const insertPosting = `INSERT INTO posting
  (entry_seq, n, account, side, amount, balance_after, booked_at) VALUES (?, ?, ?, ?, ?, ?, ?)`
const addToBalance = "UPDATE balance SET debits = debits + ?, credits = credits + ? WHERE account = ?"
const insertBalance = "INSERT INTO balance (debits, credits, account) VALUES (?, ?, ?)"
/** Last of all: has the file check what was appended since the old head. */
const moveHead = "UPDATE chain_head SET seq = ?, hash = ?, booked_at = ?"

const appendEntry = ({ run }: Connection, command: RecordedCommand, booked: BookedEntry): void => {
  const { balances, entry, hash, previous, seq } = booked
  const { bookedAt } = command
  const { businessAt, id, kind, postings, reverses = null } = entry
  run(insertEntry, seq, id, command.seq, kind, businessAt, bookedAt, reverses, previous, hash)
  postings.forEach(({ account, amount, side }, n) => {
    run(insertPosting, seq, n, account, side, amount, balances[n] ?? null, bookedAt)
  })
}

/** Appends the commands of a batch with their entries, and adds to the balances. */
export const append = (connection: Connection, { commands, deltas, head }: Writes): void => {
  const { run } = connection
  for (const command of commands) {
    const { actor, at, bookedAt, content, entries, hash, id, key, outcome, previous, seq, tag } = command
    run(insertCommand, seq, id, actor, key, tag, at, bookedAt, content, outcome, previous, hash)
    for (const booked of entries) appendEntry(connection, command, booked)
  }
  for (const { account, credits, debits } of deltas) {
    if (run(addToBalance, debits, credits, account) === 0) run(insertBalance, debits, credits, account)
  }
  run(moveHead, head.seq, head.hash, head.bookedAt)
}

const selectCommands = `SELECT seq, id, actor, key, tag, at, booked_at, content, outcome, previous, hash
  FROM command WHERE seq > ? ORDER BY seq LIMIT ?`
// The entries of commands follow their command in the numbering, before the next one.
const beforeNext = "(SELECT coalesce(min(seq), 9007199254740991) FROM command WHERE seq > ?)"
const selectEntries = `SELECT seq, id, command_seq, kind, business_at, reverses, previous, hash, booked_at
  FROM entry WHERE seq > ? AND seq < ${beforeNext} ORDER BY seq`
const selectPostings = `SELECT entry_seq, account, side, amount, balance_after, booked_at
  FROM posting WHERE entry_seq >= ? AND entry_seq < ${beforeNext} ORDER BY entry_seq, n`

const bookedEntry = (row: Row, lines: ReadonlyArray<Row>): BookedEntry => {
  const [seq, id, , kind, businessAt, reverses, previous, hash] = row
  const postings = lines.map(([, account, side, amount]) => ({ account, side, amount }) as Posting)
  const entry = {
    id,
    kind,
    businessAt,
    postings,
    ...(reverses === null ? {} : { reverses })
  } as unknown as JournalEntry
  const balances = lines.map(([, , , , after]) => (after === null ? undefined : Number(after)))
  return { seq, previous, hash, entry, balances } as unknown as BookedEntry
}

/** What lines without an entry are shown as: no chain has such a link. */
const strayEntry = { seq: 0, previous: "", hash: "", entry: { id: "", kind: "", businessAt: 0, postings: [] } }

const page = (connection: Connection, afterSeq: number, limit: number): ReadonlyArray<RecordedCommand> => {
  const commands = connection.rows(selectCommands, afterSeq, limit)
  const first = commands.at(0)?.[0]
  const last = commands.at(-1)?.[0]
  if (first === undefined || last === undefined) return []
  const lines = Map.groupBy(connection.rows(selectPostings, first, last), ([entrySeq]) => entrySeq)
  const entries = Map.groupBy(connection.rows(selectEntries, first, last), ([, , commandSeq]) => commandSeq)
  return commands.map((row) => {
    const [seq, id, actor, key, tag, at, bookedAt, content, outcome, previous, hash] = row
    // Booking times stand beside entries and lines for searching only. One that is not its command's, or a line that belongs
    // to no entry, is left out or kept in, so that the hashes show it.
    const booked = (entries.get(seq ?? null) ?? [])
      .filter((entry) => entry.at(-1) === bookedAt)
      .map((entry) =>
        bookedEntry(
          entry,
          (lines.get(entry[0] ?? null) ?? []).filter((line) => line.at(-1) === bookedAt)
        )
      )
    const strays = lines.get(seq ?? null)
    if (strays !== undefined)
      booked.push({ ...strayEntry, balances: strays.map(() => undefined) } as unknown as BookedEntry)
    const fields = { seq, id, actor, key, tag, at, bookedAt, content, outcome, previous, hash, entries: booked }
    return fields as unknown as RecordedCommand
  })
}

const selectBalances = "SELECT account, debits, credits FROM balance WHERE account > ? ORDER BY account LIMIT ?"
const selectBalanceAt = `SELECT ?1,
    coalesce(sum(amount) FILTER (WHERE side = 'debit'), 0),
    coalesce(sum(amount) FILTER (WHERE side = 'credit'), 0)
  FROM posting WHERE account = ?1 AND booked_at <= ?2`

export const layer: Layer.Layer<Journal, never, Sqlite.Sqlite> = Layer.effect(
  Journal,
  Effect.map(Sqlite.Sqlite, (sqlite) =>
    Journal.of({
      head: sqlite.read("head", headOf),
      page: (afterSeq, limit) => sqlite.read("page", (connection) => page(connection, afterSeq, limit)),
      balances: (afterCode, limit) =>
        sqlite.read("balances", ({ rows }) => rows(selectBalances, afterCode, limit).map(balance)),
      balanceAt: (account, at) =>
        sqlite.read("balanceAt", ({ row }) => balance(row(selectBalanceAt, account, at) ?? [account, 0, 0]))
    })
  )
)

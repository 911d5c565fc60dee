/**
 * The journal as tables, as auditors read it in the order of places.
 *
 * Rows are read as they stand. What they say is for the audit to judge, by their hashes: a row that somebody altered
 * must reach it, not fail before.
 */
import { Journal, lastOf, lineBefore, type StatementPeriod } from "@kinchaku/domain/audit/Journal"
import type { BookedEntry, Head, RecordedCommand } from "@kinchaku/domain/engine/Store"
import { type AccountCode, isCustomer } from "@kinchaku/domain/ledger/AccountCode"
import * as Balance from "@kinchaku/domain/ledger/Balance"
import { firstLane, genesis, place, placed } from "@kinchaku/domain/ledger/HashChain"
import type { JournalEntry, Posting } from "@kinchaku/domain/ledger/JournalEntry"
import { Effect, Layer } from "effect"
import { statementLine } from "../sql/StatementLine.ts"
import type { Connection, Row } from "./Connection.ts"
import * as Sqlite from "./Sqlite.ts"
import { expiredCash, totals } from "./SqliteTotals.ts"

const hex = (bytes: Row[number] | undefined): string =>
  bytes instanceof Uint8Array ? Buffer.from(bytes).toString("hex") : ""

// At most 256 rows.
const selectHeads = "SELECT lane, seq, hash, booked_at FROM chain_head ORDER BY lane"

const headsOf = ({ rows }: Connection): ReadonlyArray<Head> =>
  rows(selectHeads).map(([lane, seq, hash, bookedAt]) => ({ lane, seq, hash: hex(hash), bookedAt }) as Head)

/** What a decision is given: the greatest number and booking time of all lanes, and the last hash of the first, which is this store's own. */
export const headGiven = (connection: Connection): Head => {
  const heads = headsOf(connection)
  const { bookedAt, seq } = lastOf(heads)
  const own = heads.find(({ lane }) => lane === firstLane)
  const latest = heads.reduce((time, head) => (head.bookedAt > time ? head.bookedAt : time), bookedAt)
  return { lane: firstLane, seq, hash: own?.hash ?? genesis, bookedAt: latest }
}

const balance = ([account, debits, credits]: Row): Balance.Balance => ({ account, debits, credits }) as Balance.Balance

const selectBalance = "SELECT account, sum(debits), sum(credits) FROM balance WHERE account = ? GROUP BY account"

/** The stored balance of an account, of all lanes; nothing where no line touched it. */
export const balanceOf = (connection: Connection, account: string): Balance.Balance => {
  const row = connection.row(selectBalance, account)
  return row === undefined ? Balance.empty(account as AccountCode) : balance(row)
}

const selectCommands = `SELECT place, id, actor, key, tag, at, booked_at, content, outcome, previous, hash
  FROM command WHERE place > ? ORDER BY place LIMIT ?`
const selectEntries = `SELECT entry.command, n, kind, business_at, reversed.id, reverses_n, entry.previous, entry.hash
  FROM entry LEFT JOIN command AS reversed ON reversed.place = reverses_command
  WHERE entry.command > ? AND entry.command <= ? ORDER BY entry.command, n`
const selectPostings = `SELECT command, entry, account.account, amount, booked_at, posting.debits, posting.credits
  FROM posting LEFT JOIN balance AS account ON account.id = posting.account
  WHERE command > ? AND command <= ? ORDER BY command, entry, n`

const posting = ([, , account, amount]: Row): Posting =>
  ({
    account: `${account}`,
    side: Number(amount) > 0 ? "debit" : "credit",
    amount: Math.abs(Number(amount))
  }) as Posting

const heldAfter = ([, , account, , , debits, credits]: Row): number | undefined =>
  isCustomer(`${account}` as AccountCode) ? Number(credits) - Number(debits) : undefined

const bookedEntry = (command: Row, entry: Row, lines: ReadonlyArray<Row>): BookedEntry => {
  const [at, id] = command
  const [, n, kind, businessAt, reversed, reversesN, previous, hash] = entry
  const made = {
    id: `${String(id)}.${String(n)}`,
    kind,
    businessAt,
    postings: lines.map(posting),
    ...(reversesN === null ? {} : { reverses: `${String(reversed)}.${String(reversesN)}` })
  } as unknown as JournalEntry
  const seq = placed(Number(at)).seq + Number(n)
  return {
    seq,
    previous: hex(previous),
    hash: hex(hash),
    entry: made,
    balances: lines.map(heldAfter)
  } as unknown as BookedEntry
}

/** What entries without a command and lines without an entry are shown as: no chain has such a link. */
const strayEntry = {
  seq: 0,
  previous: "",
  hash: "",
  entry: { id: "", kind: "", businessAt: 0, postings: [] },
  balances: []
}

const key = (command: Row[number] | undefined, n: Row[number] | undefined): string => `${command}.${n}`

const page = ({ rows }: Connection, after: number, limit: number): ReadonlyArray<RecordedCommand> => {
  const commands = rows(selectCommands, after, limit)
  // The last page also has what somebody put behind the last command.
  const end = commands.length < limit ? Number.MAX_SAFE_INTEGER : Number(commands.at(-1)?.[0])
  const entries = Map.groupBy(rows(selectEntries, after, end), ([command]) => command ?? null)
  const lines = Map.groupBy(rows(selectPostings, after, end), ([command, entry]) => key(command, entry))
  const recorded = commands.map((row) => {
    const [at = null, id, actor, idempotencyKey, tag, askedAt, bookedAt, content, outcome, previous, hash] = row
    const booked = (entries.get(at) ?? []).map((entry) => {
      const own = lines.get(key(at, entry[1])) ?? []
      lines.delete(key(at, entry[1]))
      // The booking time stands beside lines for searching only. A line that has another is left out, so that the hash shows it.
      return bookedEntry(
        row,
        entry,
        own.filter((line) => line[4] === bookedAt)
      )
    })
    entries.delete(at)
    const fields = {
      ...placed(Number(at)),
      id,
      actor,
      key: idempotencyKey,
      tag,
      at: askedAt,
      bookedAt,
      content,
      outcome
    }
    return { ...fields, previous: hex(previous), hash: hex(hash), entries: booked } as unknown as RecordedCommand
  })
  const last = recorded.at(-1)
  const isStray = entries.size > 0 || lines.size > 0
  if (last === undefined || !isStray) return recorded
  return [...recorded.slice(0, -1), { ...last, entries: [...last.entries, strayEntry as unknown as BookedEntry] }]
}

/** A command has fewer entries than this, as its table says. */
const entriesMax = 4096

// An entry belongs to the last command of its lane before it, which is not far: entries are numbered after their command.
const selectLink = `SELECT hash FROM command WHERE place = ?1
  UNION ALL SELECT entry.hash FROM entry WHERE (entry.command, n) = (
    SELECT place, (?1 - place) >> 8 FROM command
    WHERE place < ?1 AND place > ?1 - ${entriesMax} * 256 AND place & 255 = ?1 & 255 ORDER BY place DESC LIMIT 1
  )`

const selectBalances = `SELECT account, sum(debits), sum(credits) FROM balance
  WHERE account > ? GROUP BY account ORDER BY account LIMIT ?`
const selectLanes = "SELECT id FROM balance WHERE account = ?"
const selectLineAt = `SELECT debits, credits FROM posting
  WHERE account = ? AND booked_at <= ? ORDER BY booked_at DESC, command DESC, entry DESC, n DESC LIMIT 1`

/** What an account came to: the sum, over its balance rows, of the totals after the last line up to a booking time. */
const balanceAt = ({ row, rows }: Connection, account: AccountCode, at: number): Balance.Balance => {
  const totals = rows(selectLanes, account).map(([id = null]) => row(selectLineAt, id, at) ?? [0, 0])
  const sum = (side: 0 | 1): number => totals.reduce((total, line) => total + Number(line[side]), 0)
  return balance([account, sum(0), sum(1)])
}

const selectStatement = `SELECT posting.booked_at, posting.command, posting.entry, posting.n, amount, kind, business_at, command.id
  FROM posting JOIN entry ON entry.command = posting.command AND entry.n = posting.entry JOIN command ON place = posting.command
  WHERE account = ? AND (posting.booked_at, posting.command, posting.entry, posting.n) > (?, ?, ?, ?) AND posting.booked_at <= ?
  ORDER BY posting.booked_at, posting.command, posting.entry, posting.n LIMIT ?`

const inOrder = (a: Row, b: Row): number => {
  const different = [0, 1, 2, 3].find((n) => a[n] !== b[n]) ?? 0
  return Number(a[different]) - Number(b[different])
}

/** The lines of an account: of each of its balance rows the next ones, merged. */
const statement = ({ rows }: Connection, account: AccountCode, period: StatementPeriod, limit: number) =>
  rows(selectLanes, account)
    .flatMap(([id = null]) => rows(selectStatement, id, ...lineBefore(period), period.until, limit))
    .toSorted(inOrder)
    .slice(0, limit)
    .map(statementLine)

export const layer: Layer.Layer<Journal, never, Sqlite.Sqlite> = Layer.effect(
  Journal,
  Effect.map(Sqlite.Sqlite, (sqlite) =>
    Journal.of({
      heads: sqlite.read("heads", headsOf),
      page: (afterPlace, limit) => sqlite.read("page", (connection) => page(connection, afterPlace, limit)),
      link: (link) =>
        sqlite.read("link", ({ row }) => {
          const found = row(selectLink, place(link))
          return found === undefined ? undefined : (hex(found[0]) as Head["hash"])
        }),
      balances: (afterCode, limit) =>
        sqlite.read("balances", ({ rows }) => rows(selectBalances, afterCode, limit).map(balance)),
      balanceAt: (account, at) => sqlite.read("balanceAt", (connection) => balanceAt(connection, account, at)),
      statement: (account, period, limit) =>
        sqlite.read("statement", (connection) => statement(connection, account, period, limit)),
      totals: (code, period) => sqlite.read("totals", (connection) => totals(connection, code, period)),
      expiredCash: (asked) => sqlite.read("expiredCash", (connection) => expiredCash(connection, asked))
    })
  )
)

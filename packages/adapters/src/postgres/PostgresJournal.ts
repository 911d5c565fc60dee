/**
 * The journal as tables: commits append to it, auditors read it in the order of the chain.
 *
 * Rows are read as they stand. What they say is for the audit to judge, by their hashes: a row that somebody altered
 * must reach it, not fail before.
 */
import { Journal, lineBefore } from "@kinchaku/domain/audit/Journal"
import type { BookedEntry, Head, RecordedCommand } from "@kinchaku/domain/engine/Store"
import type * as Balance from "@kinchaku/domain/ledger/Balance"
import { place, placed } from "@kinchaku/domain/ledger/HashChain"
import type { JournalEntry, Posting } from "@kinchaku/domain/ledger/JournalEntry"
import { Effect, Layer } from "effect"
import { expiredCash } from "../sql/DayTotals.ts"
import { statementLine } from "../sql/StatementLine.ts"
import { Postgres } from "./Postgres.ts"
import * as PostgresTotals from "./PostgresTotals.ts"
import { type Row, whole } from "./Session.ts"

export const selectHeads = "SELECT lane, seq, encode(hash, 'hex'), booked_at FROM chain_head ORDER BY lane"

// The columns hold what commits wrote of a Head, by the types and checks of the table.
export const head = ([lane, seq, hash, bookedAt]: Row): Head => ({ lane, seq, hash, bookedAt }) as Head

export const balance = ([account, debits, credits]: Row): Balance.Balance =>
  ({ account, debits, credits }) as Balance.Balance

/** The balances of accounts, over all lanes; those without a line are left out. */
export const selectBalancesOf = `SELECT account, sum(debits)::bigint, sum(credits)::bigint FROM balance
  WHERE account = ANY($1::text[]) GROUP BY account`

const selectBalances = `SELECT account, sum(debits)::bigint, sum(credits)::bigint FROM balance
  WHERE account IN (SELECT DISTINCT account FROM balance WHERE account > $1 ORDER BY account LIMIT $2)
  GROUP BY account ORDER BY account`

// One seek in the index for each lane of the account.
const selectBalanceAt = `SELECT coalesce(sum(line.debits), 0)::bigint, coalesce(sum(line.credits), 0)::bigint
  FROM balance CROSS JOIN LATERAL (
    SELECT debits, credits FROM posting WHERE posting.account = balance.id AND posting.booked_at <= $2
    ORDER BY booked_at DESC, command DESC, entry DESC, n DESC LIMIT 1
  ) AS line WHERE balance.account = $1`

// One range of the index for each lane of the account. A cursor may name a line of any lane.
const selectStatement = `SELECT line.booked_at, line.command, line.entry, line.n, line.amount, entry.kind, entry.business_at, command.id
  FROM balance CROSS JOIN LATERAL (
    SELECT booked_at, command, entry, n, amount FROM posting
    WHERE posting.account = balance.id AND (booked_at, command, entry, n) > ($2, $3, $4, $5) AND booked_at <= $6
    ORDER BY booked_at, command, entry, n LIMIT $7
  ) AS line
  JOIN entry ON entry.command = line.command AND entry.n = line.entry
  JOIN command ON command.place = line.command
  WHERE balance.account = $1 ORDER BY line.booked_at, line.command, line.entry, line.n LIMIT $7`

const selectCommands = `SELECT place, id, actor, key, tag, at, booked_at, content, outcome, encode(previous, 'hex'), encode(hash, 'hex')
  FROM command WHERE place > $1 ORDER BY place LIMIT $2`
const selectEntries = `SELECT entry.command, entry.n, kind, business_at, entry.reverses_n, reversed.id,
    encode(entry.previous, 'hex'), encode(entry.hash, 'hex')
  FROM entry LEFT JOIN command AS reversed ON reversed.place = entry.reverses_command
  WHERE entry.command > $1 AND entry.command <= (SELECT max(place) FROM (
    SELECT place FROM command WHERE place > $1 ORDER BY place LIMIT $2
  ) AS page) ORDER BY entry.command, entry.n`
const selectPostings = `SELECT command, entry, balance.account, amount, posting.booked_at, posting.credits - posting.debits
  FROM posting JOIN balance ON balance.id = posting.account
  WHERE command > $1 AND command <= (SELECT max(place) FROM (
    SELECT place FROM command WHERE place > $1 ORDER BY place LIMIT $2
  ) AS page) ORDER BY command, entry, n`

const isCustomer = (account: unknown): boolean => /^liability:(cash|money):/.test(String(account))

const bookedEntry = (command: Row, entry: Row, lines: ReadonlyArray<Row>): BookedEntry => {
  const [at, id] = command
  const [, n, kind, businessAt, reversesN, reversed, previous, hash] = entry
  // The booking time stands beside lines for searching only. A line that has another is left out, so that the hash shows it.
  const own = lines.filter(([, , , , bookedAt]) => bookedAt === command[6])
  const postings = own.map(
    ([, , account, amount]) =>
      ({ account, side: Number(amount) > 0 ? "debit" : "credit", amount: Math.abs(Number(amount)) }) as Posting
  )
  const made = {
    id: `${String(id)}.${String(n)}`,
    kind,
    businessAt,
    postings,
    ...(reversesN === null ? {} : { reverses: `${String(reversed)}.${String(reversesN)}` })
  } as unknown as JournalEntry
  return {
    seq: placed(Number(at)).seq + Number(n),
    previous,
    hash,
    entry: made,
    balances: own.map(([, , account, , , held]) => (isCustomer(account) ? Number(held) : undefined))
  } as BookedEntry
}

const page = ([commands = [], entries = [], postings = []]: ReadonlyArray<ReadonlyArray<Row>>) => {
  const ofCommand = Map.groupBy(entries, ([command]) => command)
  const ofEntry = Map.groupBy(postings, ([command, entry]) => `${String(command)}.${String(entry)}`)
  return commands.map((row): RecordedCommand => {
    const [at, id, actor, key, tag, askedAt, bookedAt, content, outcome, previous, hash] = row
    const booked = (ofCommand.get(at) ?? []).map((entry) =>
      bookedEntry(row, entry, ofEntry.get(`${String(at)}.${String(entry[1])}`) ?? [])
    )
    const { lane, seq } = placed(Number(at))
    return {
      lane,
      seq,
      id,
      actor,
      key,
      tag,
      at: askedAt,
      bookedAt,
      content,
      outcome,
      previous,
      hash,
      entries: booked
    } as RecordedCommand
  })
}

// An entry is found by the last command of its lane before it, whose place and its own tell which it is.
const selectLink = `SELECT encode(hash, 'hex') FROM command WHERE place = $1
  UNION ALL SELECT encode(entry.hash, 'hex') FROM (
    SELECT place FROM command WHERE place < $1 AND place & 255 = $1 & 255 ORDER BY place DESC LIMIT 1
  ) AS last JOIN entry ON entry.command = last.place AND entry.n = ($1 - last.place) >> 8`

export const layer: Layer.Layer<Journal, never, Postgres> = Layer.effect(
  Journal,
  Effect.map(Postgres, (postgres) =>
    Journal.of({
      heads: Effect.map(postgres.readSettled("heads", { sql: selectHeads }), ([rows = []]) => rows.map(head)),
      page: (afterPlace, limit) => {
        const values = [whole(afterPlace), whole(limit)]
        return Effect.map(
          postgres.read(
            "page",
            { sql: selectCommands, values },
            { sql: selectEntries, values },
            { sql: selectPostings, values }
          ),
          page
        )
      },
      link: (link) =>
        Effect.map(postgres.read("link", { sql: selectLink, values: [whole(place(link))] }), ([rows = []]) => {
          const [first] = rows
          return first === undefined ? undefined : (String(first[0]) as RecordedCommand["hash"])
        }),
      balances: (afterCode, limit) =>
        Effect.map(
          postgres.read("balances", { sql: selectBalances, values: [afterCode, whole(limit)] }),
          ([rows = []]) => rows.map(balance)
        ),
      balanceAt: (account, at) =>
        Effect.map(
          postgres.read("balanceAt", { sql: selectBalanceAt, values: [account, whole(at)] }),
          ([rows = []]): Balance.Balance => {
            const [debits, credits] = rows[0] ?? [0, 0]
            return balance([account, debits, credits])
          }
        ),
      statement: (account, period, limit) => {
        const values = [account, ...lineBefore(period).map(whole), whole(period.until), whole(limit)]
        return Effect.map(postgres.read("statement", { sql: selectStatement, values }), ([rows = []]) =>
          rows.map(statementLine)
        )
      },
      totals: (code, period) =>
        Effect.map(postgres.readSettled("totals", ...PostgresTotals.statements(code, period)), PostgresTotals.totals),
      expiredCash: ({ before, bookedSince }) => {
        const values = [whole(bookedSince), whole(before)]
        return Effect.map(postgres.read("expiredCash", { sql: PostgresTotals.selectExpired, values }), ([rows = []]) =>
          rows.map(expiredCash)
        )
      }
    })
  )
)

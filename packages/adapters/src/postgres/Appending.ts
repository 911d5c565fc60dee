/**
 * Appending: the statements that write a batch to the journal, one for each table whatever the size of the batch.
 */
import type { Head, RecordedCommand, Writes } from "@kinchaku/domain/engine/Store"
import { isCustomer } from "@kinchaku/domain/ledger/AccountCode"
import type { AccountCode } from "@kinchaku/domain/ledger/AccountCode"
import { firstLane, type Lane, place } from "@kinchaku/domain/ledger/HashChain"
import { entryId } from "@kinchaku/domain/ledger/JournalEntry"
import { list, type Statement, whole } from "./Session.ts"

const bytes = (hex: string): Uint8Array => Buffer.from(hex, "hex")

const insertCommands = `INSERT INTO command (place, at, booked_at, previous, hash, id, actor, key, tag, content, outcome)
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[])`

const commandsOf = (commands: ReadonlyArray<RecordedCommand>): Statement => ({
  sql: insertCommands,
  values: [
    list.numbers(commands.map(place)),
    list.numbers(commands.map(({ at }) => at)),
    list.numbers(commands.map(({ bookedAt }) => bookedAt)),
    list.bytes(commands.map(({ previous }) => bytes(previous))),
    list.bytes(commands.map(({ hash }) => bytes(hash))),
    list.texts(commands.map(({ id }) => id)),
    list.texts(commands.map(({ actor }) => actor)),
    list.texts(commands.map(({ key }) => key)),
    list.texts(commands.map(({ tag }) => tag)),
    list.texts(commands.map(({ content }) => content)),
    list.texts(commands.map(({ outcome }) => outcome))
  ]
})

const insertEntries = `INSERT INTO entry (command, business_at, n, kind, previous, hash, reverses_n, reverses_command)
  SELECT command, business_at, n, kind, previous, hash, nullif(split_part(reverses, '.', 2), '')::smallint,
    CASE WHEN reverses IS NOT NULL THEN coalesce(reversed, (SELECT place FROM command WHERE id = split_part(reverses, '.', 1))) END
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bytea[], $6::bytea[], $7::text[], $8::bigint[])
    AS added (command, business_at, n, kind, previous, hash, reverses, reversed)`

/** An entry beside its command and its number in it. */
const numbered = (commands: ReadonlyArray<RecordedCommand>) =>
  commands.flatMap((command) => command.entries.map((booked, index) => ({ command, booked, n: index + 1 })))
type Numbered = ReturnType<typeof numbered>

/** The places of commands of the batch itself, by the ids of their entries: the database does not see them yet. */
const reversedOf = (entries: Numbered): ReadonlyArray<number | null> => {
  const places = new Map(entries.map(({ booked, command }) => [booked.entry.id, place(command)]))
  return entries.map(({ booked }) => (booked.entry.reverses && places.get(booked.entry.reverses)) ?? null)
}

const entriesOf = (entries: Numbered): Statement => ({
  sql: insertEntries,
  values: [
    list.numbers(entries.map(({ command }) => place(command))),
    list.numbers(entries.map(({ booked }) => booked.entry.businessAt)),
    list.numbers(entries.map(({ n }) => n)),
    list.texts(entries.map(({ booked }) => booked.entry.kind)),
    list.bytes(entries.map(({ booked }) => bytes(booked.previous))),
    list.bytes(entries.map(({ booked }) => bytes(booked.hash))),
    list.texts(entries.map(({ booked }) => booked.entry.reverses ?? null)),
    list.numbers(reversedOf(entries))
  ]
})

/** A balance row as it was before the batch. */
export interface BalanceRow {
  readonly id: number
  readonly debits: number
  readonly credits: number
}

/** The lane of an account's balance row: customers have one row, the books' own accounts one in each lane. */
const laneOf = (account: string, lane: Lane): Lane => (isCustomer(account as AccountCode) ? firstLane : lane)

/** Makes balance rows for accounts that have none; answers account and id. */
export const insertBalances = (lane: Lane, accounts: ReadonlyArray<string>): Statement => ({
  sql: `INSERT INTO balance (account, lane, debits, credits)
    SELECT account, lane, 0, 0 FROM unnest($1::text[], $2::bigint[]) AS added (account, lane) RETURNING account, id`,
  values: [list.texts(accounts.toSorted()), list.numbers(accounts.toSorted().map((account) => laneOf(account, lane)))]
})

/** Finds the balance rows of the books' own accounts in a lane. */
export const selectBalances = (lane: Lane, accounts: ReadonlyArray<string>): Statement => ({
  sql: `SELECT account, id, debits, credits FROM balance WHERE account = ANY($1::text[]) AND lane = $2`,
  values: [list.texts(accounts), whole(lane)]
})

const addToBalances = `UPDATE balance SET debits = balance.debits + added.debits, credits = balance.credits + added.credits
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS added (id, debits, credits) WHERE balance.id = added.id`

const balancesOf = (deltas: Writes["deltas"], rows: ReadonlyMap<string, BalanceRow>): Statement => ({
  sql: addToBalances,
  values: [
    list.numbers(deltas.map(({ account }) => rows.get(account)?.id ?? null)),
    list.numbers(deltas.map(({ debits }) => debits)),
    list.numbers(deltas.map(({ credits }) => credits))
  ]
})

const insertPostings = `INSERT INTO posting (command, booked_at, amount, debits, credits, account, entry, n)
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])`

/** Every line of a batch, with the totals of its balance row after it. */
const linesOf = (entries: Numbered, rows: ReadonlyMap<string, BalanceRow>) => {
  const totals = new Map<string, { debits: number; credits: number }>()
  return entries.flatMap(({ booked, command, n }) =>
    booked.entry.postings.map(({ account, amount, side }, index) => {
      const row = rows.get(account)
      const before = totals.get(account) ?? { debits: row?.debits ?? 0, credits: row?.credits ?? 0 }
      const after =
        side === "debit"
          ? { debits: before.debits + amount, credits: before.credits }
          : { debits: before.debits, credits: before.credits + amount }
      totals.set(account, after)
      const signed = side === "debit" ? amount : -amount
      return {
        ...after,
        place: place(command),
        bookedAt: command.bookedAt,
        signed,
        id: row?.id ?? null,
        entry: n,
        index
      }
    })
  )
}

const postingsOf = (entries: Numbered, rows: ReadonlyMap<string, BalanceRow>): Statement => {
  const lines = linesOf(entries, rows)
  return {
    sql: insertPostings,
    values: [
      list.numbers(lines.map((line) => line.place)),
      list.numbers(lines.map(({ bookedAt }) => bookedAt)),
      list.numbers(lines.map(({ signed }) => signed)),
      list.numbers(lines.map(({ debits }) => debits)),
      list.numbers(lines.map(({ credits }) => credits)),
      list.numbers(lines.map(({ id }) => id)),
      list.numbers(lines.map(({ entry }) => entry)),
      list.numbers(lines.map(({ index }) => index))
    ]
  }
}

const insertHead = "INSERT INTO chain_head (lane, seq, booked_at, hash) VALUES ($1::bigint, $2, $3, $4)"
const moveHead = "UPDATE chain_head SET seq = $2, booked_at = $3, hash = $4 WHERE lane = $1::bigint"

/** Why the writes cannot be kept as rows; nothing where they can. */
export const faultOf = ({ commands, head }: Writes): string | undefined => {
  for (const { booked, command, n } of numbered(commands)) {
    if (booked.entry.id !== entryId(command.id, n)) return `entry ${booked.entry.id} is not the ${n}th of ${command.id}`
    if (booked.seq !== command.seq + n) return `entry ${booked.entry.id} is out of sequence`
  }
  const stray = commands.find(({ lane }) => lane !== head.lane)
  return stray === undefined ? undefined : `command ${stray.id} is of another lane than the head`
}

/** An account whose totals would leave the range of yen (LED-09); nothing where there is none. */
export const beyondRange = ({ deltas }: Writes, rows: ReadonlyMap<string, BalanceRow>): string | undefined => {
  const beyond = deltas.find(({ account, credits, debits }) => {
    const row = rows.get(account)
    return !Number.isSafeInteger((row?.debits ?? 0) + debits) || !Number.isSafeInteger((row?.credits ?? 0) + credits)
  })
  return beyond === undefined ? undefined : `the totals of ${beyond.account} would leave the range of yen`
}

/** Appends the commands of a batch with their entries and adds to the balances. Every account has its row already. */
export const append = (
  { commands, deltas }: Writes,
  rows: ReadonlyMap<string, BalanceRow>
): ReadonlyArray<Statement> => {
  const entries = numbered(commands)
  return [
    commandsOf(commands),
    ...(entries.length === 0 ? [] : [entriesOf(entries), balancesOf(deltas, rows), postingsOf(entries, rows)])
  ]
}

/** Moves the head of a lane: a statement of its own, after all others, because it has the database check what was appended. */
export const move = ({ bookedAt, hash, lane, seq }: Head, hasHead: boolean): Statement => ({
  sql: hasHead ? moveHead : insertHead,
  values: [whole(lane), whole(seq), whole(bookedAt), bytes(hash)]
})

/**
 * Appending: the statements that write a batch to the journal, one for each table whatever the size of the batch.
 */
import type { RecordedCommand, Writes } from "@kinchaku/domain/engine/Store"
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
    CASE WHEN reverses IS NOT NULL THEN (SELECT place FROM command WHERE id = split_part(reverses, '.', 1)) END
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bytea[], $6::bytea[], $7::text[])
    AS added (command, business_at, n, kind, previous, hash, reverses)`

/** An entry beside its command and its number in it. */
const numbered = (commands: ReadonlyArray<RecordedCommand>) =>
  commands.flatMap((command) => command.entries.map((booked, index) => ({ command, booked, n: index + 1 })))
type Numbered = ReturnType<typeof numbered>

const entriesOf = (entries: Numbered): Statement => ({
  sql: insertEntries,
  values: [
    list.numbers(entries.map(({ command }) => place(command))),
    list.numbers(entries.map(({ booked }) => booked.entry.businessAt)),
    list.numbers(entries.map(({ n }) => n)),
    list.texts(entries.map(({ booked }) => booked.entry.kind)),
    list.bytes(entries.map(({ booked }) => bytes(booked.previous))),
    list.bytes(entries.map(({ booked }) => bytes(booked.hash))),
    list.texts(entries.map(({ booked }) => booked.entry.reverses ?? null))
  ]
})

const insertBalances = `INSERT INTO balance (account, lane, debits, credits)
  SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[])`
const addToBalances = `UPDATE balance SET debits = balance.debits + added.debits, credits = balance.credits + added.credits
  FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) AS added (account, lane, debits, credits)
  WHERE balance.account = added.account AND balance.lane = added.lane`
const addOrInsert = `${insertBalances} ON CONFLICT (account, lane)
  DO UPDATE SET debits = balance.debits + excluded.debits, credits = balance.credits + excluded.credits`

const laneOf = (account: string, lane: Lane): Lane => (isCustomer(account as AccountCode) ? firstLane : lane)

const balancesOf = (sql: string, lane: Lane, deltas: Writes["deltas"]): ReadonlyArray<Statement> =>
  deltas.length === 0
    ? []
    : [
        {
          sql,
          values: [
            list.texts(deltas.map(({ account }) => account)),
            list.numbers(deltas.map(({ account }) => laneOf(account, lane))),
            list.numbers(deltas.map(({ debits }) => debits)),
            list.numbers(deltas.map(({ credits }) => credits))
          ]
        }
      ]

// The totals after a line are those of the balance row, which has the whole batch already, less what comes after the line.
const insertPostings = `INSERT INTO posting (command, booked_at, amount, debits, credits, account, entry, n)
  SELECT command, booked_at, amount, balance.debits - debits_to_come, balance.credits - credits_to_come, balance.id, entry, n
  FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::bigint[], $8::bigint[], $9::bigint[])
    AS added (command, booked_at, amount, debits_to_come, credits_to_come, account, lane, entry, n)
  JOIN balance ON balance.account = added.account AND balance.lane = added.lane`

/** Every line of a batch, with what the batch still books on its account after it. */
const linesOf = (entries: Numbered) => {
  const toCome = new Map<string, { debits: number; credits: number }>()
  const lines = entries.flatMap(({ booked, command, n }) =>
    booked.entry.postings.map((posting, index) => ({ posting, command, entry: n, n: index, debits: 0, credits: 0 }))
  )
  for (const line of lines.toReversed()) {
    const { account, amount, side } = line.posting
    const { credits, debits } = toCome.get(account) ?? { debits: 0, credits: 0 }
    line.debits = debits
    line.credits = credits
    toCome.set(account, side === "debit" ? { debits: debits + amount, credits } : { debits, credits: credits + amount })
  }
  return lines
}

const postingsOf = (lane: Lane, entries: Numbered): Statement => {
  const lines = linesOf(entries)
  return {
    sql: insertPostings,
    values: [
      list.numbers(lines.map(({ command }) => place(command))),
      list.numbers(lines.map(({ command }) => command.bookedAt)),
      list.numbers(lines.map(({ posting }) => (posting.side === "debit" ? posting.amount : -posting.amount))),
      list.numbers(lines.map(({ debits }) => debits)),
      list.numbers(lines.map(({ credits }) => credits)),
      list.texts(lines.map(({ posting }) => posting.account)),
      list.numbers(lines.map(({ posting }) => laneOf(posting.account, lane))),
      list.numbers(lines.map(({ entry }) => entry)),
      list.numbers(lines.map(({ n }) => n))
    ]
  }
}

const insertHead = "INSERT INTO chain_head (lane, seq, booked_at, hash) VALUES ($1::bigint, $2, $3, $4)"
const moveHead = "UPDATE chain_head SET seq = $2, booked_at = $3, hash = $4 WHERE lane = $1::bigint"

/** Which rows are there already, so that what is new can be told from what is added to. */
export interface Present {
  /** Customers' accounts that were fetched: with a balance row, or without. */
  readonly customers: ReadonlyMap<string, boolean>
  /** The books' own accounts that are known to have a row in the lane. */
  readonly own: ReadonlySet<string>
  readonly hasHead: boolean
}

/** Why the writes cannot be kept as rows; nothing where they can. */
export const faultOf = ({ commands, head }: Writes): string | undefined => {
  for (const { booked, command, n } of numbered(commands)) {
    if (booked.entry.id !== entryId(command.id, n)) return `entry ${booked.entry.id} is not the ${n}th of ${command.id}`
    if (booked.seq !== command.seq + n) return `entry ${booked.entry.id} is out of sequence`
  }
  const stray = commands.find(({ lane }) => lane !== head.lane)
  return stray === undefined ? undefined : `command ${stray.id} is of another lane than the head`
}

/** Appends the commands of a batch with their entries, adds to the balances and, last of all, moves the head, which has the database check what was appended. */
export const append = ({ commands, deltas, head }: Writes, present: Present): ReadonlyArray<Statement> => {
  const entries = numbered(commands)
  const by = Object.groupBy(deltas, ({ account }) => {
    const isThere = present.customers.get(account)
    if (isThere !== undefined) return isThere ? "add" : "insert"
    return present.own.has(account) ? "add" : "either"
  })
  return [
    commandsOf(commands),
    ...(entries.length === 0 ? [] : [entriesOf(entries)]),
    ...balancesOf(addToBalances, head.lane, by.add ?? []),
    ...balancesOf(insertBalances, head.lane, by.insert ?? []),
    ...balancesOf(addOrInsert, head.lane, by.either ?? []),
    ...(entries.length === 0 ? [] : [postingsOf(head.lane, entries)]),
    {
      sql: present.hasHead ? moveHead : insertHead,
      values: [whole(head.lane), whole(head.seq), whole(head.bookedAt), bytes(head.hash)]
    }
  ]
}

/**
 * Appending: the statements that write a batch to the journal, last of all the one that has the file check it.
 */
import { hash as digest } from "node:crypto"
import type { BookedEntry, RecordedCommand, Writes } from "@kinchaku/domain/engine/Store"
import { type AccountCode, isCustomer } from "@kinchaku/domain/ledger/AccountCode"
import { firstLane, genesisOf, type Lane, place } from "@kinchaku/domain/ledger/HashChain"
import { entryId } from "@kinchaku/domain/ledger/JournalEntry"
import type { Connection } from "./Connection.ts"
import { WritesBroken } from "./Sqlite.ts"

const bytes = (hex: string): Uint8Array => Buffer.from(hex, "hex")

const check = (holds: boolean, otherwise: string): void => {
  if (!holds) throw new WritesBroken(otherwise)
}

/** A balance row as the lines of a batch change it. */
interface Row {
  readonly id: number
  debits: number
  credits: number
}

const selectBalance = "SELECT id, debits, credits FROM balance WHERE account = ? AND lane = ?"
const insertBalance = "INSERT INTO balance (account, lane, debits, credits) VALUES (?, ?, 0, 0) RETURNING id"

const laneOf = (account: string, lane: Lane): Lane => (isCustomer(account as AccountCode) ? firstLane : lane)

/** The balance rows that one commit touches, each read once. */
export class Running {
  readonly #connection: Connection
  readonly #rows = new Map<string, Row>()

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** The row of an account, a customer's or the lane's; nothing where no line touched it. */
  readonly find = (account: string, lane: Lane): Readonly<Row> | undefined => {
    const known = this.#rows.get(account)
    if (known !== undefined) return known
    const found = this.#connection.row(selectBalance, account, laneOf(account, lane))
    return found && this.#keep(account, Number(found[0]), Number(found[1]), Number(found[2]))
  }

  /** The row of an account as {@link find} has it, opened where there is none. */
  readonly of = (account: string, lane: Lane): Row => {
    const row = this.#rows.get(account) ?? this.find(account, lane)
    if (row !== undefined) return row
    const opened = this.#connection.row(insertBalance, account, laneOf(account, lane))
    return this.#keep(account, Number(opened?.[0]), 0, 0)
  }

  readonly #keep = (account: string, id: number, debits: number, credits: number): Row => {
    const row = { id, debits, credits }
    this.#rows.set(account, row)
    return row
  }
}

const insertCommand = `INSERT INTO command
  (place, id, actor, key, tag, at, booked_at, content, outcome, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
// An entry that nobody booked has no place, and its number without one is refused.
const insertEntry = `INSERT INTO entry
  (command, n, kind, business_at, reverses_command, reverses_n, previous, hash)
  VALUES (?, ?, ?, ?, (SELECT place FROM command WHERE id = ?), ?, ?, ?)`
const insertPosting = `INSERT INTO posting
  (command, entry, n, account, amount, booked_at, debits, credits) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`
const addToBalance = "UPDATE balance SET debits = debits + ?, credits = credits + ? WHERE id = ?"
const insertHead = "INSERT INTO chain_head (seq, hash, booked_at, lane) VALUES (?, ?, ?, ?)"
const moveHead = "UPDATE chain_head SET seq = ?, hash = ?, booked_at = ? WHERE lane = ?"

/** The command and the number in it that an entry id names. */
const named = (id: string | undefined): readonly [command: string | null, n: number | null] => {
  if (id === undefined) return [null, null]
  const dot = id.lastIndexOf(".")
  const [command, n] = [id.slice(0, dot), Number(id.slice(dot + 1))]
  check(id === entryId(command, n), `${id} is no id of an entry`)
  return [command, n]
}

const appendEntry = (
  { run }: Connection,
  running: Running,
  command: RecordedCommand,
  n: number,
  { balances, entry, hash, previous, seq }: BookedEntry
): void => {
  check(entry.id === entryId(command.id, n), `entry ${entry.id} is not the one of number ${n} of its command`)
  check(seq === command.seq + n, `entry ${entry.id} is out of sequence`)
  const at = place(command)
  run(insertEntry, at, n, entry.kind, entry.businessAt, ...named(entry.reverses), bytes(previous), bytes(hash))
  entry.postings.forEach(({ account, amount, side }, index) => {
    const totals = running.of(account, command.lane)
    if (side === "debit") totals.debits += amount
    else totals.credits += amount
    const held = isCustomer(account) ? totals.credits - totals.debits : undefined
    check(balances[index] === held, `entry ${entry.id} leaves ${account} with another balance than it says`)
    const signed = side === "debit" ? amount : -amount
    run(insertPosting, at, n, index, totals.id, signed, command.bookedAt, totals.debits, totals.credits)
  })
}

const sha256 = (text: string): string => digest("sha256", text, "hex")

/** Moves the head of a lane, or begins the lane with it. */
const advance = ({ run }: Connection, { commands, head }: Writes): void => {
  const { bookedAt, hash, lane, seq } = head
  if (run(moveHead, seq, bytes(hash), bookedAt, lane) > 0) return
  check(commands[0]?.previous === genesisOf(sha256, lane), `lane ${lane} does not begin with its own genesis`)
  run(insertHead, seq, bytes(hash), bookedAt, lane)
}

/** Appends the commands of a batch with their entries, and adds to the balances. */
export const append = (connection: Connection, running: Running, writes: Writes): void => {
  const { commands, deltas, head } = writes
  for (const command of commands) {
    const { actor, at, bookedAt, content, entries, hash, id, key, lane, outcome, previous, tag } = command
    check(lane === head.lane, `command ${id} is of another lane than the head`)
    const values = [id, actor, key, tag, at, bookedAt, content, outcome] as const
    connection.run(insertCommand, place(command), ...values, bytes(previous), bytes(hash))
    entries.forEach((booked, index) => appendEntry(connection, running, command, index + 1, booked))
  }
  // Not the totals of the lines: what the batch says that each account gains, for the file to compare.
  for (const { account, credits, debits } of deltas) {
    connection.run(addToBalance, debits, credits, running.of(account, head.lane).id)
  }
  advance(connection, writes)
}

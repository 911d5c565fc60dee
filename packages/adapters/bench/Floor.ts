/**
 * The floor: hand-written statements on a bare driver that write the same rows as the store did, in the same batches.
 *
 * It decides nothing, reads nothing, hashes nothing and checks nothing; what it costs is what the rows cost.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite"
import type { BookedEntry, Writes } from "@kinchaku/domain/engine/Store"
import { place } from "@kinchaku/domain/ledger/HashChain"
import type { Payment } from "@kinchaku/domain/payment/Payment"
import type { Usage } from "@kinchaku/domain/limit/Usage"
import type { Account } from "@kinchaku/domain/account/Account"
import type { Bill } from "@kinchaku/domain/bill/Bill"

/** One row to be written: a statement's place and its values. */
type Step = readonly [statement: keyof typeof texts, values: ReadonlyArray<SQLInputValue>]

const texts = {
  command:
    "INSERT INTO command (place, id, actor, key, tag, at, booked_at, content, outcome, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  entry: "INSERT INTO entry (command, n, kind, business_at, previous, hash) VALUES (?, ?, ?, ?, ?, ?)",
  posting:
    "INSERT INTO posting (command, entry, n, account, amount, booked_at, debits, credits) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
  balance: "UPDATE balance SET debits = ?, credits = ? WHERE id = ?",
  newBalance: "INSERT INTO balance (id, account, lane, debits, credits) VALUES (?, ?, 0, 0, 0)",
  payment:
    "INSERT INTO payment (id, state, account, way, biller, payee, barcode, amount, fee, fee_tax, from_cash, from_money, entry, paid_at, settled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  bill: "INSERT INTO bill (barcode, state, payment) VALUES (?, ?, ?)",
  usage:
    "INSERT INTO usage (id, account, operation, period, total, by_way) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET total = excluded.total, by_way = excluded.by_way",
  account: "UPDATE account SET cash_expires_at = ? WHERE id = ?",
  head: "UPDATE chain_head SET seq = ?, hash = ?, booked_at = ? WHERE lane = 0"
} as const

const stepsOfPut = ({ kind, record }: Writes["puts"][number]): Step => {
  switch (kind) {
    case "payment": {
      const p = record as Payment & { readonly settledAt: number }
      return [
        "payment",
        [
          p.id,
          p._tag,
          p.account,
          p.way,
          p.biller,
          p.payee,
          p.barcode,
          p.amount,
          p.fee,
          p.feeTax,
          p.fromCash,
          p.fromMoney,
          "entry" in p ? (p.entry ?? null) : null,
          p.paidAt,
          p.settledAt
        ]
      ]
    }
    case "bill": {
      const b = record as Bill
      return ["bill", [b.barcode, b.state, b.payment]]
    }
    case "usage": {
      const u = record as Usage
      return ["usage", [u.id, u.account, u.operation, u.period, u.total, JSON.stringify(u.byWay)]]
    }
    case "account": {
      const a = record as Account
      return ["account", [a.cashExpiresAt ?? null, a.id]]
    }
    default:
      throw new Error(`a payment writes no ${kind}`)
  }
}

/** The balance rows as they go on from batch to batch, so that every line has its running totals. */
export class Totals {
  readonly #rows = new Map<string, { readonly id: number; debits: number; credits: number }>()

  /** Begins with the balances of a file. */
  constructor(filename: string) {
    const db = new DatabaseSync(filename, { readOnly: true })
    for (const { account, credits, debits, id } of db
      .prepare("SELECT id, account, debits, credits FROM balance")
      .all()) {
      this.#rows.set(String(account), { id: Number(id), debits: Number(debits), credits: Number(credits) })
    }
    db.close()
  }

  /** The row of an account, with the step that opens it where there was none. */
  readonly of = (account: string) => {
    const known = this.#rows.get(account)
    if (known !== undefined) return { row: known, opening: [] }
    const row = { id: this.#rows.size + 1, debits: 0, credits: 0 }
    this.#rows.set(account, row)
    return { row, opening: [["newBalance", [row.id, account]] as const] }
  }
}

const hex = (digits: string): Uint8Array => Buffer.from(digits, "hex")

const stepsOfEntry = (
  totals: Totals,
  at: number,
  bookedAt: number,
  n: number,
  { entry, hash, previous }: BookedEntry
): ReadonlyArray<Step> => [
  ["entry", [at, n, entry.kind, entry.businessAt, hex(previous), hex(hash)]],
  ...entry.postings.flatMap(({ account, amount, side }, index): ReadonlyArray<Step> => {
    const { opening, row } = totals.of(account)
    row.debits += side === "debit" ? amount : 0
    row.credits += side === "credit" ? amount : 0
    const signed = side === "debit" ? amount : -amount
    return [...opening, ["posting", [at, n, index, row.id, signed, bookedAt, row.debits, row.credits]]]
  })
]

/** The rows of one batch of payments, values ready to be bound. Batches are taken in their order. */
export const stepsOf = (totals: Totals, writes: Writes): ReadonlyArray<Step> => [
  ...writes.commands.flatMap((c): ReadonlyArray<Step> => {
    const at = place(c)
    const values = [
      at,
      c.id,
      c.actor,
      c.key,
      c.tag,
      c.at,
      c.bookedAt,
      c.content,
      c.outcome,
      hex(c.previous),
      hex(c.hash)
    ]
    return [
      ["command", values],
      ...c.entries.flatMap((booked, index) => stepsOfEntry(totals, at, c.bookedAt, index + 1, booked))
    ]
  }),
  ...writes.deltas.map(({ account }): Step => {
    const { credits, debits, id } = totals.of(account).row
    return ["balance", [debits, credits, id]]
  }),
  ...writes.puts.map(stepsOfPut),
  ["head", [writes.head.seq, hex(writes.head.hash), writes.head.bookedAt]]
]

/** Writes batches to a copy of the store's file; returns the seconds that the durable commits took. */
export const run = (filename: string, batches: ReadonlyArray<ReadonlyArray<Step>>): number => {
  const db = new DatabaseSync(filename)
  for (const pragma of [
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "cache_size = -65536",
    "wal_autocheckpoint = 4096"
  ]) {
    db.exec(`PRAGMA ${pragma}`)
  }
  const statements = Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, db.prepare(text)])
  ) as Record<keyof typeof texts, StatementSync>
  const begun = performance.now()
  for (const steps of batches) {
    db.exec("BEGIN IMMEDIATE")
    for (const [name, values] of steps) {
      statements[name].run(...values)
    }
    db.exec("COMMIT")
  }
  const seconds = (performance.now() - begun) / 1000
  db.close()
  return seconds
}

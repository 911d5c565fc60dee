/**
 * The floor: hand-written statements on a bare driver that write the same rows as the store did, in the same batches.
 *
 * It decides nothing, reads nothing, hashes nothing and checks nothing; what it costs is what the rows cost.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite"
import type { Writes } from "@kinchaku/domain/engine/Store"
import type { Payment } from "@kinchaku/domain/payment/Payment"
import type { Usage } from "@kinchaku/domain/limit/Usage"
import type { Account } from "@kinchaku/domain/account/Account"
import type { Bill } from "@kinchaku/domain/bill/Bill"

/** One row to be written: a statement's place and its values. */
type Step = readonly [statement: keyof typeof texts, values: ReadonlyArray<SQLInputValue>]

const texts = {
  command:
    "INSERT INTO command (seq, id, actor, key, tag, at, booked_at, content, outcome, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  entry:
    "INSERT INTO entry (seq, id, command_seq, kind, business_at, booked_at, reverses, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  posting:
    "INSERT INTO posting (entry_seq, n, account, side, amount, balance_after, booked_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
  balance: "UPDATE balance SET debits = debits + ?, credits = credits + ? WHERE account = ?",
  newBalance: "INSERT INTO balance (debits, credits, account) VALUES (?, ?, ?)",
  payment:
    "INSERT INTO payment (id, state, account, way, biller, payee, barcode, amount, fee, fee_tax, from_cash, from_money, entry, paid_at, settled_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  bill: "INSERT INTO bill (barcode, state, payment) VALUES (?, ?, ?)",
  usage:
    "INSERT INTO usage (id, account, operation, period, total, by_way) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET total = excluded.total, by_way = excluded.by_way",
  account: "UPDATE account SET cash_expires_at = ? WHERE id = ?",
  head: "UPDATE chain_head SET seq = ?, hash = ?, booked_at = ?"
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
          p.entry,
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

/** The rows of one batch of payments, values ready to be bound. */
export const stepsOf = (writes: Writes): ReadonlyArray<Step> => [
  ...writes.commands.flatMap((c): ReadonlyArray<Step> => [
    ["command", [c.seq, c.id, c.actor, c.key, c.tag, c.at, c.bookedAt, c.content, c.outcome, c.previous, c.hash]],
    ...c.entries.flatMap((e): ReadonlyArray<Step> => [
      ["entry", [e.seq, e.entry.id, c.seq, e.entry.kind, e.entry.businessAt, c.bookedAt, null, e.previous, e.hash]],
      ...e.entry.postings.map((p, n): Step => [
        "posting",
        [e.seq, n, p.account, p.side, p.amount, e.balances[n] ?? null, c.bookedAt]
      ])
    ])
  ]),
  ...writes.deltas.map(({ account, credits, debits }): Step => ["balance", [debits, credits, account]]),
  ...writes.puts.map(stepsOfPut),
  ["head", [writes.head.seq, writes.head.hash, writes.head.bookedAt]]
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
      const { changes } = statements[name].run(...values)
      if (name === "balance" && changes === 0) statements.newBalance.run(...values)
    }
    db.exec("COMMIT")
  }
  const seconds = (performance.now() - begun) / 1000
  db.close()
  return seconds
}

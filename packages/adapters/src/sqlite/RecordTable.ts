/**
 * Record tables: how each kind of record is written to a table of its own and read back.
 *
 * Every field has one column, a field that is absent is NULL there, and a row is a record again only when the kind's
 * schema says so. The first column is the record's id.
 */
import type { SQLInputValue } from "node:sqlite"
import { accounts } from "@kinchaku/domain/account/Account"
import { claims } from "@kinchaku/domain/account/Claim"
import { bankLinks } from "@kinchaku/domain/bank/BankLink"
import { bills } from "@kinchaku/domain/bill/Bill"
import { billers } from "@kinchaku/domain/bill/Biller"
import { frozen, type RecordKind } from "@kinchaku/domain/engine/RecordKind"
import { usages } from "@kinchaku/domain/limit/Usage"
import { payments } from "@kinchaku/domain/payment/Payment"
import { policyInForce } from "@kinchaku/domain/policy/Policy"
import { topUps } from "@kinchaku/domain/topup/TopUp"
import { Schema } from "effect"
import type { Row } from "./Connection.ts"

interface Column {
  readonly name: string
  readonly write: (value: unknown) => SQLInputValue
  readonly read: (value: unknown) => unknown
}

/** A text or a whole number as it is; the driver refuses anything else. */
const plain = (name: string): Column => ({
  name,
  write: (value) => (value === undefined ? null : (value as SQLInputValue)),
  read: (value) => value
})

/** A structure, as JSON text. */
const json = (name: string): Column => ({ name, write: JSON.stringify, read: (value) => JSON.parse(String(value)) })

/** A yes or no, as 1 or 0. */
const flag = (name: string): Column => ({
  name,
  write: (value) => (value === true ? 1 : 0),
  read: (value) => value === 1
})

type FieldOf<R> = R extends unknown ? keyof R & string : never

/** The column of every field that a record of the kind can have. */
type Columns<R> = { readonly [Field in FieldOf<R>]: string | Column }

export interface RecordTable<R = object> {
  readonly kind: string
  /** The columns of a row, as a query lists them. */
  readonly columns: string
  /** Reads one record by its id. */
  readonly select: string
  /** Writes one version of a record; one that says what the last one said touches no page. */
  readonly upsert: string
  readonly toRow: (record: object) => ReadonlyArray<SQLInputValue>
  /** The record of a row; a row that is none is a defect of whatever reads it. */
  readonly fromRow: (row: Row) => R
}

const define = <R extends object>(kind: RecordKind<R>, table: string, fields: Columns<R>): RecordTable<R> => {
  const entries = Object.entries<string | Column>(fields)
  const columns = entries.map(([field, column]) => ({
    field,
    ...(typeof column === "string" ? plain(column) : column)
  }))
  const names = columns.map(({ name }) => name)
  const [id, ...others] = names
  const decode = Schema.decodeUnknownSync(kind.schema)

  const toRow = (record: object): ReadonlyArray<SQLInputValue> => {
    // Records are plain data: a field that this state of the record does not have reads as undefined.
    const values = record as Readonly<Record<string, unknown>>
    return columns.map(({ field, write }) => write(values[field]))
  }
  const fromRow = (row: Row): R => {
    const values: Record<string, unknown> = {}
    columns.forEach(({ field, read }, index) => {
      const value = row[index]
      if (value !== null) values[field] = read(value)
    })
    try {
      return decode(values)
    } catch (cause) {
      // Not a failure of the store, which trying again could cure: it is the defect of whatever reads this row, and of nothing else.
      throw new Error(`a row of ${table} is no ${kind.name}`, { cause })
    }
  }
  return {
    kind: kind.name,
    columns: names.join(", "),
    select: `SELECT ${names.join(", ")} FROM ${table} WHERE ${id} = ?`,
    upsert: `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})
      ON CONFLICT (${id}) DO UPDATE SET ${others.map((name) => `${name} = excluded.${name}`).join(", ")}
      WHERE ${others.map((name) => `${table}.${name} IS NOT excluded.${name}`).join(" OR ")}`,
    toRow,
    fromRow
  }
}

/** A table whose last row read is kept as a record: for large records that every batch reads and that seldom change. */
const remembering = <R>(table: RecordTable<R>): RecordTable<R> => {
  let last: { readonly row: Row; readonly record: R } | undefined
  const fromRow = (row: Row): R => {
    if (last === undefined || row.some((value, index) => value !== last?.row[index])) {
      // Everybody gets the same record, so nobody may change it.
      last = { row, record: frozen(table.fromRow(row)) }
    }
    return last.record
  }
  return { ...table, fromRow }
}

export const topUpTable = define(topUps, "top_up", {
  id: "id",
  _tag: "state",
  account: "account",
  way: "way",
  link: "link",
  bank: "bank",
  amount: "amount",
  fee: "fee",
  feeTax: "fee_tax",
  request: "request",
  passbookText: "passbook_text",
  askedAt: "asked_at",
  raisedAt: "raised_at",
  creditedTo: "credited_to",
  settledAt: "settled_at",
  reason: "reason",
  contradictedAt: "contradicted_at"
})

export const paymentTable = define(payments, "payment", {
  id: "id",
  _tag: "state",
  account: "account",
  way: "way",
  biller: "biller",
  payee: "payee",
  barcode: "barcode",
  amount: "amount",
  fee: "fee",
  feeTax: "fee_tax",
  fromCash: "from_cash",
  fromMoney: "from_money",
  entry: "entry",
  paidAt: "paid_at",
  settledAt: "settled_at",
  reason: "reason"
})

/** Every kind of record; a kind comes after those that its rows refer to. */
const tables: ReadonlyArray<RecordTable> = [
  remembering(define(policyInForce, "policy", { id: "id", version: "version", policy: json("policy") })),
  define(accounts, "account", {
    id: "id",
    kind: "kind",
    person: "person",
    kanaName: "kana_name",
    openedAt: "opened_at",
    cashExpiresAt: "cash_expires_at",
    cashNoticeDays: "cash_notice_days"
  }),
  define(claims, "claim", { id: "id", of: "kind", account: "account", state: "state" }),
  define(bankLinks, "bank_link", {
    id: "id",
    _tag: "state",
    account: "account",
    bank: "bank",
    bankAccount: "bank_account",
    request: "request",
    askedAt: "asked_at",
    settledAt: "settled_at",
    reason: "reason"
  }),
  topUpTable,
  define(billers, "biller", {
    code: "code",
    name: "name",
    confirmation: "confirmation",
    slipMaximum: "slip_maximum",
    active: flag("active")
  }),
  paymentTable,
  define(bills, "bill", { barcode: "barcode", state: "state", payment: "payment" }),
  define(usages, "usage", {
    id: "id",
    account: "account",
    operation: "operation",
    period: "period",
    total: "total",
    byWay: json("by_way")
  })
]

const byKind = new Map(tables.map((table) => [table.kind, table]))

/** The table of a kind; a kind without one is a defect. */
export const tableOf = (kind: string): RecordTable => {
  const table = byKind.get(kind)
  if (table === undefined) throw new Error(`there is no table for records of kind ${kind}`)
  return table
}

const places = new Map(tables.map(({ kind }, place) => [kind, place]))

/** Puts what is referred to before what refers to it. */
export const inOrder = <P extends { readonly kind: string }>(puts: ReadonlyArray<P>): ReadonlyArray<P> =>
  puts.toSorted((a, b) => (places.get(a.kind) ?? 0) - (places.get(b.kind) ?? 0))

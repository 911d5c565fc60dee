/**
 * Record columns: which table keeps each kind of record, and which column each field of it, alike in every SQL store.
 *
 * Every field has one column, a field that is absent is NULL there, and a row is a record again only when the kind's
 * schema says so. The first column is the record's id.
 */
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

/** What a column holds: a text, a whole number, a structure as JSON text, or a yes or no as 1 or 0. */
export type ColumnType = "text" | "integer" | "json" | "flag"

/** A value as it is bound; JSON is a text, a yes or no a number. */
export type Value = string | number | null

export interface RecordColumn {
  readonly field: string
  readonly name: string
  readonly type: ColumnType
}

export interface RecordColumns<R = object> {
  readonly kind: string
  readonly table: string
  /** In the order of a row. */
  readonly columns: ReadonlyArray<RecordColumn>
  readonly toRow: (record: object) => ReadonlyArray<Value>
  /** The record of a row; a row that is none is a defect of whatever reads it. */
  readonly fromRow: (row: ReadonlyArray<unknown>) => R
}

/** A text or a whole number as it is: the driver refuses anything else, and the kind's schema what a driver makes of it. */
const plain = {
  write: (value: unknown): Value => (value === undefined ? null : (value as Value)),
  read: (value: unknown): unknown => value
}

const codecs: Readonly<Record<ColumnType, typeof plain>> = {
  text: plain,
  // Some drivers read 64-bit numbers as texts or as bigint.
  integer: { ...plain, read: (value) => (typeof value === "number" ? value : Number(value)) },
  json: { write: JSON.stringify, read: (value) => JSON.parse(String(value)) },
  flag: { write: (value) => (value === true ? 1 : 0), read: (value) => value === 1 }
}

type NamedColumn = Pick<RecordColumn, "name" | "type">
const integer = (name: string): NamedColumn => ({ name, type: "integer" })
const json = (name: string): NamedColumn => ({ name, type: "json" })
const flag = (name: string): NamedColumn => ({ name, type: "flag" })

type FieldOf<R> = R extends unknown ? keyof R & string : never

/** The column of every field that a record of the kind can have; a name alone is that of a text. */
type Columns<R> = { readonly [Field in FieldOf<R>]: string | NamedColumn }

const define = <R extends object>(kind: RecordKind<R>, table: string, fields: Columns<R>): RecordColumns<R> => {
  const columns = Object.entries<string | NamedColumn>(fields).map(([field, column]): RecordColumn =>
    typeof column === "string" ? { field, name: column, type: "text" } : { field, ...column }
  )
  const coded = columns.map(({ field, type }) => ({ field, ...codecs[type] }))
  const decode = Schema.decodeUnknownSync(kind.schema)

  const toRow = (record: object): ReadonlyArray<Value> => {
    // Records are plain data: a field that this state of the record does not have reads as undefined.
    const values = record as Readonly<Record<string, unknown>>
    return coded.map(({ field, write }) => write(values[field]))
  }
  const fromRow = (row: ReadonlyArray<unknown>): R => {
    const values: Record<string, unknown> = {}
    coded.forEach(({ field, read }, index) => {
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
  return { kind: kind.name, table, columns, toRow, fromRow }
}

/** A table whose last row read is kept as a record: for large records that every batch reads and that seldom change. */
const remembering = <R>(table: RecordColumns<R>): RecordColumns<R> => {
  let last: { readonly row: ReadonlyArray<unknown>; readonly record: R } | undefined
  const fromRow = (row: ReadonlyArray<unknown>): R => {
    if (last === undefined || row.some((value, index) => value !== last?.row[index])) {
      // Everybody gets the same record, so nobody may change it.
      last = { row, record: frozen(table.fromRow(row)) }
    }
    return last.record
  }
  return { ...table, fromRow }
}

export const topUpColumns = define(topUps, "top_up", {
  id: "id",
  _tag: "state",
  account: "account",
  way: "way",
  link: "link",
  bank: "bank",
  amount: integer("amount"),
  fee: integer("fee"),
  feeTax: integer("fee_tax"),
  request: "request",
  passbookText: "passbook_text",
  askedAt: integer("asked_at"),
  raisedAt: integer("raised_at"),
  creditedTo: "credited_to",
  settledAt: integer("settled_at"),
  reason: "reason",
  contradictedAt: integer("contradicted_at")
})

export const paymentColumns = define(payments, "payment", {
  id: "id",
  _tag: "state",
  account: "account",
  way: "way",
  biller: "biller",
  payee: "payee",
  barcode: "barcode",
  amount: integer("amount"),
  fee: integer("fee"),
  feeTax: integer("fee_tax"),
  fromCash: integer("from_cash"),
  fromMoney: integer("from_money"),
  entry: "entry",
  paidAt: integer("paid_at"),
  settledAt: integer("settled_at"),
  reason: "reason"
})

/** Every kind of record; a kind comes after those that its rows refer to. */
export const recordColumns: ReadonlyArray<RecordColumns> = [
  remembering(define(policyInForce, "policy", { id: "id", version: integer("version"), policy: json("policy") })),
  define(accounts, "account", {
    id: "id",
    kind: "kind",
    person: "person",
    kanaName: "kana_name",
    openedAt: integer("opened_at"),
    cashExpiresAt: integer("cash_expires_at"),
    cashNoticeDays: integer("cash_notice_days")
  }),
  define(claims, "claim", { id: "id", of: "kind", account: "account", state: "state" }),
  define(bankLinks, "bank_link", {
    id: "id",
    _tag: "state",
    account: "account",
    bank: "bank",
    bankAccount: "bank_account",
    request: "request",
    askedAt: integer("asked_at"),
    settledAt: integer("settled_at"),
    reason: "reason"
  }),
  topUpColumns,
  define(billers, "biller", {
    code: "code",
    name: "name",
    confirmation: "confirmation",
    slipMaximum: integer("slip_maximum"),
    active: flag("active")
  }),
  paymentColumns,
  define(bills, "bill", { barcode: "barcode", state: "state", payment: "payment" }),
  define(usages, "usage", {
    id: "id",
    account: "account",
    operation: "operation",
    period: "period",
    total: integer("total"),
    byWay: json("by_way")
  })
]

const places = new Map(recordColumns.map(({ kind }, place) => [kind, place]))

/** Puts what is referred to before what refers to it. */
export const inOrder = <P extends { readonly kind: string }>(puts: ReadonlyArray<P>): ReadonlyArray<P> =>
  puts.toSorted((a, b) => (places.get(a.kind) ?? 0) - (places.get(b.kind) ?? 0))

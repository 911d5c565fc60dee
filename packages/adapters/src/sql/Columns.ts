/**
 * Columns: how a record becomes a row and a row a record again, alike in every SQL store.
 *
 * Every field has one column, a field that is absent is NULL there, and a row is a record again only when the kind's
 * schema says so. The first column is the record's id.
 */
import { frozen, type RecordKind } from "@kinchaku/domain/engine/RecordKind"
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
  json: {
    write: (value) => (value === undefined ? null : JSON.stringify(value)),
    read: (value) => JSON.parse(String(value))
  },
  flag: { write: (value) => (value === undefined ? null : value === true ? 1 : 0), read: (value) => value === 1 }
}

export type NamedColumn = Pick<RecordColumn, "name" | "type">
export const integer = (name: string): NamedColumn => ({ name, type: "integer" })
export const json = (name: string): NamedColumn => ({ name, type: "json" })
export const flag = (name: string): NamedColumn => ({ name, type: "flag" })

type FieldOf<R> = R extends unknown ? keyof R & string : never

/** The column of every field that a record of the kind can have; a name alone is that of a text. */
type Columns<R> = { readonly [Field in FieldOf<R>]: string | NamedColumn }

/** The columns of a kind, in the order in which they are written. */
export const define = <R extends object>(kind: RecordKind<R>, table: string, fields: Columns<R>): RecordColumns<R> => {
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
export const remembering = <R>(table: RecordColumns<R>): RecordColumns<R> => {
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

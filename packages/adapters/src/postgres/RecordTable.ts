/**
 * Record tables: the statements that read and write each kind of record, many at a time.
 */
import type { RecordColumn, RecordColumns, Value } from "../sql/Columns.ts"
import { recordColumns } from "../sql/RecordColumns.ts"
import { list, type Row, type Statement } from "./Session.ts"

/** Kinds that decisions read and operators alone change: reading them locks nobody out (ADR-0013). */
const shared: ReadonlySet<string> = new Set(["policy", "biller"])

export interface RecordTable {
  readonly kind: string
  readonly isShared: boolean
  /** Reads records by their ids, in the order of the ids. */
  readonly select: (ids: ReadonlyArray<string>) => Statement
  /** Reads records and locks them until the commit, waiting for whoever has them. */
  readonly lock: (ids: ReadonlyArray<string>) => Statement
  /** Reads and locks them, or fails at once where somebody else has one. */
  readonly lockNow: (ids: ReadonlyArray<string>) => Statement
  /** Writes first versions: fails where one is there already. */
  readonly insert: (records: ReadonlyArray<object>) => Statement
  /** Writes versions; one that says what the last one said touches no row. */
  readonly upsert: (records: ReadonlyArray<object>) => Statement
  readonly idOf: (row: Row) => string
  readonly fromRow: (row: Row) => object
}

const isNumeric = ({ type }: RecordColumn): boolean => type === "integer" || type === "flag"

const columnsOf = (columns: ReadonlyArray<RecordColumn>, rows: ReadonlyArray<ReadonlyArray<Value>>) =>
  columns.map((column, index) => {
    const values = rows.map((row) => row[index] ?? null)
    // The kind's schema says which fields are numbers; the driver refuses a text among them.
    return isNumeric(column)
      ? list.numbers(values as ReadonlyArray<number | null>)
      : list.texts(values as ReadonlyArray<string | null>)
  })

const define = ({ columns, fromRow, kind, table, toRow }: RecordColumns): RecordTable => {
  const names = columns.map(({ name }) => name)
  const [id = "", ...others] = names
  const types = columns.map((column, index) => `$${index + 1}::${isNumeric(column) ? "bigint" : "text"}[]`)
  const select = `SELECT ${names.join(", ")} FROM ${table} WHERE ${id} = ANY($1::text[]) ORDER BY ${id}`
  const insert = `INSERT INTO ${table} (${names.join(", ")}) SELECT * FROM unnest(${types.join(", ")})`
  const upsert = `${insert} ON CONFLICT (${id}) DO UPDATE SET ${others.map((name) => `${name} = excluded.${name}`).join(", ")}
    WHERE (${others.map((name) => `${table}.${name}`).join(", ")}) IS DISTINCT FROM (${others.map((name) => `excluded.${name}`).join(", ")})`
  const reading = (sql: string) => (ids: ReadonlyArray<string>) => ({ sql, values: [list.texts(ids)] })
  const writing = (sql: string) => (records: ReadonlyArray<object>) => ({
    sql,
    values: columnsOf(columns, records.map(toRow))
  })
  return {
    kind,
    isShared: shared.has(kind),
    select: reading(select),
    lock: reading(`${select} FOR NO KEY UPDATE`),
    lockNow: reading(`${select} FOR NO KEY UPDATE NOWAIT`),
    insert: writing(insert),
    upsert: writing(upsert),
    idOf: (row) => String(row[0]),
    fromRow
  }
}

/** Every kind of record, in the order in which rows are locked and written. */
export const tables: ReadonlyArray<RecordTable> = recordColumns.map(define)

const byKind = new Map(tables.map((table) => [table.kind, table]))

/** The table of a kind; a kind without one is a defect. */
export const tableOf = (kind: string): RecordTable => {
  const table = byKind.get(kind)
  if (table === undefined) throw new Error(`there is no table for records of kind ${kind}`)
  return table
}

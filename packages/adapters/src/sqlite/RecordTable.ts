/**
 * Record tables: the statements that read and write each kind of record in SQLite.
 */
import type { RecordColumns } from "../sql/Columns.ts"
import * as Columns from "../sql/RecordColumns.ts"

export interface RecordTable<R = object> extends Pick<RecordColumns<R>, "kind" | "toRow" | "fromRow"> {
  /** Reads one record by its id. */
  readonly select: string
  /** Writes one version of a record; one that says what the last one said touches no page. */
  readonly upsert: string
}

const statements = <R>({ columns, fromRow, kind, table, toRow }: RecordColumns<R>): RecordTable<R> => {
  const names = columns.map(({ name }) => name)
  const [id, ...others] = names
  return {
    kind,
    select: `SELECT ${names.join(", ")} FROM ${table} WHERE ${id} = ?`,
    upsert: `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})
      ON CONFLICT (${id}) DO UPDATE SET ${others.map((name) => `${name} = excluded.${name}`).join(", ")}
      WHERE ${others.map((name) => `${table}.${name} IS NOT excluded.${name}`).join(" OR ")}`,
    toRow,
    fromRow
  }
}

const byKind = new Map(Columns.recordColumns.map((columns) => [columns.kind, statements(columns)]))

/** The table of a kind; a kind without one is a defect. */
export const tableOf = (kind: string): RecordTable => {
  const table = byKind.get(kind)
  if (table === undefined) throw new Error(`there is no table for records of kind ${kind}`)
  return table
}

/**
 * A page of an account's history: its lines of each kind, each read newest first by index, merged.
 *
 * Lines are ordered by the command that made them, whose id follows the prefix of a record's own; one command may make two, which are
 * then ordered by their prefixes. A cursor is the id of a record.
 */
import type { HistoryLine } from "@kinchaku/domain/history/History"
import type { RecordColumns } from "./Columns.ts"
import { paymentColumns, topUpColumns } from "./RecordColumns.ts"
import { depositTopUpColumns, directTopUpColumns, payoutColumns } from "./WalletColumns.ts"

type Rows = ReadonlyArray<ReadonlyArray<unknown>>

/** Sorts after every command id. */
const last = "~"

const madeBy = (id: string): string => id.slice(id.indexOf("_") + 1)
const prefixOf = (id: string): string => id.slice(0, id.indexOf("_") + 1)

/** The id below which the ids of a prefix come after a cursor. */
export const boundOf = (prefix: string, before: string | undefined): string => {
  if (before === undefined) return `${prefix}${last}`
  const bound = `${prefix}${madeBy(before)}`
  // A command's id alone, a cursor of earlier releases, leaves out all that the command made.
  return before.includes("_") && prefix > prefixOf(before) ? `${bound}${last}` : bound
}

/** One kind of line: the table that it is read from, the prefix of its ids, and the line of a row. */
interface Source {
  readonly prefix: string
  readonly columns: Pick<RecordColumns, "columns" | "table">
  readonly line: (row: ReadonlyArray<unknown>) => HistoryLine
}

type WithoutCursor<Line> = Line extends HistoryLine ? Omit<Line, "cursor"> : never

const source = <R extends { readonly id: string }>(
  prefix: string,
  columns: RecordColumns<R>,
  lineOf: (record: R) => WithoutCursor<HistoryLine>
): Source => ({
  prefix,
  columns,
  line: (row) => {
    const record = columns.fromRow(row)
    return { ...lineOf(record), cursor: record.id }
  }
})

/** Every kind of line. */
export const sources: ReadonlyArray<Source> = [
  source("top_", topUpColumns, (topUp) => ({ kind: "topUp", topUp })),
  source("dep_", depositTopUpColumns, (topUp) => ({ kind: "depositTopUp", topUp })),
  source("dir_", directTopUpColumns, (topUp) => ({ kind: "directTopUp", topUp })),
  source("pay_", paymentColumns, (payment) => ({ kind: "payment", payment })),
  source("out_", payoutColumns, (payout) => ({ kind: "payout", payout }))
]

const inOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const newestFirst = (a: HistoryLine, b: HistoryLine): number =>
  inOrder(madeBy(b.cursor), madeBy(a.cursor)) || inOrder(a.cursor, b.cursor)

/** The newest lines of the rows of each source, which are at most `limit` long each. */
export const historyPage = (rows: ReadonlyArray<Rows>, limit: number): ReadonlyArray<HistoryLine> =>
  sources
    .flatMap(({ line }, n) => (rows[n] ?? []).map(line))
    .toSorted(newestFirst)
    .slice(0, limit)

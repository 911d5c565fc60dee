/**
 * A page of an account's history: its lines of each kind, each read newest first by index, merged.
 *
 * A cursor is the id of the command that made the line, which is what follows the prefix of the record's id.
 */
import type { HistoryLine } from "@kinchaku/domain/history/History"
import type { RecordColumns } from "./Columns.ts"
import { paymentColumns, topUpColumns } from "./RecordColumns.ts"
import { depositTopUpColumns, directTopUpColumns, payoutColumns } from "./WalletColumns.ts"

type Rows = ReadonlyArray<ReadonlyArray<unknown>>

/** Sorts after every command id: where the newest page begins. */
export const newest = "~"

const madeBy = (id: string): string => id.slice(id.indexOf("_") + 1)

/** One kind of line: the table that it is read from, the prefix of its ids, and the line of a row. */
interface Source {
  readonly prefix: string
  readonly columns: Pick<RecordColumns, "columns" | "table">
  readonly line: (row: ReadonlyArray<unknown>) => HistoryLine
}

/** Every kind of line. */
export const sources: ReadonlyArray<Source> = [
  {
    prefix: "top_",
    columns: topUpColumns,
    line: (row) => {
      const topUp = topUpColumns.fromRow(row)
      return { kind: "topUp", cursor: madeBy(topUp.id), topUp }
    }
  },
  {
    prefix: "dep_",
    columns: depositTopUpColumns,
    line: (row) => {
      const topUp = depositTopUpColumns.fromRow(row)
      return { kind: "depositTopUp", cursor: madeBy(topUp.id), topUp }
    }
  },
  {
    prefix: "dir_",
    columns: directTopUpColumns,
    line: (row) => {
      const topUp = directTopUpColumns.fromRow(row)
      return { kind: "directTopUp", cursor: madeBy(topUp.id), topUp }
    }
  },
  {
    prefix: "pay_",
    columns: paymentColumns,
    line: (row) => {
      const payment = paymentColumns.fromRow(row)
      return { kind: "payment", cursor: madeBy(payment.id), payment }
    }
  },
  {
    prefix: "out_",
    columns: payoutColumns,
    line: (row) => {
      const payout = payoutColumns.fromRow(row)
      return { kind: "payout", cursor: madeBy(payout.id), payout }
    }
  }
]

const newestFirst = (a: HistoryLine, b: HistoryLine): number => (a.cursor > b.cursor ? -1 : a.cursor < b.cursor ? 1 : 0)

/** The newest lines of the rows of each source, which are at most `limit` long each. */
export const historyPage = (rows: ReadonlyArray<Rows>, limit: number): ReadonlyArray<HistoryLine> =>
  sources
    .flatMap(({ line }, n) => (rows[n] ?? []).map(line))
    .toSorted(newestFirst)
    .slice(0, limit)

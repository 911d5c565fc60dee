/**
 * A page of an account's history: its top-ups and payments, each read newest first by index, merged.
 *
 * A cursor is the id of the command that made the line, which is what follows the prefix of the record's id.
 */
import type { HistoryLine } from "@kinchaku/domain/history/History"
import { paymentColumns, topUpColumns } from "./RecordColumns.ts"

type Rows = ReadonlyArray<ReadonlyArray<unknown>>

/** Sorts after every command id: where the newest page begins. */
export const newest = "~"

const madeBy = (id: string): string => id.slice(id.indexOf("_") + 1)

const newestFirst = (a: HistoryLine, b: HistoryLine): number => (a.cursor > b.cursor ? -1 : a.cursor < b.cursor ? 1 : 0)

/** The newest lines of two lists that are each at most `limit` long. */
export const historyPage = (topUps: Rows, payments: Rows, limit: number): ReadonlyArray<HistoryLine> =>
  [
    ...topUps.map((row): HistoryLine => {
      const topUp = topUpColumns.fromRow(row)
      return { kind: "topUp", cursor: madeBy(topUp.id), topUp }
    }),
    ...payments.map((row): HistoryLine => {
      const payment = paymentColumns.fromRow(row)
      return { kind: "payment", cursor: madeBy(payment.id), payment }
    })
  ]
    .toSorted(newestFirst)
    .slice(0, limit)

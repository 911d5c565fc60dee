/**
 * The history of an account: its top-ups and payments, each read newest first by index and merged.
 *
 * A cursor is the id of the command that made the line, which is what follows the prefix of the record's id.
 */
import { History, type HistoryLine } from "@kinchaku/domain/history/History"
import { Effect, Layer } from "effect"
import { paymentTable, topUpTable } from "./RecordTable.ts"
import * as Sqlite from "./Sqlite.ts"

const selectTopUps = `SELECT ${topUpTable.columns} FROM top_up WHERE account = ? AND id < ? ORDER BY id DESC LIMIT ?`
const selectPayments = `SELECT ${paymentTable.columns} FROM payment WHERE account = ? AND id < ? ORDER BY id DESC LIMIT ?`

/** Sorts after every command id. */
const end = "~"

const madeBy = (id: string): string => id.slice(id.indexOf("_") + 1)

const newestFirst = (a: HistoryLine, b: HistoryLine): number => (a.cursor > b.cursor ? -1 : a.cursor < b.cursor ? 1 : 0)

export const layer: Layer.Layer<History, never, Sqlite.Sqlite> = Layer.effect(
  History,
  Effect.map(Sqlite.Sqlite, (sqlite) =>
    History.of({
      page: (account, limit, before = end) =>
        sqlite.read("history", ({ rows }) => {
          const topUps = rows(selectTopUps, account, `top_${before}`, limit).map((row): HistoryLine => {
            const topUp = topUpTable.fromRow(row)
            return { kind: "topUp", cursor: madeBy(topUp.id), topUp }
          })
          const payments = rows(selectPayments, account, `pay_${before}`, limit).map((row): HistoryLine => {
            const payment = paymentTable.fromRow(row)
            return { kind: "payment", cursor: madeBy(payment.id), payment }
          })
          return [...topUps, ...payments].toSorted(newestFirst).slice(0, limit)
        })
    })
  )
)

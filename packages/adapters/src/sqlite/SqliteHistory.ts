/**
 * The history of an account, read newest first by index: a page costs the same whatever the history holds.
 */
import { History } from "@kinchaku/domain/history/History"
import { Effect, Layer } from "effect"
import { boundOf, historyPage, sources } from "../sql/HistoryPage.ts"
import type { RecordColumns } from "../sql/Columns.ts"
import * as Sqlite from "./Sqlite.ts"

const selectFrom = ({ columns, table }: Pick<RecordColumns, "columns" | "table">): string =>
  `SELECT ${columns.map(({ name }) => name).join(", ")} FROM ${table}
    WHERE account = ? AND id < ? ORDER BY id DESC LIMIT ?`
const selects = sources.map(({ columns, prefix }) => ({ prefix, sql: selectFrom(columns) }))

export const layer: Layer.Layer<History, never, Sqlite.Sqlite> = Layer.effect(
  History,
  Effect.map(Sqlite.Sqlite, (sqlite) =>
    History.of({
      page: (account, limit, before) =>
        sqlite.read("history", ({ rows }) =>
          historyPage(
            selects.map(({ prefix, sql }) => rows(sql, account, boundOf(prefix, before), limit)),
            limit
          )
        )
    })
  )
)

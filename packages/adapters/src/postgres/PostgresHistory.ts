/**
 * The history of an account, read newest first by index: a page costs the same whatever the history holds.
 */
import { History } from "@kinchaku/domain/history/History"
import { Effect, Layer } from "effect"
import { boundOf, historyPage, sources } from "../sql/HistoryPage.ts"
import type { RecordColumns } from "../sql/Columns.ts"
import { Postgres } from "./Postgres.ts"
import { whole } from "./Session.ts"

const selectFrom = ({ columns, table }: Pick<RecordColumns, "columns" | "table">): string =>
  `SELECT ${columns.map(({ name }) => name).join(", ")} FROM ${table}
    WHERE account = $1 AND id < $2 ORDER BY id DESC LIMIT $3`
const selects = sources.map(({ columns, prefix }) => ({ prefix, sql: selectFrom(columns) }))

export const layer: Layer.Layer<History, never, Postgres> = Layer.effect(
  History,
  Effect.map(Postgres, (postgres) =>
    History.of({
      page: (account, limit, before) =>
        Effect.map(
          postgres.read(
            "history",
            ...selects.map(({ prefix, sql }) => ({ sql, values: [account, boundOf(prefix, before), whole(limit)] }))
          ),
          (rows) => historyPage(rows, limit)
        )
    })
  )
)

/**
 * Random lives of a wallet on SQLite, each step compared with the reference store and the independent model; each process of a history
 * opens the same file anew.
 */
import { historiesAgree, historiesFrom } from "@kinchaku/testkit/scenario/Histories"
import { kept } from "@kinchaku/testkit/scenario/Stage"
import { Effect } from "effect"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"
import { temporaryFile } from "./TemporaryFile.ts"

historiesAgree(kept("SQLite in memory", SqliteStore.layer({ filename: ":memory:" })), { histories: historiesFrom(40) })
historiesAgree(
  {
    name: "SQLite in a file",
    books: Effect.map(temporaryFile, (filename) => SqliteStore.layer({ filename }))
  },
  { histories: historiesFrom(200) }
)

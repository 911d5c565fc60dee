/**
 * Random lives of a wallet on SQLite, each step compared with the reference store and the independent model.
 */
import { historiesAgree, historiesFrom } from "@kinchaku/testkit/scenario/Histories"
import { Effect, Layer } from "effect"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"
import { temporaryFile } from "./TemporaryFile.ts"

const histories = historiesFrom(60)

historiesAgree("SQLite in memory", SqliteStore.layer({ filename: ":memory:" }), { histories })
historiesAgree(
  "SQLite in a file",
  Layer.unwrap(Effect.map(temporaryFile, (filename) => SqliteStore.layer({ filename }))),
  { histories }
)

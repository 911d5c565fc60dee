import { storeContract } from "@kinchaku/testkit/contracts/StoreContract"
import { Effect, Layer } from "effect"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"
import { temporaryFile } from "./TemporaryFile.ts"

storeContract("SQLite in memory", SqliteStore.layer({ filename: ":memory:" }))
storeContract(
  "SQLite in a file",
  Layer.unwrap(Effect.map(temporaryFile, (filename) => SqliteStore.layer({ filename })))
)

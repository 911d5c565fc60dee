import { sessionActivityContract } from "@kinchaku/testkit/contracts/SessionActivityContract"
import { Effect, Layer } from "effect"
import * as SqliteStore from "../../src/sqlite/SqliteStore.ts"
import { temporaryFile } from "../TemporaryFile.ts"

sessionActivityContract(
  "SQLite in a file",
  Layer.unwrap(Effect.map(temporaryFile, (filename) => SqliteStore.layer({ filename })))
)

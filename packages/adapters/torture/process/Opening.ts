/**
 * A process that opens a file as the store does, which brings it to the newest schema, and ends: `Opening.ts <file>`.
 */
import { writeSync } from "node:fs"
import { Effect } from "effect"
import * as SqliteStore from "../../src/sqlite/SqliteStore.ts"
import { traced } from "./Traced.ts"

const [, , filename = ""] = process.argv

await traced((line) => void writeSync(1, `${JSON.stringify(line)}\n`))
await Effect.runPromise(Effect.provide(Effect.void, SqliteStore.layer({ filename })))

/**
 * A process that commits forty times to a file, one yen each, starting with a command number: `Writer.ts <file> <number>`.
 */
import { commit } from "@kinchaku/testkit/contracts/store/Batches"
import { funded } from "@kinchaku/testkit/contracts/store/Ground"
import { Effect } from "effect"
import * as SqliteStore from "../src/sqlite/SqliteStore.ts"

const [, , filename = "", from = "0"] = process.argv
const numbers = Array.from({ length: 40 }, (_, n) => Number(from) + n)

await Effect.runPromise(
  Effect.forEach(numbers, (n) => commit({ commands: [funded(n, 1, 1)] }), { discard: true }).pipe(
    Effect.provide(SqliteStore.layer({ filename }))
  )
)

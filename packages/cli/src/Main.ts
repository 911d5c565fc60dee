/**
 * `kinchaku`: the command line.
 */
import { readFileSync } from "node:fs"
import { Effect, Logger, Schema } from "effect"
import { run } from "./Commands.ts"
import * as Platform from "./Platform.ts"

const Manifest = Schema.fromJsonString(Schema.Struct({ version: Schema.String }))
const { version } = Schema.decodeUnknownSync(Manifest)(
  readFileSync(new URL("../package.json", import.meta.url), "utf8")
)

// Whatever is written is for its own user alone.
process.umask(0o077)

// Mistakes on the command line are shown by the platform's presenter; here they only end the program.
await Effect.runPromise(
  run(version, process.argv.slice(2)).pipe(
    Effect.ignore,
    Effect.provide(Platform.layer),
    Effect.provide(Logger.layer([]))
  )
)

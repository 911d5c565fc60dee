/**
 * A process that asks without end, with 64 callers at once, until it is killed:
 * `Worker.ts <file or url> --ground <JSON> [--from <number>] [--checkpoints] [--early-answers]`.
 *
 * Whatever a caller was told is on standard output as one line when the caller goes on. The line is written synchronously,
 * so what was told before a kill can be read after it. Without a ground the process opens the file, closes it and ends.
 * With checkpoints the log is copied to the file all the time, as otherwise happens every 16 MiB.
 */
// Schemas are compiled, as the server does at its start.
import "effect/schema/SchemaJITCompiler/enable"
import { writeSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { parseArgs } from "node:util"
import * as Kinchaku from "@kinchaku/domain/Kinchaku"
import { Effect, ManagedRuntime, Schema } from "effect"
import { core } from "../load/Core.ts"
import { earlyAnswers } from "../load/EarlyAnswers.ts"
import * as Load from "../load/Load.ts"

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    ground: { type: "string", default: "[]" },
    from: { type: "string", default: "0" },
    checkpoints: { type: "boolean", default: false },
    "early-answers": { type: "boolean", default: false }
  }
})
const [filename = ""] = positionals
const ground = Schema.decodeUnknownSync(Schema.fromJsonString(Load.Ground))(values.ground)
const isEarly = values["early-answers"]

const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`)

let next = Number(values.from)

const askOnce = Effect.fnUntraced(function* (n: number) {
  say(yield* Load.told(n, yield* Effect.exit(Load.ask(ground, n))))
})

const caller = Effect.gen(function* () {
  for (;;) {
    const n = next++
    const both = Array.from({ length: Load.times(n) }, () => askOnce(n))
    yield* Effect.all(both, { concurrency: "unbounded", discard: true })
  }
})

say({ moment: "opening" })
const runtime = ManagedRuntime.make(isEarly ? core(filename, earlyAnswers) : core(filename))
await runtime.runPromise(Effect.void)
say({ moment: "open" })
if (values.checkpoints) {
  const beside = new DatabaseSync(filename)
  setInterval(() => beside.exec("PRAGMA wal_checkpoint"), 2)
}
if (ground.length > 0) {
  // The control delivers nothing: what is due is read from the file, which is behind its answers.
  if (!isEarly) runtime.runFork(Kinchaku.background())
  await runtime.runPromise(
    Effect.all(
      Array.from({ length: 64 }, () => caller),
      { concurrency: "unbounded", discard: true }
    )
  )
}
await runtime.dispose()

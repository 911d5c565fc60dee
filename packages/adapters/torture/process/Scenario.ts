/**
 * A process that asks for some numbers, four at a time, has answers delivered between them and the log copied to the file, and ends:
 * `Scenario.ts <file> --ground <JSON> --from <number> --count <number> [--normal]`.
 *
 * It does the same every time, so its writes can be numbered. What was turned away is asked for once more at the end. Whatever a
 * caller was told is on standard output before the next step. With --normal, as the control, commits are not synchronised.
 */
import { writeSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { parseArgs } from "node:util"
import { Dispatcher } from "@kinchaku/domain/engine/Dispatcher"
import { Cause, Effect, Exit, ManagedRuntime, Option, Schema } from "effect"
import { core } from "../load/Core.ts"
import * as Load from "../load/Load.ts"
import { traced } from "./Traced.ts"

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    ground: { type: "string", default: "[]" },
    from: { type: "string", default: "0" },
    count: { type: "string", default: "0" },
    normal: { type: "boolean", default: false }
  }
})
const [filename = ""] = positionals
const ground = Schema.decodeUnknownSync(Schema.fromJsonString(Load.Ground))(values.ground)
const from = Number(values.from)

const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`)

const opened: Array<DatabaseSync> = []
const { exec } = DatabaseSync.prototype
DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  if (!opened.includes(this)) opened.push(this)
  return exec.call(this, sql)
}

const failed: Array<number> = []
const askOnce = Effect.fnUntraced(function* (n: number) {
  const told = yield* Load.told(n, yield* Effect.exit(Load.ask(ground, n)))
  if (told.what === "failed") failed.push(n)
  say(told)
})

const together = { concurrency: "unbounded", discard: true } as const
const deliver = Effect.flatMap(Dispatcher, ({ runDue }) => Effect.ignore(runDue))

const copyLog = (): void => {
  const beside = new DatabaseSync(filename, { timeout: 50 })
  try {
    beside.exec("PRAGMA wal_checkpoint(RESTART)")
  } catch {
    // The store copies the log itself, later.
  } finally {
    beside.close()
  }
}

const steps = Effect.gen(function* () {
  for (let step = 0; step * 4 < Number(values.count); step++) {
    const first = from + step * 4
    yield* Effect.forEach([first, first + 1, first + 2, first + 3], askOnce, together)
    if (step % 3 === 2) yield* deliver
    if (step % 8 === 7) copyLog()
  }
  yield* Effect.forEach(failed.splice(0), askOnce, together)
})

await traced(say)
const runtime = ManagedRuntime.make(core(filename))
const open = await runtime.runPromiseExit(Effect.void)
if (Exit.isFailure(open)) {
  const failure = Option.getOrUndefined(Cause.findErrorOption(open.cause))
  say({ moment: failure?._tag ?? "defect" })
  process.exitCode = 3
} else {
  if (values.normal) opened[0]?.exec("PRAGMA synchronous = NORMAL")
  say({ moment: "open" })
  await runtime.runPromise(steps)
  say({ moment: "done" })
}
await runtime.dispose()

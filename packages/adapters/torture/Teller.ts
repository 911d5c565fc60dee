/**
 * A process with a core of its own on a store that others use too: `Teller.ts <store> [--batch <number>] [--careless]`.
 *
 * Each line of its input is a list of asks that are done at once; the line that answers it has the same number. It ends
 * with its input, or when it is killed.
 */
// Schemas are compiled, as the server does at its start.
import "effect/schema/SchemaJITCompiler/enable"
import { createInterface } from "node:readline"
import { parseArgs } from "node:util"
import { Effect, ManagedRuntime, Schema } from "effect"
import { Ask, hear } from "./Asks.ts"
import { careless } from "./Careless.ts"
import { core, storeOf } from "./TellerCore.ts"

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { batch: { type: "string", default: "256" }, careless: { type: "boolean", default: false } }
})
const [name = ""] = positionals
const read = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Struct({ id: Schema.Int, asks: Schema.Array(Ask) })))

const over = values.careless ? { over: careless } : {}
const runtime = ManagedRuntime.make(core(storeOf(name), { batchMax: Number(values.batch), ...over }))
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

const answer = async (line: string): Promise<void> => {
  const { asks, id } = read(line)
  const heard = await runtime.runPromise(Effect.forEach(asks, hear, { concurrency: "unbounded" }))
  say({ id, heard })
}

const fail = (error: unknown): never => {
  process.stderr.write(`${String(error)}\n`)
  process.exit(1)
}

await runtime.runPromise(Effect.void).catch(fail)
say({ id: 0, heard: [] })
const input = createInterface({ input: process.stdin })
input.on("line", (line) => void answer(line).catch(fail))
input.on("close", () => void runtime.dispose().then(() => process.exit(0), fail))

/**
 * A teller as its parent sees it: a process that is asked, and that can be frozen, woken and killed.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { Effect, Schema } from "effect"
import { type Ask, Heard } from "./Asks.ts"

const script = fileURLToPath(new URL("Teller.ts", import.meta.url))
const flags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning"]
const read = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Struct({ id: Schema.Int, heard: Schema.Array(Heard) }))
)

export interface Teller {
  readonly pid: number
  /** Has it do many things at once, and answers what it heard of each, in their order. Rejects where it ends before. */
  readonly ask: (asks: ReadonlyArray<Ask>) => Promise<ReadonlyArray<Heard>>
  readonly signal: (signal: "SIGSTOP" | "SIGCONT") => void
  /** Kills it and returns when it is gone. */
  readonly kill: () => Promise<void>
  /** Lets it finish and end by itself. */
  readonly end: () => Promise<void>
}

export interface TellerOptions {
  /** How many commands it commits at once. */
  readonly batchMax?: number
  /** Whether its store reads without locks and writes later. */
  readonly isCareless?: boolean
}

/** Starts a teller on a store; ready when it has opened it. */
export const start = async (
  store: string,
  { batchMax = 256, isCareless = false }: TellerOptions = {}
): Promise<Teller> => {
  const options = ["--batch", `${batchMax}`, ...(isCareless ? ["--careless"] : [])]
  const child = spawn(process.execPath, [...flags, script, store, ...options], { stdio: ["pipe", "pipe", "pipe"] })
  const waiting = new Map<number, (heard: ReadonlyArray<Heard> | Error) => void>()
  let errors = ""
  child.stdin.on("error", () => undefined)
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (errors += text))
  const closed = once(child, "close").then(() => {
    for (const take of waiting.values()) take(new Error(`the teller is gone: ${errors}`))
    waiting.clear()
  })
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { heard, id } = read(line)
    waiting.get(id)?.(heard)
    waiting.delete(id)
  })
  const answerTo = (id: number) =>
    new Promise<ReadonlyArray<Heard>>((resolve, reject) => {
      waiting.set(id, (heard) => (heard instanceof Error ? reject(heard) : resolve(heard)))
    })
  let last = 0
  await answerTo(0)
  return {
    pid: child.pid ?? 0,
    ask: (asks) => {
      if (child.exitCode !== null || child.signalCode !== null) return Promise.reject(new Error("the teller is gone"))
      const answer = answerTo(++last)
      child.stdin.write(`${JSON.stringify({ id: last, asks })}\n`)
      return answer
    },
    signal: (signal) => void child.kill(signal),
    kill: async () => {
      child.kill("SIGKILL")
      await closed
    },
    end: async () => {
      child.stdin.end()
      await closed
    }
  }
}

/** Two tellers or more on one store, for the time of the scope. */
export const tellers = (store: string, ...options: ReadonlyArray<TellerOptions>) =>
  Effect.acquireRelease(
    Effect.promise(() => Promise.all(options.map((one) => start(store, one)))),
    (all) => Effect.promise(() => Promise.all(all.map(({ kill }) => kill())))
  )

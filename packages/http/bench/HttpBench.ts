/**
 * HTTP: payments per second through the real server, a process of its own on a SQLite file with durable commits, against an empty route
 * of an empty server. The same requests go to both, over 64 connections, in turns.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import { request, sendAll } from "./Connections.ts"

const isQuick = process.env["BENCH_QUICK"] === "1"
const rounds = Number(process.env["BENCH_ROUNDS"] ?? (isQuick ? 1 : 5))
const perRound = isQuick ? 200 : 6000
const accounts = isQuick ? 50 : 1000
const connections = 64
const key = "a key of the bench".replaceAll(" ", "-")
const say = (text: string): void => void process.stderr.write(`${text}\n`)
const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits))
const quantile = (numbers: ReadonlyArray<number>, share: number): number => {
  const sorted = Float64Array.from(numbers).toSorted()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

interface Prepared {
  readonly policy: unknown
  readonly slips: ReadonlyArray<{ readonly account: string; readonly barcode: string; readonly quote: unknown }>
}

/** Books with accounts, billers and slips to pay, made by the adapters' own bench. */
const prepare = (path: string, slips: number): Prepared => {
  const program = [...process.execArgv, file("../../adapters/bench/Prepare.ts"), path]
  const counts = [accounts, accounts, 0, slips].map(String)
  const options = { encoding: "utf8", maxBuffer: 2 ** 30 } as const
  return JSON.parse(execFileSync(process.execPath, [...program, ...counts], options)) as Prepared
}

interface Running {
  readonly port: number
  readonly stop: () => Promise<void>
}

/** Starts a server whose output goes to a file, and waits until it says there where it is. */
const start = async (program: string, log: string, env: Readonly<Record<string, string>>): Promise<Running> => {
  const output = openSync(log, "w")
  const child: ChildProcess = spawn(process.execPath, [...process.execArgv, program], {
    env: { ...process.env, ...env },
    stdio: ["ignore", output, "inherit"]
  })
  closeSync(output)
  const leaveNothing = (): void => void child.kill("SIGKILL")
  process.once("exit", leaveNothing)
  for (;;) {
    const [, port] = /Health {2}http:\/\/[^:]+:(\d+)/.exec(readFileSync(log, "utf8")) ?? []
    if (port !== undefined) {
      const stop = async (): Promise<void> => {
        const gone = once(child, "exit")
        child.kill("SIGTERM")
        await gone
        process.off("exit", leaveNothing)
      }
      return { port: Number(port), stop }
    }
    if (child.exitCode !== null)
      throw new Error(`the server ended with ${child.exitCode}: ${readFileSync(log, "utf8")}`)
    await sleep(20)
  }
}

const requestsOf = ({ slips }: Prepared): ReadonlyArray<Buffer> =>
  slips.map(({ account, barcode, quote }) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json", "idempotency-key": barcode }
    return request(`/accounts/${account}/payments`, headers, JSON.stringify({ barcode, quote }))
  })

const measure = async (real: Running, empty: Running, requests: ReadonlyArray<Buffer>) => {
  const paid: Array<number> = []
  const bare: Array<number> = []
  const millis: Array<number> = []
  for (let round = 0; round <= rounds; round++) {
    const own = requests.slice(round * perRound, (round + 1) * perRound)
    const payments = await sendAll(real.port, connections, own, "201")
    const nothing = await sendAll(empty.port, connections, own, "201")
    const rates = [perRound / payments.seconds, perRound / nothing.seconds] as const
    say(
      `  round ${round} of ${rounds}: ${rounded(rates[0])} payments and ${rounded(rates[1])} empty answers per second`
    )
    if (round === 0) continue
    paid.push(rates[0])
    bare.push(rates[1])
    millis.push(...payments.millis)
  }
  return {
    "http.payments_per_s": rounded(quantile(paid, 0.5)),
    "http.empty_per_s": rounded(quantile(bare, 0.5)),
    "http.ratio": rounded(
      quantile(
        paid.map((rate, round) => rate / (bare[round] ?? Number.NaN)),
        0.5
      ),
      3
    ),
    "http.p50_ms": rounded(quantile(millis, 0.5), 1),
    "http.p99_ms": rounded(quantile(millis, 0.99), 1),
    "http.connections": connections
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1))
const folder = mkdtempSync(join(process.env["BENCH_FOLDER"] ?? tmpdir(), "kinchaku-bench-"))
process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
const data = join(folder, "data")
mkdirSync(data, { mode: 0o700 })
const prepared = prepare(join(data, "kinchaku.sqlite"), perRound * (rounds + 1))
const policy = join(folder, "policy.json")
writeFileSync(policy, JSON.stringify(prepared.policy))
const env = {
  KINCHAKU_DATA: data,
  KINCHAKU_ENV: "development",
  KINCHAKU_POLICY: policy,
  KINCHAKU_API_KEY: key,
  PORT: "0"
}
const real = await start(file("../src/Main.ts"), join(folder, "real.log"), env)
const empty = await start(file("EmptyServer.ts"), join(folder, "empty.log"), {})
const figures = await measure(real, empty, requestsOf(prepared))
await Promise.all([real.stop(), empty.stop()])
process.stdout.write(`${JSON.stringify({ figures })}\n`)

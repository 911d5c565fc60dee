/**
 * strace: the system calls of a process of ours, recorded, made to fail, or made its last.
 *
 * Only Linux has it, and a container may forbid it.
 */
import { spawn, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"
import { Skipped } from "../Fault.ts"

/** The calls by which SQLite changes what is on the disk. */
export const writing = ["pwrite64", "fsync", "fdatasync", "ftruncate", "unlink"] as const
export type Call = (typeof writing)[number]

const nodeFlags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning"]

/** Fails where strace is missing or may not trace. */
export const required = Effect.suspend(() => {
  const inject = ["-e", "trace=fsync", "-e", "inject=fsync:error=EIO:when=1"]
  const { error, status, stderr } = spawnSync("strace", ["-qq", "-o", "/dev/null", ...inject, "true"], {
    encoding: "utf8"
  })
  if (error !== undefined) return Effect.fail(new Skipped({ why: "strace is not installed" }))
  return status === 0 ? Effect.void : Effect.fail(new Skipped({ why: `strace may not trace: ${stderr.trim()}` }))
})

const yama = "/proc/sys/kernel/yama/ptrace_scope"
/** Whether strace may attach to a process that it did not start, which spares it the start of Node. */
const mayAttach = process.getuid?.() === 0 || !existsSync(yama) || readFileSync(yama, "utf8").trim() === "0"

/** How a process ended, and what it said. */
export interface Ended {
  readonly output: string
  readonly errors: string
  readonly code: number | null
  readonly isKilled: boolean
}

/** Compiled sources, so that a process that is run a thousand times compiles nothing. */
const compiled = mkdtempSync(join(tmpdir(), "kinchaku-"))
process.once("exit", () => rmSync(compiled, { recursive: true, force: true }))

const isReady = `${JSON.stringify({ moment: "ready" })}\n`

/** Runs a program of this folder under strace, which watches the main thread: no other writes to a database. */
const traced = (options: ReadonlyArray<string>, script: string, args: ReadonlyArray<string>): Effect.Effect<Ended> =>
  Effect.callback((resume) => {
    const program = [...nodeFlags, fileURLToPath(new URL(script, import.meta.url)), ...args]
    const [command, first] = mayAttach
      ? [process.execPath, program]
      : ["strace", ["-qq", ...options, process.execPath, ...program]]
    const child = spawn(command, first, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NODE_COMPILE_CACHE: compiled }
    })
    let output = ""
    let errors = ""
    let tracing = Promise.resolve()
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const before = output
      output += text
      if (!mayAttach || before.includes(isReady) || !output.includes(isReady)) return
      const tracer = spawn("strace", ["-qq", ...options, "-p", `${child.pid}`], { stdio: ["ignore", "ignore", "pipe"] })
      tracer.stderr.setEncoding("utf8").on("data", (said: string) => void (errors += said))
      tracing = new Promise((gone) => tracer.once("close", () => gone()))
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => void (errors += text))
    child.once("close", (code, signal) => {
      const isKilled = signal === "SIGKILL" || code === 137
      void tracing.then(() => resume(Effect.succeed({ output, errors, code, isKilled })))
    })
    return Effect.sync(() => void child.kill("SIGKILL"))
  })

/** Runs a program of this folder, with one fault: `pwrite64:signal=KILL:when=7`. */
export const inject = (fault: string, script: string, ...args: ReadonlyArray<string>): Effect.Effect<Ended> => {
  const [call = ""] = fault.split(":")
  return traced(["-o", "/dev/null", "-e", `trace=${call}`, "-e", `inject=${fault}`], script, args)
}

/** Runs a program of this folder and answers how often it made each of the writing calls. */
export const count = Effect.fnUntraced(function* (log: string, script: string, ...args: ReadonlyArray<string>) {
  const run = yield* traced(["-o", log, "-e", `trace=${writing.join(",")}`], script, args)
  const lines = readFileSync(log, "utf8").split("\n")
  const counts = writing.map((call) => [call, lines.filter((line) => line.startsWith(`${call}(`)).length] as const)
  return { ...run, counts }
})

/** Runs a program of this folder and records, in a file, what it wrote and synchronised, and what it said. */
export const record = (log: string, script: string, ...args: ReadonlyArray<string>): Effect.Effect<Ended> =>
  traced(["-o", log, "-yy", "-xx", "-s", "70000", "-e", `trace=${[...writing, "write"].join(",")}`], script, args)

/** Every point at which a run made a writing call, as the call and its number. */
export const points = (
  counts: ReadonlyArray<readonly [Call, number]>
): ReadonlyArray<{ readonly call: Call; readonly when: number }> =>
  counts.flatMap(([call, times]) => Array.from({ length: times }, (_, n) => ({ call, when: n + 1 })))

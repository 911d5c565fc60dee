/**
 * `kinchaku start`: the server, as a process of its own that this one waits for.
 */
import { spawn } from "node:child_process"
import { constants } from "node:os"
import { fileURLToPath } from "node:url"
import { Effect } from "effect"

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/** Runs the server until it ends, and ends with its exit code. Signals are passed on. */
export const start = (options: { readonly port: number | undefined; readonly data: string | undefined }) =>
  Effect.callback<undefined, Error>((resume) => {
    const env = {
      ...process.env,
      ...(options.port === undefined ? {} : { PORT: `${options.port}` }),
      ...(options.data === undefined ? {} : { KINCHAKU_DATA: options.data })
    }
    const main = fileURLToPath(import.meta.resolve("@kinchaku/http/Main"))
    const server = spawn(process.execPath, [...process.execArgv, main], { stdio: "inherit", env })
    for (const signal of signals) {
      // A terminal sends Ctrl+C to the server itself.
      process.on(signal, () => (signal === "SIGINT" && process.stdin.isTTY ? undefined : server.kill(signal)))
    }
    server.on("error", (error) => resume(Effect.fail(error)))
    server.on("exit", (code, signal) => {
      process.exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal])
      resume(Effect.succeed(undefined))
    })
  })

/**
 * The server as a process of its own: started, killed in the middle, started again, stopped.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"

const main = fileURLToPath(new URL("../src/Main.ts", import.meta.url))

export interface ServerProcess {
  readonly url: string
  readonly pid: number
  /** What it has written so far: its greeting, and its log. */
  readonly log: () => string
  /** Ends it at once, as a power failure of the process would. */
  readonly kill: () => Promise<void>
  /** Asks it to finish what is in flight and end; answers its exit code. */
  readonly stop: () => Promise<number | null>
}

const ended = async (child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> => {
  const exit = once(child, "exit")
  child.kill(signal)
  await exit
  return child.exitCode
}

/** Starts a development server on a data directory and waits until it says where it is. */
export const start = async (env: Readonly<Record<string, string>>): Promise<ServerProcess> => {
  const flags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning", main]
  const child = spawn(process.execPath, flags, {
    env: { ...process.env, ...env, KINCHAKU_ENV: "development", PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"]
  })
  // A demo that ends early leaves no server behind.
  const leaveNothing = () => child.kill("SIGKILL")
  process.once("exit", leaveNothing)
  child.once("exit", () => process.off("exit", leaveNothing))
  let said = ""
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString()
      const [, found] = /Health\s+(http:\/\/\S+)\/health/.exec(said) ?? []
      if (found !== undefined) resolve(found)
    })
    child.once("exit", (code) => reject(new Error(`the server ended with ${code} before it began:\n${said}`)))
  })
  return {
    url,
    pid: child.pid ?? 0,
    log: () => said,
    kill: async () => void (await ended(child, "SIGKILL")),
    stop: () => ended(child, "SIGTERM")
  }
}

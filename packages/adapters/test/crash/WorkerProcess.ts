/**
 * A worker as its parent sees it: what it said so far, when it reached a moment, and how it is killed.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { onTestFinished } from "vitest"
import type { Told } from "../../torture/load/Load.ts"

const script = fileURLToPath(new URL("../../torture/process/Worker.ts", import.meta.url))
const flags = ["--conditions=@kinchaku/source", "--disable-warning=ExperimentalWarning"]

export interface WorkerProcess {
  /** Resolves when the worker said something that contains a text, or is gone. */
  readonly said: (text: string) => Promise<void>
  /** Kills the worker where it still runs; answers everything that its callers were told. */
  readonly kill: () => Promise<ReadonlyArray<Told>>
}

const isTold = (line: object): line is Told => "n" in line

export const start = (filename: string, ...options: ReadonlyArray<string>): WorkerProcess => {
  const child = spawn(process.execPath, [...flags, script, filename, ...options], { stdio: ["ignore", "pipe", "pipe"] })
  // A test that fails or runs out of time leaves no worker behind.
  onTestFinished(() => void child.kill("SIGKILL"))
  let output = ""
  let errors = ""
  const waiting = new Set<() => void>()
  const wake = (): void => {
    for (const look of waiting) look()
  }
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text
    wake()
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (errors += text))
  let isGone = false
  const closed = once(child, "close").then(([code]: Array<unknown>) => {
    isGone = true
    wake()
    return code
  })
  const said = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!isGone && !output.includes(text)) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  const kill = async (): Promise<ReadonlyArray<Told>> => {
    child.kill("SIGKILL")
    const code = await closed
    if (errors !== "" || (code !== null && code !== 0))
      throw new Error(`the worker failed by itself: ${code} ${errors}`)
    // What follows the last line's end was cut off by the kill: nobody was told it.
    return output
      .split("\n")
      .slice(0, -1)
      .map((line): object => JSON.parse(line))
      .filter(isTold)
  }
  return { said, kill }
}

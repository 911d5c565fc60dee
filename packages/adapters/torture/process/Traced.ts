/**
 * Being traced: a process says that it is ready, and goes on when somebody traces it.
 */
import { readFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"

/** Waits for strace. */
export const traced = async (say: (line: object) => void): Promise<void> => {
  say({ moment: "ready" })
  while (/^TracerPid:\s*0$/m.test(readFileSync("/proc/self/status", "utf8"))) await sleep(1)
}

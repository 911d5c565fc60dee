/**
 * Profile: where the processor's time went, from the profiles that Node writes.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

interface CpuProfile {
  readonly nodes: ReadonlyArray<{
    readonly id: number
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  }>
  readonly samples: ReadonlyArray<number>
  readonly timeDeltas: ReadonlyArray<number>
}

/** The package or folder that a source is of, and the file. */
const placeOf = (url: string, line: number): string => {
  if (url === "") return "native"
  const [, short] = /(?:node_modules|packages)\/(.+)$/.exec(url) ?? []
  return `${short ?? url}:${line + 1}`
}

/** Self times in milliseconds by function, the largest first. */
const selfTimes = ({ nodes, samples, timeDeltas }: CpuProfile): ReadonlyArray<readonly [string, number]> => {
  const names = new Map(
    nodes.map(({ callFrame: { functionName, lineNumber, url }, id }) => [
      id,
      `${functionName || "(anonymous)"} ${placeOf(url, lineNumber)}`
    ])
  )
  const times = new Map<string, number>()
  samples.forEach((id, index) => {
    const name = names.get(id) ?? "(unknown)"
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0) / 1000)
  })
  return [...times].toSorted(([, a], [, b]) => b - a)
}

/** The program that a profile is of: the parts of the bench and what they start. */
const programOf = ({ nodes }: CpuProfile): string => {
  for (const { callFrame } of nodes) {
    const [, name] = /\/((?:\w+Bench|Prepare|PayingProcess|EmptyServer|Main)\.ts)$/.exec(callFrame.url) ?? []
    if (name !== undefined) return name
  }
  return "another program"
}

const shown = 25

/** The largest self times of each profile in a folder, as text. */
export const topOf = (folder: string): string =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".cpuprofile"))
    .map((name) => {
      const profile = JSON.parse(readFileSync(join(folder, name), "utf8")) as CpuProfile
      const times = selfTimes(profile)
      const busy = times.filter(([name]) => !name.startsWith("(idle)"))
      const all = busy.reduce((sum, [, millis]) => sum + millis, 0)
      const lines = busy
        .slice(0, shown)
        .map(([name, millis]) => `${((100 * millis) / all).toFixed(1).padStart(6)} %  ${name}`)
      return `${programOf(profile)}: ${Math.round(all)} ms busy\n${lines.join("\n")}\n`
    })
    .join("\n")

/**
 * `npm run torture -- [--quick] [--fault NAME] [--seed N]`: every fault there is, at as many points as there are.
 *
 * A line for each fault says how many points were tried and what was lost; a line for each negative control, whether it was caught.
 * Ends with 1 where anything was lost or a control was not caught, with 2 where it was asked for something else.
 */
import { parseArgs } from "node:util"
import { Cause, Effect, Exit, Option } from "effect"
import { type Extent, type Fault, Skipped } from "./Fault.ts"
import { faults } from "./Faults.ts"

const wall = (): number => Math.round(performance.now() / 100) / 10

const usage = `usage: npm run torture -- [--quick] [--fault NAME]... [--seed N]\nfaults: ${faults.map(({ name }) => name).join(", ")}\n`

const options = () => {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: "boolean", default: false },
        fault: { type: "string", multiple: true, default: [] },
        seed: { type: "string", default: "20261121" }
      }
    })
    const seed = Number(values.seed)
    const unknown = values.fault.filter((name) => faults.every((fault) => fault.name !== name))
    if (unknown.length > 0 || !Number.isSafeInteger(seed)) return undefined
    const extent: Extent = values.quick ? "quick" : "long"
    const chosen = values.fault.length === 0 ? faults : faults.filter(({ name }) => values.fault.includes(name))
    return { extent, seed, chosen }
  } catch {
    return undefined
  }
}

/** Where we are, on standard error: a line that is written over on a terminal, or one every ten seconds. */
const progressOf = (name: string) => {
  let last = wall()
  return (done: number, of: number): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${name} ${done}/${of}`)
    else if (wall() - last >= 10) {
      last = wall()
      process.stderr.write(`${name} ${done}/${of}\n`)
    }
  }
}

const width = Math.max(...faults.map(({ name }) => name.length))
const say = (line: string): void => {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K")
  process.stdout.write(`${line}\n`)
}

/** How many findings are printed of each fault. */
const findingsMax = 20

/** Runs one fault and reports it; whether all is well. */
const report = Effect.fnUntraced(function* (fault: Fault, extent: Extent, seed: number) {
  const begun = wall()
  const name = fault.name.padEnd(width)
  const exit = yield* Effect.exit(Effect.scoped(fault.run({ seed, extent, progress: progressOf(fault.name) })))
  if (Exit.isFailure(exit)) {
    const failure = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
    const isSkipped = failure instanceof Skipped
    say(isSkipped ? `${name}  skipped: ${failure.why}` : `${name}  failed: ${Cause.pretty(exit.cause)}`)
    return isSkipped
  }
  const { controls, findings, note, points } = exit.value
  say(`${name}  points: ${points}  lost: ${findings.length}  (${note}; ${(wall() - begun).toFixed(1)} s)`)
  for (const finding of findings.slice(0, findingsMax)) say(`  ${finding}`)
  for (const { found, isCaught, name: control } of controls) {
    say(`${" ".repeat(width)}  control, ${control}: ${isCaught ? "caught" : "NOT CAUGHT"} (${found})`)
  }
  return points > 0 && findings.length === 0 && controls.every(({ isCaught }) => isCaught)
})

const main = Effect.gen(function* () {
  const chosen = options()
  if (chosen === undefined) {
    process.stderr.write(usage)
    return 2
  }
  say(`torture: ${chosen.extent === "quick" ? "a part of all points" : "all points"}, seed ${chosen.seed}`)
  let isWell = true
  for (const fault of chosen.chosen) isWell = (yield* report(fault, chosen.extent, chosen.seed)) && isWell
  say(`${isWell ? "nothing lost, every control caught" : "SOMETHING WAS LOST OR NOT CAUGHT"} (${wall().toFixed(0)} s)`)
  return isWell ? 0 : 1
})

process.exitCode = await Effect.runPromise(main)

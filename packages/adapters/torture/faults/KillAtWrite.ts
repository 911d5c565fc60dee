/**
 * kill-at-write: the process is killed at each single call by which SQLite changes its files; at that call, nothing of it is done.
 */
import { Effect } from "effect"
import { judge, toldIn } from "../examination/Judgement.ts"
import { by, type Fault, sample, tryAll } from "../Fault.ts"
import { earlyControl } from "./EarlyControl.ts"
import { beside, onCopy, prepared } from "./Prepared.ts"
import * as Strace from "../process/Strace.ts"

export const killAtWrite: Fault = {
  name: "kill-at-write",
  run: Effect.fnUntraced(function* (setting) {
    yield* Strace.required
    const { filename, ground } = yield* prepared
    const count = by(setting, { slice: 48, quick: 48, long: 96 })
    const numbers = Array.from({ length: count }, (_, n) => n)
    const args = ["--ground", JSON.stringify(ground), "--count", `${count}`]
    const whole = yield* onCopy(filename, (copy) => Strace.count(beside(copy, "calls"), "Scenario.ts", copy, ...args))
    const points = sample(Strace.points(whole.counts), by(setting, { slice: 8, quick: 40, long: Infinity }))
    const tried = yield* tryAll(points, setting, ({ call, when }) =>
      onCopy(
        filename,
        Effect.fnUntraced(function* (copy) {
          const run = yield* Strace.inject(`${call}:signal=KILL:when=${when}`, "Scenario.ts", copy, ...args)
          const at = `killed at ${call} ${when}`
          if (!run.isKilled && run.code !== 0) return { isReached: true, found: [`${at}: ${run.errors}`] }
          const found = yield* judge(copy, ground, toldIn(run.output), numbers)
          return { isReached: run.isKilled, found: found.map((one) => `${at}: ${one}`) }
        })
      )
    )
    return {
      points: tried.filter(({ isReached }) => isReached).length,
      findings: tried.flatMap(({ found }) => found),
      controls: [yield* earlyControl],
      note: `of ${whole.counts.map(([call, n]) => `${n} ${call}`).join(", ")}`
    }
  })
}

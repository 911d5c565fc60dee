/**
 * io-error: a write or a synchronisation of the disk fails, once or from then on, or finds the disk full.
 *
 * Nobody is told that something is done when it is not: the callers hear that the store is unavailable, or the file is not opened.
 */
import { Effect } from "effect"
import { judge, toldIn } from "../examination/Judgement.ts"
import { by, type Fault, sample, tryAll } from "../Fault.ts"
import * as Strace from "../process/Strace.ts"
import { beside, onCopy, prepared } from "./Prepared.ts"

/** How a call fails. */
const failing = ["EIO", "ENOSPC"] as const

/** Which calls of a run fail: one of them, or all from one on. */
const faultsAt = ({ call, when }: { readonly call: Strace.Call; readonly when: number }): ReadonlyArray<string> =>
  (call === "pwrite64" ? failing : failing.slice(0, 1)).flatMap((error) =>
    [`${when}`, `${when}+`].map((which) => `${call}:error=${error}:when=${which}`)
  )

/** A caller that got no answer heard that the store is unavailable, and nothing else. */
const isUnavailable = (text: string): boolean => text.includes('"_tag":"StoreUnavailable"')

export const ioError: Fault = {
  name: "io-error",
  run: Effect.fnUntraced(function* (setting) {
    yield* Strace.required
    const { filename, ground } = yield* prepared
    const count = by(setting, { slice: 32, quick: 32, long: 64 })
    const numbers = Array.from({ length: count }, (_, n) => n)
    const args = ["--ground", JSON.stringify(ground), "--count", `${count}`]
    const whole = yield* onCopy(filename, (copy) => Strace.count(beside(copy, "calls"), "Scenario.ts", copy, ...args))
    const counts = whole.counts.filter(([call]) => ["pwrite64", "fsync", "fdatasync"].includes(call))
    const all = counts.flatMap((one) =>
      sample(Strace.points([one]), by(setting, { slice: 1, quick: 4, long: Infinity })).flatMap(faultsAt)
    )
    const tried = yield* tryAll(all, setting, (fault) =>
      onCopy(
        filename,
        Effect.fnUntraced(function* (copy) {
          const run = yield* Strace.inject(fault, "Scenario.ts", copy, ...args)
          const told = toldIn(run.output)
          const turnedAway = told.filter(({ what }) => what === "failed")
          const isClosed = run.code === 3 && run.output.includes('{"moment":"StoreUnavailable"}')
          const found = [
            ...(run.code === 0 || isClosed ? [] : [`the process ended with ${run.code}: ${run.errors}`]),
            ...turnedAway.filter(({ text }) => !isUnavailable(text)).map(({ n, text }) => `${n} was told ${text}`),
            ...(yield* judge(copy, ground, told, numbers))
          ]
          return { hasFailed: isClosed || turnedAway.length > 0, found: found.map((one) => `${fault}: ${one}`) }
        })
      )
    )
    return {
      points: all.length,
      findings: tried.flatMap(({ found }) => found),
      controls: [],
      note: `failures, of which callers heard ${tried.filter(({ hasFailed }) => hasFailed).length}`
    }
  })
}

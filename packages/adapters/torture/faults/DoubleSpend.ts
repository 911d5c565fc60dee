/**
 * double-spend: two processes are asked at once for more than the accounts on one store can pay.
 */
import { Effect } from "effect"
import { type Findings, isCaught, run } from "../DoubleSpend.ts"
import { by, type Fault } from "../Fault.ts"
import { kinds, onBoth } from "../Places.ts"

export const doubleSpend: Fault = {
  name: "double-spend",
  run: Effect.fnUntraced(function* (setting) {
    const attempts = by(setting, { slice: 1000, quick: 2000, long: 100_000 })
    const options = { attempts, seed: setting.seed, tried: setting.progress }
    const { all, note } = yield* onBoth((store) => run({ ...options, stores: [store] }))
    const sum = (of: (one: Findings) => number): number => all.reduce((total, one) => total + of(one), 0)
    return {
      points: sum((one) => one.attempts),
      findings: all.flatMap(({ faults, lost, overdrafts }, index) => [
        ...(overdrafts > 0 ? [`${kinds[index]}: ${overdrafts} payments that nobody could pay`] : []),
        ...(lost > 0 ? [`${kinds[index]}: ${lost} updates lost`] : []),
        ...faults
      ]),
      controls: all.flatMap(({ controls }) =>
        controls.map((control) => ({
          name: `a store that reads without locks, on ${control.store}`,
          isCaught: isCaught(control),
          found: `${control.overdrafts} overdrafts, ${control.lost} lost`
        }))
      ),
      note: `payments asked for at once: ${sum((one) => one.accepted)} accepted, ${sum((one) => one.refused)} refused${note}`
    }
  })
}

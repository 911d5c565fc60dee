/**
 * lockout: two processes type codes of one account at once, by the thousand.
 */
import { Effect } from "effect"
import { by, type Fault } from "../Fault.ts"
import { type Findings, run } from "../Lockout.ts"
import { kinds, onBoth } from "../Places.ts"

export const lockout: Fault = {
  name: "lockout",
  run: Effect.fnUntraced(function* (setting) {
    const rounds = by(setting, { slice: 2, quick: 30, long: 1000 })
    const attempts = by(setting, { slice: 200, quick: 400, long: 1000 })
    const { all, note } = yield* onBoth((kind) =>
      run(kind, { rounds, attempts, seed: setting.seed, tried: setting.progress })
    )
    const sum = (of: (one: Findings) => number): number => all.reduce((total, one) => total + of(one), 0)
    return {
      points: sum((one) => one.attempts),
      findings: all.flatMap(({ excess, faults, miscounted }, index) => [
        ...(excess > 0 ? [`${kinds[index]}: ${excess} guesses were looked at after the lock`] : []),
        ...(miscounted > 0 ? [`${kinds[index]}: ${miscounted} rounds were miscounted`] : []),
        ...faults
      ]),
      controls: all.map(({ control, isControlCaught }, index) => ({
        name: `a store that reads without locks, on ${kinds[index]}`,
        isCaught: isControlCaught,
        found: `${control.excess} guesses too many, ${control.miscounted} rounds miscounted`
      })),
      note: `codes typed at once in ${sum((one) => one.rounds)} rounds: ${sum((one) => one.looked)} were looked at${note}`
    }
  })
}

/**
 * Interrupting: a caller that goes away leaves its command whole or not there at all.
 */
import { Effect, Fiber, type Scope } from "effect"
import { expect, test } from "vitest"
import { temporaryFile } from "../TemporaryFile.ts"
import { newCallers } from "../../torture/load/Callers.ts"
import { onCore } from "../../torture/load/Core.ts"
import { examine } from "../../torture/examination/Examination.ts"
import * as Load from "../../torture/load/Load.ts"
import { between, randomFrom, seed } from "../../torture/load/Random.ts"

const callerCount = 64
const interruptions = 160
const accountCount = 12

const run = <A, E>(steps: Effect.Effect<A, E, Scope.Scope>): Promise<A> => Effect.runPromise(Effect.scoped(steps))

test("callers that are interrupted at any moment tear nothing, and can ask again", () =>
  run(
    Effect.gen(function* () {
      const random = randomFrom(seed + 4)
      const filename = yield* temporaryFile
      const ground = yield* onCore(filename, Load.prepare(accountCount))
      const { answers, caller, end, open } = newCallers(ground)
      yield* onCore(
        filename,
        Effect.gen(function* () {
          const callers: Array<Fiber.Fiber<string>> = []
          for (let n = 0; n < callerCount; n++) callers.push(yield* Effect.forkChild(caller))
          for (let n = 0; n < interruptions; n++) {
            // They go away eight at a time.
            if (n % 8 === 0) yield* Effect.sleep(between(random, 0, 20))
            const place = between(random, 0, callerCount - 1)
            const [one] = callers.splice(place, 1, yield* Effect.forkChild(caller))
            if (one !== undefined) yield* Fiber.interrupt(one)
          }
          end()
          yield* Effect.forEach(callers, (one) => Fiber.join(one))
        })
      )
      const interrupted = [...open]
      // An interruption between two askings takes nothing away.
      expect(interrupted.length).toBeGreaterThan(interruptions / 2)
      const { commands: _, unheard, ...found } = yield* onCore(filename, examine(filename, ground, answers, []))
      const nothing = { lost: [], duplicated: [], toldOtherwise: [], hasMoved: false, faults: [] }
      expect(found).toStrictEqual(nothing)
      expect(interrupted).toStrictEqual(expect.arrayContaining([...unheard]))

      const asked = Effect.forEach(
        interrupted,
        (n) => Effect.flatMap(Effect.exit(Load.ask(ground, n)), (exit) => Load.told(n, exit)),
        { concurrency: callerCount }
      )
      for (const told of yield* onCore(filename, asked)) answers.set(told.n, told)
      const again = yield* onCore(filename, examine(filename, ground, answers, [...answers.keys()]))
      const { commands: __, ...foundAgain } = again
      expect(foundAgain).toStrictEqual({ ...nothing, unheard: [] })
    })
  ))

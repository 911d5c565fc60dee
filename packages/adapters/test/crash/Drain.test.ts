/**
 * Closing and interrupting: whoever is in flight when the engine closes is answered, and that answer is on the disk, or is
 * told that it is closing; a caller that goes away leaves its command whole or not there at all.
 */
import { existsSync } from "node:fs"
import { Effect, Exit, Fiber, Layer, Scope } from "effect"
import { expect, test } from "vitest"
import { temporaryFile } from "../TemporaryFile.ts"
import { core, onCore } from "../../torture/load/Core.ts"
import { examine } from "../../torture/examination/Examination.ts"
import * as Load from "../../torture/load/Load.ts"
import { between, randomFrom, seed } from "../../torture/load/Random.ts"

const callerCount = 64
const rounds = 5
const interruptions = 160
const accountCount = 12

const closing = JSON.stringify({ _tag: "Busy", reason: "closing" })

/** The callers on one file: what they were told, and what they were asking for when they went away. */
const newCallers = (ground: Load.Ground) => {
  const answers = new Map<number, Load.Told>()
  const open = new Set<number>()
  let next = 0
  let isOver = false

  /** Asks for one number after the other until it gets no answer; returns what it was told instead. */
  const caller = Effect.gen(function* () {
    while (!isOver) {
      const n = next++
      open.add(n)
      const told = yield* Load.told(n, yield* Effect.exit(Load.ask(ground, n)))
      open.delete(n)
      if (told.what === "failed") return told.text
      answers.set(n, told)
    }
    return "over"
  })
  return { answers, open, caller, end: () => void (isOver = true) }
}

const run = <A, E>(steps: Effect.Effect<A, E, Scope.Scope>): Promise<A> => Effect.runPromise(Effect.scoped(steps))

test("when the engine closes, every caller is answered or told so, and every answer is on the disk", () =>
  run(
    Effect.gen(function* () {
      const random = randomFrom(seed + 3)
      const filename = yield* temporaryFile
      const ground = yield* onCore(filename, Load.prepare(accountCount))
      const { answers, caller } = newCallers(ground)
      for (let round = 0; round < rounds; round++) {
        const before = answers.size
        const scope = yield* Scope.make()
        const context = yield* Layer.buildWithScope(core(filename), scope)
        const callers = yield* Effect.forEach(Array.from({ length: callerCount }), () =>
          Effect.forkChild(Effect.provide(caller, context))
        )
        while (answers.size === before) yield* Effect.sleep("1 millis")
        yield* Effect.sleep(between(random, 0, 80))
        yield* Scope.close(scope, Exit.void)
        const last = yield* Effect.forEach(callers, (one) => Fiber.join(one))
        expect(last).toStrictEqual(Array(callerCount).fill(closing))
        // SQLite removes the log when the last connection is closed in order.
        expect(existsSync(`${filename}-wal`)).toBe(false)
        const { commands: _, ...found } = yield* onCore(
          filename,
          examine(filename, ground, answers, [...answers.keys()])
        )
        expect(found, `round ${round}, seed ${seed}`).toStrictEqual({
          lost: [],
          duplicated: [],
          toldOtherwise: [],
          hasMoved: false,
          unheard: [],
          faults: []
        })
      }
    })
  ))

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

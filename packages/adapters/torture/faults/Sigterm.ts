/**
 * sigterm: the core closes under load. Whoever is in flight is answered, and that answer is on the disk, or is told that it is closing.
 */
import { existsSync } from "node:fs"
import { Effect, Exit, Fiber, Layer, Scope } from "effect"
import { temporaryFile } from "../../test/TemporaryFile.ts"
import { examine, sentences } from "../examination/Examination.ts"
import { by, type Fault } from "../Fault.ts"
import { newCallers } from "../load/Callers.ts"
import { core, onCore } from "../load/Core.ts"
import * as Load from "../load/Load.ts"
import { between, randomFrom } from "../load/Random.ts"

const callerCount = 64
const closing = JSON.stringify({ _tag: "Busy", reason: "closing" })

export const sigterm: Fault = {
  name: "sigterm",
  run: Effect.fnUntraced(function* (setting) {
    const rounds = by(setting, { slice: 5, quick: 15, long: 200 })
    const random = randomFrom(setting.seed)
    const filename = yield* temporaryFile
    const ground = yield* onCore(filename, Load.prepare(12))
    const { answers, caller } = newCallers(ground)
    const found: Array<string> = []
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
      found.push(...last.filter((text) => text !== closing).map((text) => `at the close a caller was told ${text}`))
      // SQLite removes the log when the last connection is closed in order.
      if (existsSync(`${filename}-wal`)) found.push("the file was not closed in order")
      const all = [...answers.keys()]
      const again = round === rounds - 1 ? all : all.slice(-200)
      const findings = yield* onCore(filename, examine(filename, ground, answers, again))
      found.push(...sentences(findings), ...findings.unheard.map((n) => `nobody heard of ${n}`))
      setting.progress(round + 1, rounds)
    }
    return { points: rounds, findings: found, controls: [], note: `closings, ${answers.size} answers` }
  })
}

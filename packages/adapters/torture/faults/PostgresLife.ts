/**
 * postgres-stop, postgres-kill: the server stops as if it had crashed and starts again; a backend is ended, or killed so that the server
 * restarts. All that under load, which has to go on by itself.
 */
import { Effect, Fiber, Schedule, type Scope } from "effect"
import * as Kinchaku from "@kinchaku/domain/Kinchaku"
import * as Server from "../../test/postgres/Server.ts"
import { by, type Fault, type Outcome, type Setting } from "../Fault.ts"
import { newCallers } from "../load/Callers.ts"
import { core } from "../load/Core.ts"
import { between, randomFrom } from "../load/Random.ts"
import { blindControl } from "./BlindControl.ts"
import { ownServer, preparedOn, wrongWith } from "./Databases.ts"
import { earlyControlOn } from "./EarlyControl.ts"
import { copyOf } from "../examination/Copying.ts"

const callerCount = 32
/** Milliseconds within which the load has to go on. */
const patience = 20_000

/** Does something to the server, in one of the cycles. */
type Disturbance = (server: Server.Server, cycle: number, random: () => number) => Effect.Effect<void, unknown>

const stopAndStart: Disturbance = (server) => Effect.andThen(server.stop("immediate"), server.start)

const backends =
  "SELECT pid FROM pg_stat_activity WHERE application_name = 'kinchaku' AND backend_type = 'client backend'"

/** Ends a backend of the store, or kills it, turn about. */
const endBackend: Disturbance = (server, cycle, random) =>
  Effect.scoped(
    Effect.gen(function* () {
      const client = yield* Server.connect(server.url)
      const rows = yield* client.unsafe<{ readonly pid: number }>(backends).unprepared
      const pid = rows[between(random, 0, rows.length - 1)]?.pid
      if (pid === undefined) return
      if (cycle % 2 === 0) yield* client.unsafe(`SELECT pg_terminate_backend(${pid})`).unprepared
      else process.kill(pid, "SIGKILL")
    })
  ).pipe(Effect.retry({ times: 200, schedule: Schedule.spaced("20 millis") }))

const within = Effect.fnUntraced(function* (isSo: () => boolean) {
  const end = Date.now() + patience
  while (!isSo() && Date.now() < end) yield* Effect.sleep("2 millis")
  return isSo()
})

/** A load on a server that is disturbed; what is wrong in the end. */
const disturbed = Effect.fnUntraced(function* (disturb: Disturbance, cycles: number, setting: Setting) {
  const server = yield* ownServer
  const random = randomFrom(setting.seed)
  const { ground, url } = yield* preparedOn(server, 16)
  const { answers, end, failures, persistent } = newCallers(ground)
  const found: Array<string> = []
  const load = Effect.gen(function* () {
    yield* Effect.forkScoped(Kinchaku.background())
    const callers = yield* Effect.forEach(Array.from({ length: callerCount }), () => Effect.forkScoped(persistent))
    for (let cycle = 0; cycle < cycles; cycle++) {
      const before = answers.size
      if (!(yield* within(() => answers.size >= before + callerCount))) {
        found.push(`the load did not go on by itself after ${cycle} cycles`)
        break
      }
      yield* Effect.sleep(between(random, 0, 60))
      yield* disturb(server, cycle, random)
      setting.progress(cycle + 1, cycles)
    }
    end()
    const exits = Effect.forEach(callers, (one) => Fiber.join(one), { concurrency: "unbounded" })
    yield* exits.pipe(
      Effect.timeout(patience),
      Effect.catchCause((cause) =>
        Effect.sync(() => void found.push(`a caller heard nothing, or a defect: ${String(cause)}`))
      )
    )
  })
  yield* Effect.scoped(Effect.provide(load, core(url), { local: true }))
  const wrong = yield* wrongWith(url, ground, answers)
  return { server, answers, failures, found: [...found, ...wrong.sentences] }
})

const fault = (name: string, disturb: Disturbance, what: string, controls: boolean): Fault => ({
  name,
  run: Effect.fnUntraced(function* (setting): Effect.fn.Return<Outcome, unknown, Scope.Scope> {
    const cycles = by(setting, { slice: 3, quick: 25, long: 500 })
    const { answers, failures, found, server } = yield* disturbed(disturb, cycles, setting)
    const early = Effect.gen(function* () {
      const url = yield* Server.database(server)
      return yield* earlyControlOn(url, copyOf(url))
    })
    return {
      points: cycles,
      findings: found,
      controls: controls ? [yield* early, yield* blindControl(server)] : [],
      note: `${what}; ${answers.size} answers, ${failures.length} times unavailable or busy`
    }
  })
})

export const postgresStop = fault("postgres-stop", stopAndStart, "immediate stops", true)
export const postgresKill = fault("postgres-kill", endBackend, "backends ended or killed", false)

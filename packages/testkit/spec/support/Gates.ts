/**
 * Gates: crowds of callers in front of an engine whose store is slow, shut, or fails by a script.
 */
import { Busy, Engine } from "@kinchaku/domain/engine/Engine"
import { Store } from "@kinchaku/domain/engine/Store"
import * as FaultyStore from "../../src/memory/FaultyStore.ts"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import { Cause, Context, Effect, Exit, Fiber, Latch, Layer, Option, Scope } from "effect"
import { atDesk, type Books, type Core } from "./Desk.ts"
import * as Looks from "./Looks.ts"
import { well } from "./Trials.ts"

const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, n) => n)

/** A store in memory that waits before each commit. */
const waiting = (wait: Effect.Effect<void>): typeof MemoryStore.layer =>
  Layer.effect(
    Store,
    Effect.map(Store, (store) => Store.of({ ...store, commit: (work) => Effect.andThen(wait, store.commit(work)) }))
  ).pipe(Layer.provideMerge(MemoryStore.layer))

const aWhile = Effect.repeat(Effect.yieldNow, { times: 10 })
const isBusy = (exit: Exit.Exit<unknown, unknown>): boolean =>
  Exit.isFailure(exit) && Option.getOrUndefined(Cause.findErrorOption(exit.cause)) instanceof Busy

/**
 * A crowd sends one trial each while nothing is committed; then the gate is opened. Those who were told that the engine is
 * busy send again with the same key.
 */
export const crowd = (
  wrong: Core,
  callers: number,
  engine: { readonly capacity: number; readonly batchMax: number }
) => {
  const gate = Latch.makeUnsafe(true)
  return atDesk(
    { ...wrong, store: waiting(gate.await) },
    { engine }
  )(
    Effect.gen(function* () {
      gate.closeUnsafe()
      const send = (n: number) => Effect.exit(well(`caller ${n}`))
      const sent = yield* Effect.forkChild(Effect.forEach(upTo(callers), send, { concurrency: "unbounded" }))
      yield* aWhile
      gate.openUnsafe()
      const first = yield* Fiber.join(sent)
      const booked = (yield* Looks.entries).length
      const turnedAway = upTo(callers).filter((n) => isBusy(first[n]!))
      const again = yield* Effect.forEach(turnedAway, send)
      return {
        done: first.filter(Exit.isSuccess).length,
        busy: turnedAway.length,
        booked,
        doneInTheEnd: first.filter(Exit.isSuccess).length + again.filter(Exit.isSuccess).length,
        bookedInTheEnd: (yield* Looks.entries).length
      }
    })
  )
}

/** Callers whose store fails by a script; each sends with its own key until it is told that it is done. Answers how many entries are booked. */
export const insisting = (wrong: Core, script: ReadonlyArray<FaultyStore.Fault>, callers: number, batchMax: number) => {
  // The first commit puts the terms in force.
  const store = FaultyStore.layer(["none", ...script], MemoryStore.layer)
  return atDesk(
    { ...wrong, store },
    { engine: { batchMax } }
  )(
    Effect.gen(function* () {
      const send = (n: number) => Effect.retry(well(`caller ${n}`), { times: script.length })
      yield* Effect.forEach(upTo(callers), send, { concurrency: "unbounded" })
      return (yield* Looks.entries).length
    })
  )
}

/** A caller who leaves after some steps of the machine. Answers how many entries are booked when the engine has come to rest. */
export const leaving = (wrong: Core, after: number) =>
  atDesk({ ...wrong, store: waiting(aWhile) })(
    Effect.gen(function* () {
      const caller = yield* Effect.forkChild(well("leaving"), { startImmediately: true })
      if (after > 0) yield* Effect.repeat(Effect.yieldNow, { times: after })
      yield* Fiber.interrupt(caller)
      yield* Effect.repeat(aWhile, { times: 5 })
      return (yield* Looks.entries).length
    })
  )

/** Callers who wait while the core is closed. Answers what they were told by the time it is closed, what is booked, and what one more caller is told. */
export const closing = (wrong: Core, callers: number, batchMax: number) =>
  Effect.gen(function* () {
    const told: Array<boolean> = []
    const desk = atDesk({ ...wrong, store: waiting(aWhile) }, { engine: { batchMax } })
    const { books, late } = yield* desk(
      Effect.gen(function* () {
        const services = yield* Effect.context<Effect.Services<ReturnType<typeof well>>>()
        const send = (n: number) =>
          Effect.map(Effect.exit(well(`caller ${n}`)), (exit) => told.push(Exit.isSuccess(exit)))
        yield* Effect.forEach(upTo(callers), (n) => Effect.forkDetach(send(n), { startImmediately: true }))
        const { books } = yield* MemoryStore.MemoryBooks
        return { books: books satisfies Books, late: Effect.provide(Effect.exit(well("too late")), services) }
      })
    )
    const toldByThen = [...told]
    const booked = books.commands.flatMap(({ entries }) => entries).length
    return { told: toldByThen, booked, lateIsBusy: isBusy(yield* late) }
  })

/** A core whose engine is left running when everything around it closes. */
export const leftRunning: Core = {
  engine: (engine) =>
    Layer.effect(
      Engine,
      Effect.map(Layer.buildWithScope(engine, Scope.makeUnsafe()), (context) => Context.get(context, Engine))
    )
}

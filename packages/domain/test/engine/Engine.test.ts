/**
 * The engine on a store with several writers: batches at once, one record's commands one after another.
 */
import { Deferred, Effect, Fiber, Layer, Result, Schema } from "effect"
import { expect, test } from "vitest"
import type { Actor, Command } from "../../src/engine/Command.ts"
import * as Decision from "../../src/engine/Decision.ts"
import { Engine } from "../../src/engine/Engine.ts"
import { WorkingSet } from "../../src/engine/Facts.ts"
import { Ids } from "../../src/engine/Ids.ts"
import { Store, type Work } from "../../src/engine/Store.ts"
import { Digest, firstLane, genesis } from "../../src/ledger/HashChain.ts"

const Note: Command<{ readonly about: string; readonly n: number }, { readonly n: number }, never> = {
  tag: "Note",
  content: Schema.Struct({ about: Schema.String, n: Schema.Int }),
  success: Schema.Struct({ n: Schema.Int }),
  reads: ({ content }) => (content.about === "" ? [] : [{ kind: "note", id: content.about }]),
  decide: (_, { content }) => Result.succeed(Decision.make({ result: { n: content.n } }))
}
const actor = "system:test" as Actor
const digest = Layer.succeed(Digest, {
  sha256: (text: string) => `${text.length}`,
  sha256Bytes: (bytes: Uint8Array) => bytes
})

/** Decides a batch on nothing. */
const decide = (work: Work) => {
  const facts = new WorkingSet()
  for (let keys = work.missing(facts); keys.length > 0; keys = work.missing(facts)) {
    for (const key of keys) facts.load(key, undefined)
  }
  return work.decide(facts, new Map(), { lane: firstLane, seq: 0, hash: genesis, bookedAt: 0 as never })
}

/** A store that keeps nothing and whose commits take as long as `wait`; it counts how many are under way. */
const counting = (writers: number, wait: Effect.Effect<void>) => {
  const seen = { now: 0, most: 0, order: [] as Array<string> }
  const store = Store.of({
    writers,
    commit: (work) =>
      Effect.gen(function* () {
        seen.now += 1
        seen.most = Math.max(seen.most, seen.now)
        const { commands } = decide(work)
        yield* wait
        for (const { content } of commands) seen.order.push(content)
        seen.now -= 1
      }),
    read: () => Effect.succeed(new WorkingSet()),
    personal: () => Effect.succeed(undefined),
    personalOf: () => Effect.succeed(new Map())
  })
  const layer = Engine.layer({ batchMax: 4 }).pipe(
    Layer.provide(Layer.mergeAll(Layer.succeed(Store, store), digest, Ids.layer))
  )
  return { seen, layer }
}

const submit = (about: string, n: number) =>
  Effect.flatMap(Engine, (engine) => engine.submit(Note, { about, n }, { actor, key: `${about} ${n}` }))

const subjects = Array.from({ length: 40 }, (_, n) => `subject ${n}`)
const all = Effect.forEach(
  subjects.flatMap((about) => [1, 2, 3].map((n) => [about, n] as const)),
  ([about, n]) => submit(about, n),
  { concurrency: "unbounded" }
)

const played = (writers: number) => {
  const { layer, seen } = counting(writers, Effect.yieldNow)
  return Effect.runPromise(Effect.as(Effect.provide(all, layer), seen))
}

test("a store with one writer has one batch at a time, one with three has three", async () => {
  expect((await played(1)).most).toBe(1)
  expect((await played(3)).most).toBe(3)
})

test("commands about one record are decided in the order in which they came, whatever the number of writers", async () => {
  for (const writers of [1, 2, 5]) {
    const { order } = await played(writers)
    expect(order).toHaveLength(120)
    for (const about of subjects) {
      const own = order.filter((content) => JSON.parse(content).about === about).map((content) => JSON.parse(content).n)
      expect(own, `${writers} writers, ${about}`).toStrictEqual([1, 2, 3])
    }
  }
})

test("closing waits for every writer, and takes no more commands", async () => {
  await Effect.runPromise(
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const { layer, seen } = counting(3, Deferred.await(gate))
      const closing = yield* Effect.forkChild(
        Effect.scoped(
          Effect.gen(function* () {
            const engine = yield* Effect.map(Layer.build(layer), (context) => context)
            yield* Effect.forEach(subjects, (about) => Effect.forkDetach(Effect.provide(submit(about, 1), engine)))
            yield* Effect.yieldNow
          })
        )
      )
      yield* Effect.sleep("20 millis")
      expect(closing.pollUnsafe()).toBeUndefined()
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(closing)
      expect(seen.now).toBe(0)
      expect(seen.order.length).toBeGreaterThan(0)
    })
  )
})

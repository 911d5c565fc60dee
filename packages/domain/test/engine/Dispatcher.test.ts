import { Effect, Latch, Layer } from "effect"
import { expect, test } from "vitest"
import { type Courier, Dispatcher, providerText } from "../../src/engine/Dispatcher.ts"
import { Engine } from "../../src/engine/Engine.ts"
import { type DueRequest, Outbox, requestId } from "../../src/engine/Outbox.ts"
import { instant } from "../../src/calendar/JapanDate.ts"

const asked = (n: number, kind: string): DueRequest => ({
  request: { id: requestId(`${n}`.padStart(26, "0")), kind, subject: `${n}`, askedAt: instant(0) },
  attempts: 0
})

/** An outbox from which nothing is ever answered, and the log of what was noted and tried. */
const deliveries = (requests: ReadonlyArray<DueRequest>, couriers: ReadonlyArray<Courier>, firstWait = 50) => {
  const waiting = new Map(requests.map((one) => [one.request.id, { one, due: 0 }]))
  const noted: Array<string> = []
  const outbox = Outbox.of({
    due: (kind, now, limit) =>
      Effect.sync(() =>
        [...waiting.values()]
          .filter(({ due, one }) => one.request.kind === kind && due <= now)
          .slice(0, limit)
          .map(({ one }) => one)
      ),
    postpone: (postponed) =>
      Effect.sync(() => {
        for (const { attempts, id, until } of postponed) {
          const found = waiting.get(id)
          if (found !== undefined) waiting.set(id, { one: { ...found.one, attempts }, due: until })
          noted.push(`${found?.one.request.subject} ${attempts}`)
        }
        return postponed.map(({ id }) => id)
      }),
    waiting: Effect.sync(() => waiting.size)
  })
  const engine = Layer.mock(Engine, { requested: Latch.makeUnsafe(true) })
  const options = { firstWait, longestWait: firstWait, poll: 5, concurrency: 2 }
  const layer = Dispatcher.layer(Effect.succeed(couriers), options).pipe(
    Layer.provide(Layer.merge(Layer.succeed(Outbox, outbox), engine))
  )
  return { noted, layer }
}

const runFor = (millis: number, layer: Layer.Layer<Dispatcher>) =>
  Effect.runPromise(
    Effect.timeoutOption(
      Effect.flatMap(Dispatcher, ({ run }) => run),
      millis
    ).pipe(Effect.provide(layer))
  )

test("a courier that is broken ends neither its own later deliveries nor those of another kind", async () => {
  const tried: Array<string> = []
  const broken: Courier = {
    kind: "broken",
    deliver: ({ subject }) =>
      Effect.andThen(
        Effect.sync(() => tried.push(subject)),
        Effect.die(new Error("planted"))
      )
  }
  const sound: Courier = { kind: "sound", deliver: ({ subject }) => Effect.sync(() => void tried.push(subject)) }
  const { layer } = deliveries([asked(1, "broken"), asked(2, "sound")], [broken, sound])
  await runFor(400, layer)
  expect(tried.filter((subject) => subject === "1").length).toBeGreaterThan(1)
  expect(tried.filter((subject) => subject === "2").length).toBeGreaterThan(1)
})

test("trying all that is due once goes on over a courier that is broken", async () => {
  const broken: Courier = { kind: "broken", deliver: () => Effect.die(new Error("planted")) }
  const { layer } = deliveries([asked(1, "broken"), asked(2, "broken")], [broken])
  const tried = Effect.flatMap(Dispatcher, ({ runDue }) => runDue).pipe(Effect.provide(layer))
  expect(await Effect.runPromise(tried)).toBe(2)
})

test("a delivery that hangs keeps no other of its kind waiting", async () => {
  const tried: Array<string> = []
  const courier: Courier = {
    kind: "bank",
    deliver: ({ subject }) => (subject === "1" ? Effect.never : Effect.sync(() => void tried.push(subject)))
  }
  const { layer } = deliveries([asked(1, "bank"), asked(2, "bank"), asked(3, "bank")], [courier], 10_000)
  await runFor(400, layer)
  expect(new Set(tried)).toEqual(new Set(["2", "3"]))
})

test("that a request is tried is noted before it is", async () => {
  const seen: Array<string> = []
  const courier: Courier = {
    kind: "bank",
    deliver: ({ subject }) => Effect.sync(() => void seen.push(`${subject} after ${noted.join()}`))
  }
  const { layer, noted } = deliveries([asked(1, "bank")], [courier])
  await Effect.runPromise(Effect.flatMap(Dispatcher, ({ runDue }) => runDue).pipe(Effect.provide(layer)))
  expect(seen).toEqual(["1 after 1 1"])
})

test.each([
  ["insufficientFunds", "insufficientFunds"],
  ["a".repeat(64), "a".repeat(64)],
  ["a".repeat(65), "unspecified"],
  ["", "unspecified"],
  ["テスト タロウ様の残高不足", "unspecified"],
  ["Taro Yamada has no funds", "unspecified"]
])("what a provider says stands in the books as a short code: %s", (said, recorded) =>
  expect(providerText(said)).toBe(recorded)
)

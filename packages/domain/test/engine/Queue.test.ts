import { Effect, Fiber } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Queue } from "../../src/engine/Queue.ts"

const filled = (count: number, capacity = 100): Queue<number> => {
  const queue = new Queue<number>(capacity)
  for (let n = 0; n < count; n++) queue.send(n)
  return queue
}

describe("a queue", () => {
  test("gives what was sent, the oldest first, and nothing twice", () => {
    fc.assert(
      fc.property(fc.nat({ max: 30 }), fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 30 }), (count, takes) => {
        const queue = filled(count)
        expect(takes.flatMap((most) => queue.take(most))).toEqual(Array.from({ length: count }, (_, n) => n))
      })
    )
  })

  test("never gives more than is asked for", () => {
    expect(filled(5).take(2)).toEqual([0, 1])
  })

  test("takes what is put back before everything else", () => {
    const queue = filled(5)
    const [, ...rest] = queue.take(3)
    queue.putBack(rest)
    expect(queue.take(10)).toEqual([1, 2, 3, 4])
  })

  test("is full at its capacity, not one before and not one after", () => {
    expect([0, 1, 2, 3].map((count) => filled(count, 2).refusal)).toEqual([
      undefined,
      undefined,
      "queueFull",
      "queueFull"
    ])
  })

  test("that is closed refuses, is done only when it is empty, and still gives what waits", () => {
    const queue = filled(1)
    queue.close()
    expect([queue.refusal, queue.isDone, queue.take(9), queue.isDone]).toEqual(["closing", false, [0], true])
  })
})

describe("who waits for a queue", () => {
  const woken = (before: (queue: Queue<number>) => void, after: (queue: Queue<number>) => void) =>
    Effect.gen(function* () {
      const queue = new Queue<number>(9)
      before(queue)
      const waiting = yield* Effect.forkChild(queue.ready, { startImmediately: true })
      after(queue)
      yield* Fiber.join(waiting)
      return true
    }).pipe(Effect.timeout("1 second"))

  test.each([
    ["something is there", (queue: Queue<number>) => queue.send(1), () => {}],
    ["something comes", () => {}, (queue: Queue<number>) => queue.send(1)],
    ["it was closed", (queue: Queue<number>) => queue.close(), () => {}],
    ["it is closed", () => {}, (queue: Queue<number>) => queue.close()]
  ])("goes on when %s", async (_, before, after) => {
    expect(await Effect.runPromise(woken(before, after))).toBe(true)
  })
})

/**
 * The vocabulary of the specification has to bite: each way in which a rule can be worthless is tried here.
 */
import { Effect } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as Examination from "../src/Examination.ts"
import { example, examinee, invariant, type Plain, workedExaminee } from "../src/Rule.ts"

const start = { seed: 7 }
const amounts = { a: fc.integer({ min: 0, max: 1000 }), b: fc.integer({ min: 0, max: 1000 }) }
const add = (a: number, b: number): number => a + b

const examined = <Input>(rule: Plain<Input>) =>
  Examination.examine(examinee("invariant", "LED-01", "a sentence", rule), start)

describe("a rule", () => {
  test("that holds and notices its mistakes leaves its evidence", async () => {
    const { evidence, problems } = await Examination.examine(
      examinee("invariant", "LED-01", "a sum is not less than its parts", {
        because: "own",
        given: amounts,
        subject: add,
        holds: (sum, { a, b }) => sum(a, b) >= a && sum(a, b) >= b,
        catches: { "the second part is lost": (a) => a, "the first part is lost": (_, b) => b },
        covers: { "the second is larger": { atLeast: 30, when: ({ a, b }) => b > a } }
      }),
      start
    )
    expect(problems).toEqual([])
    expect(evidence).toMatchObject({ id: "LED-01", kind: "invariant", because: "own", cases: 200, seed: 7 })
    expect(evidence.mistakes).toEqual(["the second part is lost", "the first part is lost"])
    expect(evidence.counterexamples["the first part is lost"]).toMatch(/"a":[1-9]\d*/)
    expect(evidence.classes["the second is larger"]).toBeGreaterThan(0.3)
  })

  test("that does not hold names the smallest input and how to run it again", async () => {
    const { problems } = await examined({
      because: "own",
      given: amounts,
      holds: ({ a }) => a < 500,
      catches: { "nothing holds": () => false }
    })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain('{"a":500,"b":0}')
    expect(problems[0]).toMatch(/FC_SEED=7 FC_PATH=[\d:]+ npm run spec -- --rule LED-01/)
  })

  test("fails for a replayed path alone at the very same input", async () => {
    const failing = {
      because: "own",
      given: amounts,
      holds: ({ a }: { a: number }) => a < 500,
      catches: { none: () => false }
    }
    const [problem] = (await examined(failing)).problems
    const path = /FC_PATH=([\d:]+)/.exec(problem ?? "")?.[1] ?? ""
    const again = await Examination.examine(examinee("invariant", "LED-01", "a sentence", failing), { seed: 7, path })
    expect(again.problems[0]).toContain('{"a":500,"b":0}')
    expect(again.evidence.cases).toBe(1)
  })

  test("that cannot fail does not notice its mistake", async () => {
    const { evidence, problems } = await examined({
      because: "own",
      given: amounts,
      holds: () => true,
      catches: { "the sum is wrong": () => true }
    })
    expect(problems).toEqual([expect.stringContaining("would not notice: the sum is wrong")])
    expect(evidence.mistakes).toEqual([])
  })

  test("whose generator never makes the telling input does not notice its mistake", async () => {
    const { problems } = await Examination.examine(
      examinee("limit", "LIM-01", "an amount up to the limit is allowed", {
        because: "own",
        given: { amount: fc.integer({ min: 0, max: 99 }) },
        subject: (amount: number): boolean => amount <= 100,
        holds: (allows, { amount }) => allows(amount) === amount <= 100,
        catches: { "the limit itself is refused": (amount) => amount < 100 }
      }),
      start
    )
    expect(problems).toEqual([expect.stringContaining("would not notice: the limit itself is refused")])
  })

  test("whose generator misses a class fails for it", async () => {
    const { evidence, problems } = await examined({
      because: "own",
      given: amounts,
      holds: () => true,
      catches: { "nothing holds": () => false },
      covers: {
        "over the largest": { atLeast: 1, when: ({ a }) => a > 1000 },
        any: { atLeast: 100, when: () => true }
      }
    })
    expect(problems).toEqual([expect.stringContaining('reaches "over the largest" in 0.0 %')])
    expect(evidence.classes).toEqual({ "over the largest": 0, any: 1 })
  })

  test("without a mistake is not enough", async () => {
    const { problems } = await examined({ because: "own", given: amounts, holds: () => true, catches: {} })
    expect(problems).toEqual(["names no mistake that it would notice"])
  })

  test("does not take a mistake that crashes by itself for one that was noticed", async () => {
    const { problems } = await examined({
      because: "own",
      given: amounts,
      holds: () => true,
      catches: { broken: () => (undefined as unknown as { sum: number }).sum === 1 }
    })
    expect(problems).toEqual([expect.stringContaining('the mistake "broken" is itself broken')])
  })

  test("may be a promise, an effect, or nothing but assertions", async () => {
    const halves = [
      { holds: async ({ a, b }: { a: number; b: number }) => add(a, b) === a + b, wrong: async () => false },
      {
        holds: ({ a, b }: { a: number; b: number }) => Effect.sync(() => add(a, b) === a + b),
        wrong: ({ a }: { a: number }) => (a > 3 ? Effect.fail("refused") : Effect.succeed(true))
      },
      {
        holds: ({ a, b }: { a: number; b: number }) => expect(add(a, b)).toBe(b + a),
        wrong: ({ a, b }: { a: number; b: number }) => expect(a).toBe(b)
      }
    ]
    for (const { holds, wrong } of halves) {
      expect((await examined({ because: "own", given: amounts, holds, catches: { wrong } })).problems).toEqual([])
      const turned = await examined({ because: "own", given: amounts, holds: wrong, catches: { real: holds } })
      expect(turned.problems).toEqual([
        expect.stringContaining("does not hold for"),
        expect.stringContaining("would not notice: real")
      ])
    }
  })

  test("has the id of the rulebook, a sentence and a reason", () => {
    const stated = { because: "own", given: amounts, holds: () => true, catches: { none: () => false } }
    expect(() => examinee("invariant", "LED-1", "a sentence", stated)).toThrow("not the id of a rule")
    expect(() => examinee("invariant", "LED-01", " ", stated)).toThrow("needs a sentence")
    expect(() => examinee("invariant", "LED-01", "a sentence", { ...stated, because: "" })).toThrow("a reason")
  })
})

describe("worked cases", () => {
  const half = (yen: number): number => Math.floor(yen / 2)
  const cases = { "an even amount": { given: 100, gives: 50 }, "an odd amount": { given: 101, gives: 50 } }

  test("are all tried, and each mistake gets one wrong", async () => {
    const worked = workedExaminee("FEE-02", "halves are rounded down", {
      because: "FEE-02",
      subject: half,
      cases,
      catches: { "rounded up": (yen) => Math.ceil(yen / 2) }
    })
    const { evidence, problems } = await Examination.examine(worked, start)
    expect(problems).toEqual([])
    expect(evidence).toMatchObject({ cases: 2, kind: "example", mistakes: ["rounded up"] })
  })

  test("say which one comes out differently", async () => {
    const worked = workedExaminee("FEE-02", "halves are rounded down", {
      because: "FEE-02",
      subject: (yen: number) => Math.ceil(yen / 2),
      cases,
      catches: { "rounded down": half }
    })
    const { problems } = await Examination.examine(worked, start)
    expect(problems).toEqual([
      expect.stringContaining("an odd amount gives 51, not 50"),
      expect.stringContaining("would not notice: rounded down")
    ])
  })
})

test("the environment sets seed, place and number of cases", () => {
  expect(Examination.startFrom({ FC_SEED: "12", FC_PATH: "3:1" })).toEqual({ seed: 12, path: "3:1" })
  expect(Examination.startFrom({}).path).toBeUndefined()
  expect(() => Examination.startFrom({ FC_SEED: "x" })).toThrow("FC_SEED")
  expect(Examination.runsFrom({})).toBe(200)
  expect(Examination.runsFrom({ FC_RUNS: "1000" }, 50)).toBe(250)
  expect(() => Examination.runsFrom({ FC_RUNS: "0" })).toThrow("FC_RUNS")
})

// The registered form: each line below is a test of its own.
invariant("LED-01a", "a sum does not depend on the order of its parts", {
  because: "own",
  given: amounts,
  subject: add,
  holds: (sum, { a, b }) => sum(a, b) === sum(b, a),
  catches: { "the second part is taken away": (a, b) => a - b }
})
example("FEE-02", "a half is rounded down", {
  because: "own",
  subject: (yen: number) => Math.floor(yen / 2),
  cases: { "an odd amount": { given: 3, gives: 1 } },
  catches: { "rounded up": (yen) => Math.ceil(yen / 2) }
})

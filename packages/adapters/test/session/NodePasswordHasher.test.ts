import { Effect } from "effect"
import { describe, expect, test } from "vitest"
import * as NodePasswordHasher from "../../src/session/NodePasswordHasher.ts"

const hasher = NodePasswordHasher.make()
const run = Effect.runPromise
const password = "correct horse 7 battery"

/** The least times that some works take in turn: what each takes when nothing disturbs it. */
const millis = async (...works: ReadonlyArray<() => Promise<unknown>>): Promise<ReadonlyArray<number>> => {
  const least = works.map(() => Infinity)
  for (let round = 0; round < 8; round++) {
    for (const [n, work] of works.entries()) {
      const began = performance.now()
      await work()
      least[n] = Math.min(least[n] ?? Infinity, performance.now() - began)
    }
  }
  return least
}

describe("Argon2id on Node", () => {
  test("SES-04 a hash is a PHC text of Argon2id with at least the memory and passes that OWASP asks, and a salt of its own", async () => {
    const [first, second] = [await run(hasher.hash(password)), await run(hasher.hash(password))]
    const [, m, t, p] =
      /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/.exec(first) ?? []
    expect(Number(m)).toBeGreaterThanOrEqual(19_456)
    expect(Number(t)).toBeGreaterThanOrEqual(2)
    expect(Number(p)).toBeGreaterThanOrEqual(1)
    expect(second).not.toBe(first)
    expect(first).not.toContain(password)
  })

  test("only the password fits its hash", async () => {
    const phc = await run(hasher.hash(password))
    expect(await run(hasher.verify(password, phc))).toBe(true)
    for (const wrong of [`${password} `, password.slice(1), password.toUpperCase(), ""]) {
      expect(await run(hasher.verify(wrong, phc))).toBe(false)
    }
  })

  test("a hash of the reference implementation is understood, with the parameters that stand in it", async () => {
    // argon2 command line of the reference implementation: echo -n password | argon2 somesalt -id -t 2 -k 65536 -p 1
    const phc = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
    expect(await run(hasher.verify("password", phc))).toBe(true)
    expect(await run(hasher.verify("passwore", phc))).toBe(false)
  })

  test("nothing fits a text that is no hash, nor one whose cost is out of bounds", async () => {
    const phc = await run(hasher.hash(password))
    const broken = [
      "",
      password,
      phc.replace("argon2id", "argon2i"),
      phc.replace(/m=\d+/, "m=9999999"),
      phc.replace(/m=\d+/, "m=4"),
      phc.replace(/t=\d+/, "t=0"),
      phc.slice(0, -40),
      `${phc}=`,
      phc.replace(/\$[^$]*$/, "$")
    ]
    for (const text of broken) expect(await run(hasher.verify(password, text)), text).toBe(false)
    expect(await run(hasher.verify("", ""))).toBe(false)
  })

  test(
    "SEC-01 a comparison takes as long where there is no hash, and where the password is wrong",
    { retry: 3 },
    async () => {
      const phc = await run(hasher.hash(password))
      const [right = 0, none = 0, wrong = 0] = await millis(
        () => run(hasher.verify(password, phc)),
        () => run(hasher.verify(password, "none")),
        () => run(hasher.verify("wrong", phc))
      )
      for (const other of [none, wrong]) {
        expect(other).toBeGreaterThan(right / 2)
        expect(other).toBeLessThan(right * 2)
      }
    }
  )

  test("the event loop goes on while hashes are computed, and they are all computed in the end", async () => {
    let turns = 0
    const beat = setInterval(() => (turns += 1), 1)
    const hashes = await Promise.all(Array.from({ length: 6 }, () => run(hasher.hash(password))))
    clearInterval(beat)
    expect(new Set(hashes).size).toBe(6)
    expect(turns).toBeGreaterThan(5)
  })

  test("weaker parameters are refused outright", () => {
    expect(() => NodePasswordHasher.make({ memory: 19_455 })).toThrow(RangeError)
    expect(() => NodePasswordHasher.make({ passes: 1 })).toThrow(RangeError)
  })
})

import { Effect, Exit, Result } from "effect"
import { describe, expect, it } from "vitest"
import { TokenError } from "@kinchaku/domain/token/TokenError"
import { type Fate, phoneLine } from "../../src/simulators/PhoneLine.ts"
import * as TestCodes from "../../src/simulators/TestCodes.ts"
import { TokenApp } from "../../src/simulators/TokenApp.ts"

/** Sends exchanges "a", "b" … over a line; answers what arrived, in order, and which had an answer. */
const exchanges = (script: ReadonlyArray<Fate>, names: ReadonlyArray<string>) => {
  const line = phoneLine(script)
  const arrived: Array<string> = []
  const answered = names.filter((name) => {
    const exchange = line(
      Effect.sync(() => {
        arrived.push(name)
        return name
      })
    )
    return Exit.isSuccess(Effect.runSyncExit(exchange))
  })
  return { arrived: arrived.join(""), answered: answered.join("") }
}

describe("PhoneLine", () => {
  it.each<[Fate, string, string]>([
    ["through", "ab", "ab"],
    ["lost", "b", "b"],
    ["silent", "ab", "b"],
    ["twice", "aab", "ab"],
    ["late", "ba", "b"],
    ["offline", "b", "b"]
  ])("carries an exchange that is %s", (fate, arrived, answered) => {
    expect(exchanges([fate], ["a", "b"])).toStrictEqual({ arrived, answered })
  })

  it("holds back what is late while the phone has no network", () => {
    expect(exchanges(["late", "offline", "through"], ["a", "b", "c"])).toStrictEqual({ arrived: "ca", answered: "c" })
  })

  it("passes refusals on", () => {
    const refused = phoneLine()(Effect.fail("refused"))
    expect(Effect.runSyncExit(refused)).toStrictEqual(Exit.fail("refused"))
  })
})

const none = (): never => {
  throw new Error("the wallet was asked")
}

const app = () =>
  new TokenApp({
    tokens: { enrol: none, completeSetUp: none, correct: none, renew: none, finishRenewal: none },
    confirmations: {
      start: none,
      ask: none,
      withdraw: none,
      get: none,
      pending: none,
      accept: none,
      answer: none
    },
    codes: TestCodes.codes,
    device: "d".repeat(22),
    clock: () => 0,
    random: () => "r".repeat(22)
  })

describe("TokenApp", () => {
  it("begins with set-up, and sends nothing that is malformed", () => {
    const phone = app()
    expect(phone.screen).toBe("setUp")
    const input = { service: "minato", user: "yamada01", startPassword: "short", agreed: true }
    const refused = Effect.runSync(Effect.result(phone.setUp(input)))
    expect(Result.isFailure(refused) && refused.failure).toStrictEqual(
      new TokenError({ code: "A911", operation: "setUp" })
    )
  })

  it("is locked after a start until the code is typed", () => {
    const phone = app()
    phone.setLock({ current: "", next: "0042", again: "0042" })
    phone.start()
    expect(phone.screen).toBe("locked")
    expect(Result.isFailure(phone.unlock("42"))).toBe(true)
    phone.unlock("0042")
    expect(phone.screen).toBe("setUp")
  })

  it("keeps its lock code where another is typed differently the second time", () => {
    const phone = app()
    phone.setLock({ current: "", next: "1", again: "1" })
    expect(Result.isFailure(phone.setLock({ current: "1", next: "2", again: "3" }))).toBe(true)
    phone.start()
    expect(Result.isSuccess(phone.unlock("1"))).toBe(true)
  })
})

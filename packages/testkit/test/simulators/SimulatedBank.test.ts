import { BankGateway } from "@kinchaku/domain/bank/BankGateway"
import { requestId } from "@kinchaku/domain/engine/Outbox"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect, it } from "vitest"
import { drawnTransfers } from "../../src/simulators/BankBehaviour.ts"
import type { BankReport } from "../../src/simulators/BankReports.ts"
import { chosenBy } from "../../src/simulators/Provider.ts"
import * as SimulatedBank from "../../src/simulators/SimulatedBank.ts"

const reference = requestId("01ARZ3NDEKTSV4RRFFQ69G5FAV")
const account = { bank: "9999", branch: "001", kind: "ordinary", number: "1234500" } as const

/** Asks `times` times for a debit, inquires before each but the first, and tells what was said, reported and done. */
const debited = (amount: number, options: SimulatedBank.Options = {}) => {
  const reported: Array<string> = []
  const notify = (report: BankReport) => Effect.sync(() => void reported.push(`${report.reference} ${report._tag}`))
  return Effect.gen(function* () {
    const gateway = yield* BankGateway
    const bank = yield* SimulatedBank.SimulatedBank
    const request = { reference, account, amount: amount as PositiveYen, passbookText: "test" }
    const ask = Effect.match(gateway.debit(request), { onFailure: ({ _tag }) => _tag, onSuccess: () => "debited" })
    const inquire = Effect.map(gateway.inquire({ bank: account.bank, reference }), ({ _tag }) => _tag)
    const [first, then, again] = [yield* ask, yield* inquire, yield* ask]
    yield* TestClock.adjust("11 minutes")
    const [later, reports] = [yield* inquire, yield* bank.report]
    const truth = (yield* bank.debits).get(reference)
    const state = typeof truth?.state === "object" ? truth.state._tag : truth?.state
    return { said: [first, then, again, later], reports, reported: reported.length, state, asked: truth?.asked }
  }).pipe(
    Effect.provide(Layer.provideMerge(SimulatedBank.layer({ ...options, notify }), TestClock.layer())),
    Effect.runPromise
  )
}

describe("a debit", () => {
  it.each([
    [1000, ["debited", "debited", "debited", "debited"], 0, "debited"],
    [1001, ["OutcomeUnknown", "debited", "debited", "debited"], 0, "debited"],
    [1002, ["BankRefused", "refused", "BankRefused", "refused"], 0, "refused"],
    [1003, ["debited", "debited", "debited", "debited"], 1, "debited"],
    [1004, ["OutcomeUnknown", "pending", "OutcomeUnknown", "debited"], 0, "debited"],
    [1005, ["BankRefused", "refused", "BankRefused", "refused"], 1, "debited"],
    [1006, ["OutcomeUnknown", "notFound", "debited", "debited"], 0, "debited"],
    [1007, ["BankUnreachable", "notFound", "debited", "debited"], 0, "debited"],
    [1008, ["debited", "debited", "debited", "debited"], 1, "debited"],
    [4, ["OutcomeUnknown", "pending", "OutcomeUnknown", "debited"], 0, "debited"]
  ] as const)("of %i yen goes as its last digits say", async (amount, said, reported, state) => {
    const seen = await debited(amount)
    expect(seen).toMatchObject({ said, reported, state, asked: 2 })
  })

  it("goes as a script says, by order or by reference", async () => {
    expect((await debited(1000, { debits: ["refuses"] })).state).toBe("refused")
    const drawn = chosenBy(3, ["refuses", "accepts"] as const)
    expect((await debited(1002, { debits: (asked) => drawn(asked.reference) })).state).toBe(
      drawn(reference) === "refuses" ? "refused" : "debited"
    )
  })

  it("is a defect where a reference is used again for another amount", async () => {
    const twice = Effect.gen(function* () {
      const gateway = yield* BankGateway
      const request = { reference, account, passbookText: "test" }
      yield* gateway.debit({ ...request, amount: 1000 as PositiveYen })
      yield* gateway.debit({ ...request, amount: 2000 as PositiveYen })
    })
    await expect(Effect.runPromise(Effect.provide(twice, SimulatedBank.layer()))).rejects.toThrow("other content")
  })

  it("is reported by itself after the time that was set", async () => {
    expect((await debited(1003, { reportsAfter: "1 minute" })).reports).toBe(0)
    expect((await debited(1003, { reportsAfter: "1 minute" })).reported).toBe(1)
  })
})

describe("a link", () => {
  const linked = (number: string) =>
    Effect.gen(function* () {
      const gateway = yield* BankGateway
      const bank = yield* SimulatedBank.SimulatedBank
      bank.setHolder("1234003", "ヤマダ ハナコ")
      return yield* Effect.match(gateway.link({ reference, account: { ...account, number } }), {
        onFailure: ({ _tag }) => _tag,
        onSuccess: (begun) => ("page" in begun ? begun.page : `${begun.holderKana} ${begun.factors}`)
      })
    }).pipe(Effect.provide(SimulatedBank.layer()), Effect.runPromise)

  it("goes as the last digits of the account number say", async () => {
    expect(await linked("1234500")).toBe("テスト タロウ 2")
    expect(await linked("1234002")).toBe("BankRefused")
    expect(await linked("1234003")).toBe("ベツノ ヤマダ ハナコ 2")
    expect(await linked("1234004")).toBe("テスト タロウ 1")
    expect(await linked("1234016")).toBe("OutcomeUnknown")
  })

  it("does not happen while the bank is off the network", async () => {
    const off = Effect.gen(function* () {
      const gateway = yield* BankGateway
      const bank = yield* SimulatedBank.SimulatedBank
      bank.reachable(false)
      const said = yield* Effect.flip(gateway.link({ reference, account }))
      return [said._tag, (yield* bank.links).size]
    })
    expect(await Effect.runPromise(Effect.provide(off, SimulatedBank.layer()))).toEqual(["BankUnreachable", 0])
  })
})

describe("a bank in its random mode", () => {
  const amount = 1000 as PositiveYen
  const references = Array.from({ length: 2000 }, (_, n) =>
    requestId(`01ARZ3NDEKTSV4RRFFQ6${String(n).padStart(6, "0")}`)
  )
  const behaviours = (seed: number, faults: number, of = amount) => {
    const script = drawnTransfers({ seed, faults })
    const asked = references.map((reference) => ({ reference, request: { amount: of } }))
    return asked.map((one) => (typeof script === "function" ? script(one) : undefined))
  }
  const share = (drawn: ReadonlyArray<unknown>) => drawn.filter((one) => one !== "accepts").length / drawn.length

  it("goes wrong for the share that it is told, in every way, always the same for a seed", () => {
    expect(share(behaviours(1, 0))).toBe(0)
    expect(share(behaviours(1, 1))).toBe(1)
    for (const faults of [0.1, 0.5]) expect(Math.abs(share(behaviours(7, faults)) - faults)).toBeLessThan(0.05)
    expect(new Set(behaviours(7, 0.5)).size).toBe(9)
    expect(behaviours(7, 0.5)).toStrictEqual(behaviours(7, 0.5))
    expect(behaviours(7, 0.5)).not.toStrictEqual(behaviours(8, 0.5))
  })

  it("still does what magic digits say", () => {
    expect(new Set(behaviours(7, 1, 1002 as PositiveYen))).toStrictEqual(new Set(["refuses"]))
  })
})

import type { JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import { requestId } from "@kinchaku/domain/engine/Outbox"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import type { ChainCode } from "@kinchaku/domain/policy/Wallet"
import type { ReportedDeposit } from "@kinchaku/domain/topup/DepositBooking"
import { DepositGateway } from "@kinchaku/domain/topup/DepositGateway"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { expect, it } from "vitest"
import * as SimulatedCollector from "../../src/simulators/SimulatedCollector.ts"

const reference = requestId("01ARZ3NDEKTSV4RRFFQ69G5FAV")
const due = "2026-05-23" as JapanDate
const lawson = "lawson" as ChainCode

const wanted = (amount: number) => ({
  reference,
  way: "convenienceStore" as const,
  chain: lawson,
  amount: amount as PositiveYen,
  due
})

const asked = (amount: number) =>
  Effect.gen(function* () {
    const gateway = yield* DepositGateway
    const issue = Effect.match(gateway.issue(wanted(amount)), {
      onFailure: ({ _tag }) => _tag,
      onSuccess: () => "issued"
    })
    const inquire = Effect.map(gateway.inquire(reference), ({ _tag }) => _tag)
    const said = [yield* issue, yield* inquire]
    yield* TestClock.adjust("11 minutes")
    return [...said, yield* inquire, yield* issue]
  }).pipe(Effect.provide(Layer.provideMerge(SimulatedCollector.layer(), TestClock.layer())), Effect.runPromise)

it.each([
  [1000, ["issued", "issued", "issued", "issued"]],
  [1011, ["DepositOutcomeUnknown", "issued", "issued", "issued"]],
  [1012, ["DepositRefused", "refused", "refused", "DepositRefused"]],
  [1014, ["DepositOutcomeUnknown", "pending", "issued", "issued"]],
  [1016, ["DepositOutcomeUnknown", "notFound", "notFound", "issued"]],
  [1017, ["DepositUnreachable", "notFound", "notFound", "issued"]]
] as const)("a number for %i yen is issued as the last digits say", async (amount, said) => {
  expect(await asked(amount)).toEqual(said)
})

it("reports what is paid in, with a receipt for each time and the request where the number was issued", async () => {
  const heard: Array<ReportedDeposit> = []
  const notify = (deposit: ReportedDeposit) => Effect.sync(() => void heard.push(deposit))
  const paid = await Effect.gen(function* () {
    const { number } = yield* (yield* DepositGateway).issue(wanted(1000))
    const { pay, report } = yield* SimulatedCollector.SimulatedCollector
    const first = yield* pay(number)
    const second = yield* pay(number, { amount: 999, at: instant(5), chain: "familyMart" as ChainCode })
    const unknown = yield* pay("00000000", { amount: 70 })
    yield* report(first)
    return { first, second, unknown }
  }).pipe(
    Effect.provide(Layer.provideMerge(SimulatedCollector.layer({ notify }), TestClock.layer())),
    Effect.runPromise
  )
  const { first, second, unknown } = paid
  expect(heard).toEqual([first, second, unknown, first])
  expect(first).toMatchObject({ amount: 1000, chain: "lawson", reference })
  expect(second).toMatchObject({ amount: 999, chain: "familyMart", depositedAt: 5, number: first.number })
  expect(unknown).not.toHaveProperty("reference")
  expect(new Set([first, second, unknown].map(({ receipt }) => receipt)).size).toBe(3)
})

it("issues the same number for a reference after it was started anew", async () => {
  const number = () =>
    Effect.gen(function* () {
      return yield* (yield* DepositGateway).issue(wanted(1000))
    }).pipe(Effect.provide(Layer.fresh(SimulatedCollector.layer())), Effect.runPromise)
  expect(await number()).toEqual(await number())
})

import type { BillerCode } from "@kinchaku/domain/bill/Biller"
import type { SlipNumber } from "@kinchaku/domain/bill/SlipBarcode"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import { requestId } from "@kinchaku/domain/engine/Outbox"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import { BillerGateway } from "@kinchaku/domain/payment/BillerGateway"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { expect, it } from "vitest"
import * as SimulatedBiller from "../../src/simulators/SimulatedBiller.ts"

const reference = requestId("01ARZ3NDEKTSV4RRFFQ69G5FAV")

const told = (amount: number) =>
  Effect.gen(function* () {
    const gateway = yield* BillerGateway
    const payment = {
      reference,
      biller: "123456" as BillerCode,
      barcode: "slip" as SlipNumber,
      amount: amount as PositiveYen,
      paidAt: instant(0)
    }
    const tell = Effect.match(gateway.notify(payment), { onFailure: ({ _tag }) => _tag, onSuccess: () => "accepted" })
    const inquire = Effect.map(gateway.inquire({ biller: payment.biller, reference }), ({ _tag }) => _tag)
    const said = [yield* tell, yield* inquire]
    yield* TestClock.adjust("11 minutes")
    return [...said, yield* inquire, yield* tell]
  }).pipe(Effect.provide(Layer.provideMerge(SimulatedBiller.layer(), TestClock.layer())), Effect.runPromise)

it.each([
  [1000, ["accepted", "accepted", "accepted", "accepted"]],
  [1011, ["BillerOutcomeUnknown", "accepted", "accepted", "accepted"]],
  [1012, ["BillerRefused", "refused", "refused", "BillerRefused"]],
  [1014, ["BillerOutcomeUnknown", "pending", "accepted", "accepted"]],
  [1016, ["BillerOutcomeUnknown", "notFound", "notFound", "accepted"]],
  [1017, ["BillerUnreachable", "notFound", "notFound", "accepted"]],
  [1022, ["BillerOutcomeUnknown", "refused", "refused", "BillerRefused"]]
] as const)("a payment of %i yen goes as its last digits say", async (amount, said) => {
  expect(await told(amount)).toEqual(said)
})

import { requestId } from "@kinchaku/domain/engine/Outbox"
import { SmsSender } from "@kinchaku/domain/notice/SmsSender"
import { Effect, Layer } from "effect"
import { describe, expect, it } from "vitest"
import { type Fate, smsSenderContract } from "../../src/contracts/SmsSenderContract.ts"
import * as SimulatedSms from "../../src/simulators/SimulatedSms.ts"

const behaviours: Readonly<Record<Fate, SimulatedSms.SmsBehaviour>> = {
  sends: "sends",
  refuses: "refuses",
  isAway: "isUnreachableFirst",
  sendsAndFallsSilent: "sendsAndFallsSilent"
}

smsSenderContract("the simulated provider", async () => {
  let fate: Fate = "sends"
  const context = await Effect.runPromise(
    Effect.scoped(Layer.build(SimulatedSms.layer({ messages: () => behaviours[fate] })))
  )
  const provider = await Effect.runPromise(Effect.provide(SimulatedSms.SimulatedSms, context))
  return {
    layer: Layer.succeedContext(context),
    next: (to) => (fate = to),
    arrived: () => Effect.runSync(provider.arrived),
    keepsKeys: true,
    close: () => Promise.resolve()
  }
})

describe("a message", () => {
  const sent = (to: string, options: SimulatedSms.Options = {}) =>
    Effect.gen(function* () {
      const message = { key: requestId("01ARZ3NDEKTSV4RRFFQ69G5FAV"), to, text: "code" }
      const senders = { default: "KINCHAKU", softbank: "21061" }
      const sender = yield* SmsSender
      const send = Effect.match(sender.send({ ...message, senders }), {
        onFailure: ({ _tag }) => _tag,
        onSuccess: () => "sent"
      })
      const said = [yield* send, yield* send]
      const provider = yield* SimulatedSms.SimulatedSms
      return { said, arrived: (yield* provider.arrived).map(({ sender }) => sender) }
    }).pipe(Effect.provide(SimulatedSms.layer(options)), Effect.runPromise)

  it.each([
    ["09000000000", ["sent", "sent"], 1],
    ["09000000001", ["SmsOutcomeUnknown", "sent"], 1],
    ["09000000002", ["SmsRefused", "SmsRefused"], 0],
    ["09000000003", ["sent", "sent"], 2],
    ["09000000006", ["SmsOutcomeUnknown", "sent"], 1],
    ["09000000007", ["SmsUnavailable", "sent"], 1]
  ] as const)("to %s goes as its last digits say", async (to, said, arrived) => {
    const seen = await sent(to)
    expect(seen).toStrictEqual({ said, arrived: Array.from({ length: arrived }, () => "KINCHAKU") })
  })

  it("shows the sender of its receiver's carrier", async () => {
    const softbank = { carrierOf: () => "softbank" }
    expect((await sent("09000000000", softbank)).arrived).toStrictEqual(["21061"])
    expect((await sent("09000000000", { carrierOf: () => "docomo" })).arrived).toStrictEqual(["KINCHAKU"])
  })
})

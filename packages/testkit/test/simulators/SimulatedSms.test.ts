import { requestId } from "@kinchaku/domain/engine/Outbox"
import { type Sms, SmsRefused, SmsSender } from "@kinchaku/domain/notice/SmsSender"
import { Context, Effect, Layer } from "effect"
import { describe, expect, it } from "vitest"
import { type Fate, smsChecks, type SmsGround, smsSenderContract } from "../../src/contracts/SmsSenderContract.ts"
import * as SimulatedSms from "../../src/simulators/SimulatedSms.ts"

const behaviours: Readonly<Record<Fate, SimulatedSms.SmsBehaviour>> = {
  sends: "sends",
  refuses: "refuses",
  isAway: "isUnreachableFirst",
  sendsAndFallsSilent: "sendsAndFallsSilent"
}

/** A ground whose sender is as it should be, or altered. */
const open = async (
  alter: (real: SmsSender["Service"]) => SmsSender["Service"] = (real) => real
): Promise<SmsGround> => {
  let fate: Fate = "sends"
  const simulated = SimulatedSms.layer({ messages: () => behaviours[fate] })
  const context = await Effect.runPromise(Effect.scoped(Layer.build(simulated)))
  const provider = Context.get(context, SimulatedSms.SimulatedSms)
  return {
    layer: Layer.succeed(SmsSender, SmsSender.of(alter(Context.get(context, SmsSender)))),
    next: (to) => (fate = to),
    arrived: () => Effect.runSync(provider.arrived),
    keepsKeys: true,
    close: () => Promise.resolve()
  }
}

smsSenderContract("the simulated provider", () => open())

describe("the contract of senders", () => {
  const otherKey = requestId("01ARZ3NDEKTSV4RRFFQ69G5FAX")
  let count = 0
  it.each<[string, Parameters<typeof open>[0]]>([
    ["sends nothing", () => ({ send: () => Effect.void })],
    ["sends another text", ({ send }) => ({ send: (sms) => send({ ...sms, text: sms.text.slice(1) }) })],
    ["shows another sender", ({ send }) => ({ send: (sms) => send({ ...sms, senders: { default: "OTHER" } }) })],
    ["has one key for all", ({ send }) => ({ send: (sms) => send({ ...sms, key: otherKey }) })],
    [
      "has another key each time",
      ({ send }) => ({
        send: (sms) => send({ ...sms, key: `req_${`${(count += 1)}`.padStart(26, "0")}` as Sms["key"] })
      })
    ],
    [
      "takes silence for success",
      ({ send }) => ({ send: (sms) => Effect.catchTag(send(sms), "SmsOutcomeUnknown", () => Effect.void) })
    ],
    [
      "takes a refusal for success",
      ({ send }) => ({ send: (sms) => Effect.catchTag(send(sms), "SmsRefused", () => Effect.void) })
    ],
    [
      "takes being away for a refusal",
      ({ send }) => ({
        send: (sms) =>
          Effect.catchTag(send(sms), "SmsUnavailable", () => Effect.fail(new SmsRefused({ reason: "away" })))
      })
    ]
  ])("notices one that %s", async (_, alter) => {
    const runs = await Promise.allSettled(smsChecks.map(async ({ run }) => run(await open(alter))))
    expect(runs.some(({ status }) => status === "rejected")).toBe(true)
  })
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

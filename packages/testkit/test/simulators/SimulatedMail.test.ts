import { requestId } from "@kinchaku/domain/engine/Outbox"
import { MailSender } from "@kinchaku/domain/notice/MailSender"
import { Effect, Layer } from "effect"
import { describe, expect, it } from "vitest"
import { mailSenderContract } from "../../src/contracts/MailSenderContract.ts"
import type { Fate } from "../../src/contracts/SmsSenderContract.ts"
import * as SimulatedMail from "../../src/simulators/SimulatedMail.ts"

const behaviours: Readonly<Record<Fate, SimulatedMail.MailBehaviour>> = {
  sends: "sends",
  refuses: "refuses",
  isAway: "isUnreachableFirst",
  sendsAndFallsSilent: "sendsAndFallsSilent"
}

mailSenderContract("the simulated mail server", async () => {
  let fate: Fate = "sends"
  const context = await Effect.runPromise(
    Effect.scoped(Layer.build(SimulatedMail.layer({ mails: () => behaviours[fate] })))
  )
  const server = await Effect.runPromise(Effect.provide(SimulatedMail.SimulatedMail, context))
  return {
    layer: Layer.succeedContext(context),
    next: (to) => (fate = to),
    arrived: async () =>
      Effect.runSync(server.arrived).map(({ key, subject, text, to }) => ({ to, subject, text, identity: key })),
    close: () => Promise.resolve()
  }
})

describe("a mail", () => {
  it.each([
    ["taro", ["sent", "sent"], 1],
    ["silent", ["MailOutcomeUnknown", "sent"], 1],
    ["refuses", ["MailRefused", "MailRefused"], 0],
    ["sends.twice", ["sent", "sent"], 2],
    ["loses.first", ["MailOutcomeUnknown", "sent"], 1],
    ["unreachable.first", ["MailUnavailable", "sent"], 1]
  ] as const)("to %s@… goes as the name says", async (name, said, arrived) => {
    const mail = {
      key: requestId("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
      to: `${name}@example.com`,
      subject: "s",
      text: "t\n"
    }
    const seen = await Effect.gen(function* () {
      const sender = yield* MailSender
      const send = Effect.match(sender.send(mail), { onFailure: ({ _tag }) => _tag, onSuccess: () => "sent" })
      return { said: [yield* send, yield* send], arrived: (yield* (yield* SimulatedMail.SimulatedMail).arrived).length }
    }).pipe(Effect.provide(SimulatedMail.layer()), Effect.runPromise)
    expect(seen).toStrictEqual({ said, arrived })
  })
})

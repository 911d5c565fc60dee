import { requestId } from "@kinchaku/domain/engine/Outbox"
import { type Mail, MailRefused, MailSender } from "@kinchaku/domain/notice/MailSender"
import { line } from "@kinchaku/domain/notice/Messages"
import { Context, Effect, Layer } from "effect"
import { describe, expect, it } from "vitest"
import { mailChecks, type MailGround, mailSenderContract } from "../../src/contracts/MailSenderContract.ts"
import type { Fate } from "../../src/contracts/SmsSenderContract.ts"
import * as SimulatedMail from "../../src/simulators/SimulatedMail.ts"

const behaviours: Readonly<Record<Fate, SimulatedMail.MailBehaviour>> = {
  sends: "sends",
  refuses: "refuses",
  isAway: "isUnreachableFirst",
  sendsAndFallsSilent: "sendsAndFallsSilent"
}

/** A ground whose sender is as it should be, or altered. */
const open = async (
  alter: (real: MailSender["Service"]) => MailSender["Service"] = (real) => real
): Promise<MailGround> => {
  let fate: Fate = "sends"
  const simulated = SimulatedMail.layer({ mails: () => behaviours[fate] })
  const context = await Effect.runPromise(Effect.scoped(Layer.build(simulated)))
  const server = Context.get(context, SimulatedMail.SimulatedMail)
  return {
    layer: Layer.succeed(MailSender, MailSender.of(alter(Context.get(context, MailSender)))),
    next: (to) => (fate = to),
    arrived: async () =>
      Effect.runSync(server.arrived).map(({ key, subject, text, to }) => ({ to, subject, text, identity: key })),
    close: () => Promise.resolve()
  }
}

mailSenderContract("the simulated mail server", () => open())

describe("the contract of senders", () => {
  const otherKey = requestId("01ARZ3NDEKTSV4RRFFQ69G5FAX")
  let count = 0
  it.each<[string, Parameters<typeof open>[0]]>([
    ["sends nothing", () => ({ send: () => Effect.void })],
    ["sends another text", ({ send }) => ({ send: (mail) => send({ ...mail, text: mail.text.trim() }) })],
    ["has one key for all", ({ send }) => ({ send: (mail) => send({ ...mail, key: otherKey }) })],
    [
      "has another key each time",
      ({ send }) => ({
        send: (mail) => send({ ...mail, key: `req_${`${(count += 1)}`.padStart(26, "0")}` as Mail["key"] })
      })
    ],
    [
      "takes silence for success",
      ({ send }) => ({ send: (mail) => Effect.catchTag(send(mail), "MailOutcomeUnknown", () => Effect.void) })
    ],
    [
      "takes a refusal for success",
      ({ send }) => ({ send: (mail) => Effect.catchTag(send(mail), "MailRefused", () => Effect.void) })
    ],
    [
      "takes being away for a refusal",
      ({ send }) => ({
        send: (mail) =>
          Effect.catchTag(send(mail), "MailUnavailable", () => Effect.fail(new MailRefused({ reason: "away" })))
      })
    ],
    [
      "mends what is malformed",
      ({ send }) => ({
        send: (mail) => send({ ...mail, subject: line(mail.subject), to: mail.to.split(/[,\s]/u, 1)[0] ?? "" })
      })
    ]
  ])("notices one that %s", async (_, alter) => {
    const runs = await Promise.allSettled(mailChecks.map(async ({ run }) => run(await open(alter))))
    expect(runs.some(({ status }) => status === "rejected")).toBe(true)
  })
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

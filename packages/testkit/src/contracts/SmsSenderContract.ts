/**
 * The contract of an SMS sender: what every implementation of SmsSender does, played against its provider or a stand-in for it.
 */
import { requestId } from "@kinchaku/domain/engine/Outbox"
import { type Sms, SmsSender } from "@kinchaku/domain/notice/SmsSender"
import { Effect, type Layer } from "effect"
import { describe, expect, test } from "vitest"

/** What the provider is to do with the next message that it gets. */
export type Fate = "sends" | "refuses" | "isAway" | "sendsAndFallsSilent"

/** A provider to play against, new for each check. */
export interface SmsGround {
  readonly layer: Layer.Layer<SmsSender>
  /** What becomes of the next message; those after it are sent. */
  readonly next: (fate: Fate) => void
  /** What arrived at telephones, the oldest first. A number is what a network calls it: "+81…", or national digits. */
  readonly arrived: () => ReadonlyArray<{ readonly to: string; readonly text: string; readonly sender: string }>
  /** Whether the provider keeps keys, and so sends a message that it is asked for again only once. */
  readonly keepsKeys: boolean
  readonly close: () => Promise<void>
}

/** One thing that every sender does. It fails where the sender does not. */
export interface SmsCheck {
  readonly name: string
  readonly run: (ground: SmsGround) => Promise<void>
}

const message: Sms = {
  key: requestId("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
  to: "09012345678",
  text: "認証番号 123456\n利用再開\n5分間有効\n他人に教えないでください",
  senders: { default: "KINCHAKU" }
}
const expected = { to: message.to, text: message.text, sender: "KINCHAKU" }

/** Sends a message that has a fate; answers what the sender said. */
const sent = (ground: SmsGround, fate: Fate, asked: Sms = message): Promise<string> => {
  ground.next(fate)
  return Effect.flatMap(SmsSender, (sender) => sender.send(asked)).pipe(
    Effect.match({ onFailure: ({ _tag }) => _tag, onSuccess: () => "sent" }),
    Effect.provide(ground.layer),
    Effect.runPromise
  )
}
const arrivals = (ground: SmsGround) =>
  ground.arrived().map(({ sender, text, to }) => ({ to: to.replace(/^\+81/, "0"), text, sender }))

export const smsChecks: ReadonlyArray<SmsCheck> = [
  {
    name: "OTP-07 a message arrives at its number, as it was written, under the default sender",
    run: async (ground) => {
      expect(await sent(ground, "sends")).toBe("sent")
      expect(arrivals(ground)).toStrictEqual([expected])
    }
  },
  {
    name: "a message that is refused was not sent",
    run: async (ground) => {
      expect(await sent(ground, "refuses")).toBe("SmsRefused")
      expect(arrivals(ground)).toStrictEqual([])
    }
  },
  {
    name: "a provider that is away has sent nothing, and takes the message later",
    run: async (ground) => {
      expect(await sent(ground, "isAway")).toBe("SmsUnavailable")
      expect(arrivals(ground)).toStrictEqual([])
      expect(await sent(ground, "sends")).toBe("sent")
      expect(arrivals(ground)).toStrictEqual([expected])
    }
  },
  {
    name: "where the answer was lost the outcome is unknown; asked again, the same message stands there, never another",
    run: async (ground) => {
      expect(await sent(ground, "sendsAndFallsSilent")).toBe("SmsOutcomeUnknown")
      expect(await sent(ground, "sends")).toBe("sent")
      expect(arrivals(ground)).toStrictEqual(ground.keepsKeys ? [expected] : [expected, expected])
    }
  },
  {
    name: "messages of two keys are two messages, even with the same words",
    run: async (ground) => {
      await sent(ground, "sends")
      await sent(ground, "sends", { ...message, key: requestId("01ARZ3NDEKTSV4RRFFQ69G5FAW") })
      expect(arrivals(ground)).toStrictEqual([expected, expected])
    }
  }
]

/** Registers the contract for a sender, each check on a ground of its own. */
export const smsSenderContract = (name: string, open: () => Promise<SmsGround>): void => {
  describe(name, () => {
    for (const check of smsChecks) {
      test(check.name, async () => {
        const ground = await open()
        try {
          await check.run(ground)
        } finally {
          await ground.close()
        }
      })
    }
  })
}

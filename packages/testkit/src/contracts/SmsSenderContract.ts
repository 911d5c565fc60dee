/**
 * The contract of an SMS sender: what every implementation of SmsSender does, played against its provider or a stand-in for it.
 */
import { requestId } from "@kinchaku/domain/engine/Outbox"
import { type Sms, SmsSender } from "@kinchaku/domain/notice/SmsSender"
import { Effect, type Layer } from "effect"
import { afterEach, beforeEach, describe, expect, test } from "vitest"

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

const message: Sms = {
  key: requestId("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
  to: "09012345678",
  text: "認証番号 123456\n利用再開\n5分間有効\n他人に教えないでください",
  senders: { default: "KINCHAKU" }
}
const national = (number: string): string => number.replace(/^\+81/, "0")

/** Registers the contract for a sender. */
export const smsSenderContract = (name: string, open: () => Promise<SmsGround>): void => {
  describe(name, () => {
    let ground: SmsGround
    beforeEach(async () => {
      ground = await open()
    })
    afterEach(() => ground.close())

    const sent = (fate: Fate, asked: Sms = message): Promise<string> => {
      ground.next(fate)
      const send = Effect.flatMap(SmsSender, (sender) => sender.send(asked))
      return Effect.match(send, { onFailure: ({ _tag }) => _tag, onSuccess: () => "sent" }).pipe(
        Effect.provide(ground.layer),
        Effect.runPromise
      )
    }
    const arrivals = () => ground.arrived().map(({ sender, text, to }) => ({ to: national(to), text, sender }))
    const expected = { to: message.to, text: message.text, sender: "KINCHAKU" }

    test("OTP-07 a message arrives at its number, as it was written, under the default sender", async () => {
      expect(await sent("sends")).toBe("sent")
      expect(arrivals()).toStrictEqual([expected])
    })
    test("a message that is refused was not sent", async () => {
      expect(await sent("refuses")).toBe("SmsRefused")
      expect(arrivals()).toStrictEqual([])
    })
    test("a provider that is away has sent nothing, and takes the message later", async () => {
      expect(await sent("isAway")).toBe("SmsUnavailable")
      expect(arrivals()).toStrictEqual([])
      expect(await sent("sends")).toBe("sent")
      expect(arrivals()).toStrictEqual([expected])
    })
    test("where the answer was lost the outcome is unknown; asked again, the same message stands there, never another", async () => {
      expect(await sent("sendsAndFallsSilent")).toBe("SmsOutcomeUnknown")
      expect(await sent("sends")).toBe("sent")
      expect(arrivals()).toStrictEqual(ground.keepsKeys ? [expected] : [expected, expected])
    })
    test("messages of two keys are two messages", async () => {
      await sent("sends")
      await sent("sends", { ...message, key: requestId("01ARZ3NDEKTSV4RRFFQ69G5FAW"), to: "08011112222" })
      expect(arrivals().map(({ to }) => to)).toStrictEqual([message.to, "08011112222"])
    })
  })
}

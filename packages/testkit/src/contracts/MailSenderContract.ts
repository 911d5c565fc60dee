/**
 * The contract of a mail sender: what every implementation of MailSender does, played against a mail server or a stand-in for it.
 */
import { requestId } from "@kinchaku/domain/engine/Outbox"
import { type Mail, MailSender } from "@kinchaku/domain/notice/MailSender"
import { Effect, type Layer } from "effect"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { Fate } from "./SmsSenderContract.ts"

/** A mail as it arrived. */
export interface MailArrival {
  readonly to: string
  readonly subject: string
  readonly text: string
  /** By what a receiver tells that two mails are one. */
  readonly identity: string
}

/** A mail server to play against, new for each check. */
export interface MailGround {
  readonly layer: Layer.Layer<MailSender>
  /** What becomes of the next mail; those after it are sent. */
  readonly next: (fate: Fate) => void
  /** What arrived in mailboxes, the oldest first. */
  readonly arrived: () => Promise<ReadonlyArray<MailArrival>>
  readonly close: () => Promise<void>
}

const mail: Mail = {
  key: requestId("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
  to: "taro@example.jp",
  subject: "パスワードが変更されました",
  text: "2026-05-20 12:00に、ご登録のパスワードが変更されました。\n\n.\nお問い合わせ: 0120-000-000\n"
}

/** Registers the contract for a sender. */
export const mailSenderContract = (name: string, open: () => Promise<MailGround>): void => {
  describe(name, () => {
    let ground: MailGround
    beforeEach(async () => {
      ground = await open()
    })
    afterEach(() => ground.close())

    const sent = (fate: Fate, asked: Mail = mail): Promise<string> => {
      ground.next(fate)
      const send = Effect.flatMap(MailSender, (sender) => sender.send(asked))
      return Effect.match(send, { onFailure: ({ _tag }) => _tag, onSuccess: () => "sent" }).pipe(
        Effect.provide(ground.layer),
        Effect.runPromise
      )
    }
    const arrivals = async () => (await ground.arrived()).map(({ identity: _, ...shown }) => shown)
    const identities = async () => new Set((await ground.arrived()).map(({ identity }) => identity)).size
    const expected = { to: mail.to, subject: mail.subject, text: mail.text }

    test("a mail arrives at its address, as it was written", async () => {
      expect(await sent("sends")).toBe("sent")
      expect(await arrivals()).toStrictEqual([expected])
    })
    test("a mail that is refused was not sent", async () => {
      expect(await sent("refuses")).toBe("MailRefused")
      expect(await arrivals()).toStrictEqual([])
    })
    test("a server that is away has sent nothing, and takes the mail later", async () => {
      expect(await sent("isAway")).toBe("MailUnavailable")
      expect(await arrivals()).toStrictEqual([])
      expect(await sent("sends")).toBe("sent")
      expect(await arrivals()).toStrictEqual([expected])
    })
    test("NTF-02 where the answer was lost the outcome is unknown; what comes again is known as the same mail", async () => {
      expect(await sent("sendsAndFallsSilent")).toBe("MailOutcomeUnknown")
      expect(await sent("sends")).toBe("sent")
      expect((await arrivals()).length).toBeGreaterThan(0)
      expect(await identities()).toBe(1)
    })
    test("NTF-02 mails of two keys are two mails, even with the same words", async () => {
      await sent("sends")
      await sent("sends", { ...mail, key: requestId("01ARZ3NDEKTSV4RRFFQ69G5FAW") })
      expect(await arrivals()).toStrictEqual([expected, expected])
      expect(await identities()).toBe(2)
    })
    test("a mail whose subject is more than a line, or whose address is more than one, is refused", async () => {
      expect(await sent("sends", { ...mail, subject: "a\r\nBcc: eve@example.com" })).toBe("MailRefused")
      expect(await sent("sends", { ...mail, to: "taro@example.jp, eve@example.com" })).toBe("MailRefused")
      expect(await sent("sends", { ...mail, to: "taro@example.jp\r\nRCPT TO:<eve@example.com>" })).toBe("MailRefused")
      expect(await arrivals()).toStrictEqual([])
    })
  })
}

/**
 * The contract of a mail sender: what every implementation of MailSender does, played against a mail server or a stand-in for it.
 */
import { requestId } from "@kinchaku/domain/engine/Outbox"
import { type Mail, MailSender } from "@kinchaku/domain/notice/MailSender"
import { Effect, type Layer } from "effect"
import { describe, expect, test } from "vitest"
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

/** One thing that every sender does. It fails where the sender does not. */
export interface MailCheck {
  readonly name: string
  readonly run: (ground: MailGround) => Promise<void>
}

const mail: Mail = {
  key: requestId("01ARZ3NDEKTSV4RRFFQ69G5FAV"),
  to: "taro@example.jp",
  subject: "パスワードが変更されました",
  text: "2026-05-20 12:00に、ご登録のパスワードが変更されました。\n\n.\nお問い合わせ: 0120-000-000\n"
}

const expected = { to: mail.to, subject: mail.subject, text: mail.text }

/** Sends a mail that has a fate; answers what the sender said. */
const sent = (ground: MailGround, fate: Fate, asked: Mail = mail): Promise<string> => {
  ground.next(fate)
  return Effect.flatMap(MailSender, (sender) => sender.send(asked)).pipe(
    Effect.match({ onFailure: ({ _tag }) => _tag, onSuccess: () => "sent" }),
    Effect.provide(ground.layer),
    Effect.runPromise
  )
}
const arrivals = async (ground: MailGround) =>
  (await ground.arrived()).map(({ subject, text, to }) => ({ to, subject, text }))
const identities = async (ground: MailGround) => new Set((await ground.arrived()).map(({ identity }) => identity)).size

export const mailChecks: ReadonlyArray<MailCheck> = [
  {
    name: "a mail arrives at its address, as it was written",
    run: async (ground) => {
      expect(await sent(ground, "sends")).toBe("sent")
      expect(await arrivals(ground)).toStrictEqual([expected])
    }
  },
  {
    name: "a mail that is refused was not sent",
    run: async (ground) => {
      expect(await sent(ground, "refuses")).toBe("MailRefused")
      expect(await arrivals(ground)).toStrictEqual([])
    }
  },
  {
    name: "a server that is away has sent nothing, and takes the mail later",
    run: async (ground) => {
      expect(await sent(ground, "isAway")).toBe("MailUnavailable")
      expect(await arrivals(ground)).toStrictEqual([])
      expect(await sent(ground, "sends")).toBe("sent")
      expect(await arrivals(ground)).toStrictEqual([expected])
    }
  },
  {
    name: "NTF-02 where the answer was lost the outcome is unknown; what comes again is known as the same mail",
    run: async (ground) => {
      expect(await sent(ground, "sendsAndFallsSilent")).toBe("MailOutcomeUnknown")
      expect(await sent(ground, "sends")).toBe("sent")
      expect((await arrivals(ground)).length).toBeGreaterThan(0)
      expect(await identities(ground)).toBe(1)
    }
  },
  {
    name: "NTF-02 mails of two keys are two mails, even with the same words",
    run: async (ground) => {
      await sent(ground, "sends")
      await sent(ground, "sends", { ...mail, key: requestId("01ARZ3NDEKTSV4RRFFQ69G5FAW") })
      expect(await arrivals(ground)).toStrictEqual([expected, expected])
      expect(await identities(ground)).toBe(2)
    }
  },
  {
    name: "a mail whose subject is more than a line, or whose address is more than one, is refused",
    run: async (ground) => {
      const wrong = [
        { subject: "a\r\nBcc: eve@example.com" },
        { to: "taro@example.jp, eve@example.com" },
        { to: "taro@example.jp\r\nRCPT TO:<eve@example.com>" }
      ]
      for (const part of wrong) expect(await sent(ground, "sends", { ...mail, ...part })).toBe("MailRefused")
      expect(await arrivals(ground)).toStrictEqual([])
    }
  }
]

/** Registers the contract for a sender, each check on a ground of its own. */
export const mailSenderContract = (name: string, open: () => Promise<MailGround>): void => {
  describe(name, () => {
    for (const check of mailChecks) {
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

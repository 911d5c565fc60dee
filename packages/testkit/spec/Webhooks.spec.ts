/**
 * Webhooks: whose they are, when they are taken, and how often they count (SEC-12).
 */
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import * as Webhook from "@kinchaku/domain/webhook/Webhook"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { invariant, validation } from "../src/Rule.ts"
import { same } from "./support/Payments.ts"
import {
  alterations,
  anew,
  anySecrets,
  isTaken,
  leavingOut,
  reporting,
  type Scheme,
  scheme,
  type Taking,
  timeIn,
  verifying
} from "./support/Webhooks.ts"

const fiveMinutes = 300_000

validation(
  "SEC-12a",
  "a webhook is taken exactly when a secret that is known signed its very id, time and body, and its time is at most five minutes away",
  {
    because: "rulebook SEC-12; Standard Webhooks, symmetric signatures: HMAC-SHA256 over id.timestamp.body",
    given: {
      signedWith: anySecrets(),
      known: anySecrets(),
      body: fc.oneof(fc.string(), fc.string({ unit: "grapheme" }), fc.json()),
      altered: fc.constantFrom("none", "none", "none", "none", ...alterations),
      off: fc.oneof(
        fc.constantFrom(0, fiveMinutes, -fiveMinutes, fiveMinutes + 1, -fiveMinutes - 1, fiveMinutes - 1),
        fc.integer({ min: -2 * fiveMinutes, max: 2 * fiveMinutes })
      )
    },
    runs: 1500,
    covers: {
      "it is taken": { atLeast: 10, when: (given) => isTaken(scheme, given) },
      "the other secret of two signed it": {
        atLeast: 1,
        when: ({ known, signedWith }) => known.length > 1 && signedWith.length === 1 && signedWith[0] === known[1]
      },
      "five minutes, to the millisecond": { atLeast: 3, when: ({ off }) => Math.abs(off) === fiveMinutes },
      "a millisecond more": { atLeast: 3, when: ({ off }) => Math.abs(off) === fiveMinutes + 1 }
    },
    subject: scheme as Scheme,
    holds: (of, given) => {
      const { altered, known, off, signedWith } = given
      const isSigned = altered === "none" && signedWith.some((secret) => known.includes(secret))
      return isTaken(of, given) === (isSigned && Math.abs(off) <= fiveMinutes)
    },
    catches: {
      "the id is not signed": leavingOut("id"),
      "the time is not signed": leavingOut("time"),
      "the body is not signed": leavingOut("body"),
      "any signature will do": verifying((mac, secrets, message, now) =>
        Result.orElse(Webhook.verify(mac, secrets, message, now), (refused) =>
          refused.reason === "forged" ? Result.succeed("msg_1" as Webhook.WebhookId) : Result.fail(refused)
        )
      ),
      "an old one will do": verifying((mac, secrets, message, now) =>
        Webhook.verify(mac, secrets, message, instant(Math.min(now, timeIn(message.headers) + fiveMinutes)))
      ),
      "one of the future will do": verifying((mac, secrets, message, now) =>
        Webhook.verify(mac, secrets, message, instant(Math.max(now, timeIn(message.headers) - fiveMinutes)))
      ),
      "it is late a millisecond early": verifying((mac, secrets, message, now) =>
        Webhook.verify(mac, secrets, message, instant(now + 1))
      ),
      "it is late a millisecond late": verifying((mac, secrets, message, now) =>
        Webhook.verify(mac, secrets, message, instant(now - 1))
      ),
      "only the newest secret is known": verifying((mac, secrets, message, now) =>
        Webhook.verify(mac, secrets.slice(0, 1), message, now)
      ),
      "only the first signature is looked at": verifying((mac, secrets, { body, headers }, now) => {
        const [first = ""] = (headers["webhook-signature"] ?? "").split(" ")
        return Webhook.verify(mac, secrets, { body, headers: { ...headers, "webhook-signature": first } }, now)
      })
    }
  }
)

const takes: Taking = (bank, id, notice) => bank.take(id, notice)

invariant(
  "SEC-12b",
  "an id counts once, whatever races: the same report again is answered alike and changes nothing, another one under it is refused",
  {
    because: "rulebook SEC-12, LED-08: the id is the key of the command that takes the report in",
    given: {
      reports: fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: 2, maxLength: 6 }),
      isAtOnce: fc.boolean()
    },
    runs: 40,
    covers: {
      "an id comes again": {
        atLeast: 30,
        when: ({ reports }) => new Set(reports.map(([id]) => id)).size < reports.length
      }
    },
    subject: takes,
    holds: (taking, { isAtOnce, reports }) =>
      Effect.map(reporting(taking, reports, isAtOnce), ({ answers, completed, held, settled }) => {
        const counts = new Map<number, number>()
        for (const [id, topUp] of reports) if (!counts.has(id)) counts.set(id, topUp)
        const expected = reports.map(([id, topUp]) => (counts.get(id) === topUp ? "taken" : "IdempotencyConflict"))
        const told = new Set(counts.values())
        return (
          same(answers, expected) &&
          same(
            completed,
            [0, 1, 2].map((n) => told.has(n))
          ) &&
          settled === told.size &&
          held === told.size * 1000
        )
      }),
    catches: {
      "each delivery is another one": anew(),
      "nothing is taken": () => Effect.fail({ _tag: "Refused" }),
      "everything is taken, and nothing done": () => Effect.void
    }
  }
)

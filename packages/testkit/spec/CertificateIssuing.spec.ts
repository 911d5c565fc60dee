/**
 * Issuing certificates from a card, and opening them with their secrets, from the holder's device to the wallet's books (CRT).
 */
import * as CardIssuing from "@kinchaku/domain/identity/CardIssuing"
import {
  type CardFailure,
  CardMoved,
  CardReader,
  CardReadTimedOut,
  CardUnsupported
} from "@kinchaku/domain/identity/CardReader"
import type { OutgoingRequest } from "@kinchaku/domain/engine/Outbox"
import { requestId } from "@kinchaku/domain/engine/Outbox"
import { certificatePairs } from "@kinchaku/domain/identity/CertificatePair"
import type { CertificateUse } from "@kinchaku/domain/identity/CertificateVerifier"
import { SimulatedIssuer } from "../src/simulators/SimulatedIssuer.ts"
import * as SimulatedReader from "../src/simulators/SimulatedReader.ts"
import { triesMax } from "../src/simulators/SimulatedCard.ts"
import { Effect, Layer, Result } from "effect"
import { TestClock } from "effect/testing"
import * as fc from "fast-check"
import { invariant, query, transition, validation } from "../src/Rule.ts"
import { anyUse, but, commands, policyOf } from "./support/Certificates.ts"
import {
  cardPins,
  type CardFault,
  endOf,
  entering,
  inWorld,
  type Issue,
  issuing,
  kept,
  outcome,
  type ReaderOf,
  registering,
  requested,
  secrets,
  setting
} from "./support/CertificatesWorld.ts"
import { same } from "./support/Payments.ts"
import { deciding, forgetting, hearing } from "./support/PaymentsMistakes.ts"

/** The real thing. */
const device: { readonly issue: Issue; readonly readerOf: ReaderOf } = {
  issue: CardIssuing.issue,
  readerOf: SimulatedReader.layer
}

/** A reader between device and card that does something else. */
const reader =
  (
    change: (real: CardReader["Service"]) => CardReader["Service"],
    readerOf: ReaderOf = SimulatedReader.layer
  ): ReaderOf =>
  (held) =>
    Layer.effect(
      CardReader,
      Effect.map(CardReader, (real) => CardReader.of(change(real)))
    ).pipe(Layer.provide(readerOf(held)))

/** A reader that notes which keys are unlocked, opening by opening. */
const noting = (unlocked: Array<CertificateUse>, readerOf: ReaderOf): ReaderOf =>
  reader(
    ({ open }) => ({
      open: Effect.map(open, (card) => ({
        ...card,
        unlock: (use, pin) => {
          unlocked.push(use)
          return card.unlock(use, pin)
        }
      }))
    }),
    readerOf
  )

// ── from card to certificates ────────────────────────────────────────────────────────────────────────────────────────

transition(
  "CRT-02",
  "the card is read once for each certificate, with the key that it is for; once in all only where its holder agreed to that at the start",
  {
    because: "seed 000, 2回読み取る",
    given: { agreed: fc.boolean(), consent: fc.boolean() },
    runs: 20,
    subject: device,
    holds: ({ issue, readerOf }, { agreed, consent }) => {
      const unlocked: Array<CertificateUse> = []
      return inWorld({ readerOf: noting(unlocked, readerOf) }, () =>
        Effect.gen(function* () {
          const answer = yield* outcome(issuing({ reusesReading: agreed, consent }, issue))
          const { issues } = yield* SimulatedIssuer
          return (
            answer === "done" && issues.length === 1 && same(unlocked, agreed ? ["signature"] : ["signature", "login"])
          )
        })
      )
    },
    catches: {
      "it is read once without agreement": {
        ...device,
        issue: (asked) => CardIssuing.issue({ ...asked, reusesReading: true })
      },
      "it is read twice in spite of it": {
        ...device,
        issue: (asked) => CardIssuing.issue({ ...asked, reusesReading: false })
      },
      "one key is read twice": {
        ...device,
        issue: (asked) =>
          CardIssuing.issue({ ...asked, cardPins: { signature: cardPins.signature, login: cardPins.signature } })
      }
    }
  }
)

validation(
  "CRT-03b",
  "a secret that is not written as it has to be is refused before the card is read and before the authority is asked",
  {
    because: "seed 000, 暗証番号には次の3つ; rulebook CRT-03, CRT-04",
    given: { bad: fc.constantFrom("nothing", "card signature", "card login", "signature", "login") },
    runs: 30,
    subject: device,
    holds: ({ issue, readerOf }, { bad }) =>
      inWorld({ readerOf }, (held) =>
        Effect.gen(function* () {
          const chosen = {
            cardPins: {
              signature: bad === "card signature" ? "abc12" : cardPins.signature,
              login: bad === "card login" ? "12345" : cardPins.login
            },
            secrets: {
              signature: bad === "signature" ? "Password-1" : secrets.signature,
              login: bad === "login" ? "987" : secrets.login
            }
          }
          const answer = yield* outcome(issuing(chosen, issue))
          const { sent } = yield* SimulatedIssuer
          const isAsked = held.contacts > 0 || sent.size > 0
          return bad === "nothing" ? answer === "done" && isAsked : answer === "PinFormatInvalid" && !isAsked
        })
      ),
    catches: {
      "the card is read first": {
        ...device,
        issue: (asked) =>
          Effect.andThen(
            Effect.flatMap(CardReader, ({ open }) => open),
            CardIssuing.issue(asked)
          )
      },
      "the card's PINs are left to the card": {
        ...device,
        issue: (asked) => Effect.andThen(CardIssuing.issue({ ...asked, cardPins }), CardIssuing.issue(asked))
      },
      "new secrets are not looked at": { ...device, issue: (asked) => CardIssuing.issue({ ...asked, secrets }) }
    }
  }
)

validation(
  "CRT-05",
  "a card without PINs and a card on a phone are refused by name, each with its reason, and nothing is issued",
  {
    because: "seed 000, 顔認証マイナンバーカード",
    given: { kind: fc.constantFrom("card", "withoutPins", "onPhone", "other") },
    runs: 30,
    subject: device,
    holds: ({ issue, readerOf }, { kind }) =>
      inWorld({ kind, readerOf }, () =>
        Effect.gen(function* () {
          const answer = yield* Effect.result(issuing({}, issue))
          const { issues } = yield* SimulatedIssuer
          const expected = { card: "done", withoutPins: "withoutPins", onPhone: "onPhone", other: "CardWrongType" }[
            kind
          ]
          const failure = Result.isFailure(answer) ? answer.failure : undefined
          const told = failure instanceof CardUnsupported ? failure.reason : (failure?._tag ?? "done")
          return told === expected && issues.length === (kind === "card" ? 1 : 0)
        })
      ),
    catches: {
      "both are another card": {
        ...device,
        readerOf: reader(({ open }) => ({
          open: Effect.catchTag(open, "CardUnsupported", () => Effect.fail(new CardMoved()))
        }))
      },
      "the reasons are mixed up": {
        ...device,
        readerOf: reader(({ open }) => ({
          open: Effect.catchTag(open, "CardUnsupported", () => Effect.fail(new CardUnsupported({ reason: "onPhone" })))
        }))
      },
      "no card will do": {
        ...device,
        readerOf: reader(() => ({ open: Effect.fail(new CardUnsupported({ reason: "withoutPins" })) }))
      }
    }
  }
)

invariant(
  "CRT-15b",
  "a consent that was given and got lost is told as such, and the certificates are issued all the same",
  {
    because: "seed 000, 本人同意の登録に失敗",
    given: { consent: fc.boolean(), losesConsent: fc.boolean() },
    runs: 20,
    subject: device,
    holds: ({ issue }, { consent, losesConsent }) =>
      inWorld({ losesConsent }, () =>
        Effect.gen(function* () {
          const issued = yield* issuing({ consent }, issue)
          const { warnings } = yield* registering(issued)
          const expected = consent ? (losesConsent ? ["consentNotRecorded"] : []) : ["consentNotGiven"]
          return same(issued.warnings, expected) && same(warnings, expected)
        })
      ),
    catches: {
      "nobody is warned": {
        ...device,
        issue: (asked) => Effect.map(CardIssuing.issue(asked), (issued) => ({ ...issued, warnings: [] }))
      },
      "consent is taken for granted": { ...device, issue: (asked) => CardIssuing.issue({ ...asked, consent: true }) }
    }
  }
)

const failureOf: Readonly<Record<CardFault, CardFailure["_tag"]>> = {
  off: "NfcUnavailable",
  moved: "CardMoved",
  wrongType: "CardWrongType",
  timedOut: "CardReadTimedOut"
}
const faults: ReadonlyArray<CardFault> = ["off", "moved", "wrongType", "timedOut"]
/** Contacts of a reading with the simulated reader: opening, PIN, certificate, signature. */
const perReading = 4

/** Everything fails alike. */
const takingFor = (other: CardFailure): ReaderOf => reader(({ open }) => ({ open: Effect.mapError(open, () => other) }))

invariant(
  "CRT-18",
  "NFC off, a card moved away, a wrong card and a time-out are told apart at whatever moment they come, and leave nothing: not at the authority, not in the wallet, not on the card",
  {
    because: "seed 000, NFC機能が有効であるか; rulebook CRT-18",
    given: { fault: fc.constantFrom(...faults), at: fc.nat(2 * perReading + 1), agreed: fc.boolean() },
    covers: {
      "in the second reading": {
        atLeast: 10,
        when: ({ agreed, at }) => !agreed && at >= perReading && at < 2 * perReading
      }
    },
    runs: 60,
    subject: device,
    holds: ({ issue, readerOf }, { agreed, at, fault }) =>
      inWorld({ readerOf }, (held) =>
        Effect.gen(function* () {
          const { issues } = yield* SimulatedIssuer
          const before = yield* kept
          held.strike(fault, at)
          const answer = yield* outcome(issuing({ reusesReading: agreed }, issue))
          const isStruck = at < (agreed ? 1 : 2) * perReading
          if (!isStruck) return answer === "done" && issues.length === 1
          const isClean =
            issues.length === 0 && (yield* kept) === before && held.left("signature") === triesMax.signature
          return (
            answer === failureOf[fault] &&
            isClean &&
            (yield* outcome(issuing({ reusesReading: agreed }, issue))) === "done"
          )
        })
      ),
    catches: {
      "whatever comes is a time-out": { ...device, readerOf: takingFor(new CardReadTimedOut()) },
      "a card that was moved is waited for": {
        ...device,
        issue: (asked) => Effect.catchTag(CardIssuing.issue(asked), "CardMoved", () => CardIssuing.issue(asked))
      },
      "the first certificate is issued before the second reading": {
        ...device,
        issue: (asked) =>
          Effect.gen(function* () {
            const issued = yield* CardIssuing.issue({ ...asked, reusesReading: true })
            if (asked.reusesReading) return issued
            const card = yield* (yield* CardReader).open
            const key = yield* card.unlock("login", asked.cardPins.login)
            yield* Effect.andThen(key.certificate, key.sign(new Uint8Array(32)))
            return issued
          })
      }
    }
  }
)

/** Whether a code stands somewhere in a text by itself. */
const mentions = (text: string, code: string): boolean =>
  new RegExp(`(?<![0-9A-Za-z])${code}(?![0-9A-Za-z])`).test(text)

invariant(
  "CRT-20",
  "the confirmation code of issuing comes from the authority and goes back to it: the wallet sends none, knows none and keeps none, and no code of the wallet issues anything",
  {
    because: "seed 000, 認証コードが届きました",
    given: { again: fc.boolean() },
    runs: 20,
    subject: { core: commands, key: (_code: string) => "register" },
    holds: ({ core, key }, { again }) =>
      inWorld({ core }, () =>
        Effect.gen(function* () {
          const { issues, sent } = yield* SimulatedIssuer
          const foreign = yield* outcome(issuing({ code: () => Effect.succeed("wallet") }))
          const issued = yield* issuing()
          const codes = [...sent.values()]
          yield* registering(issued, key(codes.at(-1) ?? ""))
          if (again) {
            yield* TestClock.adjust("1 minute")
            yield* registering(yield* issuing(), "again")
          }
          const text = yield* kept
          const asked = yield* requested
          return (
            foreign === "IssuerRefused" &&
            issues.length === (again ? 2 : 1) &&
            sent.size === (again ? 3 : 2) &&
            asked.every((kind) => kind === "notice") &&
            codes.every((code) => !mentions(text, code))
          )
        })
      ),
    catches: {
      "the wallet sends a code of its own": {
        key: () => "register",
        core: but({
          register: deciding(commands.register, (decided, _facts, { at, content, id }) =>
            Result.map(decided, (decision) => {
              const request: OutgoingRequest = {
                id: requestId(id),
                kind: "otp",
                subject: content.login.person,
                askedAt: at
              }
              return { ...decision, requests: [request] }
            })
          )
        })
      },
      "the wallet keeps the authority's code": { core: commands, key: (code) => `register ${code}` }
    }
  }
)

// ── secrets ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const secretOf: Readonly<Record<CertificateUse, ReadonlyArray<string>>> = {
  login: ["0000", "1111", "9876"],
  signature: ["Password1", "password1", "Password1Passwor"]
}

query("CRT-21", "how a certificate stands is shown after its own secret, and after no other", {
  because: "seed 000, 証明書の状態が有効であること",
  given: { use: anyUse(), n: fc.nat(2), badlyWritten: fc.constantFrom(false, false, true) },
  runs: 40,
  subject: commands,
  holds: (core, { badlyWritten, n, use }) =>
    inWorld({ core }, () =>
      Effect.gen(function* () {
        const issued = yield* issuing({ consent: false })
        yield* registering(issued)
        const typed = badlyWritten ? "?" : (secretOf[use][n] ?? "")
        const answer = yield* Effect.result(entering(issued, use, typed, "enter"))
        if (Result.isFailure(answer)) {
          const { failure } = answer
          const isTold = failure._tag === (badlyWritten ? "PinFormatInvalid" : "PinMismatch")
          return isTold && typed !== secrets[use] && !JSON.stringify(failure).includes(`${endOf(use)}`)
        }
        const shown = {
          _tag: "right",
          state: "valid",
          validUntil: endOf(use),
          consent: "notGiven",
          biometrics: "notAllowed"
        }
        return typed === secrets[use] && same([answer.success], [shown])
      })
    ),
  catches: {
    "it is shown whatever is entered": but({
      enter: hearing(commands.enter, ({ evidence, ...content }) => ({
        ...content,
        evidence: { ...evidence, isRight: true }
      }))
    }),
    "it is shown to nobody": but({
      enter: hearing(commands.enter, ({ evidence, ...content }) => ({
        ...content,
        evidence: { ...evidence, isRight: false }
      }))
    }),
    "the other certificate is shown": but({
      enter: deciding(commands.enter, (decided, _facts, { content: { presented } }) =>
        Result.map(decided, (decision) => ({
          ...decision,
          result:
            decision.result._tag === "right"
              ? { ...decision.result, validUntil: endOf(presented.use === "login" ? "signature" : "login") }
              : decision.result
        }))
      )
    })
  }
})

transition("CRT-07b", "of all secrets that were ever set, the one set last opens the certificate, and no other does", {
  because: "seed 000, PINコードを変更する; rulebook CRT-07, SEC-02",
  given: { use: anyUse(), changes: fc.array(fc.nat(2), { minLength: 1, maxLength: 3 }) },
  runs: 30,
  subject: commands,
  holds: (core, { changes, use }) =>
    inWorld({ core, policy: policyOf(99, 99) }, () =>
      Effect.gen(function* () {
        const issued = yield* issuing()
        yield* registering(issued)
        let current = secrets[use]
        for (const [n, change] of changes.entries()) {
          const next = secretOf[use][change] ?? ""
          yield* setting(issued, use, current, next, `set ${n}`)
          current = next
        }
        const opened = yield* Effect.forEach(secretOf[use], (secret, n) =>
          Effect.map(outcome(entering(issued, use, secret, `enter ${n}`)), (answer) => [secret, answer] as const)
        )
        const text = yield* kept
        return (
          opened.every(([secret, answer]) => answer === (secret === current ? "done" : "PinMismatch")) &&
          secretOf[use].every((secret) => !mentions(text, secret))
        )
      })
    ),
  catches: {
    "the former secret stays": but({ set: forgetting(commands.set, ({ kind }) => kind === certificatePairs.name) }),
    "the first secret never opens": but({
      enter: hearing(commands.enter, ({ evidence, ...content }) => ({
        ...content,
        evidence: { ...evidence, isRight: false }
      }))
    })
  }
})

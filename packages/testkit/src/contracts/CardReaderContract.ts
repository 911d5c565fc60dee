/**
 * The contract of a card reader: what every implementation of CardReader does alike with a simulated card.
 *
 * An adapter's test is one line: `cardReaderContract("by commands", ({ transmit }) => ApduCardReader.layer(transmit))`.
 */
import { createPublicKey, verify } from "node:crypto"
import { CardReader } from "@kinchaku/domain/identity/CardReader"
import type { CertificateUse } from "@kinchaku/domain/identity/CertificateVerifier"
import { Effect, type Layer, Result } from "effect"
import { describe, expect, test } from "vitest"
import * as SimulatedCard from "../simulators/SimulatedCard.ts"
import { sha256Bytes } from "../memory/TestDigest.ts"

type Held = SimulatedCard.SimulatedCard
type ReaderOf = (held: Held) => Layer.Layer<CardReader>

/** One thing that every reader does, tried with a card of its own. It fails where the reader does not. */
export interface CardCheck {
  readonly name: string
  readonly options?: SimulatedCard.CardOptions
  readonly run: (held: Held) => Effect.Effect<void, unknown, CardReader>
}

const pins = { signature: "XYZ789", login: "0042" }
const uses = ["signature", "login"] as const
const wrong = { signature: "AAA111", login: "9999" }
const text = new TextEncoder().encode("challenge")

const open = Effect.flatMap(CardReader, (reader) => reader.open)
const unlock = (use: CertificateUse, pin: string) => Effect.flatMap(open, (card) => card.unlock(use, pin))

/** A whole reading: the certificate, and a signature over a text. */
const reading = (use: CertificateUse) =>
  Effect.gen(function* () {
    const key = yield* unlock(use, pins[use])
    return { certificate: yield* key.certificate, signature: yield* key.sign(sha256Bytes(text)) }
  })

/** The error of what has to fail. */
const failure = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.result(effect), (result) => (Result.isFailure(result) ? result.failure : undefined))

/** What happens when a fault strikes at each contact of a reading. */
const struck = (held: Held, as: SimulatedCard.CardFault) =>
  Effect.gen(function* () {
    const before = held.contacts
    yield* reading("signature")
    const needed = held.contacts - before
    const names = new Set<string | undefined>()
    for (let at = 0; at < needed; at++) {
      held.strike(as, at)
      names.add((yield* failure(reading("signature")))?._tag)
      // What was half done does not stand in the way of the next reading.
      yield* reading("signature")
    }
    return { names: [...names], needed }
  })

const named = {
  off: "NfcUnavailable",
  moved: "CardMoved",
  wrongType: "CardWrongType",
  timedOut: "CardReadTimedOut"
} as const

/** What a reader has to do. */
export const cardChecks: ReadonlyArray<CardCheck> = [
  {
    name: "each key gives its own certificate, whole, and signs with its own key",
    run: (held) =>
      Effect.gen(function* () {
        for (const use of uses) {
          const { certificate, signature } = yield* reading(use)
          expect(Buffer.from(certificate).equals(held.keys[use].certificate)).toBe(true)
          expect(verify("sha256", text, createPublicKey(held.keys[use].privateKey), signature)).toBe(true)
        }
      })
  },
  {
    name: "the signing PIN is the same in lower case",
    run: () => Effect.asVoid(unlock("signature", pins.signature.toLowerCase()))
  },
  {
    name: "a wrong PIN says how many tries are left, until it locks, and a locked one is not opened by the right PIN",
    run: (held) =>
      Effect.gen(function* () {
        for (const use of uses) {
          for (let left = SimulatedCard.triesMax[use] - 1; left > 0; left--) {
            expect(yield* failure(unlock(use, wrong[use]))).toMatchObject({
              _tag: "PinMismatch",
              of: "card",
              use,
              left
            })
            expect(yield* Effect.flatMap(open, (card) => card.triesLeft(use))).toBe(left)
          }
          expect(yield* failure(unlock(use, wrong[use]))).toMatchObject({ _tag: "CredentialLocked", of: "card", use })
          expect(yield* failure(unlock(use, pins[use]))).toMatchObject({ _tag: "CredentialLocked" })
          expect(held.left(use)).toBe(0)
        }
      })
  },
  {
    name: "the right PIN gives all tries back",
    run: () =>
      Effect.gen(function* () {
        yield* failure(unlock("login", wrong.login))
        yield* unlock("login", pins.login)
        expect(yield* Effect.flatMap(open, (card) => card.triesLeft("login"))).toBe(SimulatedCard.triesMax.login)
      })
  },
  {
    name: "a badly written PIN costs no try",
    run: (held) =>
      Effect.gen(function* () {
        const { contacts } = held
        const opening = yield* open
        const before = held.contacts
        for (const pin of ["123", "12345", "abcd", ""]) {
          expect(yield* failure(opening.unlock("login", pin))).toMatchObject({ _tag: "PinFormatInvalid" })
        }
        for (const pin of ["ABC12", "ABCDEFGH123456789", "ABC-12", "ＡＢＣ１２３"]) {
          expect(yield* failure(opening.unlock("signature", pin))).toMatchObject({ _tag: "PinFormatInvalid" })
        }
        expect(held.contacts).toBe(before)
        expect(before).toBeGreaterThan(contacts)
      })
  },
  ...(["withoutPins", "onPhone"] as const).map((kind): CardCheck => ({
    name: `a card ${kind === "onPhone" ? "on a phone" : "without PINs"} is refused by name`,
    options: { kind },
    run: () =>
      Effect.gen(function* () {
        expect(yield* failure(open)).toMatchObject({ _tag: "CardUnsupported", reason: kind })
      })
  })),
  {
    name: "another card is refused by name",
    options: { kind: "other" },
    run: () =>
      Effect.gen(function* () {
        expect(yield* failure(open)).toMatchObject({ _tag: "CardWrongType" })
      })
  },
  ...(["off", "moved", "wrongType", "timedOut"] as const).map((as): CardCheck => ({
    name: `a fault (${as}) at whichever contact is told by its name, and leaves nothing half done`,
    run: (held) =>
      Effect.gen(function* () {
        const { names, needed } = yield* struck(held, as)
        expect(names).toEqual([named[as]])
        expect(needed).toBeGreaterThan(2)
        expect(held.left("signature")).toBe(SimulatedCard.triesMax.signature)
      })
  })),
  {
    name: "a key that was unlocked before the card was taken away is not usable any more",
    run: (held) =>
      Effect.gen(function* () {
        const key = yield* unlock("login", pins.login)
        held.takeAway()
        expect(["CardMoved", "CardWrongType"]).toContain((yield* failure(key.sign(sha256Bytes(text))))?._tag)
      })
  }
]

/** One check with a new card. */
export const runCardCheck = ({ options, run }: CardCheck, readerOf: ReaderOf): Effect.Effect<void, unknown> =>
  Effect.flatMap(SimulatedCard.make({ pins, ...options }), (held) => Effect.provide(run(held), readerOf(held)))

/** Registers the contract for a reader. */
export const cardReaderContract = (name: string, readerOf: ReaderOf): void => {
  describe(name, () => {
    for (const check of cardChecks) test(check.name, () => Effect.runPromise(runCardCheck(check, readerOf)))
  })
}

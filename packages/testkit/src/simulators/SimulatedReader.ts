/**
 * SimulatedReader: a card reader that meets a simulated card without commands, for rules that are about neither.
 */
import {
  type Card,
  type CardFailure,
  CardMoved,
  CardReader,
  CardUnsupported,
  CardWrongType
} from "@kinchaku/domain/identity/CardReader"
import { CredentialLocked } from "@kinchaku/domain/identity/CertificatePair"
import type { CertificateUse } from "@kinchaku/domain/identity/CertificateVerifier"
import { PinMismatch, wellFormed } from "@kinchaku/domain/identity/CredentialSecret"
import { Effect, Layer } from "effect"
import type { SimulatedCard } from "./SimulatedCard.ts"

/** A SHA-256 digest as it is signed (RFC 8017, section 9.2). */
const infoOf = (digest: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from("3031300d060960864801650304020105000420", "hex"), digest])

const cardOf = (held: SimulatedCard): Card => {
  /** Does something with an unlocked key. */
  const using = <A>(use: CertificateUse, doing: () => A): Effect.Effect<A, CardFailure> =>
    Effect.flatMap(
      held.contact(() => (held.isUnlocked(use) ? doing() : undefined)),
      (done) => (done === undefined ? Effect.fail(new CardMoved()) : Effect.succeed(done))
    )
  return {
    triesLeft: (use) => held.contact(() => held.left(use)),
    unlock: Effect.fnUntraced(function* (use: CertificateUse, pin: string) {
      yield* Effect.fromResult(wellFormed(use === "signature" ? "cardSignature" : "cardAuthentication", pin))
      const isRight = yield* held.contact(() => held.enter(use, pin.toUpperCase()))
      if (isRight) {
        return {
          certificate: using(use, () => held.keys[use].certificate),
          sign: (digest: Uint8Array) => using(use, () => held.signInfo(use, infoOf(digest)))
        }
      }
      const left = held.left(use)
      return yield* left === 0 ? new CredentialLocked({ of: "card", use }) : new PinMismatch({ of: "card", use, left })
    })
  }
}

const open = Effect.fnUntraced(function* (held: SimulatedCard): Effect.fn.Return<Card, CardFailure | CardUnsupported> {
  const kind = yield* held.contact(() => {
    held.takeAway()
    return held.kind
  })
  if (kind === "other") return yield* new CardWrongType()
  return kind === "card" ? cardOf(held) : yield* new CardUnsupported({ reason: kind })
})

/** A reader to which a card is held. */
export const layer = (held: SimulatedCard): Layer.Layer<CardReader> =>
  Layer.succeed(CardReader, CardReader.of({ open: open(held) }))

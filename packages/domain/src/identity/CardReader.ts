/**
 * CardReader: reads an individual number card (マイナンバーカード) on the holder's device.
 *
 * A card is opened, a key is unlocked by its PIN, and only an unlocked key gives its certificate and signs: another order cannot be
 * written. Nothing is kept between two openings, so a card that is taken away leaves nothing half done (CRT-18).
 */
import { Context, type Effect, Schema } from "effect"
import type { CredentialLocked } from "./CertificatePair.ts"
import type { CertificateUse } from "./CertificateVerifier.ts"
import type { PinFormatInvalid, PinMismatch } from "./CredentialSecret.ts"

/** NFC is off, or the device has none (CRT-18). */
export class NfcUnavailable extends Schema.TaggedError<NfcUnavailable>()("NfcUnavailable", {}) {}

/** The card was moved away while it was read; hold it still and begin again (CRT-18). */
export class CardMoved extends Schema.TaggedError<CardMoved>()("CardMoved", {}) {}

/** What was held to the device is no individual number card (CRT-18). */
export class CardWrongType extends Schema.TaggedError<CardWrongType>()("CardWrongType", {}) {}

/** No card came, or it did not answer in time (CRT-18). */
export class CardReadTimedOut extends Schema.TaggedError<CardReadTimedOut>()("CardReadTimedOut", {}) {}

/** Refused: a card without PINs (顔認証マイナンバーカード), or one that is held on a phone (CRT-05). */
export class CardUnsupported extends Schema.TaggedError<CardUnsupported>()("CardUnsupported", {
  reason: Schema.Literals(["withoutPins", "onPhone"])
}) {}

/** What goes wrong between device and card. The card is as it was, but for a PIN that it had checked already. */
export type CardFailure = NfcUnavailable | CardMoved | CardWrongType | CardReadTimedOut

/** A key of the card after its PIN. */
export interface CardKey {
  /** The key's certificate, DER. */
  readonly certificate: Effect.Effect<Uint8Array, CardFailure>
  /** Signs a SHA-256 digest of 32 bytes (RSA PKCS#1 v1.5). */
  readonly sign: (digest: Uint8Array) => Effect.Effect<Uint8Array, CardFailure>
}

/** A card that is held to the device: its signing key (署名用) and its authentication key (利用者証明用). */
export interface Card {
  /** How often a PIN can still be entered wrongly before it locks; none: it is locked. Asking costs no try. */
  readonly triesLeft: (use: CertificateUse) => Effect.Effect<number, CardFailure>
  /** Enters the PIN of a key. A wrong one costs a try; a badly written one is not tried (CRT-03). */
  readonly unlock: (
    use: CertificateUse,
    pin: string
  ) => Effect.Effect<CardKey, CardFailure | PinFormatInvalid | PinMismatch | CredentialLocked>
}

export class CardReader extends Context.Service<
  CardReader,
  {
    /** Waits for a card and selects its application of the public individual authentication. */
    readonly open: Effect.Effect<Card, CardFailure | CardUnsupported>
  }
>()("@kinchaku/domain/identity/CardReader") {}

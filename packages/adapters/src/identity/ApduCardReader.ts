/**
 * ApduCardReader: reads an individual number card by ISO 7816-4 commands, over whatever carries them to the card.
 *
 * The application of the public individual authentication holds a signing key and an authentication key, each with its
 * certificate and its PIN. The signing PIN is in upper case on the card.
 */
import {
  type Card,
  type CardFailure,
  type CardKey,
  CardMoved,
  CardReader,
  CardUnsupported,
  CardWrongType
} from "@kinchaku/domain/identity/CardReader"
import { CredentialLocked } from "@kinchaku/domain/identity/CertificatePair"
import type { CertificateUse } from "@kinchaku/domain/identity/CertificateVerifier"
import { PinMismatch, wellFormed } from "@kinchaku/domain/identity/CredentialSecret"
import { Effect, Layer } from "effect"

/** Sends one command to the card that is held to the device, and gives its answer with the two status bytes at its end. */
export type Transmit = (apdu: Uint8Array) => Effect.Effect<Uint8Array, CardFailure>

interface Answer {
  readonly data: Uint8Array
  readonly status: number
}

const application = Uint8Array.of(0xd3, 0x92, 0xf0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01)
const tokenLabel = 0x0006
const files: Readonly<
  Record<CertificateUse, { readonly certificate: number; readonly key: number; readonly pin: number }>
> = {
  signature: { certificate: 0x0001, key: 0x001a, pin: 0x001b },
  login: { certificate: 0x000a, key: 0x0017, pin: 0x0018 }
}
const labels = { card: "JPKIAPICCTOKEN", phone: "JPKIAPGPSETOKEN" }

const done = 0x9000
const notFound = 0x6a82
const pinLost = 0x6982
const pinBlocked: ReadonlySet<number> = new Set([0x6983, 0x6984])

/** A tag and its length in front of a SHA-256 digest, as RSA PKCS#1 v1.5 signs it (RFC 8017, section 9.2). */
const digestInfo = Uint8Array.of(
  0x30,
  0x31,
  0x30,
  0x0d,
  0x06,
  0x09,
  0x60,
  0x86,
  0x48,
  0x01,
  0x65,
  0x03,
  0x04,
  0x02,
  0x01,
  0x05,
  0x00,
  0x04,
  0x20
)
const digestLength = 32
const block = 256
/** No certificate of the card is longer, in bytes. */
const certificateMax = 8192

const answerOf = (bytes: Uint8Array): Answer => ({
  data: bytes.slice(0, -2),
  status: ((bytes.at(-2) ?? 0) << 8) | (bytes.at(-1) ?? 0)
})

/** A wrong entry: how many tries are left. Other answers say nothing of a PIN. */
const triesOf = (status: number): number | undefined => {
  if (pinBlocked.has(status)) return 0
  return (status & 0xfff0) === 0x63c0 ? status & 0x0f : undefined
}

/** The length of a DER structure from its beginning; none where it is no certificate. */
const derLength = (bytes: Uint8Array): number | undefined => {
  const [tag, first = 0] = bytes
  if (tag !== 0x30) return undefined
  if (first < 0x80) return first + 2
  const digits = first & 0x7f
  if (digits === 0 || digits > 2) return undefined
  return bytes.slice(2, 2 + digits).reduce((length, byte) => length * 256 + byte, 0) + 2 + digits
}

/** The commands to one card. */
const commandsOver = (transmit: Transmit) => {
  const send = (...apdu: ReadonlyArray<number>) =>
    Effect.map(
      Effect.suspend(() => transmit(Uint8Array.from(apdu))),
      answerOf
    )
  /** A command that a card of this kind carries out. One that forgot the PIN lost its power meanwhile: it was moved. */
  const perform = (...apdu: ReadonlyArray<number>): Effect.Effect<Uint8Array, CardFailure> =>
    Effect.flatMap(send(...apdu), ({ data, status }) => {
      if (status === done) return Effect.succeed(data)
      return Effect.fail(status === pinLost ? new CardMoved() : new CardWrongType())
    })
  return {
    selectApplication: perform(0x00, 0xa4, 0x04, 0x0c, application.length, ...application),
    select: (file: number) => perform(0x00, 0xa4, 0x02, 0x0c, 0x02, file >> 8, file & 0xff),
    /** Selects a file that may not be there. */
    look: (file: number) => send(0x00, 0xa4, 0x02, 0x0c, 0x02, file >> 8, file & 0xff),
    /** Up to 256 bytes of the selected file. */
    readAt: (offset: number, length = block) => perform(0x00, 0xb0, offset >> 8, offset & 0xff, length % block),
    pinStatus: send(0x00, 0x20, 0x00, 0x80),
    verify: (pin: Uint8Array) => send(0x00, 0x20, 0x00, 0x80, pin.length, ...pin),
    sign: (info: ReadonlyArray<number>) => perform(0x80, 0x2a, 0x00, 0x80, info.length, ...info, 0x00)
  }
}
type Commands = ReturnType<typeof commandsOver>

const readCertificate = Effect.fnUntraced(function* (
  { readAt, select }: Commands,
  file: number
): Effect.fn.Return<Uint8Array, CardFailure> {
  yield* select(file)
  const first = yield* readAt(0)
  const length = derLength(first)
  if (length === undefined || length > certificateMax) return yield* new CardWrongType()
  const bytes = new Uint8Array(length)
  bytes.set(first.slice(0, length))
  for (let offset = first.length; offset < length;) {
    const next = yield* readAt(offset)
    if (next.length === 0) return yield* new CardWrongType()
    bytes.set(next.slice(0, length - offset), offset)
    offset += next.length
  }
  return bytes
})

const keyOf = (commands: Commands, use: CertificateUse): CardKey => ({
  certificate: readCertificate(commands, files[use].certificate),
  sign: Effect.fnUntraced(function* (digest: Uint8Array) {
    if (digest.length !== digestLength) throw new RangeError(`a digest of ${digestLength} bytes was expected`)
    yield* commands.select(files[use].key)
    return yield* commands.sign([...digestInfo, ...digest])
  })
})

const cardOver = (commands: Commands): Card => ({
  triesLeft: Effect.fnUntraced(function* (use: CertificateUse) {
    yield* commands.select(files[use].pin)
    const tries = triesOf((yield* commands.pinStatus).status)
    return tries === undefined ? yield* new CardWrongType() : tries
  }),
  unlock: Effect.fnUntraced(function* (use: CertificateUse, pin: string) {
    yield* Effect.fromResult(wellFormed(use === "signature" ? "cardSignature" : "cardAuthentication", pin))
    yield* commands.select(files[use].pin)
    const { status } = yield* commands.verify(new TextEncoder().encode(pin.toUpperCase()))
    if (status === done) return keyOf(commands, use)
    const left = triesOf(status)
    if (left === undefined) return yield* new CardWrongType()
    return yield* left === 0 ? new CredentialLocked({ of: "card", use }) : new PinMismatch({ of: "card", use, left })
  })
})

const open = Effect.fnUntraced(function* (transmit: Transmit): Effect.fn.Return<Card, CardFailure | CardUnsupported> {
  const commands = commandsOver(transmit)
  yield* commands.selectApplication
  yield* commands.select(tokenLabel)
  const label = new TextDecoder().decode(yield* commands.readAt(0, 0x20)).replace(/[\0 ]+$/, "")
  if (label === labels.phone) return yield* new CardUnsupported({ reason: "onPhone" })
  if (label !== labels.card) return yield* new CardWrongType()
  // A card for authentication by face has this application, and no PIN that could be entered.
  const { status } = yield* commands.look(files.login.pin)
  if (status === notFound) return yield* new CardUnsupported({ reason: "withoutPins" })
  return status === done ? cardOver(commands) : yield* new CardWrongType()
})

/** A reader over a way to the card: WebNFC's or a phone's ISO-DEP, or PC/SC. */
export const layer = (transmit: Transmit): Layer.Layer<CardReader> =>
  Layer.succeed(CardReader, CardReader.of({ open: open(transmit) }))

/**
 * SimulatedCard: an individual number card that answers ISO 7816 commands, with its two keys, their certificates and their PINs.
 *
 * Counters outlive a card's being taken away, what was selected and unlocked does not. Faults strike at a chosen contact.
 */
import { constants, privateEncrypt } from "node:crypto"
import {
  type CardFailure,
  CardMoved,
  CardReadTimedOut,
  CardWrongType,
  NfcUnavailable
} from "@kinchaku/domain/identity/CardReader"
import type { CertificateUse } from "@kinchaku/domain/identity/CertificateVerifier"
import { Effect } from "effect"
import { type CardKeys, keysOf } from "./CardKeys.ts"

/** What goes wrong at a contact: NFC goes off, the card is moved away, it is another card, or nothing comes back in time. */
export type CardFault = "off" | "moved" | "wrongType" | "timedOut"

/** What is held to the device: a card, one without PINs, one on a phone, or something else. */
export type CardKind = "card" | "withoutPins" | "onPhone" | "other"

export interface CardOptions {
  readonly kind?: CardKind
  /** The PINs of the signing key (upper case) and of the authentication key. */
  readonly pins?: Readonly<Record<CertificateUse, string>>
  /** Whose card it is. */
  readonly holder?: string
}

interface File {
  readonly content?: Uint8Array
  readonly pinOf?: CertificateUse
  readonly keyOf?: CertificateUse
  /** The PIN without which it cannot be read. */
  readonly needs?: CertificateUse
}

/** Wrong entries that lock each PIN. */
export const triesMax: Readonly<Record<CertificateUse, number>> = { signature: 5, login: 3 }
const aid = "d392f000260100000001"
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

const failures: Readonly<Record<CardFault, () => CardFailure>> = {
  off: () => new NfcUnavailable(),
  moved: () => new CardMoved(),
  wrongType: () => new CardWrongType(),
  timedOut: () => new CardReadTimedOut()
}

const status = (code: number): Uint8Array => Uint8Array.of(code >> 8, code & 0xff)
const done = (data: Uint8Array = new Uint8Array()): Uint8Array => Uint8Array.of(...data, 0x90, 0x00)

/** A card at the device; {@link make} makes one. */
export class SimulatedCard {
  readonly kind: CardKind
  readonly keys: CardKeys
  readonly #pins: Readonly<Record<CertificateUse, string>>
  readonly #files: ReadonlyMap<number, File>
  readonly #left: Record<CertificateUse, number> = { ...triesMax }
  readonly #unlocked = new Set<CertificateUse>()
  #isSelected = false
  #file: File | undefined
  #contacts = 0
  #fault: { readonly at: number; readonly as: CardFault } | undefined

  constructor(keys: CardKeys, { kind = "card", pins }: CardOptions = {}) {
    this.kind = kind
    this.keys = keys
    this.#pins = pins ?? { signature: "ABC123", login: "1234" }
    this.#files = filesOf(keys, kind)
  }

  /** How often the device and the card have met: commands sent, struck by a fault or not. */
  get contacts(): number {
    return this.#contacts
  }

  /** How many wrong entries are left. */
  readonly left = (use: CertificateUse): number => this.#left[use]

  /** A fault strikes once, so many contacts from now; 0 is the next one. */
  readonly strike = (as: CardFault, contactsFromNow = 0): void => {
    this.#fault = { at: this.#contacts + contactsFromNow, as }
  }

  /** One contact of device and card, which a fault may strike. A card that loses its power forgets what was unlocked. */
  readonly contact = <A>(meet: () => A): Effect.Effect<A, CardFailure> =>
    Effect.suspend(() => {
      const fault = this.#fault?.at === this.#contacts ? this.#fault : undefined
      this.#contacts += 1
      if (fault === undefined) return Effect.sync(meet)
      this.#fault = undefined
      this.takeAway()
      return Effect.fail(failures[fault.as]())
    })

  /** Takes the card away from the device. */
  readonly takeAway = (): void => {
    this.#isSelected = false
    this.#file = undefined
    this.#unlocked.clear()
  }

  /** Enters a PIN: whether it is right. A locked one is never. */
  readonly enter = (use: CertificateUse, pin: string): boolean => {
    const isRight = this.#left[use] > 0 && pin === this.#pins[use]
    if (isRight) this.#unlocked.add(use)
    else this.#unlocked.delete(use)
    this.#left[use] = isRight ? triesMax[use] : Math.max(this.#left[use] - 1, 0)
    return isRight
  }

  /** Whether a key is unlocked. */
  readonly isUnlocked = (use: CertificateUse): boolean => this.#unlocked.has(use)

  /** Signs what is given as it is, padded as PKCS#1 v1.5 does. */
  readonly signInfo = (use: CertificateUse, info: Uint8Array): Uint8Array =>
    privateEncrypt({ key: this.keys[use].privateKey, padding: constants.RSA_PKCS1_PADDING }, info)

  /** Answers a command. */
  readonly transmit = (apdu: Uint8Array): Effect.Effect<Uint8Array, CardFailure> =>
    this.contact(() => this.#answer(apdu))

  readonly #answer = (apdu: Uint8Array): Uint8Array => {
    const [, , p1 = 0, p2 = 0, length = 0] = apdu
    const data = apdu.slice(5, 5 + length)
    switch (hex(apdu.slice(0, 4))) {
      case "00a4040c":
        return this.#selectApplication(hex(data))
      case "00a4020c":
        return this.#select((data[0] ?? 0) * 256 + (data[1] ?? 0))
      case "00200080":
        return this.#verify(apdu.length > 5 ? data : undefined)
      case "802a0080":
        return this.#sign(data)
      default:
        return hex(apdu.slice(0, 2)) === "00b0" ? this.#read(p1 * 256 + p2, length) : status(0x6d00)
    }
  }

  readonly #selectApplication = (name: string): Uint8Array => {
    this.takeAway()
    this.#isSelected = name === aid && this.kind !== "other"
    return this.#isSelected ? done() : status(0x6a82)
  }

  readonly #select = (id: number): Uint8Array => {
    this.#file = this.#isSelected ? this.#files.get(id) : undefined
    return this.#file === undefined ? status(0x6a82) : done()
  }

  readonly #read = (offset: number, length: number): Uint8Array => {
    const { content, needs } = this.#file ?? {}
    if (content === undefined) return status(0x6986)
    if (needs !== undefined && !this.#unlocked.has(needs)) return status(0x6982)
    return offset < content.length ? done(content.slice(offset, offset + (length || 256))) : status(0x6b00)
  }

  readonly #verify = (pin: Uint8Array | undefined): Uint8Array => {
    const use = this.#file?.pinOf
    if (use === undefined) return status(0x6986)
    if (this.#left[use] === 0) return status(0x6984)
    if (pin !== undefined && this.enter(use, Buffer.from(pin).toString("latin1"))) return done()
    return status(0x63c0 | this.#left[use])
  }

  readonly #sign = (info: Uint8Array): Uint8Array => {
    const use = this.#file?.keyOf
    if (use === undefined) return status(0x6986)
    return this.#unlocked.has(use) ? done(this.signInfo(use, info)) : status(0x6982)
  }
}

const filesOf = (keys: SimulatedCard["keys"], kind: CardKind): ReadonlyMap<number, File> => {
  const label = kind === "onPhone" ? "JPKIAPGPSETOKEN" : "JPKIAPICCTOKEN"
  const pins: ReadonlyArray<readonly [number, File]> = [
    [0x001b, { pinOf: "signature" }],
    [0x0018, { pinOf: "login" }]
  ]
  return new Map<number, File>([
    [0x0006, { content: new TextEncoder().encode(label.padEnd(32)) }],
    [0x0001, { content: keys.signature.certificate, needs: "signature" }],
    [0x000a, { content: keys.login.certificate }],
    [0x001a, { keyOf: "signature" }],
    [0x0017, { keyOf: "login" }],
    ...(kind === "withoutPins" ? [] : pins)
  ])
}

/** A person's card. */
export const make = ({ holder = "holder", ...options }: CardOptions = {}): Effect.Effect<SimulatedCard> =>
  Effect.map(keysOf(holder), (keys) => new SimulatedCard(keys, options))

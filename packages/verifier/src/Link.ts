/**
 * Links of the chain, as docs/reference/chain.md describes them: written down anew, so that a mistake of the writer is not
 * repeated here.
 *
 * A field is its length in UTF-8 bytes, a colon, its text and a comma; a link is the SHA-256 of its fields.
 */
import { hash } from "node:crypto"

/** One field. */
export const field = (text: string): string => `${Buffer.byteLength(text)}:${text},`

/** One field that holds a whole number of at least 0, in decimal digits. */
export const numeral = (value: number): string => {
  const digits = `${value}`
  return `${digits.length}:${digits},`
}

/** SHA-256 over the UTF-8 bytes of a text, in hexadecimal. */
export const digest = (text: string): string => hash("sha256", text)

const nibble = (digit: number): number => (digit < 58 ? digit - 48 : digit - 87)

/** Whether what was found, as 32 bytes or 64 digits, is a hash in digits. Nothing is made for it: it is asked twice a link. */
export const isSameHash = (found: unknown, hash: string): boolean => {
  if (!(found instanceof Uint8Array)) return found === hash
  if (found.length !== 32) return false
  for (let n = 0; n < 32; n++) {
    if (found[n] !== ((nibble(hash.charCodeAt(2 * n)) << 4) | nibble(hash.charCodeAt(2 * n + 1)))) return false
  }
  return true
}

/** The number of lanes that there can be. */
export const lanesMax = 256

/** The greatest time, the last millisecond of the year 9999 in Japan. */
export const timeMax = 253_402_268_399_999

/** What the first link of a lane names as the one before it. */
export const genesisOf = (lane: number): string => (lane === 0 ? "0".repeat(64) : digest(`lane:${lane}`))

/** The side of a line, as fields. */
export const debitSide = field("debit")
export const creditSide = field("credit")

const commandTag = field("command")
const entryTag = field("entry")

/** What the link of a command covers, after the hash before it and its number. */
export interface CommandFields {
  readonly id: string
  readonly tag: string
  readonly actor: string
  readonly key: string
  readonly at: number
  readonly bookedAt: number
  readonly content: string
  readonly outcome: string
}

/** The hash of a command's link. */
export const commandHash = (previous: string, seq: number, c: CommandFields): string =>
  digest(
    `${commandTag}64:${previous},${numeral(seq)}${field(c.id)}${field(c.tag)}${field(c.actor)}${field(c.key)}` +
      `${numeral(c.at)}${numeral(c.bookedAt)}${field(c.content)}${field(c.outcome)}`
  )

/** What the link of an entry covers, after the hash before it and its number; its lines are already encoded. */
export interface EntryFields {
  readonly id: string
  readonly kind: string
  readonly businessAt: number
  /** The id of the entry that is reversed, or an empty text. */
  readonly reverses: string
  readonly postings: number
  readonly lines: string
}

/** The hash of an entry's link. */
export const entryHash = (previous: string, seq: number, e: EntryFields): string =>
  digest(
    `${entryTag}64:${previous},${numeral(seq)}${field(e.id)}${field(e.kind)}${numeral(e.businessAt)}` +
      `${field(e.reverses)}${numeral(e.postings)}${e.lines}`
  )

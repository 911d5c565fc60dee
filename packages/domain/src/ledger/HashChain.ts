/**
 * The hash chain: every recorded command and every journal entry is a link that carries the hash of its own
 * content and of the link before (LED-07).
 *
 * The chain has lanes, one for each process that writes; one lane is the rule. Links are numbered so that whatever depends
 * on another has the greater number, so the order of numbers, then of lanes, is an order in which everything can be done again.
 *
 * Content is encoded canonically: a tag, then every field as its length in UTF-8 bytes, a colon, the text and a comma,
 * so that no two contents encode alike. The digest is SHA-256 in lower-case hexadecimal.
 */
import { Context, Schema } from "effect"
import type { JournalEntry } from "./JournalEntry.ts"

/** A SHA-256 digest, 64 hexadecimal digits. */
export const LinkHash = Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/)).pipe(Schema.brand("LinkHash"))
export type LinkHash = typeof LinkHash.Type

/** The number of a lane. */
export const Lane = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 })).pipe(Schema.brand("Lane"))
export type Lane = typeof Lane.Type

/** The lane of a store that has one writer, and of the first of several. */
export const firstLane = 0 as Lane

/** The greatest number of a lane. */
export const laneLast = 255 as Lane
const lanesMax = laneLast + 1

/** Where a link stands among the links of all lanes, as one number. > seq × 256 + lane */
export const place = ({ lane, seq }: { readonly lane: Lane; readonly seq: number }): number => seq * lanesMax + lane

/** The lane and the number that a place stands for. */
export const placed = (at: number): { readonly lane: Lane; readonly seq: number } => ({
  lane: (at % lanesMax) as Lane,
  seq: Math.floor(at / lanesMax)
})

/** What the first link of the first lane names as the one before it. */
export const genesis = "0".repeat(64) as LinkHash

/** The digest that the chain uses, SHA-256. Pure functions, supplied by the platform. */
export class Digest extends Context.Service<
  Digest,
  {
    /** Of a text in UTF-8, as lower-case hexadecimal: links of the chain. */
    readonly sha256: (text: string) => string
    /** Of bytes, as 32 bytes: nodes of a Merkle tree over the chain. */
    readonly sha256Bytes: (bytes: Uint8Array) => Uint8Array
  }
>()("@kinchaku/domain/ledger/Digest") {}
export type Sha256 = Digest["Service"]["sha256"]
export type Sha256Bytes = Digest["Service"]["sha256Bytes"]

/** What the first link of a lane names as the one before it: links of one lane fit into no other. */
export const genesisOf = (sha256: Sha256, lane: Lane): LinkHash =>
  lane === firstLane ? genesis : (sha256(`lane:${lane}`) as LinkHash)

const ascii = /^[\u0000-\u007f]*$/
const utf8Length = (text: string): number => {
  if (ascii.test(text)) return text.length
  let bytes = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return bytes
}

/** One field of a content: its length in UTF-8 bytes, a colon, the text, a comma. */
export const field = (value: string | number): string => {
  const text = typeof value === "number" ? `${value}` : value
  return `${utf8Length(text)}:${text},`
}

/** What a recorded command contributes to the chain. */
export interface CommandContent {
  readonly seq: number
  readonly id: string
  readonly tag: string
  readonly actor: string
  readonly key: string
  readonly at: number
  readonly bookedAt: number
  readonly content: string
  readonly outcome: string
}

/** > "command" ‖ previous ‖ seq ‖ id ‖ tag ‖ actor ‖ key ‖ at ‖ bookedAt ‖ content ‖ outcome */
export const encodeCommand = (previous: LinkHash, c: CommandContent): string =>
  field("command") +
  field(previous) +
  field(c.seq) +
  field(c.id) +
  field(c.tag) +
  field(c.actor) +
  field(c.key) +
  field(c.at) +
  field(c.bookedAt) +
  field(c.content) +
  field(c.outcome)

/** > "entry" ‖ previous ‖ seq ‖ id ‖ kind ‖ businessAt ‖ reverses ‖ (account ‖ side ‖ amount)* */
export const encodeEntry = (previous: LinkHash, seq: number, entry: JournalEntry): string => {
  let text =
    field("entry") +
    field(previous) +
    field(seq) +
    field(entry.id) +
    field(entry.kind) +
    field(entry.businessAt) +
    field(entry.reverses ?? "") +
    field(entry.postings.length)
  for (const posting of entry.postings) text += field(posting.account) + field(posting.side) + field(posting.amount)
  return text
}

/** The link that a command adds. */
export const linkCommand = (sha256: Sha256, previous: LinkHash, command: CommandContent): LinkHash =>
  sha256(encodeCommand(previous, command)) as LinkHash

/** The link that an entry adds. */
export const linkEntry = (sha256: Sha256, previous: LinkHash, seq: number, entry: JournalEntry): LinkHash =>
  sha256(encodeEntry(previous, seq, entry)) as LinkHash

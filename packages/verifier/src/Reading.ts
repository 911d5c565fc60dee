/**
 * Reading an export: its bytes as lines, and its lines as what they may say.
 *
 * A line is exactly what JSON.stringify writes of its object, so that no change of a byte goes unseen because it means the same.
 */
import { isUtf8 } from "node:buffer"
import { isHash } from "./Chain.ts"
import { lanesMax, timeMax } from "./Link.ts"
import { Broken } from "./Verdict.ts"

const newline = 10
/** A line that is longer is no line of an export: 64 MiB. */
const lineMax = 2 ** 26

export interface Line {
  readonly number: number
  readonly text: string
}

/** The lines of a text, those of one chunk at a time. The last one must be ended, too. */
export async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ReadonlyArray<Line>> {
  let number = 0
  let rest: Array<Buffer> = []
  let restLength = 0
  for await (const chunk of bytes) {
    const lines: Array<Line> = []
    let buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    for (let end = buffer.indexOf(newline); end >= 0; end = buffer.indexOf(newline)) {
      number += 1
      const line = rest.length === 0 ? buffer.subarray(0, end) : Buffer.concat([...rest, buffer.subarray(0, end)])
      if (!isUtf8(line)) {
        if (lines.length > 0) yield lines
        throw new Broken("format", { line: number }, "text in UTF-8", line)
      }
      lines.push({ number, text: line.toString("utf8") })
      rest = []
      restLength = 0
      buffer = buffer.subarray(end + 1)
    }
    if (buffer.length > 0) rest.push(Buffer.from(buffer))
    restLength += buffer.length
    if (lines.length > 0) yield lines
    if (restLength > lineMax) throw new Broken("format", { line: number + 1 }, `${lineMax} bytes at most`, "more")
  }
  if (restLength > 0)
    throw new Broken("file", { line: number + 1 }, "a line that is ended", Buffer.concat(rest).toString())
}

type Members = Readonly<Record<string, unknown>>

const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const malformed = ({ number, text }: Line, expected: string): Broken =>
  new Broken("format", { line: number }, expected, text)

/** The members of the object that a line holds. */
export const membersOf = (line: Line): Members => {
  let value: unknown
  try {
    value = JSON.parse(line.text)
  } catch {
    throw malformed(line, "an object in JSON")
  }
  if (!isMembers(value) || JSON.stringify(value) !== line.text || !line.text.isWellFormed()) {
    throw malformed(line, "an object as JSON.stringify writes it")
  }
  return value
}

const { MAX_SAFE_INTEGER } = Number

const within = (value: unknown, min: number, max: number): value is number =>
  Number.isInteger(value) && Number(value) >= min && Number(value) <= max && !Object.is(value, -0)
export const isCount = (value: unknown): value is number => within(value, 0, MAX_SAFE_INTEGER)
export const isTime = (value: unknown): value is number => within(value, 0, timeMax)
export const isLane = (value: unknown): value is number => within(value, 0, lanesMax - 1)
const isText = (value: unknown): value is string => typeof value === "string" && value.isWellFormed()
const isHashText = (value: unknown): value is string => typeof value === "string" && isHash(value)

/** Checks an object member by member: those that are named, and no others. */
const hasShape =
  <A>(shape: { readonly [K in keyof A]-?: (value: unknown) => boolean }, optional = "") =>
  (value: unknown): value is A =>
    isMembers(value) &&
    Object.entries<(value: unknown) => boolean>(shape).every(
      ([name, is]) => (name === optional && !Object.hasOwn(value, name)) || is(value[name])
    ) &&
    Object.keys(value).every((name) => Object.hasOwn(shape, name))

const listOf =
  (is: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(is)

export interface PostingLine {
  readonly account: string
  readonly side: "debit" | "credit"
  readonly amount: number
}

export interface EntryLine {
  readonly kind: string
  readonly businessAt: number
  readonly reverses?: string
  readonly postings: ReadonlyArray<PostingLine>
  readonly hash: string
}

export interface CommandLine {
  readonly lane: number
  readonly seq: number
  readonly id: string
  readonly tag: string
  readonly actor: string
  readonly key: string
  readonly at: number
  readonly bookedAt: number
  readonly content: string
  readonly outcome: string
  readonly hash: string
  readonly entries: ReadonlyArray<EntryLine>
}

export interface BalanceLine {
  readonly account: string
  readonly debits: number
  readonly credits: number
}

export interface HeadLine {
  readonly lane: number
  readonly seq: number
  readonly hash: string
  readonly bookedAt: number
}

const isSide = (value: unknown): boolean => value === "debit" || value === "credit"
const isSeq = (value: unknown): boolean => within(value, 1, MAX_SAFE_INTEGER)

const isPosting = hasShape<PostingLine>({ account: isText, side: isSide, amount: isSeq })
const isEntry = hasShape<EntryLine>(
  { kind: isText, businessAt: isTime, reverses: isText, postings: listOf(isPosting), hash: isHashText },
  "reverses"
)

export const isCommandLine = hasShape<CommandLine>({
  lane: isLane,
  seq: isSeq,
  id: isText,
  tag: isText,
  actor: isText,
  key: isText,
  at: isTime,
  bookedAt: isTime,
  content: isText,
  outcome: isText,
  hash: isHashText,
  entries: listOf(isEntry)
})

const isBalance = hasShape<BalanceLine>({ account: isText, debits: isCount, credits: isCount })
const isHead = hasShape<HeadLine>({ lane: isLane, seq: isSeq, hash: isHashText, bookedAt: isTime })

export const isBalancesLine = hasShape<{ readonly balances: ReadonlyArray<BalanceLine> }>({
  balances: listOf(isBalance)
})
export const isTrailer = hasShape<{
  readonly heads: ReadonlyArray<HeadLine>
  readonly commands: number
  readonly entries: number
}>({ heads: listOf(isHead), commands: isCount, entries: isCount })

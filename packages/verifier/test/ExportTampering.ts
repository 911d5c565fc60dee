/**
 * Corruptions of an export: of its bits, lines, fields and length.
 */
import type { Named } from "@kinchaku/verifier/Chain"
import { exportOf } from "@kinchaku/verifier/Export"
import type { Fails } from "@kinchaku/verifier/Verdict"
import type { Random } from "./Random.ts"
import { anywhere, between, exactly, type Tampered } from "./Tampered.ts"

export interface Text {
  readonly bytes: Buffer
  readonly lines: ReadonlyArray<string>
  readonly heads: ReadonlyArray<Named>
}

interface CommandLine {
  readonly lane: number
  readonly seq: number
  readonly bookedAt: number
  readonly hash: string
  readonly entries: ReadonlyArray<{
    readonly hash: string
    readonly postings: ReadonlyArray<{ readonly account: string; readonly side: string; readonly amount: number }>
  }>
}

const parse = <A>(line: string): A => JSON.parse(line) as A

export const textOf = (text: string): Text => {
  const lines = text.split("\n").slice(0, -1)
  const { heads } = parse<{ heads: ReadonlyArray<Named> }>(lines.at(-1) ?? "{}")
  return { bytes: Buffer.from(text), lines, heads: heads.map(({ hash, lane, seq }) => ({ lane, seq, hash })) }
}

/** A text as a source that answers it in pieces, some of them ending within a line. */
const source = (bytes: Uint8Array) =>
  exportOf(async function* () {
    for (let from = 0; from < bytes.length; from += 10_000) yield bytes.subarray(from, from + 10_000)
  })
const joined = (lines: ReadonlyArray<string>) => source(Buffer.from(lines.map((line) => `${line}\n`).join("")))

export type Tampering = (from: Text, random: Random) => Tampered | undefined

const isCommand = (line: string | undefined): boolean => line?.startsWith('{"lane":') === true

/** Whether what is named lies in a line, counted from 1, as it was. */
const inLine = ({ lines }: Text, number: number) => {
  const line = lines[number - 1]
  return (fails: Fails): boolean => {
    if ("line" in fails.at) return fails.at.line === number
    if ("account" in fails.at) return line?.includes(fails.at.account) === true || fails.fault === "storedBalance"
    if (!isCommand(line)) return fails.fault === "head"
    const { entries, lane, seq } = parse<CommandLine>(line ?? "")
    return "lane" in fails.at && fails.at.lane === lane && fails.at.seq >= seq && fails.at.seq <= seq + entries.length
  }
}

/** How many bytes of a command's line say which link it is. */
const nameBytes = 22

export const bitOfText: Tampering = (from, random) => {
  const bytes = Buffer.from(from.bytes)
  const at = random.below(bytes.length)
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.below(8)), at)
  const before = from.bytes.subarray(0, at)
  const number = before.filter((byte) => byte === 10).length + 1
  const inName = at - (before.lastIndexOf(10) + 1) < nameBytes
  return { source: source(bytes), names: inName ? anywhere : inLine(from, number) }
}

export const lineDeleted: Tampering = (from, random) => {
  const index = random.below(from.lines.length)
  const line = from.lines[index]
  const gone = joined(from.lines.toSpliced(index, 1))
  if (!isCommand(line)) return { source: gone, names: index === 0 ? exactly({ line: 1 }) : anywhere }
  const { lane, seq } = parse<CommandLine>(line ?? "")
  const own = from.lines.filter(isCommand).map((one) => parse<CommandLine>(one))
  const last = own.filter((one) => one.lane === lane && one.seq < seq).at(-1)
  const next = own.find((one) => one.lane === lane && one.seq > seq)
  const names = between((last?.seq ?? 0) + 1, next?.seq ?? Infinity)
  return { source: gone, names: from.heads.length === 1 ? exactly({ lane, seq }) : names }
}

export const lineDoubled: Tampering = (from, random) => {
  const index = random.below(from.lines.length)
  const line = from.lines[index] ?? ""
  const doubled = joined(from.lines.toSpliced(index, 0, line))
  if (!isCommand(line)) return { source: doubled, names: exactly({ line: index + 2 }) }
  const { lane, seq } = parse<CommandLine>(line)
  return { source: doubled, names: exactly({ lane, seq }) }
}

export const linesSwapped: Tampering = (from, random) => {
  const [a, b] = [random.below(from.lines.length), random.below(from.lines.length)].toSorted((x, y) => x - y)
  if (a === undefined || b === undefined || a === b) return undefined
  const [first, second] = [from.lines[a] ?? "", from.lines[b] ?? ""]
  const source = joined(from.lines.with(a, second).with(b, first))
  if (!isCommand(first) || from.heads.length > 1) return { source, names: anywhere }
  const { lane, seq } = parse<CommandLine>(first)
  // What ends the text may come where the first stood; then it is missing, or what follows comes too late.
  const names = [{ lane, seq }, ...(isCommand(second) ? [] : [{ line: a + 1 }, { line: a + 2 }])]
  return { source, names: exactly(...names) }
}

/** Another value, as valid as the one that was there. */
export const otherField: Tampering = (from, random) => {
  const index = 1 + random.below(from.lines.length - 1)
  const line = from.lines[index] ?? ""
  const numbers = [...line.matchAll(/"(at|bookedAt|businessAt|amount|debits|credits|commands|entries)":(\d+)/g)]
  const texts = [...line.matchAll(/"(tag|actor|key|kind|account|side|hash)":"([^"\\]+)"/g)]
  const found = random.of([...numbers, ...texts])
  const { 1: name = "", 2: value = "" } = found
  const start = found.index + found[0].lastIndexOf(value)
  const other =
    name === "side"
      ? value === "debit"
        ? "credit"
        : "debit"
      : name === "hash"
        ? value.replace(/^./, (digit) => (digit === "a" ? "b" : "a"))
        : /^\d+$/.test(value) && !texts.includes(found)
          ? `${Number(value) + 1}`
          : `${value}x`
  const changed = line.slice(0, start) + other + line.slice(start + value.length)
  return { source: joined(from.lines.with(index, changed)), names: inLine(from, index + 1) }
}

export const textCut: Tampering = (from, random) => {
  const length = random.below(from.bytes.length)
  const whole = from.bytes.subarray(0, length).filter((byte) => byte === 10).length
  // A line that is cut is the one that is named, and where none is, the first that is missing.
  return { source: source(from.bytes.subarray(0, length)), names: exactly({ line: whole + 1 }) }
}

/** The last lines taken away, and balances, heads and counts made to fit. */
const fitted = ({ lines }: Text, keep: number): ReadonlyArray<string> => {
  const kept = lines.filter(isCommand).slice(0, keep)
  const heads = new Map<number, object>()
  const totals = new Map<string, { account: string; debits: number; credits: number }>()
  let entryCount = 0
  for (const { bookedAt, entries, hash, lane, seq } of kept.map((line) => parse<CommandLine>(line))) {
    heads.set(lane, { lane, seq: seq + entries.length, hash: entries.at(-1)?.hash ?? hash, bookedAt })
    entryCount += entries.length
    for (const { account, amount, side } of entries.flatMap(({ postings }) => postings)) {
      const total = totals.get(account) ?? { account, debits: 0, credits: 0 }
      totals.set(account, total)
      if (side === "debit") total.debits += amount
      else total.credits += amount
    }
  }
  const balances = [...totals.values()].toSorted((a, b) => (a.account < b.account ? -1 : 1))
  const trailer = {
    heads: [...heads].toSorted(([a], [b]) => a - b).map(([, head]) => head),
    commands: keep,
    entries: entryCount
  }
  return [
    lines[0] ?? "",
    ...kept,
    ...(balances.length === 0 ? [] : [JSON.stringify({ balances })]),
    JSON.stringify(trailer)
  ]
}

export const textCutAndFitted: Tampering = (from, random) => {
  const lines = fitted(from, random.below(from.lines.filter(isCommand).length))
  const { heads } = textOf(lines.map((line) => `${line}\n`).join(""))
  const ends = from.heads.map(({ lane }) => ({ lane, seq: (heads.find((head) => head.lane === lane)?.seq ?? 0) + 1 }))
  return { source: joined(lines), published: from.heads, names: exactly(...ends) }
}

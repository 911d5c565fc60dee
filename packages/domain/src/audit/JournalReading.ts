/**
 * Reading the journal back from lines of JSON: what `JournalLines.write` wrote, checked line by line.
 *
 * Each line has the right shape and its place, and the last one agrees with what was read. Whether contents fit their hashes is
 * for a replay or a verification to see.
 */
import { Effect, Schema, Stream } from "effect"
import type { BookedEntry, Head, RecordedCommand } from "../engine/Store.ts"
import type { Balance } from "../ledger/Balance.ts"
import * as HashChain from "../ledger/HashChain.ts"
import { entryId } from "../ledger/JournalEntry.ts"
import { BalancesLine, CommandLine, firstLine, Trailer } from "./JournalLines.ts"

/** The text is not an export of a journal, or not a whole one; the line is counted from 1. Whether its hashes fit is for a replay to see. */
export class ExportUnreadable extends Schema.TaggedError<ExportUnreadable>()("ExportUnreadable", {
  line: Schema.Int,
  reason: Schema.Literals(["notAnExport", "version", "json", "shape", "order", "heads", "counts", "afterEnd", "cutOff"])
}) {}

/** Some lines of an export, as they were read: commands first, then balances, and the trailer in the last part alone. */
export interface Part {
  readonly commands: ReadonlyArray<RecordedCommand>
  readonly balances: ReadonlyArray<Balance>
  readonly trailer: Trailer | undefined
}

const pageSize = 500
const strict = { onExcessProperty: "error" } as const
const decodeCommand = Schema.decodeUnknownEffect(CommandLine, strict)
const decodeBalances = Schema.decodeUnknownEffect(BalancesLine, strict)
const decodeTrailer = Schema.decodeUnknownEffect(Trailer, strict)

/** Reads line after line and knows what may come next. */
class Reader {
  #line = 0
  #place = 0
  #account = ""
  #commands = 0
  #entries = 0
  #isEnded = false
  readonly #lanes = new Map<HashChain.Lane, Head>()
  readonly #sha256: HashChain.Sha256

  constructor(sha256: HashChain.Sha256) {
    this.#sha256 = sha256
  }

  /** The parts that some lines make. */
  readonly part = Effect.fnUntraced(function* (this: Reader, lines: ReadonlyArray<string>) {
    const commands: Array<RecordedCommand> = []
    const balances: Array<Balance> = []
    let trailer: Trailer | undefined
    for (const text of lines) {
      const value = yield* this.#parsed(text)
      if (this.#line === 1) continue
      if ("balances" in value) balances.push(...(yield* this.#balances(value)))
      else if ("heads" in value) trailer = yield* this.#trailer(value)
      else commands.push(yield* this.#command(value))
    }
    return { commands, balances, trailer } satisfies Part
  }).bind(this)

  /** The text ends; it must have had its last line. */
  readonly end = Effect.suspend(() => (this.#isEnded ? Effect.void : this.#wrong("cutOff")))

  readonly #wrong = (reason: ExportUnreadable["reason"]): Effect.Effect<never, ExportUnreadable> =>
    Effect.fail(new ExportUnreadable({ line: this.#line, reason }))

  readonly #shaped = <A>(decoded: Effect.Effect<A, Schema.SchemaError>): Effect.Effect<A, ExportUnreadable> =>
    Effect.catch(decoded, () => this.#wrong("shape"))

  readonly #parsed = (text: string): Effect.Effect<object, ExportUnreadable> => {
    this.#line += 1
    if (this.#isEnded) return this.#wrong("afterEnd")
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return this.#wrong(this.#line === 1 ? "notAnExport" : "json")
    }
    if (typeof value !== "object" || value === null) return this.#wrong(this.#line === 1 ? "notAnExport" : "shape")
    if (this.#line > 1) return Effect.succeed(value)
    if (!("kinchaku" in value) || value.kinchaku !== firstLine.kinchaku) return this.#wrong("notAnExport")
    return "version" in value && value.version === firstLine.version ? Effect.succeed(value) : this.#wrong("version")
  }

  readonly #command = Effect.fnUntraced(function* (this: Reader, value: object) {
    const command = yield* this.#shaped(decodeCommand(value))
    const last = this.#lanes.get(command.lane)
    const place = HashChain.place(command)
    if (this.#account !== "" || place <= this.#place || command.seq <= (last?.seq ?? 0))
      return yield* this.#wrong("order")
    const recorded = recordedOf(command, last?.hash ?? HashChain.genesisOf(this.#sha256, command.lane))
    const { hash, seq } = recorded.entries.at(-1) ?? recorded
    this.#lanes.set(command.lane, { lane: command.lane, seq, hash, bookedAt: command.bookedAt })
    this.#place = place
    this.#commands += 1
    this.#entries += recorded.entries.length
    return recorded
  }).bind(this)

  readonly #balances = Effect.fnUntraced(function* (this: Reader, value: object) {
    const { balances } = yield* this.#shaped(decodeBalances(value))
    for (const { account } of balances) {
      if (account <= this.#account) return yield* this.#wrong("order")
      this.#account = account
    }
    return balances
  }).bind(this)

  readonly #trailer = Effect.fnUntraced(function* (this: Reader, value: object) {
    const trailer = yield* this.#shaped(decodeTrailer(value))
    const heads = [...this.#lanes.values()].toSorted((a, b) => a.lane - b.lane)
    const agree = ({ bookedAt, hash, lane, seq }: Head, n: number): boolean =>
      heads[n]?.lane === lane && heads[n].seq === seq && heads[n].hash === hash && heads[n].bookedAt === bookedAt
    if (trailer.heads.length !== heads.length || !trailer.heads.every(agree)) return yield* this.#wrong("heads")
    if (trailer.commands !== this.#commands || trailer.entries !== this.#entries) return yield* this.#wrong("counts")
    this.#isEnded = true
    return trailer
  }).bind(this)
}

/** The command of a line. Running balances are not in an export. */
const recordedOf = ({ entries, ...command }: CommandLine, previous: HashChain.LinkHash): RecordedCommand => {
  let last: Pick<Head, "seq" | "hash"> = command
  const booked = entries.map(({ hash, ...entry }, n): BookedEntry => {
    const link = { seq: last.seq + 1, previous: last.hash, hash }
    last = link
    return {
      ...link,
      entry: { id: entryId(command.id, n + 1), ...entry },
      balances: entry.postings.map(() => undefined)
    }
  })
  return { ...command, previous, entries: booked }
}

/** Reads an export, in whatever pieces its text comes. That it is whole is known when the stream has ended. */
export const read = <E, R>(
  text: Stream.Stream<string, E, R>
): Stream.Stream<Part, E | ExportUnreadable, R | HashChain.Digest> =>
  Stream.unwrap(
    Effect.map(HashChain.Digest, ({ sha256 }) => {
      const reader = new Reader(sha256)
      const parts = Stream.mapEffect(Stream.grouped(Stream.splitLines(text), pageSize), reader.part)
      return Stream.concat(parts, Stream.drain(Stream.fromEffect(reader.end)))
    })
  )

/**
 * An export as a source: a text of one JSON object a line, read from its first byte to its last.
 *
 * Only where a seal names a link that is older than the last {@link recentMax} of its lane is the text read again, up to there.
 */
import { createReadStream } from "node:fs"
import { Chain, isSeal, type Named } from "./Chain.ts"
import { commandHash, entryHash } from "./Link.ts"
import * as Reading from "./Reading.ts"
import { Lines, type Total, total } from "./Totals.ts"
import { Broken, type Holds, SourceUnavailable } from "./Verdict.ts"

/** An export; `read` begins at its first byte each time. */
export interface Export {
  readonly kind: "export"
  readonly read: () => AsyncIterable<Uint8Array>
}

/** An export whose bytes are read by somebody else. */
export const exportOf = (read: Export["read"]): Export => ({ kind: "export", read })

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { highWaterMark: 2 ** 18 })
  } catch (cause) {
    throw new SourceUnavailable(`${path} cannot be read`, { cause })
  }
}

/** The export in a file. */
export const exportFile = (path: string): Export => exportOf(() => bytesOf(path))

const firstLine = JSON.stringify({ kinchaku: "journal", version: 1 })

class ExportWalk {
  readonly #source: Export
  readonly #chain: Chain
  readonly #accounts = new Map<string, Total>()
  readonly #lines = new Lines()
  #state: "first" | "commands" | "balances" | "ended" = "first"
  #lastAccount = ""
  readonly #compared = new Set<string>()
  /** The first fault of the balances: what is wrong in the journal, and a tail that is missing, comes before it. */
  #balanceFault: Broken | undefined

  constructor(source: Export, published: ReadonlyArray<Named>) {
    this.#source = source
    this.#chain = new Chain(published)
  }

  readonly verify = async (progress: (commands: number) => void): Promise<Holds> => {
    let number = 0
    for await (const lines of Reading.linesOf(this.#source.read())) {
      for (const line of lines) {
        number = line.number
        const seal = this.#line(line)
        if (seal !== undefined) await this.#chain.checkSeal(seal.lane, seal.seq, seal.content, this.#linkOf)
      }
      progress(this.#chain.commands)
    }
    if (this.#state !== "ended")
      throw new Broken("file", { line: number + 1 }, "heads and counts as the last line", undefined)
    const { commands, entries } = this.#chain
    return { ok: true, commands, entries, accounts: this.#accounts.size, heads: this.#chain.heads() }
  }

  /** Takes a line; answers the command where it is a seal. */
  readonly #line = (line: Reading.Line): Reading.CommandLine | undefined => {
    if (this.#state === "first") {
      if (line.text !== firstLine) throw new Broken("file", { line: line.number }, firstLine, line.text)
      this.#state = "commands"
      return undefined
    }
    const members = Reading.membersOf(line)
    if (this.#state === "commands" && Object.hasOwn(members, "seq")) return this.#command(line, members)
    if (this.#state !== "ended" && Reading.isBalancesLine(members)) {
      this.#state = "balances"
      for (const balance of members.balances) this.#balance(line, balance)
    } else if (this.#state !== "ended" && Reading.isTrailer(members)) this.#trailer(line, members)
    else throw new Broken("format", { line: line.number }, `what comes in ${this.#state}`, line.text)
    return undefined
  }

  readonly #command = (line: Reading.Line, members: object): Reading.CommandLine | undefined => {
    if (!Reading.isCommandLine(members)) throw new Broken("format", { line: line.number }, "a command", line.text)
    const chain = this.#chain
    const { entries, hash, lane, seq } = members
    const state = chain.begin(lane, seq, members.bookedAt)
    chain.add(state, seq, undefined, commandHash(state.hash, seq, members), hash)
    chain.commands += 1
    entries.forEach((entry, index) => this.#entry({ lane, seq: seq + index + 1 }, `${members.id}.${index + 1}`, entry))
    return isSeal(members.tag) ? members : undefined
  }

  readonly #entry = (
    at: { readonly lane: number; readonly seq: number },
    id: string,
    entry: Reading.EntryLine
  ): void => {
    const [chain, lines] = [this.#chain, this.#lines]
    lines.reset()
    for (const { account, amount, side } of entry.postings) lines.add(at, this.#totalOf(account), side, amount)
    const { businessAt, kind, postings, reverses = "" } = entry
    const state = chain.lane(at.lane)
    const fields = { id, kind, businessAt, reverses, postings: postings.length, lines: lines.encoded }
    chain.add(state, at.seq, undefined, entryHash(state.hash, at.seq, fields), entry.hash)
    chain.entries += 1
    lines.check(at)
  }

  readonly #totalOf = (account: string): Total => {
    let found = this.#accounts.get(account)
    if (found === undefined) this.#accounts.set(account, (found = total(account, 0)))
    return found
  }

  readonly #balance = (line: Reading.Line, { account, credits, debits }: Reading.BalanceLine): void => {
    if (account <= this.#lastAccount) {
      throw new Broken("format", { line: line.number }, `an account after ${this.#lastAccount}`, account)
    }
    this.#lastAccount = account
    this.#compared.add(account)
    const expected = this.#accounts.get(account)
    if (debits === expected?.debits && credits === expected.credits) return
    const sums = expected === undefined ? "no balance" : `debits ${expected.debits}, credits ${expected.credits}`
    this.#balanceFault ??= new Broken("storedBalance", { account }, sums, `debits ${debits}, credits ${credits}`)
  }

  readonly #trailer = (
    line: Reading.Line,
    trailer: { readonly heads: ReadonlyArray<Reading.HeadLine>; readonly commands: number; readonly entries: number }
  ): void => {
    const chain = this.#chain
    this.#state = "ended"
    chain.checkHeads(trailer.heads)
    chain.checkPublished()
    for (const count of ["commands", "entries"] as const) {
      if (chain[count] !== trailer[count]) {
        throw new Broken("count", { line: line.number }, `${chain[count]} ${count}`, trailer[count])
      }
    }
    if (this.#balanceFault !== undefined) throw this.#balanceFault
    const missing = [...this.#accounts.keys()].filter((account) => !this.#compared.has(account)).toSorted()[0]
    if (missing !== undefined) throw new Broken("storedBalance", { account: missing }, "a balance", undefined)
  }

  /** Reads again up to a link that was walked before. */
  readonly #linkOf = async (lane: number, seq: number): Promise<string | undefined> => {
    for await (const lines of Reading.linesOf(this.#source.read())) {
      for (const line of lines) {
        if (line.text === firstLine) continue
        const members = Reading.membersOf(line)
        if (!Reading.isCommandLine(members) || members.seq > seq) return undefined
        if (members.lane !== lane || members.seq + members.entries.length < seq) continue
        return members.seq === seq ? members.hash : members.entries[seq - members.seq - 1]?.hash
      }
    }
    return undefined
  }
}

/** Verifies an export; throws what is wrong. */
export const verifyExport = (
  source: Export,
  published: ReadonlyArray<Named>,
  progress: (commands: number) => void
): Promise<Holds> => new ExportWalk(source, published).verify(progress)

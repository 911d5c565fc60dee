/**
 * The walk over books that are rows: commands, entries and lines are read side by side, in the order of the chain.
 */
import { Chain, isSeal, type Named } from "./Chain.ts"
import { commandHash, entryHash, lanesMax } from "./Link.ts"
import { type At, Cursor, hexadecimal, integer, text, time } from "./Rows.ts"
import type { Pages, Row, Tables, Value } from "./Tables.ts"
import { Lines, type Total, total } from "./Totals.ts"
import { Broken, Damaged, type Head, type Holds } from "./Verdict.ts"

/** The link at a place that a row names; the next one to come where it is no place. */
const linkAt = (place: number, n: number, chain: Chain): At =>
  place >= lanesMax
    ? { lane: place % lanesMax, seq: Math.floor(place / lanesMax) + n }
    : { lane: 0, seq: chain.greatest + 1 }

/** A stored balance beside what its lines come to. */
interface Stored extends Total {
  readonly storedDebits: Value | undefined
  readonly storedCredits: Value | undefined
}

const headOf = ([lane, seq, hash, bookedAt]: Row): Head => ({
  lane: integer(lane),
  seq: integer(seq),
  hash: hexadecimal(hash),
  bookedAt: integer(bookedAt)
})

/** Takes all rows of a small table; answers what kept it from reading on. */
const readAll = async (pages: Pages, take: (row: Row) => void): Promise<Damaged | undefined> => {
  try {
    for await (const page of pages) for (const row of page) take(row)
    return undefined
  } catch (error) {
    if (error instanceof Damaged) return error
    throw error
  }
}

class TablesWalk {
  readonly #source: Tables
  readonly #chain: Chain
  readonly #progress: (commands: number) => void
  readonly #rows = new Map<number, Stored>()
  readonly #names = new Set<string>()
  readonly #lines = new Lines()
  /** The first fault of the stored balances, which is told after those of the journal. */
  #balanceFault: Broken | undefined

  constructor(source: Tables, published: ReadonlyArray<Named>, progress: (commands: number) => void) {
    this.#source = source
    this.#chain = new Chain(published)
    this.#progress = progress
  }

  readonly verify = async (): Promise<Holds> => {
    const heads: Array<Head> = []
    const unreadHeads = await readAll(this.#source.heads(), (row) => heads.push(headOf(row)))
    const unreadBalances = await readAll(this.#source.balances(), this.#loadBalance)
    await this.#walk()
    for (const damage of [unreadHeads, unreadBalances]) if (damage !== undefined) throw damage
    this.#chain.checkHeads(heads)
    this.#chain.checkPublished()
    this.#checkBalances()
    const damage = await this.#source.damage()
    if (damage !== undefined) throw new Broken("file", { file: "below the rows" }, "no damage", damage)
    const { commands, entries } = this.#chain
    return { ok: true, commands, entries, accounts: this.#names.size, heads: this.#chain.heads() }
  }

  readonly #loadBalance = ([id, account, lane, storedDebits, storedCredits]: Row): void => {
    const [key, name, ofLane] = [integer(id), `${account}`, integer(lane)]
    const pair = `${name} ${ofLane}`
    const wrong =
      typeof account !== "string" || account === ""
        ? "an account"
        : !(ofLane >= 0 && ofLane < lanesMax)
          ? "a lane"
          : Number.isNaN(key) || this.#rows.has(key) || this.#names.has(pair)
            ? "one row"
            : undefined
    if (wrong !== undefined) this.#balanceFault ??= new Broken("storedBalance", { account: name }, wrong, pair)
    if (Number.isNaN(key)) return
    this.#names.add(pair)
    this.#rows.set(key, { ...total(name, ofLane), storedDebits, storedCredits })
  }

  readonly #walk = async (): Promise<void> => {
    const commands = new Cursor(this.#source.commands())
    const entries = new Cursor(this.#source.entries())
    const postings = new Cursor(this.#source.postings())
    await entries.turn()
    await postings.turn()
    await commands.turn()
    for (;;) {
      const row = commands.at({ lane: 0, seq: this.#chain.greatest + 1 })
      if (row === undefined) break
      await this.#command(row, entries, postings)
      if (!commands.move()) {
        this.#progress(this.#chain.commands)
        await commands.turn()
      }
    }
    const next = { lane: 0, seq: this.#chain.greatest + 1 }
    entries.at(next)
    postings.at(next)
    this.#refuseOrphans(entries, postings, Infinity)
  }

  /** Rows that belong to something before this place were left over. */
  readonly #refuseOrphans = (entries: Cursor, postings: Cursor, place: number): void => {
    const [entry, posting] = [entries.row, postings.row]
    if (entry !== undefined && !(integer(entry[0]) >= place)) {
      throw new Broken("orphan", linkAt(integer(entry[0]), 0, this.#chain), "a command of this entry", entry[0])
    }
    if (posting !== undefined && !(integer(posting[0]) >= place)) {
      const n = Math.max(integer(posting[1]), 0) || 0
      throw new Broken("orphan", linkAt(integer(posting[0]), n, this.#chain), "an entry of this line", posting[1])
    }
  }

  readonly #command = async (row: Row, entries: Cursor, postings: Cursor): Promise<void> => {
    const chain = this.#chain
    const place = integer(row[0])
    if (!(place >= lanesMax)) {
      throw new Broken("format", { lane: 0, seq: chain.greatest + 1 }, "place: a place", row[0])
    }
    this.#refuseOrphans(entries, postings, place)
    const at = linkAt(place, 0, chain)
    const { lane, seq } = at
    const fields = {
      id: text(row[1], at, "id"),
      tag: text(row[2], at, "tag"),
      actor: text(row[3], at, "actor"),
      key: text(row[4], at, "key"),
      at: time(row[5], at, "at"),
      bookedAt: time(row[6], at, "booked_at"),
      content: text(row[7], at, "content"),
      outcome: text(row[8], at, "outcome")
    }
    const state = chain.begin(lane, seq, fields.bookedAt)
    chain.add(state, seq, row[9] ?? null, commandHash(state.hash, seq, fields), row[10])
    chain.commands += 1
    if (isSeal(fields.tag)) await chain.checkSeal(lane, seq, fields.content, this.#linkOf)
    for (let n = 1; ; n++) {
      const link = { lane, seq: seq + n }
      const entry = entries.at(link)
      if (entry === undefined || integer(entry[0]) !== place) break
      await this.#lineUp(postings, place, n, link, fields.bookedAt)
      this.#entry(entry, fields.id, link, n)
      if (!entries.move()) await entries.turn()
    }
  }

  readonly #linkOf = async (lane: number, seq: number): Promise<string | undefined> => {
    const found = await this.#source.link(lane, seq)
    return found === undefined ? undefined : hexadecimal(found)
  }

  /** Takes the lines of one entry. */
  readonly #lineUp = async (postings: Cursor, place: number, n: number, at: At, bookedAt: number): Promise<void> => {
    const lines = this.#lines
    lines.reset()
    for (;;) {
      const row = postings.at(at)
      if (row === undefined || integer(row[0]) !== place || integer(row[1]) !== n) return
      if (integer(row[2]) !== lines.count) throw new Broken("sequence", at, `line ${lines.count}`, row[2])
      this.#line(row, at, bookedAt)
      if (!postings.move()) await postings.turn()
    }
  }

  readonly #line = ([, , , account, signed, booked, debits, credits]: Row, at: At, bookedAt: number): void => {
    const lines = this.#lines
    const row = this.#rows.get(integer(account))
    if (row === undefined) throw new Broken("account", at, "a stored account", account)
    const lane = row.customer ? 0 : at.lane
    if (row.lane !== lane) lines.note("account", at, `${row.account} in lane ${lane}`, row.lane)
    const amount = integer(signed)
    // Neither zero nor NaN is an amount.
    if (!(Math.abs(amount) > 0)) throw new Broken("amount", at, "a whole number that is not 0", signed)
    lines.add(at, row, amount > 0 ? "debit" : "credit", Math.abs(amount))
    if (integer(debits) !== row.debits) lines.note("runningTotal", at, `debits ${row.debits}`, debits)
    if (integer(credits) !== row.credits) lines.note("runningTotal", at, `credits ${row.credits}`, credits)
    if (integer(booked) !== bookedAt) lines.note("bookingTime", at, `${bookedAt}`, booked)
  }

  /** Takes one entry, whose lines are taken. */
  readonly #entry = (row: Row, command: string, at: At, n: number): void => {
    const chain = this.#chain
    if (integer(row[1]) !== n) throw new Broken("sequence", at, `entry ${n}`, row[1])
    const state = chain.lane(at.lane)
    const computed = entryHash(state.hash, at.seq, {
      id: `${command}.${n}`,
      kind: text(row[2], at, "kind"),
      businessAt: time(row[3], at, "business_at"),
      reverses: reversed(row, at),
      postings: this.#lines.count,
      lines: this.#lines.encoded
    })
    chain.add(state, at.seq, row[7] ?? null, computed, row[8])
    chain.entries += 1
    this.#lines.check(at)
  }

  readonly #checkBalances = (): void => {
    if (this.#balanceFault !== undefined) throw this.#balanceFault
    this.#names.clear()
    for (const { account, credits, debits, storedCredits, storedDebits, touched } of this.#rows.values()) {
      const fail = (expected: string, found: unknown) => new Broken("storedBalance", { account }, expected, found)
      if (!touched) throw fail("lines", undefined)
      if (integer(storedDebits) !== debits) throw fail(`debits ${debits}`, storedDebits)
      if (integer(storedCredits) !== credits) throw fail(`credits ${credits}`, storedCredits)
      this.#names.add(account)
    }
  }
}

/** The id of the entry that an entry reverses, or an empty text. */
const reversed = ([command, , , , place, n, id]: Row, at: At): string => {
  if (place === null && n === null) return ""
  const [ofPlace, ofN] = [integer(place), integer(n)]
  if (!(ofPlace <= integer(command)) || !(ofN >= 1) || typeof id !== "string") {
    throw new Broken("reverses", at, "an entry before", `${place}.${n}`)
  }
  return `${id}.${ofN}`
}

/** Verifies books that are rows; throws what is wrong. */
export const verifyTables = (
  source: Tables,
  published: ReadonlyArray<Named>,
  progress: (commands: number) => void
): Promise<Holds> => new TablesWalk(source, published, progress).verify()

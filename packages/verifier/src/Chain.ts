/**
 * Chain: where each lane stands in a walk over the journal, and every check on links.
 *
 * Memory does not grow with the journal: each lane keeps its last links, so that seals, which name links that were just made, are
 * checked at once. A seal that names an older link is looked up in the source.
 */
import { genesisOf, isSameHash, lanesMax } from "./Link.ts"
import { Broken, type Head } from "./Verdict.ts"

/** How many of its last links a lane keeps. */
export const recentMax = 1024

interface LaneState {
  readonly lane: number
  seq: number
  hash: string
  bookedAt: number
  /** The last links of the lane, the next one overwriting the oldest. */
  readonly seqs: Array<number>
  readonly hashes: Array<string>
  next: number
}

/** A head that was published outside, or that a seal names. */
export type Named = Pick<Head, "lane" | "seq" | "hash">

/** Finds the hash of a link that was walked before: in hexadecimal, or none where there is no such link. */
export type LinkOf = (lane: number, seq: number) => Promise<string | undefined>

const sealTag = "SealLanes"
const hashForm = /^[0-9a-f]{64}$/
const { MAX_SAFE_INTEGER } = Number

/** Where a link stands among the links of all lanes, as one number. */
export const placeOf = ({ lane, seq }: { readonly lane: number; readonly seq: number }): number => seq * lanesMax + lane

const isLane = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) < lanesMax

const isNamed = (value: unknown): value is Named =>
  typeof value === "object" &&
  value !== null &&
  "lane" in value &&
  "seq" in value &&
  "hash" in value &&
  isLane(value.lane) &&
  Number.isSafeInteger(value.seq) &&
  typeof value.hash === "string"

/** The heads that a seal's content names; none where it is no seal's content. */
const sealedHeads = (content: string): ReadonlyArray<Named> | undefined => {
  try {
    const parsed: unknown = JSON.parse(content)
    const heads: unknown = typeof parsed === "object" && parsed !== null && "heads" in parsed ? parsed.heads : undefined
    return Array.isArray(heads) && heads.length > 0 && heads.every(isNamed) ? heads : undefined
  } catch {
    return undefined
  }
}

export class Chain {
  /** The greatest number so far, of any lane. */
  greatest = 0
  commands = 0
  entries = 0
  readonly #lanes = new Map<number, LaneState>()
  /** Published heads by place, until they are met. */
  readonly #published: Map<number, ReadonlyArray<Named>>
  #place = -1

  constructor(published: ReadonlyArray<Named>) {
    this.#published = Map.groupBy(published, placeOf)
  }

  /** The lane, as it stands. */
  readonly lane = (lane: number): LaneState => {
    let state = this.#lanes.get(lane)
    if (state === undefined) {
      state = { lane, seq: 0, hash: genesisOf(lane), bookedAt: 0, seqs: [], hashes: [], next: 0 }
      this.#lanes.set(lane, state)
    }
    return state
  }

  /** The heads of the lanes that have links, by lane. */
  readonly heads = (): ReadonlyArray<Head> =>
    [...this.#lanes.values()]
      .filter(({ seq }) => seq > 0)
      .toSorted((a, b) => a.lane - b.lane)
      .map(({ bookedAt, hash, lane, seq }) => ({ lane, seq, hash, bookedAt }))

  /** Takes a command's place: numbers grow along a lane and leave no gap over all lanes, and a lane does not go back in time. */
  readonly begin = (lane: number, seq: number, bookedAt: number): LaneState => {
    const { greatest } = this
    if (seq > greatest + 1) throw new Broken("sequence", { lane, seq: greatest + 1 }, `${greatest + 1} at most`, seq)
    const place = placeOf({ lane, seq })
    if (seq < 1 || place <= this.#place || place > MAX_SAFE_INTEGER) {
      throw new Broken("sequence", { lane, seq }, `a place after ${this.#place}`, place)
    }
    this.#place = place
    const state = this.lane(lane)
    if (seq <= state.seq) throw new Broken("sequence", { lane, seq }, `${state.seq + 1} at least`, seq)
    if (bookedAt < state.bookedAt) {
      throw new Broken("bookingTime", { lane, seq }, `${state.bookedAt} at least`, bookedAt)
    }
    state.bookedAt = bookedAt
    return state
  }

  /** Adds a link whose hash was computed; `previous` and `stored` are what the books say, where they say it. */
  readonly add = (state: LaneState, seq: number, previous: unknown, computed: string, stored: unknown) => {
    const at = { lane: state.lane, seq }
    if (previous !== undefined && !isSameHash(previous, state.hash))
      throw new Broken("previous", at, state.hash, previous)
    if (!isSameHash(stored, computed)) throw new Broken("hash", at, computed, stored)
    state.seq = seq
    state.hash = computed
    state.seqs[state.next] = seq
    state.hashes[state.next] = computed
    state.next = (state.next + 1) % recentMax
    if (seq > this.greatest) this.greatest = seq
    if (this.#published.size > 0) this.#meet(at, computed)
  }

  readonly #meet = (at: { readonly lane: number; readonly seq: number }, hash: string): void => {
    const place = placeOf(at)
    for (const named of this.#published.get(place) ?? []) {
      if (named.hash !== hash) throw new Broken("published", at, named.hash, hash)
    }
    this.#published.delete(place)
  }

  /** Checks that every head that a seal names is a link of its lane, before the seal. */
  readonly checkSeal = async (lane: number, seq: number, content: string, linkOf: LinkOf): Promise<void> => {
    const heads = sealedHeads(content)
    if (heads === undefined) throw new Broken("seal", { lane, seq }, "heads of lanes", content)
    for (const named of heads) {
      const what = `${named.lane}:${named.seq}`
      const known = named.seq < seq ? (this.#recent(named) ?? (await linkOf(named.lane, named.seq))) : undefined
      if (known !== named.hash) {
        throw new Broken("seal", { lane, seq }, `${what}:${known ?? "no link"}`, `${what}:${named.hash}`)
      }
    }
  }

  readonly #recent = ({ lane, seq }: Named): string | undefined => {
    const state = this.#lanes.get(lane)
    return state?.hashes[state.seqs.indexOf(seq)]
  }

  /** At the end: each stored head is the last link of its lane, and each lane has its head. */
  readonly checkHeads = (stored: ReadonlyArray<Head>): void => {
    const found = new Map(stored.map((head) => [head.lane, head]))
    if (found.size !== stored.length)
      throw new Broken("head", { file: "heads" }, "one head for each lane", stored.length)
    for (const { bookedAt, hash, lane, seq } of stored) {
      const { bookedAt: lastBookedAt, hash: lastHash, seq: last } = this.lane(lane)
      // Where one is longer than the other, the first link that only one of them has is what is wrong.
      const first = Math.min(seq >= 0 ? seq : 0, last) + 1
      if (seq !== last) throw new Broken("head", { lane, seq: first }, `a head at ${last}`, seq)
      if (hash !== lastHash) throw new Broken("head", { lane, seq }, lastHash, hash)
      if (bookedAt !== lastBookedAt) throw new Broken("head", { lane, seq }, `booked at ${lastBookedAt}`, bookedAt)
    }
    for (const { lane, seq } of this.heads()) {
      if (!found.has(lane)) throw new Broken("head", { lane, seq }, `a head at ${seq}`, undefined)
    }
  }

  /** At the end: every published head was met. One at number 0 stands for a lane before its first link. */
  readonly checkPublished = (): void => {
    for (const { hash, lane, seq } of [...this.#published.values()].flat()) {
      if (seq === 0 && hash === genesisOf(lane)) continue
      const last = this.#lanes.get(lane)?.seq ?? 0
      const at = { lane, seq: Math.min(last + 1, Math.max(seq, 1)) }
      throw new Broken("published", at, `${seq}:${hash}`, `a lane that ends at ${last}`)
    }
  }
}

/** Whether a command is a seal. */
export const isSeal = (tag: string): boolean => tag === sealTag

/** Whether a text is a hash. */
export const isHash = (text: string): boolean => hashForm.test(text)

/**
 * A trial: two processes before one store, and what was found of them so far.
 *
 * Each round opens purses, asks both processes at once for more than the purses can pay, and judges what became of it.
 */
import { Schema } from "effect"
import { type Ask, type Heard, isSpending, Opened } from "./Asks.ts"
import { draw, judge, type OpenPurse, payment, type Purse, type Random } from "./Purses.ts"
import type { Teller } from "./Tellers.ts"

export interface StoreFindings {
  readonly attempts: number
  readonly accepted: number
  readonly refused: number
  /** Payments beyond what an account held or was allowed. */
  readonly overdrafts: number
  /** Accounts that do not hold what their payments leave, and payments that are not in the books once. */
  readonly lost: number
  /** How often a caller had to ask again, because it heard nothing certain. */
  readonly repeats: number
  /** Whatever else is wrong. */
  readonly faults: ReadonlyArray<string>
  readonly seconds: number
}

/** All in another order. */
export const shuffled = <A>(random: Random, all: ReadonlyArray<A>): ReadonlyArray<A> =>
  all
    .map((one) => ({ one, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ one }) => one)

const opened = Schema.decodeUnknownSync(Schema.fromJsonString(Opened))

/** What must succeed, so that there is something to test. */
export const done = async (teller: Teller, asks: ReadonlyArray<Ask>): Promise<ReadonlyArray<Heard>> => {
  const heard = await teller.ask(asks)
  const other = heard.find(({ what }) => what !== "accepted")
  if (other !== undefined) throw new Error(`the ground could not be laid: ${other.what} ${other.text}`)
  return heard
}

/** What an account was said to hold. Less than nothing cannot be said; it is no amount that a purse can have. */
const heldOf = (heard: Heard | undefined): number => (heard?.what === "accepted" ? Number(heard.text) : -1)

/** Seconds since a moment of the machine's clock, to a tenth. */
const seconds = (since: number): number => Math.round((performance.now() - since) / 100) / 10

export class Trial {
  readonly #both: readonly [Teller, Teller]
  readonly #random: Random
  readonly #begun = performance.now()
  #purses = 0
  #contested = 0
  #rich: ReadonlyArray<OpenPurse> = []
  attempts = 0
  accepted = 0
  refused = 0
  repeats = 0
  overdrafts = 0
  lost = 0
  /** Payments that must be in the books, once each. */
  readonly keys = new Set<string>()
  readonly faults: Array<string> = []

  constructor(both: readonly [Teller, Teller], random: Random) {
    this.#both = both
    this.#random = random
  }

  async prepare(): Promise<void> {
    const [one] = this.#both
    await done(one, [{ ask: "adopt", version: 0, operator: "one" }])
    await done(one, [{ ask: "contract", version: 0, operator: "one" }])
    const rich = { bound: "balance", amount: 1000, count: 0, payable: 0, fill: 900_000_000_000, before: 0 } as const
    this.#rich = await this.#open([1, 2].map((n) => ({ ...rich, n, isTwin: false })))
    this.#purses = 2
  }

  async #open(purses: ReadonlyArray<Purse>): Promise<ReadonlyArray<OpenPurse>> {
    const [one] = this.#both
    const accounts = await done(
      one,
      purses.map(({ bound, n }) => ({ ask: "open", n, isVerified: bound === "balance" }))
    )
    const all = purses.flatMap((purse, index) => {
      const account = accounts[index]
      return account === undefined ? [] : [{ ...purse, ...opened(account.text) }]
    })
    await done(one, [{ ask: "settle" }])
    await done(
      one,
      all.map(({ account, fill, link, n }) => ({ ask: "fill", account, link, amount: fill, key: `fill ${n}` }))
    )
    await done(one, [{ ask: "settle" }])
    const payers = all.filter(({ bound }) => bound === "balance")
    await done(
      one,
      payers.map(({ account, link }) => ({ ask: "payoutAccount", account, link }))
    )
    const first = all.filter(({ before }) => before > 0)
    await done(
      one,
      first.map((purse) => payment(purse, 0))
    )
    for (const { n } of first) this.keys.add(`pay ${n} 0`)
    return all
  }

  /** Asks both processes at once, each in an order of its own; answers what each key was told in either. */
  async #race(asks: readonly [ReadonlyArray<Ask>, ReadonlyArray<Ask>]) {
    const mixed = [shuffled(this.#random, asks[0]), shuffled(this.#random, asks[1])] as const
    const heard = await Promise.all(this.#both.map((teller, side) => teller.ask(mixed[side] ?? [])))
    const byKey = new Map<string, Array<Heard>>()
    mixed.forEach((all, side) => {
      all.forEach((ask, index) => {
        const one = heard[side]?.[index]
        if (!isSpending(ask) || one === undefined) return
        byKey.set(ask.key, [...(byKey.get(ask.key) ?? []), one])
        this.attempts += 1
        this.repeats += one.repeats
        if (one.what === "accepted") this.accepted += 1
        if (one.what === "refused") this.refused += 1
      })
    })
    for (const [key, all] of byKey) if (all.some(({ what }) => what === "accepted")) this.keys.add(key)
    return byKey
  }

  /** Some purses, all at once. */
  async round(purseCount: number): Promise<void> {
    const drawn = Array.from({ length: purseCount }, () => draw(this.#random, ++this.#purses))
    const purses = await this.#open(drawn)
    const asks: [Array<Ask>, Array<Ask>] = [[], []]
    for (const purse of purses) {
      for (let index = 1; index <= purse.count; index++) {
        const ask = payment(purse, index, index % 4 === 1)
        if (purse.isTwin || index % 2 === 0) asks[0].push(ask)
        if (purse.isTwin || index % 2 === 1) asks[1].push(ask)
      }
    }
    const contested = Array.from({ length: 16 }, () => ++this.#contested)
    this.#rich.forEach((purse, side) => {
      const { account, amount } = purse
      const slip = (n: number): Ask => ({
        ask: "pay",
        account,
        slip: 10_000_000_000 + n,
        amount,
        key: `contested ${n} ${side}`,
        isWatched: false
      })
      asks[side === 0 ? 0 : 1].push(...contested.map(slip))
    })
    const version = this.#purses
    asks[0].push({ ask: "contract", version, operator: "one" })
    asks[1].push({ ask: "contract", version: version + 1, operator: "two" })
    await this.#judge(purses, contested, await this.#race(asks))
    await done(this.#both[this.#random() < 0.5 ? 0 : 1], [{ ask: "seal" }])
  }

  async #judge(
    purses: ReadonlyArray<OpenPurse>,
    contested: ReadonlyArray<number>,
    heard: ReadonlyMap<string, ReadonlyArray<Heard>>
  ): Promise<void> {
    const held = await this.#both[1].ask(purses.map(({ account }) => ({ ask: "balance", account })))
    purses.forEach((purse, index) => {
      const keys = Array.from({ length: purse.count }, (_, one) => `pay ${purse.n} ${one + 1}`)
      const told = keys.map((key) => heard.get(key) ?? [])
      const judged = judge({ purse, heard: told, held: heldOf(held[index]) })
      this.overdrafts += judged.overdrafts
      this.lost += judged.lost > 0 ? 1 : 0
      this.faults.push(...judged.faults)
    })
    for (const n of contested) {
      const [one, two] = [0, 1].map((side) => heard.get(`contested ${n} ${side}`)?.[0])
      const paid = [one, two].filter((each) => each?.what === "accepted").length
      const refused = [one, two].find((each) => each?.what === "refused")
      if (paid > 1) this.overdrafts += paid - 1
      if (paid !== 1 || refused?.text.includes('"BillAlreadyPaid"') !== true) {
        this.faults.push(`slip ${n}: ${one?.what} ${one?.text}, ${two?.what} ${two?.text}`)
      }
    }
  }

  /** How long it has taken so far. */
  get seconds(): number {
    return seconds(this.#begun)
  }

  get findings(): StoreFindings {
    const { accepted, attempts, faults, lost, overdrafts, refused, repeats } = this
    return { attempts, accepted, refused, overdrafts, lost, repeats, faults, seconds: this.seconds }
  }
}

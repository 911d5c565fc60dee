/**
 * Lockout trial: two processes type codes of one account at once, and what was found of the rounds so far.
 *
 * Each round is about a code of a new account. A guess has been looked at when it was told to be right or wrong, and not that the
 * account is locked.
 */
import type { AccountId } from "@kinchaku/domain/account/Account"
import type { OtpId } from "@kinchaku/domain/otp/Otp"
import { Schema } from "effect"
import { type Ask, type Heard, Sent, Standing } from "./Asks.ts"
import type { Random } from "./Purses.ts"
import type { Teller } from "./Tellers.ts"
import { done, shuffled } from "./Trial.ts"

/** The failure in a row that locks. */
const locksAt = 5

export interface RoundFindings {
  readonly rounds: number
  readonly attempts: number
  /** Wrong guesses that were looked at. */
  readonly looked: number
  /** The most of them in one round. */
  readonly most: number
  /** Right codes that were accepted. */
  readonly accepted: number
  /** Guesses that were looked at beyond what a lock allows. */
  readonly excess: number
  /** Rounds in which failures are not counted as they were told. */
  readonly miscounted: number
  readonly repeats: number
  readonly faults: ReadonlyArray<string>
  readonly seconds: number
}

/** A round: a code, and what is typed for it in either process. */
interface Round {
  readonly n: number
  readonly account: AccountId
  readonly otp: OtpId
  readonly digits: string
  /** Whether the right code is among what is typed. */
  readonly hasRight: boolean
  /** Whether everything is typed in both processes, under the same keys. */
  readonly isTwin: boolean
}

/** What became of one key: right or wrong where it was looked at anywhere. */
type Verdict = "right" | "wrong" | "locked" | "again"

const sent = Schema.decodeUnknownSync(Schema.fromJsonString(Sent))
const standing = Schema.decodeUnknownSync(Schema.fromJsonString(Standing))
const opened = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.String))

const verdictOf = ({ text, what }: Heard): Verdict | undefined => {
  if (what === "accepted") return "right"
  if (what !== "refused") return undefined
  if (text.includes('"OtpMismatch"')) return "wrong"
  if (text.includes('"AccountLocked"')) return "locked"
  return text.includes('"OtpAlreadyUsed"') ? "again" : undefined
}

/** Digits that are not those of a code. */
const other = (digits: string, by: number): string => `${(Number(digits) + by) % 1_000_000}`.padStart(6, "0")

export class LockoutTrial {
  readonly #both: readonly [Teller, Teller]
  readonly #random: Random
  readonly #begun = performance.now()
  readonly #perRound: number
  #seconds = 0
  rounds = 0
  attempts = 0
  looked = 0
  most = 0
  accepted = 0
  excess = 0
  miscounted = 0
  repeats = 0
  /** How many attempts on each code must be in the books. */
  readonly booked = new Map<OtpId, number>()
  readonly faults: Array<string> = []

  constructor(both: readonly [Teller, Teller], random: Random, perRound: number) {
    this.#both = both
    this.#random = random
    this.#perRound = perRound
  }

  async prepare(): Promise<void> {
    await done(this.#both[0], [{ ask: "adopt", version: 0, operator: "one" }])
  }

  /** New accounts, each with a code. */
  async #open(count: number): Promise<ReadonlyArray<Round>> {
    const [one] = this.#both
    const numbers = Array.from({ length: count }, (_, index) => this.rounds + index)
    const accounts = await done(
      one,
      numbers.map((n) => ({ ask: "claim", key: `claim ${n}`, person: n, email: n, phone: n }))
    )
    const ids = accounts.map(({ text }) => opened(text) as AccountId)
    const codes = await done(
      one,
      ids.map((account) => ({ ask: "code", account, key: `code ${account}` }))
    )
    return numbers.flatMap((n, index) => {
      const [account] = ids.slice(index)
      const code = codes[index]
      if (account === undefined || code === undefined) return []
      return [{ n, account, ...sent(code.text), hasRight: n % 3 === 0, isTwin: n % 4 === 0 }]
    })
  }

  /** Some rounds, one after another. */
  async play(count: number): Promise<void> {
    for (const round of await this.#open(count)) {
      this.rounds += 1
      await this.#race(round)
    }
    this.#seconds = Math.round((performance.now() - this.#begun) / 100) / 10
  }

  /** In another order; the right code, where there is one, comes early, so that it is sometimes before the lock. */
  #mixed(all: ReadonlyArray<Ask>, hasRight: boolean): ReadonlyArray<Ask> {
    if (!hasRight) return shuffled(this.#random, all)
    const place = Math.floor(this.#random() * 2 * locksAt)
    const others = shuffled(this.#random, all.slice(1))
    return [...others.slice(0, place), ...all.slice(0, 1), ...others.slice(place)]
  }

  /** What each process is asked for. */
  #asks({ digits, hasRight, isTwin, n, otp }: Round): readonly [ReadonlyArray<Ask>, ReadonlyArray<Ask>] {
    const all = Array.from({ length: this.#perRound }, (_, index): Ask => {
      const typed = hasRight && index === 0 ? digits : other(digits, index + 1)
      return { ask: "type", otp, digits: typed, key: `type ${n} ${index}` }
    })
    const mixed = this.#mixed(all, hasRight)
    if (isTwin) return [mixed, this.#mixed(all, hasRight)]
    const half = Math.floor(all.length / 2)
    return [mixed.slice(0, half), mixed.slice(half)]
  }

  async #race(round: Round): Promise<void> {
    const asks = this.#asks(round)
    const heard = await Promise.all(this.#both.map((teller, side) => teller.ask(asks[side] ?? [])))
    const [state] = await done(this.#both[1], [{ ask: "lockout", account: round.account }])
    const told = new Map<string, Verdict>()
    heard.forEach((all, side) => {
      all.forEach((one, index) => {
        const ask = asks[side]?.[index]
        if (ask?.ask === "type") this.#hear(ask.key, one, told)
      })
    })
    this.#judge(round, [...told.values()], standing(state?.text ?? ""))
  }

  #hear(key: string, one: Heard, told: Map<string, Verdict>): void {
    this.attempts += 1
    this.repeats += one.repeats
    const verdict = verdictOf(one)
    if (verdict === undefined) return void this.faults.push(`${key}: ${one.what} ${one.text.slice(0, 300)}`)
    const before = told.get(key)
    const isLooked = verdict === "right" || verdict === "wrong"
    const isOther = before !== undefined && before !== verdict && before !== "locked" && isLooked
    if (isOther) this.faults.push(`${key} was told ${before} and ${verdict}`)
    if (before === undefined || isLooked) told.set(key, verdict)
  }

  /** Five wrong guesses are looked at; where the right code came before the lock, four at the most before it too. */
  #judge(
    { hasRight, n, otp }: Round,
    told: ReadonlyArray<Verdict>,
    { failures, isLocked }: typeof Standing.Type
  ): void {
    const wrong = told.filter((verdict) => verdict === "wrong").length
    const right = told.filter((verdict) => verdict === "right").length
    const allowed = right > 0 ? locksAt - 1 + locksAt : locksAt
    this.looked += wrong
    this.accepted += right
    this.most = Math.max(this.most, wrong)
    this.excess += Math.max(wrong - allowed, 0)
    this.booked.set(otp, wrong + right)
    // Whoever is last locks the account: there are more wrong guesses than it takes.
    if (failures !== locksAt || !isLocked || wrong < locksAt) this.miscounted += 1
    if (right > (hasRight ? 1 : 0)) this.faults.push(`round ${n}: a code was accepted ${right} times`)
  }

  get findings(): RoundFindings {
    const { accepted, attempts, excess, faults, looked, miscounted, most, repeats, rounds } = this
    const seconds = this.#seconds
    return { rounds, attempts, looked, most, accepted, excess, miscounted, repeats, faults, seconds }
  }
}

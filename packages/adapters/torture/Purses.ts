/**
 * Purses: accounts that can pay for some of what is asked of them at once, and what must have become of it.
 *
 * A purse of money can pay, and pay out, until its balance is spent; one of cash has more than enough and comes to the limit of its month.
 * Either is drawn so that what it can pay ends a yen before, at, or a yen after a whole number of payments.
 */
import type { AccountId } from "@kinchaku/domain/account/Account"
import type { BankLinkId } from "@kinchaku/domain/bank/BankLink"
import type { Ask, Heard } from "./Asks.ts"
import { fee, limit } from "./AskTerms.ts"

/** What bounds a purse. */
type Bound = "balance" | "limit"

export interface Purse {
  readonly n: number
  readonly bound: Bound
  /** The amount of each payment, in yen, without the fee. */
  readonly amount: number
  /** How many payments are asked for at once. */
  readonly count: number
  /** How many of them can be made. */
  readonly payable: number
  /** What is put in, in yen. */
  readonly fill: number
  /** What is paid before, alone; nothing where it is 0. */
  readonly before: number
  /** Whether every payment is asked for in both processes, under the same key. */
  readonly isTwin: boolean
}

export interface OpenPurse extends Purse {
  readonly account: AccountId
  readonly link: BankLinkId
}

export type Random = () => number

const between = (random: Random, from: number, to: number): number => from + Math.floor(random() * (to - from + 1))

/** Draws a purse that is asked for 2 to 64 payments. */
export const draw = (random: Random, n: number): Purse => {
  const bound: Bound = n % 3 === 0 ? "limit" : "balance"
  const count = between(random, 2, 64)
  const whole = between(random, 1, count)
  const off = between(random, -1, 1)
  const payable = off < 0 ? whole - 1 : whole
  const isTwin = random() < 0.3
  if (bound === "balance") {
    const amount = between(random, 100, 9000)
    return { n, bound, amount, count, payable, fill: whole * (amount + fee) + off, before: 0, isTwin }
  }
  // The limit counts amounts without fees. What is paid before leaves whole × amount, a yen more or less.
  const amount = Math.floor(between(random, limit / 4, limit - 1) / whole)
  const before = limit - whole * amount - off
  return { n, bound, amount, count, payable, fill: before + fee + count * (amount + fee), before, isTwin }
}

/** The slips of a purse have numbers that no other purse uses. */
const slipOf = ({ n }: Purse, index: number): number => n * 100 + index

/** A payment of a purse; of one of money every third is a payout, which costs as much. */
export const payment = (purse: OpenPurse, index: number, isWatched = false): Ask => {
  const { account } = purse
  const amount = index === 0 ? purse.before : purse.amount
  const key = `pay ${purse.n} ${index}`
  return purse.bound === "balance" && index % 3 === 2
    ? { ask: "payOut", account, amount, key, isWatched }
    : { ask: "pay", account, slip: slipOf(purse, index), amount, key, isWatched }
}

/** What became of the payments of a purse: what each was told, everywhere it was asked for, and what is held now. */
export interface Outcome {
  readonly purse: OpenPurse
  readonly heard: ReadonlyArray<ReadonlyArray<Heard>>
  readonly held: number
}

export interface Judgement {
  /** Payments beyond what the purse could pay. */
  readonly overdrafts: number
  /** Yen by which what is held differs from what was put in and paid; an acknowledged payment that is not in it, or one too many. */
  readonly lost: number
  readonly faults: ReadonlyArray<string>
}

const refusals = { balance: '"InsufficientBalance"', limit: '"LimitExceeded"' } as const

/** A read after a payment is a state of the account between two payments, and not before those that were answered. */
const isExplained = (
  { amount, payable, fill, before }: Purse,
  { held, answered }: NonNullable<Heard["seen"]>
): boolean => {
  const prior = before > 0 ? 1 : 0
  const paid = (fill - (prior === 1 ? before + fee : 0) - held) / (amount + fee)
  return Number.isInteger(paid) && paid >= answered - prior && paid <= payable
}

/** Judges what became of a purse. */
export const judge = ({ heard, held, purse }: Outcome): Judgement => {
  const { amount, before, bound, fill, n, payable } = purse
  const accepted = heard.filter((all) => all.some(({ what }) => what === "accepted")).length
  const left = fill - (before > 0 ? before + fee : 0) - accepted * (amount + fee)
  const faults: Array<string> = []
  const fault = (text: string): void => void faults.push(`purse ${n} (${bound}): ${text}`)
  if (accepted < payable) fault(`${accepted} of ${payable} payments were accepted`)
  for (const all of heard) {
    const [first] = all
    if (all.some(({ text, what }) => what !== first?.what || (what === "accepted" && text !== first.text)))
      fault(`one key was told ${all.map(({ what }) => what).join(" and ")}`)
    for (const { seen, text, what } of all) {
      if (what === "failed" || what === "defect") fault(`${what}: ${text.slice(0, 300)}`)
      if (what === "refused" && !text.includes(refusals[bound])) fault(`refused: ${text}`)
      if (seen !== undefined && !isExplained(purse, seen)) fault(`held ${seen.held} after ${seen.answered} answers`)
    }
  }
  return { overdrafts: Math.max(accepted - payable, 0), lost: Math.abs(held - left), faults }
}

/**
 * Totals: what every account has come to in a walk, and every check on sums.
 *
 * A row stands for an account, or for one lane's share of one of the books' own accounts; a customer's account is never divided.
 */
import { creditSide, debitSide, field, numeral } from "./Link.ts"
import { Broken, type Fault } from "./Verdict.ts"

const { MAX_SAFE_INTEGER } = Number

/** Whether an account is a customer's: never below zero, and in one row. */
export const isCustomer = (account: string): boolean =>
  account.startsWith("liability:cash:") || account.startsWith("liability:money:")

/** Running totals of one row. */
export interface Total {
  readonly account: string
  readonly lane: number
  /** The account's code as a field of a link. */
  readonly encoded: string
  readonly customer: boolean
  debits: number
  credits: number
  /** Whether a line touched it. */
  touched: boolean
}

export const total = (account: string, lane: number): Total => ({
  account,
  lane,
  encoded: field(account),
  customer: isCustomer(account),
  debits: 0,
  credits: 0,
  touched: false
})

type At = { readonly lane: number; readonly seq: number }

/** The lines of one entry: their encoding, and their sums on either side. */
export class Lines {
  count = 0
  encoded = ""
  #debits = 0
  #credits = 0
  /** The first fault that is told only where the content is the hashed one. */
  #noted: Broken | undefined

  /** Takes one line of an amount of at least one yen. */
  readonly add = (at: At, row: Total, side: "debit" | "credit", amount: number): void => {
    const isDebit = side === "debit"
    this.count += 1
    this.encoded += row.encoded + (isDebit ? debitSide : creditSide) + numeral(amount)
    row.touched = true
    if (isDebit) {
      this.#debits += amount
      row.debits += amount
    } else {
      this.#credits += amount
      row.credits += amount
    }
    if (!(row.debits <= MAX_SAFE_INTEGER && row.credits <= MAX_SAFE_INTEGER)) {
      this.note("amount", at, `totals of ${MAX_SAFE_INTEGER} at most`, `more in ${row.account}`)
    }
    if (row.customer && row.credits < row.debits) {
      this.note("negativeBalance", at, `${row.account} of 0 at least`, row.credits - row.debits)
    }
  }

  /** Notes a fault of a line beside its content; the first one counts. */
  readonly note = (fault: Fault, at: At, expected: string, found: unknown): void => {
    this.#noted ??= new Broken(fault, at, expected, found)
  }

  /** Fails where the sums of the entry are wrong. */
  readonly check = (at: At): void => {
    if (this.count === 0) throw new Broken("unbalanced", at, "lines", undefined)
    if (!(this.#debits <= MAX_SAFE_INTEGER && this.#credits <= MAX_SAFE_INTEGER)) {
      throw new Broken("amount", at, `sums of ${MAX_SAFE_INTEGER} at most`, "more")
    }
    if (this.#debits !== this.#credits) {
      throw new Broken("unbalanced", at, `debits of ${this.#credits}`, this.#debits)
    }
    if (this.#noted !== undefined) throw this.#noted
  }

  readonly reset = (): void => {
    this.count = 0
    this.encoded = ""
    this.#debits = 0
    this.#credits = 0
    this.#noted = undefined
  }
}

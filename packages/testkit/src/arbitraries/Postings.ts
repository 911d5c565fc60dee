/**
 * Postings: lines whose debits equal their credits by construction, and lines that do not by one mistake.
 */
import {
  type AccountCode,
  bankSettlement,
  cash,
  cashBreakage,
  fees,
  formerBooks,
  merchantPayable,
  money,
  moneyBreakage,
  suspense
} from "@kinchaku/domain/ledger/AccountCode"
import type { JournalEntry, Posting } from "@kinchaku/domain/ledger/JournalEntry"
import { EntryKind } from "@kinchaku/domain/ledger/JournalEntry"
import { max, type PositiveYen } from "@kinchaku/domain/money/Yen"
import * as fc from "fast-check"
import { accountId, bankCode, billerCode, entryId } from "./Ids.ts"
import { moment } from "./Times.ts"

/** At least one line. */
export type Lines = readonly [Posting, ...Array<Posting>]

/** Any account of the chart. */
export const accountCode = (): fc.Arbitrary<AccountCode> =>
  fc.oneof(
    fc.constantFrom(fees, suspense, cashBreakage, moneyBreakage, formerBooks),
    bankCode().map(bankSettlement),
    billerCode().map(merchantPayable),
    accountId().map(cash),
    accountId().map(money)
  )

/** So much that the sums of a few lines, and one line on the wrong side, stay in range. */
const amountMax = Math.floor(max / 16)
const amount = (): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(1, 2, amountMax) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max: 1_000_000 }) }
  )

const line = (account: AccountCode, side: Posting["side"], yen: number): Posting => ({
  account,
  side,
  amount: yen as PositiveYen
})

const nonEmpty = (lines: ReadonlyArray<Posting>): Lines => {
  const [first, ...rest] = lines
  if (first === undefined) throw new Error("lines are not empty")
  return [first, ...rest]
}

const move = fc.record({ from: accountCode(), to: accountCode(), yen: amount() }, { noNullPrototype: true })
const moves = fc.array(move, { minLength: 1, maxLength: 4 })

/** One credit for each debit, or one debit for all of the credits, in any order; sometimes of the largest amount there is. */
export const balancedPostings = (): fc.Arbitrary<Lines> => {
  const paired = moves.map((all) =>
    all.flatMap(({ from, to, yen }) => [line(from, "debit", yen), line(to, "credit", yen)])
  )
  const split = fc.tuple(accountCode(), moves).map(([from, all]) => [
    line(
      from,
      "debit",
      all.reduce((sum, { yen }) => sum + yen, 0)
    ),
    ...all.map(({ to, yen }) => line(to, "credit", yen))
  ])
  const largest = move.map(({ from, to }) => [line(from, "debit", max), line(to, "credit", max)])
  return fc
    .oneof({ weight: 4, arbitrary: paired }, { weight: 4, arbitrary: split }, { weight: 1, arbitrary: largest })
    .chain((lines) => fc.shuffledSubarray(lines, { minLength: lines.length, maxLength: lines.length }))
    .map(nonEmpty)
}

const flipped = (posting: Posting): Posting =>
  line(posting.account, posting.side === "debit" ? "credit" : "debit", posting.amount)

/** Balanced lines with one mistake: a line is missing, is one yen off, or stands on the wrong side. */
export const unbalancedPostings = (): fc.Arbitrary<Lines> =>
  fc.tuple(balancedPostings(), fc.nat(), fc.constantFrom("missing", "off", "flipped")).map(([lines, n, mistake]) => {
    const at = n % lines.length
    if (mistake === "missing") return nonEmpty(lines.filter((_, index) => index !== at))
    return nonEmpty(
      lines.map((posting, index) => {
        if (index !== at) return posting
        if (mistake === "flipped" && posting.amount <= max / 2) return flipped(posting)
        return line(posting.account, posting.side, posting.amount < max ? posting.amount + 1 : posting.amount - 1)
      })
    )
  })

/** Lines, balanced or not. */
export const postings = (): fc.Arbitrary<Lines> => fc.oneof(balancedPostings(), unbalancedPostings())

/** Whether debits equal credits, added up exactly. */
export const areBalanced = (lines: ReadonlyArray<Posting>): boolean =>
  lines.reduce((sum, { amount: yen, side }) => (side === "debit" ? sum + BigInt(yen) : sum - BigInt(yen)), 0n) === 0n

/** A balanced entry. */
export const journalEntry = (): fc.Arbitrary<JournalEntry> =>
  fc
    .tuple(
      entryId(),
      fc.constantFrom(...EntryKind.literals),
      moment(),
      balancedPostings(),
      fc.option(entryId(), { nil: undefined })
    )
    .map(([id, kind, businessAt, lines, reverses]) => ({
      id,
      kind,
      businessAt,
      postings: lines,
      ...(reverses === undefined ? {} : { reverses })
    }))

/**
 * Looks: what an auditor sees of the books through the read port, and sums over it that are made here and nowhere else.
 */
import { head as lastLink, Journal } from "@kinchaku/domain/audit/Journal"
import type { RecordedCommand } from "@kinchaku/domain/engine/Store"
import type { AccountClass, AccountCode } from "@kinchaku/domain/ledger/AccountCode"
import type { Balance } from "@kinchaku/domain/ledger/Balance"
import type { JournalEntry, Posting } from "@kinchaku/domain/ledger/JournalEntry"
import { Effect } from "effect"

const everything = 1_000_000

/** All recorded commands, in order. */
export const recorded = Effect.flatMap(Journal, (journal) => journal.page(0, everything))

/** All stored balances, in the order of the codes. */
export const stored = Effect.flatMap(Journal, (journal) => journal.balances("", everything))

/** The last link. */
export const head = lastLink

/** The last link of each lane. */
export const heads = Effect.flatMap(Journal, (journal) => journal.heads)

export const entriesOf = (commands: ReadonlyArray<RecordedCommand>): ReadonlyArray<JournalEntry> =>
  commands.flatMap(({ entries }) => entries.map(({ entry }) => entry))

/** All entries, in order. */
export const entries = Effect.map(recorded, entriesOf)

/** Debits less credits, exactly. */
export const netOf = (lines: ReadonlyArray<Posting>, account?: string): bigint =>
  lines
    .filter((line) => account === undefined || line.account === account)
    .reduce((sum, { amount, side }) => (side === "debit" ? sum + BigInt(amount) : sum - BigInt(amount)), 0n)

/** A stored balance, debits less credits. */
export const net = ({ credits, debits }: Balance): bigint => BigInt(debits) - BigInt(credits)

/** What the lines of an account come to, credits less debits: what a customer has. */
export const sumOfLines = (account: AccountCode) =>
  Effect.map(entries, (all) =>
    Number(
      -netOf(
        all.flatMap(({ postings }) => postings),
        account
      )
    )
  )

/** Whether each stored balance is the sum of its lines, and each account with lines has a stored balance (LED-03). */
export const storedAreSums = Effect.gen(function* () {
  const lines = (yield* entries).flatMap(({ postings }) => postings)
  const balances = yield* stored
  const named = new Set(lines.map(({ account }) => account))
  return balances.length === named.size && balances.every((balance) => net(balance) === netOf(lines, balance.account))
})

/** The sum over all stored balances, debits positive (LED-04). */
export const trialBalance = Effect.map(stored, (all) => all.reduce((sum, balance) => sum + net(balance), 0n))

/** What the stored balances of some classes come to, debits positive. */
export const totalOf = (classOf: (code: AccountCode) => AccountClass, ...classes: ReadonlyArray<AccountClass>) =>
  Effect.map(stored, (all) =>
    all.filter(({ account }) => classes.includes(classOf(account))).reduce((sum, balance) => sum + net(balance), 0n)
  )

/** Whether cash and money of every customer are zero or more (LED-05). */
export const noneBelowZero = Effect.map(stored, (all) =>
  all.every((balance) => !/^liability:(cash|money):/.test(balance.account) || net(balance) <= 0n)
)

/** All lines of all entries, in order. */
export const lines = Effect.map(entries, (all) => all.flatMap(({ postings }) => postings))

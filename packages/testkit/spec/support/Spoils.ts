/**
 * Spoils: changes that are made to books and decisions, for cores that are wrong on purpose.
 */
import { accounts } from "@kinchaku/domain/account/Account"
import { changed } from "@kinchaku/domain/account/Cash"
import type { Envelope } from "@kinchaku/domain/engine/Command"
import type { Decision } from "@kinchaku/domain/engine/Decision"
import { type Facts, put } from "@kinchaku/domain/engine/Facts"
import type { RecordedCommand } from "@kinchaku/domain/engine/Store"
import type { AccountCode } from "@kinchaku/domain/ledger/AccountCode"
import type { JournalEntry, Posting } from "@kinchaku/domain/ledger/JournalEntry"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { balanceOf } from "../../src/memory/Books.ts"
import { type Books, type Core, spoiling } from "./Desk.ts"

/** How many commands there are when a history begins: two holders open, prove two contacts each, link in two steps and top up. */
export const openingCommands = 26

const changeCommand = (books: Books, index: number, change: (command: RecordedCommand) => RecordedCommand): void => {
  const command = books.commands[index]
  if (command !== undefined) books.commands[index] = change(command)
}

const inEntries =
  (change: (entry: JournalEntry) => JournalEntry) =>
  (command: RecordedCommand): RecordedCommand => ({
    ...command,
    entries: command.entries.map((booked) => ({ ...booked, entry: change(booked.entry) }))
  })

/** Books in which the lines of the last command are other ones than were decided. */
export const lines = (change: (lines: ReadonlyArray<Posting>) => ReadonlyArray<Posting>): Core =>
  spoiling((books) =>
    changeCommand(
      books,
      books.commands.length - 1,
      inEntries((entry) => ({ ...entry, postings: change(entry.postings) as JournalEntry["postings"] }))
    )
  )

/** Changes the first entry of all, once a history goes on. */
export const firstEntry =
  (change: (entry: JournalEntry) => JournalEntry) =>
  (books: Books): void => {
    if (books.commands.length <= openingCommands) return
    changeCommand(
      books,
      books.commands.findIndex(({ entries }) => entries.length > 0),
      inEntries(change)
    )
  }

/** Changes the last command as it is recorded. */
export const lastCommand =
  (change: (command: RecordedCommand) => RecordedCommand) =>
  (books: Books): void =>
    changeCommand(books, books.commands.length - 1, change)

/** After each command of a tag, a stored total of the account in its first line is off by so much. */
export const afterEach =
  (tag: string, { credits = 0, debits = 0 }: { readonly debits?: number; readonly credits?: number }) =>
  (books: Books): void => {
    const last = books.commands.at(-1)
    const account = last?.entries[0]?.entry.postings[0].account
    if (last?.tag !== tag || account === undefined) return
    const before = balanceOf(books, account)
    books.balances.set(account, {
      account,
      debits: (before.debits + debits) as Yen,
      credits: (before.credits + credits) as Yen
    })
  }

/** Decisions whose entries are other ones. */
export const everyEntry =
  (change: (entry: JournalEntry, envelope: Envelope<unknown>) => JournalEntry) =>
  (decision: Decision<unknown>, _: unknown, envelope: Envelope<unknown>): Decision<unknown> => ({
    ...decision,
    entries: decision.entries.map((entry) => change(entry, envelope))
  })

/** Decisions whose lines are other ones. */
export const everyLine = (change: (line: Posting) => Posting) =>
  everyEntry((entry) => ({ ...entry, postings: entry.postings.map(change) as never }))

export const cashToMoney = (line: Posting): Posting => ({
  ...line,
  account: line.account.replace("liability:cash:", "liability:money:") as AccountCode
})

export const moneyToCash = (line: Posting): Posting => ({
  ...line,
  account: line.account.replace("liability:money:", "liability:cash:") as AccountCode
})

export const breakageToFees = (line: Posting): Posting => ({
  ...line,
  account: line.account.replace("revenue:breakage:cash", "revenue:fees") as AccountCode
})

/** Decisions that leave the records of a kind as they were. */
export const withoutPuts =
  (kind: string) =>
  (decision: Decision<unknown>): Decision<unknown> => ({
    ...decision,
    puts: decision.puts.filter((put) => put.kind !== kind)
  })

/** Decisions that give the cash of the account new life, whatever was paid with. */
export const alwaysMovesExpiry = (
  decision: Decision<unknown>,
  facts: Facts,
  { at, content }: Envelope<unknown>
): Decision<unknown> => {
  const account = facts.find(accounts, (content as { readonly account: string }).account)
  return account === undefined
    ? decision
    : { ...decision, puts: [...decision.puts, put(accounts, changed(account, at))] }
}

/** Decisions after which nothing more is told of this expiry. */
export const toldForGood = (decision: Decision<unknown>): Decision<unknown> => ({
  ...decision,
  puts: decision.puts.map((one) => ({ ...one, record: { ...one.record, cashNoticeDays: 0 } }))
})

/** Decisions that tell everybody twice. */
export const toldTwice = (decision: Decision<unknown>): Decision<unknown> => ({
  ...decision,
  notices: decision.notices.flatMap((notice) => [notice, { ...notice, id: `${notice.id}.again` }])
})

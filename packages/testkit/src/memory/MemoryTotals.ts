/**
 * MemoryTotals: what was booked on accounts together, and what expired, found by looking at every line.
 */
import type { Account } from "@kinchaku/domain/account/Account"
import {
  type DayTotals,
  type ExpiredCash,
  isUnder,
  type Totals,
  type TotalsPeriod
} from "@kinchaku/domain/audit/Journal"
import * as JapanDate from "@kinchaku/domain/calendar/JapanDate"
import { cash } from "@kinchaku/domain/ledger/AccountCode"
import * as Balance from "@kinchaku/domain/ledger/Balance"
import type { Posting } from "@kinchaku/domain/ledger/JournalEntry"
import { plus, type Yen, zero } from "@kinchaku/domain/money/Yen"
import { balanceOf, type Books } from "./Books.ts"

interface Sums {
  readonly debits: Yen
  readonly credits: Yen
}

const nothing: Sums = { debits: zero, credits: zero }

const after = ({ credits, debits }: Sums, { amount, side }: Posting): Sums =>
  side === "debit" ? { debits: plus(debits, amount), credits } : { debits, credits: plus(credits, amount) }

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const inOrder = (a: DayTotals, b: DayTotals): number =>
  byText(a.day, b.day) || byText(a.businessDay, b.businessDay) || byText(a.kind, b.kind)

/** The totals of a code over some books. */
export const totals = (books: Books, code: string, { from, until }: TotalsPeriod): Totals => {
  let before = nothing
  const days = new Map<string, DayTotals>()
  for (const { bookedAt, entries } of books.commands) {
    for (const { entry } of entries) {
      for (const posting of entry.postings.filter(({ account }) => isUnder(code, account))) {
        if (bookedAt < from) before = after(before, posting)
        if (bookedAt < from || bookedAt > until) continue
        const { kind } = entry
        const [day, businessDay] = [JapanDate.at(bookedAt), JapanDate.at(entry.businessAt)]
        const group = `${day} ${businessDay} ${kind}`
        days.set(group, { day, businessDay, kind, ...after(days.get(group) ?? nothing, posting) })
      }
    }
  }
  return { before, days: [...days.values()].toSorted(inOrder) }
}

type Instant = JapanDate.Instant

const sumsOf = (all: ReadonlyArray<ExpiredCash>): ReadonlyArray<ExpiredCash> => {
  const sums = new Map<string, ExpiredCash>()
  for (const one of all) {
    const group = `${one.unchangedSince} ${one.lastDay} ${one.bookedOn ?? ""}`
    sums.set(group, { ...one, amount: plus(sums.get(group)?.amount ?? zero, one.amount) })
  }
  return [...sums].toSorted(([a], [b]) => byText(a, b)).map(([, one]) => one)
}

/** The cash that expired, booked since one instant or, where it expired before another, not at all. */
export const expiredCash = (books: Books, before: Instant, bookedSince: Instant): ReadonlyArray<ExpiredCash> => {
  const found: Array<ExpiredCash> = []
  const changed = new Map<string, JapanDate.JapanDate>()
  for (const { bookedAt, entries } of books.commands) {
    for (const { entry } of entries) {
      for (const { account, amount } of entry.postings.filter((posting) =>
        isUnder("liability:cash", posting.account)
      )) {
        const unchangedSince = changed.get(account)
        const bookedOn = JapanDate.at(bookedAt)
        changed.set(account, bookedOn)
        if (entry.kind !== "cashExpired" || bookedAt < bookedSince || unchangedSince === undefined) continue
        found.push({ unchangedSince, lastDay: JapanDate.at(entry.businessAt), bookedOn, amount })
      }
    }
  }
  for (const { cashExpiresAt, id } of (books.records.get("account")?.values() ?? []) as Iterable<Account>) {
    const amount = Balance.held(balanceOf(books, cash(id)))
    const unchangedSince = changed.get(cash(id))
    if (cashExpiresAt === undefined || cashExpiresAt >= before || amount === 0 || unchangedSince === undefined) continue
    found.push({ unchangedSince, lastDay: JapanDate.at(cashExpiresAt), amount })
  }
  return sumsOf(found)
}

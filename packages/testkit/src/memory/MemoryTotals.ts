/**
 * MemoryTotals: what was booked on accounts together, found by looking at every line.
 */
import { type DayTotals, isUnder, type Totals, type TotalsPeriod } from "@kinchaku/domain/audit/Journal"
import * as JapanDate from "@kinchaku/domain/calendar/JapanDate"
import type { Posting } from "@kinchaku/domain/ledger/JournalEntry"
import { plus, type Yen, zero } from "@kinchaku/domain/money/Yen"
import type { Books } from "./Books.ts"

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

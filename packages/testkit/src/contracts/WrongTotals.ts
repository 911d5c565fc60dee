/**
 * Wrong totals: the reference store with one mistake each about what it sums, which the contract has to notice.
 */
import { type ExpiredCash, isUnder, type Journal, type Totals, type TotalsPeriod } from "@kinchaku/domain/audit/Journal"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import type { AccountCode } from "@kinchaku/domain/ledger/AccountCode"
import { zero } from "@kinchaku/domain/money/Yen"
import { Effect, type Layer } from "effect"
import type { Ports } from "./store/Check.ts"
import { wrong } from "./store/Mistakes.ts"

/** A store that shows other totals. */
const showing = (change: (totals: Totals) => Totals): Layer.Layer<Ports> =>
  wrong(({ journal }) => ({
    journal: { ...journal, totals: (code, period) => Effect.map(journal.totals(code, period), change) }
  }))

/** A store that sums another period. */
const summing = (change: (period: TotalsPeriod) => TotalsPeriod): Layer.Layer<Ports> =>
  wrong(({ journal }) => ({ journal: { ...journal, totals: (code, period) => journal.totals(code, change(period)) } }))

type Find = Journal["Service"]["expiredCash"]

/** A store that looks for other expired cash. */
const expiring = (look: (find: Find, asked: Parameters<Find>[0]) => ReturnType<Find>): Layer.Layer<Ports> =>
  wrong(({ journal }) => ({
    journal: { ...journal, expiredCash: (asked) => look(journal.expiredCash, asked) }
  }))

/** A store that shows expired cash otherwise. */
const expiringAs = (change: (one: ExpiredCash) => ExpiredCash): Layer.Layer<Ports> =>
  expiring((find, asked) => Effect.map(find(asked), (all) => all.map(change)))

/** The mistakes by name. */
export const wrongTotals: Readonly<Record<string, Layer.Layer<Ports>>> = {
  "sums a period from after its first moment": summing(({ from, until }) => ({ from: instant(from + 1), until })),
  "sums a period to before its last moment": summing(({ from, until }) => ({ from, until: instant(until - 1) })),
  "sums nothing before a period": showing(({ days }) => ({ before: { debits: zero, credits: zero }, days })),
  "sums by the day of business alone": showing(({ before, days }) => ({
    before,
    days: days.map((one) => ({ ...one, day: one.businessDay }))
  })),
  "sums by the day of booking alone": showing(({ before, days }) => ({
    before,
    days: days.map((one) => ({ ...one, businessDay: one.day }))
  })),
  "shows totals with the newest day first": showing(({ before, days }) => ({ before, days: days.toReversed() })),
  "sums one kind of entries": showing(({ before, days }) => ({
    before,
    days: days.filter(({ kind }) => kind === days[0]?.kind)
  })),
  "sums every account whose code begins alike": wrong(({ books, journal }) => ({
    journal: {
      ...journal,
      totals: (code, period) => {
        const alike = [...books.balances.keys()].find((account) => account.startsWith(code))
        const isWhole = alike === undefined || isUnder(code, alike as AccountCode)
        return journal.totals(isWhole ? code : alike, period)
      }
    }
  })),
  "sums the one account of a code": wrong(({ books, journal }) => ({
    journal: {
      ...journal,
      totals: (code, period) => {
        const first = [...books.balances.keys()].find((account) => isUnder(code, account as AccountCode))
        return journal.totals(first ?? code, period)
      }
    }
  })),
  "sums cash as expired that can still be spent": expiring((find, { before, bookedSince }) =>
    find({ before: instant(before + 1), bookedSince })
  ),
  "sums expired cash without its expiry": expiringAs((one) => ({ ...one, lastDay: one.unchangedSince })),
  "sums expired cash without its last change": expiringAs((one) => ({ ...one, unchangedSince: one.lastDay })),
  "sums expired cash without its booking": expiringAs(({ bookedOn: _, ...one }) => one),
  "sums expired cash that is booked only": expiring((find, { bookedSince }) =>
    find({ before: instant(0), bookedSince })
  ),
  "sums expired cash whenever it was booked": expiring((find, { before }) => find({ before, bookedSince: instant(0) }))
}

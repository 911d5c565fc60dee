/**
 * Reports: what the authority asks, equal to the ledger to the yen, for any past date (REG-01, REG-02).
 */
import { addDays, end, type JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import { make, max, type Yen, zero } from "@kinchaku/domain/money/Yen"
import * as Law from "@kinchaku/domain/report/Law"
import { Effect } from "effect"
import * as fc from "fast-check"
import { yen, yenAround } from "../src/arbitraries/Amounts.ts"
import { japanDate, momentAround } from "../src/arbitraries/Times.ts"
import { query, validation } from "../src/Rule.ts"
import * as Outstanding from "./support/Outstanding.ts"
import * as Trials from "./support/Reports.ts"

// ── unused prepaid value ─────────────────────────────────────────────────────────────────────────────────────────────

query(
  "REG-01a",
  "unused at a base date is what was shown to all holders at its last instant, and what came in and went out in between adds up to it, " +
    "asked at once, before a sweep, after it, and years later",
  {
    because: "資金決済に関する法律 第3条第2項 (基準日未使用残高), 第22条 (報告書); rulebook BAL-04, BAL-10",
    given: { moves: Trials.moves(), lanes: fc.constantFrom(1, 1, 3) },
    runs: 60,
    subject: Trials.reporting,
    holds: (reporting, { lanes, moves }) => Effect.map(Trials.lived(reporting, moves, lanes), Trials.agrees),
    catches: {
      "expired cash counts until a sweep books it": Trials.expiring((one) => (one.bookedOn === undefined ? [] : [one])),
      "cash that a sweep booked later counts": Trials.expiring((one) => (one.bookedOn === undefined ? [one] : [])),
      "cash that expires with the base date does not count": Trials.expiring((one) => [
        { ...one, lastDay: addDays(one.lastDay, -1) }
      ]),
      "cash expires before it is taken over": Trials.expiring((one) => [{ ...one, unchangedSince: one.lastDay }]),
      "days are those of UTC": Trials.utcDays,
      "what was booked after the base date counts": Trials.reading((from) => [from, 253_402_268_399_999]),
      "the last millisecond is missing": Trials.reading((from, until) => [from, until - 1]),
      "the base date before counts into the period": Trials.reading((from, until) => [from - 86_400_000, until]),
      "what came back counts as issued": {
        unused: (one) => ({ ...one, issued: (one.issued + one.returned) as Yen, returned: 0 as Yen })
      }
    }
  }
)

query("REG-01b", "above ¥10,000,000, and at no less, half of the whole is due, each half yen as a whole one", {
  because: "資金決済に関する法律 第14条第1項; 施行令 第6条",
  given: { unused: fc.oneof(yenAround(10_000_000), yen()) },
  subject: Law.depositDue,
  holds: (due, { unused }) => {
    const deposit = BigInt(due(unused))
    const half = 2n * deposit
    return unused <= 10_000_000 ? deposit === 0n : half >= BigInt(unused) && half - 1n <= BigInt(unused)
  },
  examples: [{ unused: 10_000_000 as Yen }, { unused: 10_000_001 as Yen }],
  catches: {
    "at ¥10,000,000 it is due already": (unused) =>
      unused >= 10_000_000 ? Law.depositDue(make(Math.min(unused + 1, max))) : zero,
    "half of what is above is due": (unused) => Law.depositDue(Math.max(unused - 10_000_000, 0) as Yen),
    "half yen are left out": (unused) => (unused > 10_000_000 ? (Math.floor(unused / 2) as Yen) : zero),
    "all of it is due": (unused) => (unused > 10_000_000 ? unused : zero)
  }
})

validation(
  "REG-01c",
  "figures are given for March 31 and September 30, once the day is over in Japan, and refused by name otherwise",
  {
    because: "資金決済に関する法律 第3条第2項: 毎年三月三十一日及び九月三十日",
    given: {
      asked: fc
        .oneof(
          fc.constantFrom("2027-03-31", "2027-09-30", "2027-06-30", "2027-12-31", "2027-03-30", "2027-10-01"),
          japanDate()
        )
        .chain((date) => fc.tuple(fc.constant(date as JapanDate), momentAround(end(date as JapanDate))))
    },
    subject: Trials.reporting,
    holds: (reporting, { asked: [date, now] }) =>
      Effect.map(Trials.unusedAnswer(reporting, date, now), (answer) => {
        if (!/-(03-31|09-30)$/.test(date)) return answer === "BaseDateInvalid"
        return answer === (now > end(date) ? "figures" : "PeriodNotOver")
      }),
    catches: {
      "the ends of the other quarters are base dates": Trials.taking(
        (date) => date.replace(/06-30$/, "03-31").replace(/12-31$/, "09-30") as JapanDate
      ),
      "the days before are base dates": Trials.taking((date) => date.replace(/03-30$/, "03-31") as JapanDate),
      "the last millisecond is after the day": { ahead: 1 },
      "the first millisecond after it is of the day": { ahead: -1 },
      "the day ends at midnight of UTC": { ahead: -9 * 3_600_000 }
    }
  }
)

query("REG-01d", "a sweep that books expired cash while the figures are read changes none of them", {
  because: "rulebook REG-01, BAL-06",
  given: { amounts: fc.array(fc.integer({ min: 1, max: 9_000_000 }), { minLength: 1, maxLength: 3 }) },
  runs: 20,
  subject: Trials.reporting,
  holds: (reporting, { amounts }) => Trials.sweptMeanwhile(reporting, amounts),
  catches: { "what waits and what is booked are looked at one after the other": Trials.looksTwice }
})

// ── outstanding funds transfer ───────────────────────────────────────────────────────────────────────────────────────

query(
  "REG-02a",
  "at each day's end money, payouts in transit and their fees are outstanding, to the yen, over all lanes; the greatest security is the first of the greatest",
  {
    because: "資金決済に関する法律 第43条第2項 (未達債務の額, 要履行保証額); rulebook OUT-06",
    given: {
      bookings: Outstanding.bookings(),
      skipped: fc.nat({ max: 4 }),
      count: fc.integer({ min: 1, max: 6 })
    },
    subject: Trials.reporting,
    holds: (reporting, { bookings, count, skipped }) => Outstanding.agrees(reporting, bookings, skipped, count),
    catches: {
      "payouts in transit are forgotten": Trials.blindTo("liability:payout-in-transit"),
      "the fees of payouts are forgotten": Trials.blindTo("liability:fees-held"),
      "days are those of UTC": Outstanding.utcDays,
      "what was there before is forgotten": Outstanding.nothingBefore,
      "cash counts": {
        journal: (journal) => ({
          ...journal,
          totals: (code, period) => journal.totals(code === "liability:money" ? "liability" : code, period)
        })
      },
      "the last of the greatest days is named": {
        outstanding: (one) => {
          const last = one.days.findLast(({ required }) => required === one.max.required)
          return last === undefined ? one : { ...one, max: { day: last.day, required: last.required } }
        }
      },
      "the security of the last day is required": {
        outstanding: (one) => {
          const last = one.days.at(-1)
          return last === undefined ? one : { ...one, max: { day: last.day, required: last.required } }
        }
      }
    }
  }
)

query(
  "REG-02b",
  "the security is what is outstanding and 5 % of it up to ¥100,000,000, 1 % above, rounded up, and ¥10,000,000 at least",
  {
    because: "資金決済に関する法律 第43条第2項, 最低要履行保証額; standards-jp § 8",
    given: {
      outstanding: fc.oneof(
        yenAround(100_000_000),
        yenAround(9_523_809),
        fc.integer({ min: 0, max: 10_000_000_000 }).map((n) => n as Yen)
      )
    },
    subject: Law.securityRequired,
    holds: (required, { outstanding }) => required(outstanding) === Outstanding.securityOf(outstanding),
    examples: [9_523_809, 9_523_810, 100_000_000, 100_000_001, 100_000_100].map((n) => ({ outstanding: n as Yen })),
    catches: {
      "nothing outstanding requires nothing": (outstanding) =>
        outstanding === 0 ? zero : Law.securityRequired(outstanding),
      "the cost of paying back is forgotten": (outstanding) => Math.max(outstanding, 10_000_000) as Yen,
      "it is 5 % of everything": (outstanding) =>
        Math.max(outstanding + Math.ceil(outstanding / 20), 10_000_000) as Yen,
      "it is rounded down": (outstanding) => {
        const below = Math.min(outstanding, 100_000_000)
        return Math.max(outstanding + Math.floor((below * 5 + outstanding - below) / 100), 10_000_000) as Yen
      },
      "the least comes on top": (outstanding) => make(Law.securityRequired(outstanding) + 10_000_000)
    }
  }
)

validation(
  "REG-02c",
  "a period of 1 to 400 days is listed once its last day is over in Japan, and refused by name otherwise",
  {
    because: "rulebook REG-02",
    given: {
      from: japanDate(),
      days: fc.oneof(fc.constantFrom(1, 400, 401, 0, -1, 2), fc.integer({ min: -10, max: 420 })),
      late: fc.constantFrom(0, 1, -1, 2, 9 * 3_600_000 - 1, -86_400_000, 86_400_000)
    },
    subject: Trials.reporting,
    holds: (reporting, { days, from, late }) => {
      const until = addDays(from, days - 1)
      return Effect.map(Trials.outstandingAnswer(reporting, from, until, end(until) + late), (answer) => {
        if (days < 1) return answer === "PeriodEmpty"
        if (days > 400) return answer === "PeriodTooLong"
        return answer === (late > 0 ? "figures" : "PeriodNotOver")
      })
    },
    catches: {
      "a day more is listed": Trials.listing((from, until) => [
        addDays(from, until > addDays(from, 399) ? 1 : 0),
        until
      ]),
      "a day less is listed": Trials.listing((from, until) => [
        addDays(from, until > addDays(from, 398) ? -1 : 0),
        until
      ]),
      "a period that is turned around is listed": Trials.listing((from, until) =>
        until < from ? [until, from] : [from, until]
      ),
      "the last millisecond is after the day": { ahead: 1 },
      "the day ends at midnight of UTC": { ahead: -9 * 3_600_000 }
    }
  }
)

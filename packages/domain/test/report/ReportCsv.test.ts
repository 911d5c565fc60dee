import { describe, expect, test } from "vitest"
import type { JapanDate } from "../../src/calendar/JapanDate.ts"
import { end } from "../../src/calendar/JapanDate.ts"
import { depositBy } from "../../src/report/Law.ts"
import { outstanding } from "../../src/report/Outstanding.ts"
import * as ReportCsv from "../../src/report/ReportCsv.ts"
import { unusedPrepaid } from "../../src/report/UnusedPrepaid.ts"
import { make } from "../../src/money/Yen.ts"

const day = (text: string) => text as JapanDate
const sums = (debits: number, credits: number) => ({ debits: make(debits), credits: make(credits) })
const line = (on: string, kind: string, debits: number, credits: number) => ({
  day: day(on),
  businessDay: day(on),
  kind,
  ...sums(debits, credits)
})
const period = { baseDate: day("2029-03-31"), from: day("2028-10-01") }

/** A base period with every kind of entry, and cash that waits for a sweep. */
const figures = unusedPrepaid(period, {
  cash: {
    before: sums(1_000, 31_000),
    days: [
      line("2028-10-01", "topUp", 110, 20_000_000),
      line("2028-11-01", "legacyBalance", 0, 5_000),
      line("2028-12-01", "payment", 3_000, 0),
      line("2028-12-02", "paymentReversed", 0, 1_000),
      line("2029-01-01", "cashExpired", 700, 0),
      line("2029-01-02", "accountClosed", 50, 0)
    ]
  },
  expired: [
    { unchangedSince: day("2027-01-01"), lastDay: day("2029-03-30"), amount: make(40) },
    { unchangedSince: day("2027-01-01"), lastDay: day("2029-03-31"), amount: make(9_999) },
    { unchangedSince: day("2026-09-29"), lastDay: day("2028-09-29"), bookedOn: day("2029-01-01"), amount: make(300) },
    { unchangedSince: day("2029-04-05"), lastDay: day("2029-03-01"), amount: make(77) }
  ]
})

test("the figures of a base date add up, and stand in one row", () => {
  expect(figures).toStrictEqual({
    baseDate: "2029-03-31",
    from: "2028-10-01",
    at: end(day("2029-03-31")),
    opening: 29_700,
    issued: 20_000_000,
    takenOver: 5_000,
    returned: 1_000,
    recovered: 3_110,
    expired: 440,
    forfeited: 50,
    unused: 20_032_100,
    threshold: 10_000_000,
    deposit: 10_016_050,
    depositBy: "2029-05-31"
  })
  const header =
    "baseDate,from,opening,issued,takenOver,returned,recovered,expired,forfeited,unused,threshold,deposit,depositBy"
  const row = "2029-03-31,2028-10-01,29700,20000000,5000,1000,3110,440,50,20032100,10000000,10016050,2029-05-31"
  expect(ReportCsv.unusedPrepaid([figures])).toBe(`\uFEFF${header}\r\n${row}\r\n`)
})

test("each day is a row, and the first of the greatest is marked", () => {
  const nothing = { before: sums(0, 0), days: [] }
  const money = { before: sums(0, 10_000_000), days: [line("2029-01-02", "topUp", 0, 100_000_000)] }
  const listed = outstanding(day("2029-01-01"), day("2029-01-03"), {
    money,
    payoutsInTransit: { before: sums(0, 500), days: [line("2029-01-01", "payoutCompleted", 500, 0)] },
    feesHeld: nothing
  })
  expect(listed.max).toStrictEqual({ day: "2029-01-02", required: 115_100_000 })
  expect(ReportCsv.outstanding(listed)).toBe(
    [
      "\uFEFFday,money,payoutsInTransit,feesHeld,outstanding,procedureCost,required,isMax",
      "2029-01-01,10000000,0,0,10000000,500000,10500000,false",
      "2029-01-02,110000000,0,0,110000000,5100000,115100000,true",
      "2029-01-03,110000000,0,0,110000000,5100000,115100000,false",
      ""
    ].join("\r\n")
  )
})

describe("a cell", () => {
  test.each([
    ["2029-03-31", "2029-03-31"],
    [0, "0"],
    ["=1+1", "'=1+1"],
    ["+81", "'+81"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    ['a "b", c', '"a ""b"", c"'],
    ["=a,b", `"'=a,b"`],
    ["two\r\nlines", '"two\r\nlines"']
  ])("%j is written %s", (value, written) => {
    expect(ReportCsv.cell(value)).toBe(written)
  })
})

test.each([
  ["2027-03-31", "2027-05-31"],
  ["2027-09-30", "2027-11-30"]
])("the deposit for %s is made by %s", (baseDate, last) => {
  expect(depositBy(day(baseDate))).toBe(last)
})

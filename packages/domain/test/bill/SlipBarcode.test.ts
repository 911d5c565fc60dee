/**
 * Slips: what cannot be written, what is padded, and what a scanner sends.
 */
import { Result, Schema } from "effect"
import { expect, test } from "vitest"
import type { BillerCode } from "../../src/bill/Biller.ts"
import { checkDigit, read, SlipNumber, write } from "../../src/bill/SlipBarcode.ts"
import type { JapanDate } from "../../src/calendar/JapanDate.ts"
import type { PositiveYen } from "../../src/money/Yen.ts"

const slip = {
  biller: "912345" as BillerCode,
  free: "0000000000000045208",
  reissues: 0,
  due: "2026-05-31" as JapanDate,
  stamp: false,
  amount: 29_500 as PositiveYen
}
const number = "91912345000000000000004520800026053100295004"

test("a slip of ¥29,500 due on 31 May 2026, its free field padded with zeros", () => {
  expect(write(slip)).toBe(number)
  expect(Result.getOrThrow(read(number))).toEqual({ ...slip, free: "000000000000004520800", barcode: number })
})

test("999999 is no due date", () => {
  const { due: _, ...undated } = slip
  expect(write(undated).slice(30, 36)).toBe("999999")
  expect("due" in Result.getOrThrow(read(write(undated)))).toBe(false)
})

test.each([
  ["a biller of five digits", { biller: "12345" as BillerCode }],
  ["a free field of 22 digits", { free: "1".repeat(22) }],
  ["a free field of letters", { free: "ABC" }],
  ["ten re-issues", { reissues: 10 }],
  ["an amount of seven digits", { amount: 1_000_000 as PositiveYen }]
])("%s cannot be written", (_name, wrong) => expect(() => write({ ...slip, ...wrong })).toThrow(RangeError))

test.each([
  ["]C1", `]C1${number}`],
  ["FNC1", `\u001d${number}`],
  ["]C1 and FNC1", `]C1\u001d${number}`],
  ["è for FNC1", `\u00e8${number}`],
  ["EAN", `EAN${number}`],
  ["a space before", `  ]C1${number}`],
  ["a line end", `${number}\r\n`],
  ["brackets", `(91)${number.slice(2)}`],
  ["kinds of hyphens", `${number.slice(0, 8)}‐${number.slice(8, 20)}－${number.slice(20, 30)}−${number.slice(30)}`]
])("with %s it is the same slip", (_name, scanned) => expect(Result.getOrThrow(read(scanned)).barcode).toBe(number))

test("the check digit runs from 0 to 9", () => {
  expect(checkDigit("0".repeat(43))).toBe("0")
  expect(checkDigit(`${"0".repeat(42)}3`)).toBe("1")
  expect(checkDigit(`${"0".repeat(41)}10`)).toBe("9")
})

test("a slip's number is 44 digits whose check digit fits", () => {
  expect(Schema.is(SlipNumber)(number)).toBe(true)
  expect(Schema.is(SlipNumber)(`${number.slice(0, 43)}0`)).toBe(false)
  expect(Schema.is(SlipNumber)(number.slice(0, 43))).toBe(false)
})

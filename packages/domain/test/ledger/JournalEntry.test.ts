import { Result, Schema } from "effect"
import { describe, expect, test } from "vitest"
import type { Instant } from "../../src/calendar/JapanDate.ts"
import { bankSettlement, fees, suspense } from "../../src/ledger/AccountCode.ts"
import * as Balance from "../../src/ledger/Balance.ts"
import * as JournalEntry from "../../src/ledger/JournalEntry.ts"
import { max, type PositiveYen, type Yen } from "../../src/money/Yen.ts"

const id = JournalEntry.entryId("01ARZ3NDEKTSV4RRFFQ69G5FAV", 1)
const bank = bankSettlement("0001")
const line = (side: JournalEntry.Side, amount: number, account = bank): JournalEntry.Posting => ({
  account,
  side,
  amount: amount as PositiveYen
})
const entry = (...postings: [JournalEntry.Posting, ...Array<JournalEntry.Posting>]): JournalEntry.JournalEntry => ({
  id,
  kind: "topUp",
  businessAt: 0 as Instant,
  postings
})

describe("an entry", () => {
  test.each([
    ["one line on each side", [line("debit", 5), line("credit", 5, suspense)], true],
    ["two lines against one", [line("debit", 5), line("credit", 2, suspense), line("credit", 3, fees)], true],
    ["the largest amount", [line("debit", max), line("credit", max, fees)], true],
    ["one yen missing", [line("debit", 5), line("credit", 4, suspense)], false],
    ["one side only", [line("debit", 5)], false],
    ["two debits", [line("debit", 5), line("debit", 5, suspense)], false]
  ] as const)("of %s is accepted or not: %j", (_, postings, accepted) => {
    const made = JournalEntry.make(entry(...(postings as unknown as [JournalEntry.Posting])))
    expect(Result.isSuccess(made)).toBe(accepted)
  })

  test("that does not balance says both sums", () => {
    const made = JournalEntry.make(entry(line("debit", 5), line("credit", 3, fees)))
    expect(Result.isFailure(made) && made.failure).toMatchObject({ _tag: "EntryUnbalanced", debits: 5, credits: 3 })
  })

  test("whose sum would leave the range is a defect", () => {
    expect(() => JournalEntry.make(entry(line("debit", max), line("debit", 1)))).toThrow(RangeError)
  })

  test("without lines, or balanced by a mistaken caller, is a defect", () => {
    expect(() => JournalEntry.balanced({ ...entry(line("debit", 1)), postings: [] })).toThrow("no postings")
    expect(() => JournalEntry.balanced(entry(line("debit", 1)))).toThrow()
  })

  test.each([0, -1, 0.5, 2 ** 53])("has no line of %d yen", (amount) => {
    expect(Schema.is(JournalEntry.Posting)(line("debit", amount))).toBe(false)
  })
})

test("a line of zero yen is no line", () => {
  expect(JournalEntry.debit(bank, 0 as Yen)).toEqual([])
  expect(JournalEntry.credit(bank, 1 as Yen)).toEqual([line("credit", 1)])
})

test("the reverse of the reverse is the original", () => {
  const lines = [line("debit", 5), line("credit", 5, fees)]
  expect(JournalEntry.reversed(lines)).toEqual([line("credit", 5), line("debit", 5, fees)])
  expect(JournalEntry.reversed(JournalEntry.reversed(lines))).toEqual(lines)
})

describe("a balance", () => {
  test("grows on the side of its postings, and is their difference", () => {
    const after = [line("credit", 700), line("debit", 300), line("credit", 1)].reduce(
      Balance.after,
      Balance.empty(bank)
    )
    expect(after).toEqual({ account: bank, debits: 300, credits: 701 })
    expect(Balance.held(after)).toBe(401)
  })

  test("below zero is a defect", () => {
    expect(() => Balance.held(Balance.after(Balance.empty(bank), line("debit", 1)))).toThrow(RangeError)
  })
})

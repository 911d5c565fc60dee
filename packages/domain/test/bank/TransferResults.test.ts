/**
 * Results of transfers: each code, the trailer's partial sums, other banks' forms, and what is never guessed.
 */
import { Result } from "effect"
import { expect, test } from "vitest"
import { TransferUnreadable } from "../../src/bank/TransferFile.ts"
import { readResults, resultForm } from "../../src/bank/TransferResults.ts"
import { changed, file, fileOf, line, recordsOf } from "./Transfers.ts"

const asked = recordsOf(fileOf([line(1), line(2), line(3)]))
const amounts = [1000, 2000, 3000]

const partial = (codes: ReadonlyArray<string>): string => {
  const done = amounts.filter((_, n) => codes[n] === "0")
  const notDone = amounts.filter((_, n) => codes[n] !== "0")
  return [done, notDone]
    .map((each) => `${each.length}`.padStart(6, "0") + `${each.reduce((a, b) => a + b, 0)}`.padStart(12, "0"))
    .join("")
}

/** The request as a bank gives it back: a code in each data record, and sums in the trailer. */
const answered = (codes: ReadonlyArray<string>, sums = partial(codes), offset = 111): Uint8Array =>
  file(
    asked.map((record, n) =>
      n === 4 ? changed(record, 19, sums) : n > 0 && n < 4 ? changed(record, offset, codes[n - 1] ?? "") : record
    )
  )

test("each transfer has its outcome and the reference it was asked with", () => {
  const { done, header, notDone, results } = Result.getOrThrow(readResults(answered(["0", "2", "9"])))
  expect(results.map(({ code, line: { amount, reference }, outcome }) => [code, outcome, amount, reference])).toEqual([
    ["0", "credited", 1000, line(1).reference],
    ["2", "noSuchAccount", 2000, line(2).reference],
    ["9", "otherReason", 3000, line(3).reference]
  ])
  expect({ done, notDone }).toEqual({ done: { count: 1, total: 1000 }, notDone: { count: 2, total: 5000 } })
  expect(header.monthDay).toBe("1130")
})

test.each([
  ["0", "credited"],
  ["1", "insufficientFunds"],
  ["2", "noSuchAccount"],
  ["3", "stoppedByHolder"],
  ["8", "stoppedByClient"],
  ["9", "otherReason"]
])("code %s is %s", (code, outcome) =>
  expect(Result.getOrThrow(readResults(answered([code, "0", "0"]))).results[0]?.outcome).toBe(outcome)
)

test.each(["4", "5", "6", "7", " ", "A"])("code %j is refused, not guessed", (code) =>
  expect(readResults(answered(["0", code, "0"]))).toEqual(
    Result.fail(new TransferUnreadable({ record: 3, field: "result", reason: "unknownCode" }))
  )
)

test("a request that comes back as it was is no result, whatever its trailer says", () => {
  expect(Result.isFailure(readResults(file(asked)))).toBe(true)
  expect(readResults(answered(["7", "7", "7"]))).toEqual(
    Result.fail(new TransferUnreadable({ record: 2, field: "result", reason: "unknownCode" }))
  )
  const zeros = "0".repeat(36)
  expect(readResults(answered(["0", "0", "0"], zeros))).toEqual(
    Result.fail(new TransferUnreadable({ record: 5, field: "doneCount", reason: "totals" }))
  )
})

test.each([
  [18, "doneCount"],
  [30, "doneTotal"],
  [36, "notDoneCount"],
  [53, "notDoneTotal"]
] as const)("a wrong digit %i bytes into the trailer is refused: %s", (at, field) => {
  const bytes = answered(["0", "1", "0"])
  const trailer = 4 * 122 + (at === 18 ? 24 : at === 30 ? 36 : at === 36 ? 42 : 54)
  expect(readResults(bytes.with(trailer, 0x38))).toEqual(
    Result.fail(new TransferUnreadable({ record: 5, field, reason: "totals" }))
  )
})

test("another bank's form is data: where the code stands, what it means, and whether the trailer has sums", () => {
  const form = { offset: 113, length: 2, outcomes: { OK: "credited", NG: "otherReason" }, totals: "optional" } as const
  const without = answered(["OK", "NG", "OK"], "", 113)
  expect(Result.getOrThrow(readResults(without, form)).results.map(({ outcome }) => outcome)).toEqual([
    "credited",
    "otherReason",
    "credited"
  ])
  expect(Result.isFailure(readResults(without, { ...form, totals: "required" }))).toBe(true)
  expect(Result.isFailure(readResults(answered(["OK", "OK", "toString"], "", 113), form))).toBe(true)
  expect(() => readResults(without, { ...resultForm, offset: 80 })).toThrow(RangeError)
  expect(() => readResults(without, { ...resultForm, offset: 119, length: 2 })).toThrow(RangeError)
})

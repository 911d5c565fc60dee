/**
 * Examinations worked out: what is missing of documents, in the order in which an operator is told.
 */
import { Result } from "effect"
import { expect, test } from "vitest"
import type { AccountId } from "../../src/account/Account.ts"
import { type Examination, examined } from "../../src/account/Documents.ts"
import { CaseReference } from "../../src/account/OperatorCase.ts"
import { addMonths, type Instant, type JapanDate } from "../../src/calendar/JapanDate.ts"
import { validator } from "../../src/engine/Command.ts"

const day = (text: string): JapanDate => text as JapanDate
const at = Date.UTC(2026, 7, 31, 3) as Instant
const account = `acct_${"0".repeat(26)}` as AccountId
const circumstances = { account, hasLink: true, since: (at - 1000) as Instant }
const insured: Examination = {
  phoneContact: { at: day("2026-08-31"), reference: "call-7" },
  picture: "picture-7",
  document: {
    kind: "healthInsuranceCard",
    issuedOn: day("2026-02-28"),
    shows: ["name", "address", "birthDate"],
    individualNumber: false
  },
  supplementary: {
    kind: "utilityReceipt",
    issuedOn: day("2026-03-01"),
    presentAddress: true,
    individualNumber: false
  }
}

const missing = (examination: Examination): unknown => {
  const result = examined(circumstances, examination, at)
  return Result.isSuccess(result) ? "complete" : { ...result.failure }
}

test("so many months later is the same day, or the last one of a shorter month", () => {
  expect(addMonths(day("2026-02-28"), 6)).toBe("2026-08-28")
  expect(addMonths(day("2026-08-31"), 6)).toBe("2027-02-28")
  expect(addMonths(day("2026-12-31"), 2)).toBe("2027-02-28")
  expect(addMonths(day("2028-08-31"), -6)).toBe("2028-02-29")
  expect(addMonths(day("2026-11-15"), 14)).toBe("2028-01-15")
})

test("a document without an expiry is recent for six months and not a day longer", () => {
  const issued = (issuedOn: string): Examination => ({
    ...insured,
    document: { ...insured.document!, issuedOn: day(issuedOn) }
  })
  expect(missing(issued("2026-02-28"))).toMatchObject({ missing: ["documentRecent"] })
  expect(missing(issued("2026-03-01"))).toBe("complete")
  expect(missing(issued("2026-08-31"))).toBe("complete")
  expect(missing(issued("2026-09-01"))).toMatchObject({ missing: ["documentRecent"] })
})

test("everything that is missing is named at once", () => {
  expect(missing({})).toMatchObject({ missing: ["phoneContact", "picture", "document"] })
  expect(
    missing({
      document: { kind: "passport", issuedOn: day("2020-01-01"), shows: [], individualNumber: false },
      supplementary: { ...insured.supplementary!, issuedOn: day("2020-01-01"), presentAddress: false }
    })
  ).toMatchObject({
    missing: [
      "phoneContact",
      "picture",
      "documentExpiry",
      "photograph",
      "name",
      "address",
      "birthDate",
      "supplementaryRecent",
      "presentAddress"
    ]
  })
})

test("a document that bears the individual number is refused before anything else", () => {
  const bearing = { ...insured.document!, individualNumber: true }
  expect(missing({ document: bearing })).toMatchObject({ _tag: "IndividualNumberShown" })
  expect(missing({ supplementary: { ...insured.supplementary!, individualNumber: true } })).toMatchObject({
    _tag: "IndividualNumberShown"
  })
})

test.each(["case-1", "2026/05-17", "12345678901", "A123456789B0"])("%s is a number of a case", (text) => {
  expect(Result.isSuccess(validator(CaseReference)(text))).toBe(true)
})

test.each(["", "123456789012", "no-1234-5678-9012", "1234.5678.9012", "山田", "a b", "x".repeat(81)])(
  "%s is none, or could be an individual number",
  (text) => {
    expect(Result.isFailure(validator(CaseReference)(text))).toBe(true)
  }
)

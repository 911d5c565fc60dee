/**
 * Japan Post accounts: the values that others publish for the conversion, and what is odd but never refused.
 */
import { Result } from "effect"
import { expect, test } from "vitest"
import { checkDigit, identity, JapanPostUnreadable, read } from "../../src/bank/JapanPost.ts"

const readOf = (symbol: string, number: string, isBranch?: (branch: string) => boolean) =>
  Result.getOrThrow(read(symbol, number, isBranch))

// Values of the tests of github.com/sanmai/jpb-account-converter (MIT), which follow the bank's own converter.
test.each([
  ["14030", "12345671", "408", "ordinary", "1234567"],
  ["15150", "21111111", "518", "ordinary", "2111111"],
  ["00580", "654321", "059", "current", "0654321"],
  ["00160-0", "100001", "019", "current", "0100001"]
])("%s %s is transferred to as %s %s %s", (symbol, number, branch, kind, digits) => {
  const account = readOf(symbol, number)
  expect(account.transfer).toEqual({ branch, kind, number: digits })
  expect(account.warnings).toEqual([])
})

test.each([
  ["14080", "12712721", 8],
  ["10000", "81111111", 1],
  ["10000", "80000001", 9],
  ["16150", "12233411", 5],
  ["10001", "10001", 7]
])("the check digit of %s %s is %i", (symbol, number, digit) => expect(checkDigit(symbol, number)).toBe(digit))

test("the sample that the wallet shows is kept and warned about, not refused", () => {
  const account = readOf("11940", "12345671", (branch) => branch !== "198")
  expect(account).toEqual({
    symbol: "11940",
    number: "12345671",
    displayedBranch: "194",
    displayedBranchKanji: "一九四",
    transfer: { branch: "198", kind: "ordinary", number: "1234567" },
    identity: "9900-198-ordinary-1234567",
    warnings: ["checkDigit", "branchUnknown"]
  })
  expect(readOf("10530", "12345671").warnings).toEqual(["checkDigit"])
})

test("a wrong check digit is a warning", () => expect(readOf("10000-0", "80000001").warnings).toEqual(["checkDigit"]))

test.each([
  ["200001", "80000001", "200001", "80000001"],
  ["15150", "11111112", "15150", "11111112"],
  ["01110", "21111109", "01110", "21111109"],
  ["1", "1", "1", "1"],
  ["19", "007", "19", "007"],
  ["1".repeat(40), "9".repeat(40), "1".repeat(40), "9".repeat(40)]
])("%s %s is kept as it is and has no transfer", (typedSymbol, typedNumber, symbol, number) =>
  expect(readOf(typedSymbol, typedNumber)).toMatchObject({
    symbol,
    number,
    transfer: undefined,
    warnings: ["notConvertible"]
  })
)

test.each([
  ["1", ""],
  ["194", ""],
  ["1194", "194"],
  ["119401", "194"]
])("the branch shown for %s is %j", (symbol, branch) => expect(readOf(symbol, "1").displayedBranch).toBe(branch))

test.each([
  ["", "1", "symbol"],
  ["-", "1", "symbol"],
  ["1194O", "1", "symbol"],
  ["1194_0", "1", "symbol"],
  ["1".repeat(101), "1", "symbol"],
  ["11940", "", "number"],
  ["11940", "12.3", "number"],
  ["十", "1", "symbol"]
] as const)("%j %j is refused: no digits in the %s", (symbol, number, field) =>
  expect(read(symbol, number)).toEqual(Result.fail(new JapanPostUnreadable({ field })))
)

test.each([
  ["00160", "100001"],
  ["００１６０", "１００００１"],
  ["00160-0", "100001"],
  ["00160－0", "100001"],
  [" 00160 ", "0-100001"],
  ["00160", "0100001"],
  ["00160", "00100001"],
  ["00160", "3100001"],
  ["001603", "100001"],
  ["0016-0", "100 001"],
  ["0 0 1 6 0", "1 0 0 0 0 1"],
  ["00160-3-", "100-001"]
])("%j %j is one account", (symbol, number) =>
  expect(identity(symbol, number)).toEqual(Result.succeed("9900-019-current-0100001"))
)

test("an account in the middle digit's way of checking has no warning either", () => {
  const digit = checkDigit("00100", "5000001")
  expect(digit).not.toBe(checkDigit("00100", "000001"))
  expect(readOf(`001${digit}0-5`, "1").warnings).toEqual([])
  expect(readOf(`001${digit}0`, "1").warnings).toEqual(["checkDigit"])
})

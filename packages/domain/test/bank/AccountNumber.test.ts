/**
 * Account numbers: padded to seven digits, and what is refused.
 */
import { Result } from "effect"
import { expect, test } from "vitest"
import { accountNumber, AccountNumberNotAllowed } from "../../src/bank/AccountNumber.ts"

test.each([
  ["1", "0000001"],
  ["123456", "0123456"],
  ["1234567", "1234567"],
  ["0000000", "0000000"]
])("%s is %s", (typed, number) => expect(accountNumber(typed)).toEqual(Result.succeed(number)))

test.each([
  ["", "empty"],
  ["12345678", "tooLong"],
  ["00000001", "tooLong"],
  ["123 456", "notDigits"],
  ["123-456", "notDigits"],
  [" 123456", "notDigits"],
  ["123456\n", "notDigits"],
  ["１２３４５６７", "notDigits"],
  ["+123", "notDigits"]
] as const)("%j is refused: %s", (typed, reason) =>
  expect(accountNumber(typed)).toEqual(Result.fail(new AccountNumberNotAllowed({ reason })))
)

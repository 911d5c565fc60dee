/**
 * Account numbers of banks other than Japan Post: seven half-width digits, typed with or without the zeros before them
 * (BNK-06).
 */
import { Result, Schema } from "effect"

/** Refused: the number is no account number. The number itself is personal and not repeated. */
export class AccountNumberNotAllowed extends Schema.TaggedError<AccountNumberNotAllowed>()("AccountNumberNotAllowed", {
  /** empty; longer than seven digits; or something that is no half-width digit, such as a space or hyphen. */
  reason: Schema.Literals(["empty", "tooLong", "notDigits"])
}) {}

const refused = (reason: AccountNumberNotAllowed["reason"]) => Result.fail(new AccountNumberNotAllowed({ reason }))

/** The seven digits of an account number as typed, zeros put before fewer. */
export const accountNumber = (typed: string): Result.Result<string, AccountNumberNotAllowed> => {
  if (typed === "") return refused("empty")
  if (!/^[0-9]+$/.test(typed)) return refused("notDigits")
  return typed.length > 7 ? refused("tooLong") : Result.succeed(typed.padStart(7, "0"))
}

/**
 * The rule for web passwords (SES-04): how long, with letters and digits, and, where the operator says so, not a common one.
 *
 * A password is compared in one written form, so that it is the same however a keyboard makes its characters.
 */
import { Result, Schema } from "effect"
import type { AuthenticationPolicy } from "../policy/Authentication.ts"
import { commonPasswords } from "./CommonPasswords.ts"

/** Refused: the password breaks the operator's rule (SES-04). What was typed is not repeated. */
export class PasswordUnacceptable extends Schema.TaggedError<PasswordUnacceptable>()("PasswordUnacceptable", {
  reason: Schema.Literals(["tooShort", "tooLong", "lettersAndDigitsNeeded", "common"]),
  minimum: Schema.Int,
  maximum: Schema.Int
}) {}

/** A password as it comes in; longer texts are not looked at. */
export const TypedPassword = Schema.String.check(Schema.isMaxLength(256))

/** The one written form of a password, in which it is hashed. */
export const password = (typed: string): string => typed.normalize("NFKC")

/** What is left of a password without its case and without the digits and marks around a word: "Password2026!" is "password". */
const core = (written: string): string =>
  written
    .toLowerCase()
    .replace(/^[^\p{L}]+/u, "")
    .replace(/[^\p{L}]+$/u, "")

/** Whether a text is one piece of at most six characters over and over: "abc123abc123abc". */
const isRepetition = (written: string): boolean => {
  const characters = [...written]
  return [1, 2, 3, 4, 5, 6].some(
    (piece) =>
      piece * 2 <= characters.length &&
      characters.every((character, n) => n < piece || character === characters[n - piece])
  )
}

/** Whether a password is on the list, or little else than one that is. */
export const isCommon = (typed: string): boolean => {
  const written = password(typed).toLowerCase()
  return commonPasswords.has(written) || commonPasswords.has(core(written)) || isRepetition(written)
}

type Rule = AuthenticationPolicy["password"]

const reasonAgainst = (
  { commonRefused, maximum, minimum }: Rule,
  typed: string
): PasswordUnacceptable["reason"] | undefined => {
  const written = password(typed)
  const { length } = [...written]
  if (length < minimum) return "tooShort"
  if (length > maximum) return "tooLong"
  if (!/[A-Za-z]/.test(written) || !/[0-9]/.test(written)) return "lettersAndDigitsNeeded"
  return commonRefused && isCommon(typed) ? "common" : undefined
}

/**
 * The written form of a password that the rule accepts.
 *
 * > minimum ≤ characters ≤ maximum, a letter, a digit, not common where that counts
 */
export const acceptable = (rule: Rule, typed: string): Result.Result<string, PasswordUnacceptable> => {
  const reason = reasonAgainst(rule, typed)
  const { maximum, minimum } = rule
  return reason === undefined
    ? Result.succeed(password(typed))
    : Result.fail(new PasswordUnacceptable({ reason, minimum, maximum }))
}

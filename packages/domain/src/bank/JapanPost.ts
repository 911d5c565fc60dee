/**
 * Accounts of Japan Post Bank (ゆうちょ銀行), which have a symbol (記号) and a number (番号) instead of a branch and a number
 * (BNK-07).
 *
 * Both are kept as digits of any length, never padded and never checked; what is odd about them is a warning. Only a
 * transfer needs them converted to a branch and seven digits. The account is the same one in whatever form its
 * passbook prints it.
 */
import { Result, Schema } from "effect"

/** The code of Japan Post Bank (統一金融機関コード). */
export const bankCode = "9900"

/** Refused: the text has no digit, something that is neither digit, space nor hyphen, or more than 100 characters. */
export class JapanPostUnreadable extends Schema.TaggedError<JapanPostUnreadable>()("JapanPostUnreadable", {
  field: Schema.Literals(["symbol", "number"])
}) {}

/** What a transfer needs: the branch (店番), the kind and seven digits. */
export interface Transfer {
  readonly branch: string
  readonly kind: "ordinary" | "current"
  readonly number: string
}

/**
 * What is odd about an account: it cannot be converted for a transfer; the check digit within its symbol does not fit;
 * or the branch of its transfers is not in the directory.
 */
export type Warning = "notConvertible" | "checkDigit" | "branchUnknown"

export interface JapanPostAccount {
  /** Digits as typed, hyphens and spaces dropped, without the digit that is printed between symbol and number. */
  readonly symbol: string
  readonly number: string
  /** Digits 2 to 4 of the symbol, as the wallet shows a branch; empty where the symbol is too short. */
  readonly displayedBranch: string
  readonly displayedBranchKanji: string
  readonly transfer: Transfer | undefined
  /** The same text for every form of the same account, by which it is told apart from others (BNK-08). */
  readonly identity: string
  readonly warnings: ReadonlyArray<Warning>
}

const isSymbol = (digits: string): boolean => /^[01]\d{3}0$/.test(digits)

interface Typed {
  readonly symbol: string
  readonly number: string
  /** The digit between symbol and number (中の桁), where one stands apart. */
  readonly middle: string
}

/** Characters of a text that are looked at; nobody types a longer one by accident, and digits are never cut. */
const longest = 100

/** The groups of digits that hyphens part; none where anything but digits, spaces and hyphens stands in the text. */
const groupsOf = (typed: string): ReadonlyArray<string> => {
  if (typed.length > longest) return []
  const narrow = typed.normalize("NFKC").replace(/\s/g, "")
  const groups = narrow.split(/[\u2010-\u2015\u2212\u30fc-]/).filter((group) => group !== "")
  return groups.every((group) => /^\d+$/.test(group)) ? groups : []
}

const unreadable = (field: "symbol" | "number") => Result.fail(new JapanPostUnreadable({ field }))

/**
 * A single digit that a hyphen parts from a symbol of five digits, or from the number behind it, is the one in the
 * middle.
 */
const readTyped = (typedSymbol: string, typedNumber: string): Result.Result<Typed, JapanPostUnreadable> => {
  const symbols = groupsOf(typedSymbol)
  const numbers = groupsOf(typedNumber)
  if (symbols.length === 0) return unreadable("symbol")
  if (numbers.length === 0) return unreadable("number")
  const [symbol, behind] = symbols.length === 2 && isSymbol(symbols[0] ?? "") ? symbols : [symbols.join("")]
  const [before, number] = numbers.length === 2 && numbers[0]?.length === 1 ? numbers : ["", numbers.join("")]
  const isApart = behind?.length === 1
  return Result.succeed({
    symbol: isApart ? (symbol ?? "") : symbols.join(""),
    number: number ?? "",
    middle: isApart ? behind : (before ?? "")
  })
}

const withoutZeros = (digits: string): string => digits.replace(/^0+(?=\d)/, "")

/** The account alone: no zeros before its number, no digit in the middle that was typed together with either part. */
const bare = ({ middle, number, symbol }: Typed): Typed => {
  const digits = withoutZeros(number)
  const most = symbol.startsWith("0") ? 6 : 8
  const isLong = middle === "" && digits.length === most + 1
  const isAppended = middle === "" && !isLong && symbol.length === 6 && isSymbol(symbol.slice(0, 5))
  return {
    symbol: isAppended ? symbol.slice(0, 5) : symbol,
    number: isLong ? withoutZeros(digits.slice(1)) : digits,
    middle: isLong ? digits.slice(0, 1) : isAppended ? symbol.slice(5) : middle
  }
}

const transferOf = ({ number, symbol }: Typed): Transfer | undefined => {
  if (!isSymbol(symbol)) return undefined
  if (symbol.startsWith("1")) {
    return /^\d{1,7}1$/.test(number)
      ? { branch: `${symbol.slice(1, 3)}8`, kind: "ordinary", number: number.slice(0, -1).padStart(7, "0") }
      : undefined
  }
  return /^\d{1,6}$/.test(number)
    ? { branch: `${symbol.slice(1, 3)}9`, kind: "current", number: number.padStart(7, "0") }
    : undefined
}

const weighted = (digit: number, place: number): number => {
  if (place === 12 || place % 3 === 0) return digit
  return place % 3 === 1 ? digit * 3 : digit * 2 - (digit < 5 ? 0 : 9)
}

/** The check digit that stands fourth in a symbol of five digits, with a number of at most eight. */
export const checkDigit = (symbol: string, number: string): number => {
  const digits = `${symbol.slice(0, 3)}0${symbol.slice(4, 5)}${number.padStart(8, "0")}`
  return Array.from(digits, Number).reduce((sum, digit, place) => sum + weighted(digit, place), 0) % 10
}

/** The digit in the middle counts in the check for those who print it, and is left out by others; either will do. */
const isChecked = ({ middle, number, symbol }: Typed): boolean => {
  const most = symbol.startsWith("0") ? 6 : 8
  const numbers = middle === "" || most === 8 ? [number] : [number, `${middle}${number.padStart(most, "0")}`]
  return numbers.some((digits) => checkDigit(symbol, digits) === Number(symbol[3]))
}

const kanji = "〇一二三四五六七八九"

const warningsOf = (
  account: Typed,
  transfer: Transfer | undefined,
  isBranch: (branch: string) => boolean
): ReadonlyArray<Warning> => {
  if (transfer === undefined) return ["notConvertible"]
  return [
    ...(isChecked(account) ? [] : ["checkDigit" as const]),
    ...(isBranch(transfer.branch) ? [] : ["branchUnknown" as const])
  ]
}

/**
 * An account as it is typed, in any form in which a passbook prints it. `isBranch` says whether the directory has a
 * branch of the bank; without it none is missed. Digits are never refused (BNK-07).
 */
export const read = (
  typedSymbol: string,
  typedNumber: string,
  isBranch: (branch: string) => boolean = () => true
): Result.Result<JapanPostAccount, JapanPostUnreadable> =>
  Result.map(readTyped(typedSymbol, typedNumber), (typed) => {
    const account = bare(typed)
    const transfer = transferOf(account)
    const displayedBranch = typed.symbol.length < 4 ? "" : typed.symbol.slice(1, 4)
    return {
      symbol: typed.symbol,
      number: typed.number,
      displayedBranch,
      displayedBranchKanji: Array.from(displayedBranch, (digit) => kanji[Number(digit)] ?? "").join(""),
      transfer,
      identity: identityOf(account, transfer),
      warnings: warningsOf(account, transfer, isBranch)
    }
  })

/**
 * An account that can be converted is told apart as any other bank's account is, so that both ways of naming it agree.
 */
const identityOf = ({ number, symbol }: Typed, transfer: Transfer | undefined): string =>
  transfer === undefined
    ? [bankCode, symbol, number].join("-")
    : [bankCode, transfer.branch, transfer.kind, transfer.number].join("-")

/** The same text for all forms of the same account; what the keyed hash of a linked account is made of (BNK-08). */
export const identity = (typedSymbol: string, typedNumber: string): Result.Result<string, JapanPostUnreadable> =>
  Result.map(read(typedSymbol, typedNumber), (account) => account.identity)

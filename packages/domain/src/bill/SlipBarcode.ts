/**
 * Slip barcodes (払込票, GS1-128 標準料金代理収納): the 44 digits under the bars of a payment slip.
 *
 * | places | digits | field |
 * | 1–2    | 2      | application identifier, always 91 |
 * | 3–8    | 6      | issuer code (請求書発行企業コード) |
 * | 9–29   | 21     | free field of the issuer |
 * | 30     | 1      | number of re-issues |
 * | 31–36  | 6      | due date YYMMDD, 999999 = none |
 * | 37     | 1      | revenue stamp flag, 0 or 1 |
 * | 38–43  | 6      | amount in yen |
 * | 44     | 1      | check digit, modulus 10, weights 3 and 1 from the right |
 *
 * Source: GS1 Japan guideline for GS1-128 標準料金代理収納; PAY-17.
 */
import { Result, Schema } from "effect"
import * as JapanDate from "../calendar/JapanDate.ts"
import type { PositiveYen } from "../money/Yen.ts"
import type { BillerCode } from "./Biller.ts"

/** The 44 digits, check digit correct. */
export const SlipNumber = Schema.String.check(
  Schema.makeFilter(
    (text) => (/^91\d{42}$/.test(text) && checkDigit(text) === text[43]) || "expected the 44 digits of a slip"
  )
).pipe(Schema.brand("SlipNumber"))
export type SlipNumber = typeof SlipNumber.Type

/** What a slip says. */
export interface Slip {
  readonly barcode: SlipNumber
  readonly biller: BillerCode
  /** The issuer's own 21 digits, which usually name the customer and the claim. */
  readonly free: string
  readonly reissues: number
  /** Payable until the end of this day; absent where the slip has no due date. */
  readonly due?: JapanDate.JapanDate
  /** Whether the issuer pays stamp duty on it; not a function of the amount. */
  readonly stamp: boolean
  readonly amount: PositiveYen
}

export const BarcodeField = Schema.Literals([
  "characters",
  "length",
  "applicationIdentifier",
  "dueDate",
  "stampFlag",
  "amount",
  "checkDigit"
])
export type BarcodeField = typeof BarcodeField.Type

/** Refused: the barcode is not a slip's; the field that is wrong (PAY-17). */
export class BarcodeInvalid extends Schema.TaggedError<BarcodeInvalid>()("BarcodeInvalid", { field: BarcodeField }) {}

/** The check digit of the first 43 digits. > (10 − Σ digit × (3, 1, 3 … from the right) mod 10) mod 10 */
export const checkDigit = (digits: string): string => {
  let sum = 0
  for (let place = 0; place < 43; place++) sum += (digits.charCodeAt(42 - place) - 48) * (place % 2 === 0 ? 3 : 1)
  return `${(10 - (sum % 10)) % 10}`
}

/** So much is read at most: 44 digits with whatever a scanner or a person puts between them. */
const scannedMax = 200

/**
 * The digits that a scanner or a person meant: full-width digits narrowed, the symbology prefix, FNC1, the prefix EAN, spaces,
 * brackets and hyphens dropped. What is left is read strictly.
 */
export const normalise = (scanned: string): string =>
  bareDigits.test(scanned)
    ? scanned
    : scanned
        .slice(0, scannedMax)
        .normalize("NFKC")
        .replace(/^\s*(?:\]C1|EAN)?[\u001d\u00e8]?/, "")
        .replace(/[\s()\u2010-\u2015\u2212-]/g, "")

const bareDigits = /^[0-9]{44}$/

/** The issuer code in the 44 digits of a slip. */
export const billerOf = (digits: string): BillerCode => digits.slice(2, 8) as BillerCode

/** Why a due date field is a due date, none, or malformed. */
const dueDate = (digits: string): Result.Result<JapanDate.JapanDate | undefined, BarcodeInvalid> => {
  if (digits === "999999") return Result.succeed(undefined)
  const date = JapanDate.make(2000 + Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), Number(digits.slice(4, 6)))
  return date === undefined ? Result.fail(new BarcodeInvalid({ field: "dueDate" })) : Result.succeed(date)
}

const firstWrong = (digits: string): BarcodeField | undefined => {
  if (!/^[0-9]*$/.test(digits)) return "characters"
  if (digits.length !== 44) return "length"
  if (!digits.startsWith("91")) return "applicationIdentifier"
  if (checkDigit(digits) !== digits[43]) return "checkDigit"
  if (digits[36] !== "0" && digits[36] !== "1") return "stampFlag"
  return digits.slice(37, 43) === "000000" ? "amount" : undefined
}

/** Reads a slip, or names the first field that is wrong: characters, length, identifier, check digit, stamp flag, amount, date. */
export const read = (scanned: string): Result.Result<Slip, BarcodeInvalid> => {
  const digits = normalise(scanned)
  const wrong = scanned.length > scannedMax ? "length" : firstWrong(digits)
  if (wrong !== undefined) return Result.fail(new BarcodeInvalid({ field: wrong }))
  return Result.map(dueDate(digits.slice(30, 36)), (due) => ({
    barcode: digits as SlipNumber,
    biller: billerOf(digits),
    free: digits.slice(8, 29),
    reissues: Number(digits[29]),
    ...(due === undefined ? {} : { due }),
    stamp: digits[36] === "1",
    amount: Number(digits.slice(37, 43)) as PositiveYen
  }))
}

/** Writes the 44 digits of a slip; `free` is padded on the right with zeros. Fields that do not fit are a defect of the caller. */
export const write = (slip: Omit<Slip, "barcode">): SlipNumber => {
  const due = slip.due === undefined ? "999999" : slip.due.slice(2).replaceAll("-", "")
  const amount = `${slip.amount}`.padStart(6, "0")
  const body = `91${slip.biller}${slip.free.padEnd(21, "0")}${slip.reissues}${due}${slip.stamp ? 1 : 0}${amount}`
  if (!/^\d{43}$/.test(body)) throw new RangeError(`a slip of 43 digits was expected, not "${body}"`)
  return `${body}${checkDigit(body)}` as SlipNumber
}

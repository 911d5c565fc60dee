/**
 * Slips: barcodes that are right, as scanners and people write them, and barcodes with one field that is wrong.
 */
import type { BarcodeField, Slip, SlipNumber } from "@kinchaku/domain/bill/SlipBarcode"
import { checkDigit, write } from "@kinchaku/domain/bill/SlipBarcode"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import * as fc from "fast-check"
import { billerCode } from "./Ids.ts"
import { japanDate } from "./Times.ts"

/** What a slip says, without its number. */
export type SlipContent = Omit<Slip, "barcode">

const free = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 21, maxLength: 21 }).map((all) => all.join(""))
/** One yen to 999,999, and both sides of the limits that are in use. */
const amount = fc.oneof(fc.constantFrom(1, 300_000, 299_999, 300_001, 999_999), fc.integer({ min: 1, max: 999_999 }))

/** A slip, with and without due date, with and without stamp. */
export const slip = (): fc.Arbitrary<SlipContent> =>
  fc
    .tuple(
      billerCode(),
      free,
      fc.integer({ min: 0, max: 9 }),
      fc.option(japanDate(), { nil: undefined }),
      fc.boolean(),
      amount
    )
    .map(([biller, digits, reissues, due, stamp, yen]) => ({
      biller,
      free: digits,
      reissues,
      ...(due === undefined ? {} : { due }),
      stamp,
      amount: yen as PositiveYen
    }))

/** The 44 digits of a slip. */
export const slipNumber = (): fc.Arbitrary<SlipNumber> => slip().map(write)

const fullWidth = (digits: string): string =>
  digits.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))

/** Ways in which the same 44 digits come in. */
const writings: ReadonlyArray<(digits: string) => string> = [
  (digits) => digits,
  fullWidth,
  (digits) => `]C1${digits}`,
  (digits) => `(91)${digits.slice(2)}`,
  (digits) => `EAN${digits.slice(0, 8)}-${digits.slice(8, 30)}-${digits.slice(30)}`,
  (digits) => ` ${digits.slice(0, 22)} ${digits.slice(22)} `,
  (digits) => `\u001d${digits}`
]

/** A slip's number and one way in which it is scanned or typed. */
export const scannedSlip = (): fc.Arbitrary<{ readonly barcode: SlipNumber; readonly scanned: string }> =>
  fc
    .tuple(slipNumber(), fc.constantFrom(...writings))
    .map(([barcode, written]) => ({ barcode, scanned: written(barcode) }))

/** A barcode that is wrong in one field. */
export interface FaultySlip {
  readonly scanned: string
  readonly field: BarcodeField
}

const replaced = (digits: string, from: number, text: string): string =>
  `${digits.slice(0, from)}${text}${digits.slice(from + text.length)}`
/** The digits with a check digit that fits them. */
const checked = (digits: string): string => `${digits.slice(0, 43)}${checkDigit(digits)}`
const otherDigit = (digit: string | undefined, by: number): string => `${(Number(digit) + 1 + (by % 9)) % 10}`

const badDates = ["260230", "250229", "260431", "261301", "260001", "260100", "260132", "999998", "000000"]

/** Each field, and a change after which it is the first one that is wrong. */
const faults: Readonly<Record<BarcodeField, (digits: string, n: number) => string>> = {
  characters: (digits, n) => replaced(digits, n % 44, ["A", "円", ".", "/"][n % 4] ?? "A"),
  length: (digits, n) => (n % 2 === 0 ? digits.slice(0, n % 44) : `${digits}${"0".repeat(1 + (n % 9))}`),
  applicationIdentifier: (digits, n) => checked(`${["90", "92", "19", "01", "81"][n % 5]}${digits.slice(2)}`),
  // Any single digit that was misread is noticed.
  checkDigit: (digits, n) => replaced(digits, 2 + (n % 42), otherDigit(digits[2 + (n % 42)], n)),
  stampFlag: (digits, n) => checked(replaced(digits, 36, `${2 + (n % 8)}`)),
  amount: (digits) => checked(replaced(digits, 37, "000000")),
  dueDate: (digits, n) => checked(replaced(digits, 30, badDates[n % badDates.length] ?? "000000"))
}

/** A slip's barcode after one fault, with the field that has to be named. */
export const faultySlip = (): fc.Arbitrary<FaultySlip> =>
  fc
    .tuple(
      slipNumber(),
      fc.constantFrom(...(Object.keys(faults) as ReadonlyArray<BarcodeField>)),
      fc.nat({ max: 10_000 })
    )
    .map(([digits, field, n]) => ({ scanned: faults[field](digits, n), field }))

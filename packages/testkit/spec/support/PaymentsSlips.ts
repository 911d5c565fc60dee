/**
 * Slips on paper: numbers that others published, and texts that are no numbers.
 */
import type { BarcodeField, Slip } from "@kinchaku/domain/bill/SlipBarcode"
import * as fc from "fast-check"

/** What a slip says, without brands. */
type Printed = {
  readonly [Field in keyof Slip]: Slip[Field] extends number | undefined
    ? number
    : Slip[Field] extends boolean
      ? boolean
      : string
}

const printed = (
  digits: string,
  check: string,
  biller: string,
  free: string,
  reissues: number,
  due: string,
  stamp: boolean,
  amount: number
): { readonly given: string; readonly gives: Printed } => ({
  given: digits + check,
  gives: { barcode: digits + check, biller, free, reissues, due, stamp, amount }
})

/** Slips whose 43 digits and check digit stand in sources that are not ours, and one of our own. */
export const published = {
  "a slip of ¥123,000 due on 31 March 2001, check digit 3": printed(
    "9191234501234567890123456789010103310123000",
    "3",
    "912345",
    "012345678901234567890",
    1,
    "2001-03-31",
    false,
    123_000
  ),
  "a school fund's slip of ¥31,290 with a revenue stamp, check digit 3": printed(
    "9194238617895391785393569273010307311031290",
    "3",
    "942386",
    "178953917853935692730",
    1,
    "2003-07-31",
    true,
    31_290
  ),
  "a terminal's test slip of ¥39,500, check digit 3": printed(
    "9195991983326202401010104348002407100039500",
    "3",
    "959919",
    "833262024010101043480",
    0,
    "2024-07-10",
    false,
    39_500
  ),
  "a terminal's test slip of ¥43,500, check digit 7": printed(
    "9195991983326202401010104347002407100043500",
    "7",
    "959919",
    "833262024010101043470",
    0,
    "2024-07-10",
    false,
    43_500
  ),
  "a slip of ¥29,500 with a short free field, check digit 4": printed(
    "9191234500000000000000452087500401310029500",
    "4",
    "912345",
    "000000000000004520875",
    0,
    "2004-01-31",
    false,
    29_500
  )
}

/** One of them, and how each of its faults is named. */
const right = "91959919833262024010101043480024071000395003"
export const faults: Readonly<Record<string, { readonly given: string; readonly gives: BarcodeField | "none" }>> = {
  "a letter among the digits": { given: right.replace("8332", "83E2"), gives: "characters" },
  "nothing at all": { given: "", gives: "length" },
  "43 digits": { given: right.slice(0, 43), gives: "length" },
  "45 digits": { given: `${right}0`, gives: "length" },
  "the digits, many spaces and one digit more": { given: `${right}${" ".repeat(300)}1`, gives: "length" },
  "identifier 92": { given: "92959919833262024010101043480024071000395002", gives: "applicationIdentifier" },
  "one digit misread": { given: "91959919833262024010101043480024071000395013", gives: "checkDigit" },
  "stamp flag 2": { given: "91959919833262024010101043480024071020395007", gives: "stampFlag" },
  "an amount of 000000": { given: "91959919833262024010101043480024071000000006", gives: "amount" },
  "due on 30 February": { given: "91959919833262024010101043480024023000395002", gives: "dueDate" }
}

const filling = fc.constantFrom(
  "9",
  "91",
  " ",
  "-",
  "(",
  "]C1",
  "EAN",
  "０",
  "a",
  "\u0000",
  "\ud800",
  "\u001d",
  "é",
  "ﷺ",
  "\u0301"
)

/** Up to 200,000 characters that tire a careless pattern, with a slip's number before, after or among them. */
export const hostile = (): fc.Arbitrary<string> =>
  fc
    .tuple(
      filling,
      fc.constantFrom(1, 3, 199, 5000, 200_000),
      fc.constantFrom("", right),
      fc.constantFrom("", "x", "\ud800", "\u0000")
    )
    .map(
      ([unit, length, number, last]) =>
        `${number}${unit.repeat(Math.ceil(length / unit.length)).slice(0, length)}${last || "x"}`
    )

/** What a function answers, and the shortest time it took of three: a busy machine is not a slow function. */
export const quickest = <A>(answering: () => A): { readonly answer: A; readonly millis: number } => {
  const tries = [0, 1, 2].map(() => {
    const began = performance.now()
    return { answer: answering(), millis: performance.now() - began }
  })
  return tries.reduce((best, one) => (one.millis < best.millis ? one : best))
}

/** A reader that looks at every character far too often. */
export const tiring =
  <A>(reading: (scanned: string) => A) =>
  (scanned: string): A => {
    const until = performance.now() + scanned.length / 2000
    while (performance.now() < until) scanned.charCodeAt(0)
    return reading(scanned)
  }

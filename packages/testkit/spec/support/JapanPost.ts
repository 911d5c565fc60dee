/**
 * Accounts of Japan Post Bank for the specification: published values, and every form in which one is printed or typed.
 */

/** An account as published. */
export interface Published {
  readonly symbol: string
  readonly number: string
}

const published = (symbol: string, number: string): Published => ({ symbol, number })

/** Values that banks and converters publish; the last are the wallet's own sample and banks' samples. */
export const accounts: ReadonlyArray<Published> = [
  published("14030", "12345671"),
  published("15150", "21111111"),
  published("00580", "654321"),
  published("00160", "100001"),
  published("14080", "12712721"),
  published("10010", "81111111"),
  published("10090", "80000001"),
  published("16150", "12233411"),
  published("10070", "10001"),
  published("11940", "12345671"),
  published("10530", "12345671")
]

const wide = (text: string): string =>
  text.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))
const apart = (text: string): string => text.split("").join(" ")

/** Ways to write the same digits. */
const ways: ReadonlyArray<(digits: string) => string> = [
  (digits) => digits,
  wide,
  apart,
  (digits) => ` ${digits}　`,
  (digits) => `-${digits}－`
]

const middles = Array.from("0123456789")

/** Symbol and number with the digit that is printed between them: behind a hyphen, before one, or typed together. */
const withMiddle = ({ number, symbol }: Published): ReadonlyArray<Published> => {
  const whole = number.padStart(symbol.startsWith("0") ? 6 : 8, "0")
  return middles.flatMap((middle) => [
    published(`${symbol}-${middle}`, number),
    published(wide(`${symbol}－${middle}`), number),
    published(symbol, `${middle}-${number}`),
    published(symbol, `${middle}ー${number}`),
    published(`${symbol}${middle}`, number),
    published(symbol, `${middle}${whole}`)
  ])
}

const withZeros = ({ number, symbol }: Published): ReadonlyArray<Published> => [
  published(symbol, number),
  published(symbol, number.padStart(8, "0")),
  published(symbol, `000${number}`)
]

/** Every printed form of an account. */
export const formsOf = (account: Published): ReadonlyArray<Published> => [
  ...withZeros(account).flatMap(({ number, symbol }) =>
    ways.flatMap((way) => ways.map((other) => published(way(symbol), other(number))))
  ),
  ...withMiddle(account)
]

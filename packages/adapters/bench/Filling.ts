/**
 * Filling: books with millions of ledger lines, written by SQL in bulk, for benches of reading.
 *
 * Accounts are funded once and then pay in turn. The rows say of each other what rows of commits say, down to the running totals;
 * only the hashes hold nothing together.
 */
import type { AccountId } from "@kinchaku/domain/account/Account"
import * as SlipBarcode from "@kinchaku/domain/bill/SlipBarcode"

/** How large the books are. */
export interface Extent {
  readonly accounts: number
  readonly billers: number
  readonly payments: number
}

/** The ledger lines of such books. */
export const linesOf = ({ accounts, payments }: Extent): number => payments * 3 + accounts * 2

/** What is in the books already. */
export interface Ground {
  /** The last number of the chain, the last booking time, and the last id of a balance row. */
  readonly seq: number
  readonly bookedAt: number
  readonly balanceId: number
}

export const selectGround = `SELECT
  (SELECT max(seq) FROM chain_head) AS seq, (SELECT max(booked_at) FROM chain_head) AS booked,
  (SELECT max(id) FROM balance) AS balance`

/** What SQL dialects say each in their own way. */
export interface Dialect {
  /** A FROM item named `one` with the numbers n from 0 to below the count. */
  readonly numbers: (count: number) => string
  /** A whole number as text, with leading zeros. */
  readonly padded: (expression: string, width: number) => string
  /** 32 bytes that are others for each number. */
  readonly hash: (expression: string) => string
  /** Stands before VALUES or SELECT where ids are given that the database would make. */
  readonly givenIds: string
}

const [amount, fee, funds] = [1000, 55, 10_000_000_000]
const drawn = amount + fee
const keyedHash = "0".repeat(64)

const digits = (n: number): string => String(n).padStart(24, "0")
export const accountId = (n: number): AccountId => `acct_00${digits(n)}` as AccountId
/** The id of the command of the n-th payment, which is also its cursor in the history. */
export const commandId = (n: number): string => `01${digits(n)}`

// A number and what it lacks to twelve nines, on places of the same weights: their check digit is the same for all numbers.
const barcodeStart = `919${"0".repeat(16)}`
const check = SlipBarcode.checkDigit(`${barcodeStart}${"0".repeat(12)}${"9".repeat(12)}`)

/** The expressions that the statements are made of, over a number n. */
const expressions = (
  { hash, padded }: Dialect,
  { accounts, billers }: Extent,
  { balanceId, bookedAt, seq }: Ground
) => {
  const account = (n: string): string => `'acct_00' || ${padded(n, 24)}`
  const customerRow = balanceId + 1
  const billerRow = customerRow + accounts
  return {
    account,
    payer: account(`n % ${accounts}`),
    biller: `'9' || ${padded(`n % ${billers}`, 5)}`,
    barcode: `'${barcodeStart}' || ${padded("n", 12)} || ${padded("999999999999 - n", 12)} || '${check}'`,
    fundingId: `'00' || ${padded("n", 24)}`,
    fundingPlace: `(${seq + 1} + n * 2) * 256`,
    id: `'01' || ${padded("n", 24)}`,
    place: `(${seq + 1 + accounts * 2} + n * 2) * 256`,
    funded: `${bookedAt}`,
    at: `(${bookedAt + 1} + n)`,
    hashes: `${hash("n")}, ${hash("n + 1")}`,
    customerRow,
    billerRow,
    feesRow: billerRow + billers,
    suspenseRow: billerRow + billers + 1
  }
}
type Expressions = ReturnType<typeof expressions>

const commands = (
  numbers: Dialect["numbers"],
  { accounts, payments }: Extent,
  by: Expressions
): ReadonlyArray<string> => {
  const quote = `{"payee":"biller","amount":${amount},"fee":${fee}}`
  const content = `'{"account":"' || ${by.payer} || '","barcode":"' || ${by.barcode} || '","quote":${quote}}'`
  const outcome = `'{"_tag":"completed","id":"pay_' || ${by.id} || '","account":"' || ${by.payer} ||
    '","way":"barcode","biller":"' || ${by.biller} || '","payee":"biller","barcode":"' || ${by.barcode} ||
    '","amount":${amount},"fee":${fee},"feeTax":5,"fromCash":0,"fromMoney":${drawn},"entry":"' || ${by.id} ||
    '.1","paidAt":' || ${by.at} || ',"settledAt":' || ${by.at} || '}'`
  const into =
    "INSERT INTO command (place, id, actor, key, tag, at, booked_at, content, outcome, previous, hash) SELECT"
  return [
    `${into} ${by.fundingPlace}, ${by.fundingId}, 'host:bench', 'fund' || n, 'Fund', ${by.funded}, ${by.funded},
      '{}', '{}', ${by.hashes} FROM ${numbers(accounts)}`,
    `${into} ${by.place}, ${by.id}, 'host:bench', ${by.barcode}, 'PaySlip', ${by.at}, ${by.at},
      ${content}, ${outcome}, ${by.hashes} FROM ${numbers(payments)}`
  ]
}

const entries = (
  numbers: Dialect["numbers"],
  { accounts, payments }: Extent,
  by: Expressions
): ReadonlyArray<string> => {
  const into = "INSERT INTO entry (command, n, kind, business_at, previous, hash) SELECT"
  return [
    `${into} ${by.fundingPlace}, 1, 'topUp', ${by.funded}, ${by.hashes} FROM ${numbers(accounts)}`,
    `${into} ${by.place}, 1, 'payment', ${by.at}, ${by.hashes} FROM ${numbers(payments)}`
  ]
}

const balances = ({ givenIds, numbers }: Dialect, { accounts, billers, payments }: Extent, by: Expressions) => {
  const into = `INSERT INTO balance (id, account, lane, debits, credits) ${givenIds}`
  const times = (among: number): string => `((${payments - 1} - n) / ${among} + 1)`
  return [
    `${into} SELECT ${by.customerRow} + n, 'liability:money:' || ${by.account("n")}, 0,
      ${drawn} * ${times(accounts)}, ${funds} FROM ${numbers(accounts)}`,
    `${into} SELECT ${by.billerRow} + n, 'liability:merchant:' || ${by.biller}, 0,
      0, ${amount} * ${times(billers)} FROM ${numbers(billers)}`,
    `${into} VALUES (${by.feesRow}, 'revenue:fees', 0, 0, ${fee * payments}),
      (${by.suspenseRow}, 'liability:suspense', 0, ${funds * accounts}, 0)`
  ]
}

/** One expression for each line of an entry. */
const each = (...lines: ReadonlyArray<string | number>): string =>
  `CASE line.column1 ${lines.map((line, n) => `WHEN ${n} THEN ${line}`).join(" ")} END`

const postings = (numbers: Dialect["numbers"], { accounts, billers, payments }: Extent, by: Expressions) => {
  const into = "INSERT INTO posting (command, entry, n, account, amount, booked_at, debits, credits) SELECT"
  return [
    `${into} ${by.fundingPlace}, 1, line.column1, ${each(by.suspenseRow, `${by.customerRow} + n`)}, ${each(funds, -funds)},
      ${by.funded}, ${each(`${funds} * (n + 1)`, 0)}, ${each(0, funds)}
      FROM ${numbers(accounts)} CROSS JOIN (VALUES (0), (1)) AS line`,
    `${into} ${by.place}, 1, line.column1,
      ${each(`${by.customerRow} + n % ${accounts}`, `${by.billerRow} + n % ${billers}`, by.feesRow)},
      ${each(drawn, -amount, -fee)}, ${by.at}, ${each(`${drawn} * (n / ${accounts} + 1)`, 0, 0)},
      ${each(funds, `${amount} * (n / ${billers} + 1)`, `${fee} * (n + 1)`)}
      FROM ${numbers(payments)} CROSS JOIN (VALUES (0), (1), (2)) AS line`
  ]
}

/** The statements that fill each table, in an order in which they may refer to each other; no trigger may be in force. */
export const fill = (
  dialect: Dialect,
  extent: Extent,
  ground: Ground
): ReadonlyArray<readonly [string, ReadonlyArray<string>]> => {
  const by = expressions(dialect, extent, ground)
  const { accounts, payments } = extent
  const { hash, numbers } = dialect
  const account = `INSERT INTO account (id, kind, person, kana_name, opened_at)
    SELECT ${by.account("n")}, 'money', '${keyedHash}', '${keyedHash}', ${by.funded} FROM ${numbers(accounts)}`
  const payment = `INSERT INTO payment (id, state, account, way, biller, payee, barcode, amount, fee, fee_tax,
      from_cash, from_money, entry, paid_at, settled_at)
    SELECT 'pay_' || ${by.id}, 'completed', ${by.payer}, 'barcode', ${by.biller}, 'biller', ${by.barcode},
      ${amount}, ${fee}, 5, 0, ${drawn}, ${by.id} || '.1', ${by.at}, ${by.at} FROM ${numbers(payments)} ORDER BY 3, 1 DESC`
  const bill = `INSERT INTO bill (barcode, state, payment)
    SELECT ${by.barcode}, 'paid', 'pay_' || ${by.id} FROM ${numbers(payments)}`
  const head = `UPDATE chain_head SET seq = ${ground.seq + 2 * (accounts + payments)},
    booked_at = ${ground.bookedAt + payments}, hash = (SELECT ${hash("n")} FROM ${numbers(1)}) WHERE lane = 0`
  return [
    ["account", [account]],
    ["balance", balances(dialect, extent, by)],
    ["command", commands(numbers, extent, by)],
    ["entry", entries(numbers, extent, by)],
    ["posting", postings(numbers, extent, by)],
    ["payment", [payment]],
    ["bill", [bill]],
    ["chain_head", [head]]
  ]
}

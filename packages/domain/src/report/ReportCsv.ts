/**
 * Reports as CSV for spreadsheets (RFC 4180): UTF-8 with a byte order mark, so that Japanese spreadsheet programs take it for what it is.
 *
 * Amounts are whole yen without signs or separators, days are those of Japan, columns are named as the fields of the report.
 */
import type { Outstanding, OutstandingDay } from "./Outstanding.ts"
import type { UnusedPrepaid } from "./UnusedPrepaid.ts"

type Cell = string | number

const byteOrderMark = "\uFEFF"

// A spreadsheet program calculates what begins like this; with an apostrophe it shows it.
const formula = /^[=+\-@\t\r]/

/** A cell as it stands in a row: no formula, quoted where it holds a separator, a quote or a line break. */
export const cell = (value: Cell): string => {
  const text = typeof value === "string" && formula.test(value) ? `'${value}` : `${value}`
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

const text = (rows: ReadonlyArray<ReadonlyArray<Cell>>): string =>
  `${byteOrderMark}${rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("")}`

const unusedColumns = [
  "baseDate",
  "from",
  "opening",
  "issued",
  "takenOver",
  "returned",
  "recovered",
  "expired",
  "forfeited",
  "unused",
  "threshold",
  "deposit",
  "depositBy"
] as const satisfies ReadonlyArray<keyof UnusedPrepaid>

/** One row a base date, in the order given (REG-01). */
export const unusedPrepaid = (all: ReadonlyArray<UnusedPrepaid>): string =>
  text([unusedColumns, ...all.map((figures) => unusedColumns.map((name) => figures[name]))])

const dayColumns = [
  "day",
  "money",
  "payoutsInTransit",
  "feesHeld",
  "outstanding",
  "procedureCost",
  "required"
] as const satisfies ReadonlyArray<keyof OutstandingDay>

/** One row a day; the first day with the greatest security is marked in a last column (REG-02). */
export const outstanding = ({ days, max }: Outstanding): string =>
  text([
    [...dayColumns, "isMax"],
    ...days.map((one) => [...dayColumns.map((name): Cell => one[name]), one.day === max.day ? "true" : "false"])
  ])

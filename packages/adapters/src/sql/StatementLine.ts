/**
 * The line of a statement from a row: booking time, place of the command, numbers of entry and line, signed amount, kind,
 * business time, id of the command.
 */
import { lineCursor, type StatementLine } from "@kinchaku/domain/audit/Journal"

export const statementLine = (row: ReadonlyArray<unknown>): StatementLine => {
  const [bookedAt, command, entry, n, amount, kind, businessAt, id] = row
  return {
    cursor: lineCursor([Number(bookedAt), Number(command), Number(entry), Number(n)]),
    entry: `${String(id)}.${String(entry)}`,
    kind,
    bookedAt,
    businessAt,
    side: Number(amount) > 0 ? "debit" : "credit",
    amount: Math.abs(Number(amount))
  } as StatementLine
}

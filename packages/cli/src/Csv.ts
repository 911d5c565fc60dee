/**
 * The journal as CSV (RFC 4180), one row a posting, for spreadsheets and databases.
 *
 * Times are of Japan. A balance is that of the account after the row, in yen on the account's own side: debits less credits for
 * assets and expenses, credits less debits for liabilities and revenue. Memory grows with accounts, not with history.
 */
import { Journal, pages } from "@kinchaku/domain/audit/Journal"
import type { RecordedCommand, StoreUnavailable } from "@kinchaku/domain/engine/Store"
import { classOf } from "@kinchaku/domain/ledger/AccountCode"
import { stringify } from "csv-stringify/sync"
import { Effect, Stream } from "effect"
import { inJapan } from "./Times.ts"

const columns = [
  "booked_at",
  "lane",
  "seq",
  "entry",
  "kind",
  "command",
  "actor",
  "account",
  "debit",
  "credit",
  "balance"
] as const

type Row = ReadonlyArray<string | number>

const write = (rows: ReadonlyArray<Row>): string =>
  stringify(
    rows.map((row) => [...row]),
    { record_delimiter: "\r\n" }
  )

const rowsOf = (balances: Map<string, number>, command: RecordedCommand): ReadonlyArray<Row> =>
  command.entries.flatMap(({ entry, seq }) =>
    entry.postings.map(({ account, amount, side }) => {
      const accountClass = classOf(account)
      const own = accountClass === "asset" || accountClass === "expense" ? "debit" : "credit"
      const after = (balances.get(account) ?? 0) + (side === own ? amount : -amount)
      balances.set(account, after)
      const [debit, credit] = side === "debit" ? [amount, ""] : ["", amount]
      const { actor, bookedAt, lane, tag } = command
      return [inJapan(bookedAt), lane, seq, entry.id, entry.kind, tag, actor, account, debit, credit, after]
    })
  )

const pageSize = 500

/** The whole journal as text, a page at a time. */
export const text = (progress: (commands: number) => void): Stream.Stream<string, StoreUnavailable, Journal> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const heads = yield* (yield* Journal).heads
      const balances = new Map<string, number>()
      let commands = 0
      const rows = Stream.map(pages(heads, pageSize), (page) => {
        commands += page.length
        progress(commands)
        return write(page.flatMap((command) => rowsOf(balances, command)))
      })
      return Stream.concat(Stream.make(write([columns])), rows)
    })
  )

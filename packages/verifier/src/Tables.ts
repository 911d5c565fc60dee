/**
 * Tables: books that are rows of a database.
 *
 * A source answers pages of rows, each row an array of raw values in the order of the columns that are named here, as they stand:
 * what they say is judged in one place, whatever database they are from. Whole numbers may come as numbers, bigints or digits,
 * hashes as bytes or hexadecimal digits.
 */
export type Value = string | number | bigint | Uint8Array | null
export type Row = ReadonlyArray<Value | undefined>
/** Rows, some at a time; no page is empty. */
export type Pages = AsyncIterable<ReadonlyArray<Row>>

/** Books as rows. All of them are read as of one moment, while the others are being read: one transaction, five cursors. */
export interface Tables {
  readonly kind: "tables"
  /** `lane, seq, hash, booked_at` of chain_head. */
  readonly heads: () => Pages
  /** `id, account, lane, debits, credits` of balance. */
  readonly balances: () => Pages
  /** `place, id, tag, actor, key, at, booked_at, content, outcome, previous, hash` of command, by place. */
  readonly commands: () => Pages
  /**
   * `command, n, kind, business_at, reverses_command, reverses_n, reversed_id, previous, hash` of entry, by command and n.
   * `reversed_id` is the id of the command at `reverses_command`, null where it has no entry `reverses_n`.
   */
  readonly entries: () => Pages
  /** `command, entry, n, account, amount, booked_at, debits, credits` of posting, by command, entry and n. */
  readonly postings: () => Pages
  /** The hash of the link of a lane that has a number, if there is one. */
  readonly link: (lane: number, seq: number) => Promise<Value | undefined>
  /** After everything was read and holds: what is wrong below the rows, if anything is. */
  readonly damage: () => Promise<string | undefined>
  readonly close: () => Promise<void>
}

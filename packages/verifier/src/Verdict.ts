/**
 * Verdicts: what a verification comes to, and where the first thing is that is wrong.
 */

/** Where a fault shows: a link of a lane, an account, a line of an export (counted from 1), or the file as a whole. */
export type Place =
  | { readonly lane: number; readonly seq: number }
  | { readonly account: string }
  | { readonly line: number }
  | { readonly file: string }

/**
 * What is wrong:
 * - `format`: a value is not what its field may hold, or a line of an export is not one of its lines;
 * - `sequence`: a number is missing, used twice or out of order; `orphan`: an entry without its command, or a line without its entry;
 * - `previous`, `hash`: a link does not name the one before it, or its content is not what its hash says;
 * - `bookingTime`: a lane goes back in time, or a line has not its command's time;
 * - `reverses`: an entry names another entry than the one that was hashed, or one that is not there;
 * - `account`: a line names no stored account, or one that its lane must not touch;
 * - `amount`, `unbalanced`, `negativeBalance`, `runningTotal`: sums of lines;
 * - `seal`: a seal names a head that is no link; `published`: a published head is no link; `head`: a stored head is not the last link;
 * - `storedBalance`: a stored balance is not the sum of its lines, is missing, or stands for an account without lines;
 * - `count`: an export has more or fewer commands or entries than its last line says;
 * - `file`: the file is damaged, cut off, or none of ours.
 */
export type Fault =
  | "format"
  | "sequence"
  | "orphan"
  | "previous"
  | "hash"
  | "bookingTime"
  | "reverses"
  | "account"
  | "amount"
  | "unbalanced"
  | "negativeBalance"
  | "runningTotal"
  | "seal"
  | "published"
  | "head"
  | "storedBalance"
  | "count"
  | "file"

/** The last link of a lane. */
export interface Head {
  readonly lane: number
  readonly seq: number
  readonly hash: string
  readonly bookedAt: number
}

/** The books hold: how much of them there is. */
export interface Holds {
  readonly ok: true
  readonly commands: number
  readonly entries: number
  readonly accounts: number
  readonly heads: ReadonlyArray<Head>
}

/** The books do not hold: the first fault in the order of the journal. */
export interface Fails {
  readonly ok: false
  readonly fault: Fault
  readonly at: Place
  readonly expected: string
  readonly found: string
}

export type Verdict = Holds | Fails

/** Ends a verification at the first fault. */
export class Broken extends Error {
  override readonly name = "Broken"
  readonly verdict: Fails

  constructor(fault: Fault, at: Place, expected: string, found: unknown) {
    super(fault)
    this.verdict = { ok: false, fault, at, expected, found: shown(found) }
  }
}

const shownMax = 200

/** A value as a text of bounded length. */
const shown = (value: unknown): string => {
  if (value instanceof Uint8Array) return shown(Buffer.from(value).toString("hex"))
  const text = value === undefined || value === null ? "nothing" : String(value)
  return text.length > shownMax ? `${text.slice(0, shownMax)}…` : text
}

/** What a source throws where the books cannot be read because they are damaged; it shows as a fault, not as a crash. */
export class Damaged extends Error {
  override readonly name = "Damaged"
}

/** What a source throws where the books are not there or cannot be reached: nothing is known about them. */
export class SourceUnavailable extends Error {
  override readonly name = "SourceUnavailable"
}

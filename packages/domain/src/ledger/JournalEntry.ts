/**
 * Journal entries: the only way value moves between accounts.
 *
 * An entry is a list of postings whose debits equal its credits. Entries are immutable; a mistake is
 * corrected by a further entry that names the one it reverses, never by an edit (LED-02).
 */
import { Result, Schema } from "effect"
import { Instant } from "../calendar/JapanDate.ts"
import { PositiveYen, Yen } from "../money/Yen.ts"
import * as Amount from "../money/Yen.ts"
import { AccountCode } from "./AccountCode.ts"

/** The id of the command that caused the entry, a dot, and the entry's place in it: "01J…ZZ.1". */
export const EntryId = Schema.String.check(Schema.isPattern(/^[0-9A-HJKMNP-TV-Z]{26}\.[1-9]\d*$/)).pipe(
  Schema.brand("EntryId")
)
export type EntryId = typeof EntryId.Type

/** The id of the n-th entry of a command, counted from 1. */
export const entryId = (command: string, n: number): EntryId => `${command}.${n}` as EntryId

export const Side = Schema.Literals(["debit", "credit"])
export type Side = typeof Side.Type

/** One line of an entry: an account, a side, an amount of at least one yen. */
export const Posting = Schema.Struct({ account: AccountCode, side: Side, amount: PositiveYen })
export type Posting = typeof Posting.Type

/** What an entry records: one kind per row of the posting table that this core books. */
export const EntryKind = Schema.Literals([
  "topUp",
  "payment",
  "paymentReversed",
  "cashExpired",
  "unexpectedDeposit",
  "unexpectedOutlay",
  "suspenseResolved",
  "receivablePaid",
  "bankRegistration",
  "payoutRequested",
  "payoutCompleted",
  "payoutReversed",
  "accountClosed",
  "legacyBalance"
])
export type EntryKind = typeof EntryKind.Type

/** An entry as a decision makes it; the engine adds the booking time, the cause and the place in the chain (LED-06). */
export const JournalEntry = Schema.Struct({
  id: EntryId,
  kind: EntryKind,
  /** When the business event happened (LED-06). */
  businessAt: Instant,
  postings: Schema.NonEmptyArray(Posting),
  /** The entry that this one reverses (LED-02). */
  reverses: Schema.optionalKey(EntryId)
})
export type JournalEntry = typeof JournalEntry.Type

/** Refused: the debits of an entry do not equal its credits (LED-01). */
export class EntryUnbalanced extends Schema.TaggedError<EntryUnbalanced>()("EntryUnbalanced", {
  debits: Yen,
  credits: Yen
}) {}

/** The sum of one side. > Σ amount */
export const total = (postings: ReadonlyArray<Posting>, side: Side): Yen =>
  Amount.make(postings.reduce((sum, posting) => (posting.side === side ? sum + posting.amount : sum), 0))

/**
 * Builds an entry from its postings.
 *
 * > Σ debits = Σ credits
 */
export const make = (entry: JournalEntry): Result.Result<JournalEntry, EntryUnbalanced> => {
  const debits = total(entry.postings, "debit")
  const credits = total(entry.postings, "credit")
  return debits === credits ? Result.succeed(entry) : Result.fail(new EntryUnbalanced({ debits, credits }))
}

/** A debit of an account; a line of zero yen is no line. */
export const debit = (account: AccountCode, amount: Yen): ReadonlyArray<Posting> => line(account, "debit", amount)

/** A credit of an account; a line of zero yen is no line. */
export const credit = (account: AccountCode, amount: Yen): ReadonlyArray<Posting> => line(account, "credit", amount)

const line = (account: AccountCode, side: Side, amount: Yen): ReadonlyArray<Posting> =>
  amount === 0 ? [] : [{ account, side, amount: amount as PositiveYen }]

/** An entry that is balanced by construction; anything else is a defect of the caller. */
export const balanced = (
  entry: Omit<JournalEntry, "postings"> & { readonly postings: ReadonlyArray<Posting> }
): JournalEntry => {
  const [first, ...rest] = entry.postings
  if (first === undefined) throw new Error(`entry ${entry.id} has no postings`)
  return Result.getOrThrow(make({ ...entry, postings: [first, ...rest] }))
}

/** The exact reverse of postings: each line on its other side. */
export const reversed = (postings: ReadonlyArray<Posting>): ReadonlyArray<Posting> =>
  postings.map((posting) => ({ ...posting, side: posting.side === "debit" ? "credit" : "debit" }))

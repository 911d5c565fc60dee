/**
 * Suspense items: each amount that stands in suspense, why, and what operators made of it (TOP-06, SEC-11).
 *
 * What came in unexpectedly is owed to somebody (仮受金); what went out unexpectedly is owed by somebody (仮払金).
 */
import { Schema } from "effect"
import { AccountId } from "../account/Account.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { madeId } from "../engine/Command.ts"
import type { RecordKind } from "../engine/RecordKind.ts"
import { AccountCode } from "../ledger/AccountCode.ts"
import { PositiveYen } from "../money/Yen.ts"
import { DepositCause } from "../topup/Deposit.ts"

/** "sus_" and the id of the command that booked it. */
export const SuspenseItemId = madeId("sus_").pipe(Schema.brand("SuspenseItemId"))
export type SuspenseItemId = typeof SuspenseItemId.Type

/** A cause of a deposit; or a bank that said the opposite of what it had said before. */
export const SuspenseCause = Schema.Literals([
  ...DepositCause.literals,
  "debitedAfterRefusal",
  "creditedAfterRefusal",
  "returnedAfterCredit"
])
export type SuspenseCause = typeof SuspenseCause.Type

const common = {
  id: SuspenseItemId,
  cause: SuspenseCause,
  /** in: value that came; out: value that left. */
  direction: Schema.Literals(["in", "out"]),
  amount: PositiveYen,
  /** Where it stands on the other side: what a bank or a provider holds or has paid out. */
  against: AccountCode,
  /** The record that it is about: a deposit, a top-up, a payout. */
  subject: Schema.String,
  /** Whose that record is, where it is known. */
  account: Schema.optionalKey(AccountId),
  at: Instant
}

export const SuspenseOpen = Schema.TaggedStruct("open", common)
export type SuspenseOpen = typeof SuspenseOpen.Type

/** credited: to the balance of an account; returned: to where it came from, or come back from where it went. */
export const SuspenseResolution = Schema.Literals(["credited", "returned"])

export const SuspenseResolved = Schema.TaggedStruct("resolved", {
  ...common,
  resolution: SuspenseResolution,
  /** The account that was credited. */
  creditedTo: Schema.optionalKey(AccountId),
  resolvedAt: Instant
})
export type SuspenseResolved = typeof SuspenseResolved.Type

export const SuspenseItem = Schema.Union([SuspenseOpen, SuspenseResolved])
export type SuspenseItem = typeof SuspenseItem.Type

export const suspenseItems: RecordKind<SuspenseItem> = {
  name: "suspenseItem",
  schema: SuspenseItem,
  idOf: ({ id }) => id
}

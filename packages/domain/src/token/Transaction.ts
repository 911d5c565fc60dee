/**
 * Transactions to confirm (取引確認): what a service asks a holder to confirm on the token before it acts (TOK-19).
 *
 * Payee and amount are what is confirmed, and nothing else. The payee's name is personal data beside the books, under the
 * command that asked; the record has its keyed hash.
 */
import { Schema } from "effect"
import { KeyedHash } from "../account/Account.ts"
import { Instant } from "../calendar/JapanDate.ts"
import type { RecordKind } from "../engine/RecordKind.ts"
import { PositiveYen } from "../money/Yen.ts"
import { TokenId, TransactionId } from "./Token.ts"
import { ServiceId } from "./TokenUser.ts"

const asked = {
  id: TransactionId,
  token: TokenId,
  service: ServiceId,
  payee: KeyedHash,
  /** Yen. */
  amount: PositiveYen,
  askedAt: Instant
}
const settled = { ...asked, settledAt: Instant }

/** The holder has not answered. */
export const TransactionAwaiting = Schema.TaggedStruct("awaiting", asked)
export type TransactionAwaiting = typeof TransactionAwaiting.Type

export const TransactionConfirmed = Schema.TaggedStruct("confirmed", settled)
export const TransactionRefused = Schema.TaggedStruct("refused", settled)
/** The service took it back, or the token ended. */
export const TransactionWithdrawn = Schema.TaggedStruct("withdrawn", settled)

export const Transaction = Schema.Union([
  TransactionAwaiting,
  TransactionConfirmed,
  TransactionRefused,
  TransactionWithdrawn
])
export type Transaction = typeof Transaction.Type

export const transactions: RecordKind<Transaction> = {
  name: "tokenTransaction",
  schema: Transaction,
  idOf: ({ id }) => id
}

/** A transaction that has come to its end. */
export const settledAs = (
  { _tag: _, ...common }: TransactionAwaiting,
  as: "confirmed" | "refused" | "withdrawn",
  at: Instant
): Transaction => ({ _tag: as, ...common, settledAt: at })

/** Refused: there is no such transaction for the token or the service. */
export class TransactionNotFound extends Schema.TaggedError<TransactionNotFound>()("TransactionNotFound", {
  transaction: TransactionId
}) {}

/** Refused: what was shown on the token is not what the service asked to have confirmed (TOK-19). */
export class TransactionDiffers extends Schema.TaggedError<TransactionDiffers>()("TransactionDiffers", {
  transaction: TransactionId
}) {}

/** Refused: the transaction has been answered or taken back. */
export class TransactionSettled extends Schema.TaggedError<TransactionSettled>()("TransactionSettled", {
  transaction: TransactionId,
  state: Schema.Literals(["confirmed", "refused", "withdrawn"])
}) {}

/**
 * What a file of payouts says, as it is kept under the command that made the batch: the operator's own account, and each recipient with
 * amount, in the order of the lines. Personal data (SEC-03).
 */
import { Effect, Result, Schema } from "effect"
import { BranchAccount } from "../bank/BankGateway.ts"
import * as GeneralTransfer from "../bank/GeneralTransfer.ts"
import { JapanDate } from "../calendar/JapanDate.ts"
import type { CommandId } from "../engine/Command.ts"
import { PositiveYen } from "../money/Yen.ts"
import { type Requester, requesterFields } from "../policy/Wallet.ts"
import type { PayoutBatchId, PayoutProcessing } from "./Payout.ts"
import type { Recipient } from "./Recipients.ts"

const Line = Schema.Struct({
  ...BranchAccount.fields,
  bankName: Schema.String,
  recipient: Schema.String,
  amount: PositiveYen
})
export type Line = typeof Line.Type

export const TransferText = Schema.Struct({
  requester: Schema.Struct(requesterFields),
  transferOn: JapanDate,
  lines: Schema.Array(Line)
})
export type TransferText = typeof TransferText.Type

const Written = Schema.fromJsonString(TransferText)
export const writeText = Schema.encodeSync(Written)
export const readText = Schema.decodeUnknownOption(Written)

/** The line of a payout. */
export const lineOf = (
  { amount }: Pick<PayoutProcessing, "amount">,
  { bank, branch, kind, number, recipient }: Recipient,
  bankName = ""
): Line => ({ bank, branch, kind, number, bankName, recipient, amount })

/** The command that made a batch. */
export const commandOf = (batch: PayoutBatchId): CommandId => batch.slice("bat_".length) as CommandId

const symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

/** The number of a batch in its file: the last 30 bits of its id, which are at most ten digits. */
export const batchNumber = (batch: PayoutBatchId): number =>
  Array.from(batch.slice(-6)).reduce((sum, symbol) => sum * symbols.length + symbols.indexOf(symbol), 0)

const headerOf = ({ requester, transferOn }: Pick<TransferText, "requester" | "transferOn">) => {
  const { bank, bankName = "", branch, branchName = "", code, kind, name, number } = requester
  return { clientCode: code, clientName: name, date: transferOn, bank, bankName, branch, branchName, kind, number }
}

const transferLine = (line: Line, batch: number, n: number): GeneralTransfer.TransferLine => ({
  ...line,
  branchName: "",
  reference: GeneralTransfer.referenceOf({ batch, line: n })
})

/** Whether a requester can be written in a header, and a recipient in a line. */
export const isWritable = (
  requester: Requester,
  transferOn: JapanDate,
  line: Line
): Result.Result<boolean, GeneralTransfer.TransferUnwritable> => {
  const written = GeneralTransfer.write(headerOf({ requester, transferOn }), [transferLine(line, 0, 1)])
  if (Result.isSuccess(written)) return Result.succeed(true)
  return written.failure.line === 0 ? Result.fail(written.failure) : Result.succeed(false)
}

/** The file of a batch. The same batch is always the same bytes. */
export const fileOf = (
  batch: PayoutBatchId,
  text: TransferText
): Effect.Effect<Uint8Array, GeneralTransfer.TransferUnwritable> => {
  const number = batchNumber(batch)
  const lines = text.lines.map((line, n) => transferLine(line, number, n + 1))
  return Effect.fromResult(GeneralTransfer.write(headerOf(text), lines))
}

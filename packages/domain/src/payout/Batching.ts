/**
 * Batching: which payouts stand together in one file of general transfers, in which order, and that their results were read.
 *
 * The caller chose payouts that can be written; all of them must still wait, so that none stands in two files.
 */
import { Result, Schema } from "effect"
import { BankCode } from "../bank/BankLink.ts"
import { addDays, at as dayOf, JapanDate } from "../calendar/JapanDate.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { LinkHash } from "../ledger/HashChain.ts"
import type { PositiveYen } from "../money/Yen.ts"
import {
  type Payout,
  PayoutBatch,
  payoutBatches,
  PayoutBatchId,
  PayoutId,
  type PayoutProcessing,
  payouts
} from "./Payout.ts"

/** The most payouts that one batch holds. */
export const batchMost = 500

/** How many days ahead a transfer can be asked for. */
export const daysAhead = 31

/** Refused: no payout waits that can be written. */
export class NoPayoutsWaiting extends Schema.TaggedError<NoPayoutsWaiting>()("NoPayoutsWaiting", {}) {}

/** Refused: a payout stands in a batch already, is settled, or goes to the bank by itself. */
export class PayoutNotWaiting extends Schema.TaggedError<PayoutNotWaiting>()("PayoutNotWaiting", {
  payout: PayoutId
}) {}

/** Refused: the day of the transfer is over. */
export class TransferDayPast extends Schema.TaggedError<TransferDayPast>()("TransferDayPast", {
  transferOn: JapanDate,
  today: JapanDate
}) {}

/** Refused: the file names its day by month and day alone, so a bank would read one too far ahead as another one. */
export class TransferDayTooFar extends Schema.TaggedError<TransferDayTooFar>()("TransferDayTooFar", {
  transferOn: JapanDate,
  latest: JapanDate
}) {}

/** Refused: there is no such batch. */
export class PayoutBatchNotFound extends Schema.TaggedError<PayoutBatchNotFound>()("PayoutBatchNotFound", {
  batch: PayoutBatchId
}) {}

const Content = Schema.Struct({
  payouts: Schema.Array(PayoutId).check(Schema.isMaxLength(batchMost), Schema.isUnique()),
  transferOn: JapanDate,
  /** The bank of the operator's own account, as the file names it. */
  bank: Schema.optionalKey(BankCode)
})

const waiting = (facts: Facts, id: PayoutId): Result.Result<PayoutProcessing, PayoutNotWaiting> => {
  const payout = facts.find(payouts, id)
  return payout?._tag === "processing" && payout.route === "file" && payout.batch === undefined
    ? Result.succeed(payout)
    : Result.fail(new PayoutNotWaiting({ payout: id }))
}

/** Makes a batch of payouts that wait. */
export const MakePayoutBatch: Command<
  typeof Content.Type,
  PayoutBatch,
  NoPayoutsWaiting | PayoutNotWaiting | TransferDayPast | TransferDayTooFar
> = {
  tag: "MakePayoutBatch",
  content: Content,
  success: PayoutBatch,
  // Which payouts wait is found anew each time; the caller asks for a batch on a day.
  intent: ({ transferOn }) => ({ transferOn }),
  reads: ({ content }) => content.payouts.map((id) => key(payouts, id)),
  decide: (facts, { at, content, id }) =>
    Result.gen(function* () {
      const { bank, transferOn } = content
      const today = dayOf(at)
      if (transferOn < today) return yield* Result.fail(new TransferDayPast({ transferOn, today }))
      const latest = addDays(today, daysAhead)
      if (transferOn > latest) return yield* Result.fail(new TransferDayTooFar({ transferOn, latest }))
      const found: Array<PayoutProcessing> = []
      for (const payout of content.payouts) found.push(yield* waiting(facts, payout))
      if (found.length === 0) return yield* Result.fail(new NoPayoutsWaiting())
      const batch: PayoutBatch = {
        id: `bat_${id}` as PayoutBatchId,
        payouts: content.payouts,
        total: found.reduce((sum, { amount }) => sum + amount, 0) as PositiveYen,
        transferOn,
        ...(bank === undefined ? {} : { bank }),
        madeAt: at
      }
      // A payout that was raised for its waiting is raised anew where the bank says nothing of the file.
      const marked = found.map(({ raisedAt: _, ...payout }): Payout => ({ ...payout, batch: batch.id }))
      return Decision.make({
        result: batch,
        puts: [put(payoutBatches, batch), ...marked.map((payout) => put(payouts, payout))]
      })
    })
}

const ReadContent = Schema.Struct({
  batch: PayoutBatchId,
  /** The hash of the file of results: the same file again is the same reading. */
  file: LinkHash
})

/** Notes that results of a batch were read. */
export const RecordResultsRead: Command<typeof ReadContent.Type, PayoutBatch, PayoutBatchNotFound> = {
  tag: "RecordResultsRead",
  content: ReadContent,
  success: PayoutBatch,
  reads: ({ content }) => [key(payoutBatches, content.batch)],
  decide: (facts, { at, content }) => {
    const batch = facts.find(payoutBatches, content.batch)
    if (batch === undefined) return Result.fail(new PayoutBatchNotFound({ batch: content.batch }))
    const read = { ...batch, readAt: at }
    return Result.succeed(Decision.make({ result: read, puts: [put(payoutBatches, read)] }))
  }
}

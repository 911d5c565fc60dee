/**
 * Settling a payout by an operator, in a case of its own: the way out for one of which no file of results ever says anything (OUT-07, SEC-11).
 *
 * The operator says what the bank said otherwise: by phone, by letter, on a statement. It books what the bank's own answer would, so a
 * bank that says the opposite afterwards is raised as ever.
 */
import { Result, Schema } from "effect"
import { byOperator, CaseReference, type Forbidden } from "../account/OperatorCase.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { PayoutBatchNotFound } from "./Batching.ts"
import { Payout, PayoutBatch, payoutBatches, PayoutBatchId, PayoutId, PayoutNotFound, payouts } from "./Payout.ts"
import { type PayoutAnswer, settled, settlingKeys } from "./PayoutAnswer.ts"

/** Refused: what became of the payout is known already. */
export class PayoutSettled extends Schema.TaggedError<PayoutSettled>()("PayoutSettled", {
  payout: PayoutId,
  status: Schema.Literals(["completed", "failed"])
}) {}

/** What an operator says became of a payout. */
export const Settlement = Schema.Struct({
  payout: PayoutId,
  outcome: Schema.Literals(["transferred", "notTransferred"]),
  /** The operator's number of the case, where the reason and its papers are (SEC-11). */
  reference: CaseReference
})
export type Settlement = typeof Settlement.Type

export type SettlementRefusal = Forbidden | PayoutNotFound | PayoutSettled

/** The answer that the operator gives in the bank's place. A case number is no text of a bank's, so it stands in the command alone. */
const answerOf = ({ outcome }: Settlement): PayoutAnswer =>
  outcome === "transferred" ? { _tag: "credited", bankReference: "" } : { _tag: "refused", reason: "operator" }

/** Settles a payout that is in processing as the bank's answer would; one that is settled is left to the bank. */
export const SettlePayout: Command<Settlement, Payout, SettlementRefusal> = {
  tag: "SettlePayout",
  content: Settlement,
  success: Payout,
  reads: ({ content }) => [key(payouts, content.payout)],
  readsMore: (found, { content }) => settlingKeys(found.peek(payouts, content.payout)),
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { content } = envelope
      yield* byOperator(envelope)
      const payout = facts.find(payouts, content.payout)
      if (payout === undefined) return yield* Result.fail(new PayoutNotFound({ payout: content.payout }))
      if (payout._tag !== "processing") {
        return yield* Result.fail(new PayoutSettled({ payout: payout.id, status: payout._tag }))
      }
      return settled(facts, payout, answerOf(content), envelope)
    })
}

const RejectContent = Schema.Struct({ batch: PayoutBatchId, reference: CaseReference })

/** Notes that the bank took no file of a batch: its file is given out no more. What became of its payouts is settled one by one. */
export const RejectPayoutBatch: Command<typeof RejectContent.Type, PayoutBatch, Forbidden | PayoutBatchNotFound> = {
  tag: "RejectPayoutBatch",
  content: RejectContent,
  success: PayoutBatch,
  reads: ({ content }) => [key(payoutBatches, content.batch)],
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { at, content } = envelope
      yield* byOperator(envelope)
      const batch = facts.find(payoutBatches, content.batch)
      if (batch === undefined) return yield* Result.fail(new PayoutBatchNotFound({ batch: content.batch }))
      const rejected: PayoutBatch = { ...batch, rejectedAt: batch.rejectedAt ?? at }
      return Decision.make({ result: rejected, puts: [put(payoutBatches, rejected)] })
    })
}

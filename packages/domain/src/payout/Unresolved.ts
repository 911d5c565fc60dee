/**
 * Raising a payout that stays unresolved: operators are told, once (OUT-07, TOP-11). It stays in processing.
 */
import { Result, Schema } from "effect"
import * as JapanDate from "../calendar/JapanDate.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key, type Key } from "../engine/RecordKind.ts"
import type { Policy } from "../policy/Policy.ts"
import { raisedSince } from "../topup/Unresolved.ts"
import { Payout, payoutBatches, PayoutId, PayoutNotFound, payouts } from "./Payout.ts"

/** The batch whose transfer day decides when a payout is due, where it went by file. */
export const batchKey = (payout: Payout | undefined): ReadonlyArray<Key> =>
  payout?.batch === undefined ? [] : [key(payoutBatches, payout.batch)]

const dayMillis = 86_400_000

/**
 * Whether a payout is to be raised. One that goes by file cannot be answered before its transfer day is over; one that stands in no
 * file yet was not asked of any bank, and is raised when it has waited for days.
 */
export const isRaisable = (
  facts: Pick<Facts, "find">,
  payout: Payout,
  policy: Policy,
  at: JapanDate.Instant
): boolean => {
  if (payout._tag !== "processing" || payout.raisedAt !== undefined) return false
  if (payout.askedAt > raisedSince(policy, at)) return false
  if (payout.route === "gateway") return true
  if (payout.batch === undefined) {
    return at >= JapanDate.later(payout.askedAt, policy.wallet.payout.waitingDays * dayMillis)
  }
  const batch = facts.find(payoutBatches, payout.batch)
  return batch !== undefined && at > JapanDate.end(batch.transferOn)
}

const Content = Schema.Struct({ payout: PayoutId })

/** Raises a payout once; one that is settled, raised already, or too young is left as it is. */
export const RaiseUnresolvedPayout: Command<typeof Content.Type, Payout, PayoutNotFound> = {
  tag: "RaiseUnresolvedPayout",
  content: Content,
  success: Payout,
  reads: ({ content }) => [key(payouts, content.payout)],
  readsMore: (found, { content }) => batchKey(found.peek(payouts, content.payout)),
  decide: (facts, { at, content, id }) => {
    const payout = facts.find(payouts, content.payout)
    if (payout === undefined) return Result.fail(new PayoutNotFound({ payout: content.payout }))
    if (!isRaisable(facts, payout, facts.policy, at)) return Result.succeed(Decision.make<Payout>({ result: payout }))
    const raised: Payout = { ...payout, raisedAt: at }
    return Result.succeed(
      Decision.make<Payout>({
        result: raised,
        puts: [put(payouts, raised)],
        notices: [
          { id: `${id}.1`, kind: "payoutUnresolved", to: "operators", account: payout.account, subject: payout.id, at }
        ]
      })
    )
  }
}

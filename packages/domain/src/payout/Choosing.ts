/**
 * Choosing: which of the payouts that wait a file can name, and what it says of each.
 */
import { Effect, Result, Schema } from "effect"
import { Secrets } from "../account/Secrets.ts"
import type { TransferUnwritable } from "../bank/GeneralTransfer.ts"
import type { JapanDate } from "../calendar/JapanDate.ts"
import { Due } from "../engine/Due.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import type { Policy } from "../policy/Policy.ts"
import type { Requester } from "../policy/Wallet.ts"
import { batchMost } from "./Batching.ts"
import { type PayoutId, type PayoutProcessing, payouts } from "./Payout.ts"
import { recipientsOf, type Unnamed } from "./Recipients.ts"
import { isWritable, type Line, lineOf } from "./TransferText.ts"

/** Refused: the policy says not who asks the bank for transfers. */
export class PayoutFileNotConfigured extends Schema.TaggedError<PayoutFileNotConfigured>()(
  "PayoutFileNotConfigured",
  {}
) {}

/** A payout that stays out of a batch and goes on waiting, and why. */
export interface LeftOut {
  readonly payout: PayoutId
  readonly reason: Unnamed | "unwritable"
}

/** What a batch would hold: payouts, the line of each, and what stays out. */
export interface Chosen {
  readonly payouts: Array<PayoutId>
  readonly lines: Array<Line>
  readonly leftOut: Array<LeftOut>
}

/** Chooses the payouts that wait longest and can be written, at most one batch of them. */
export const choosing = Effect.gen(function* () {
  const due = yield* Due
  const store = yield* Store
  const secrets = yield* Secrets

  const page = Effect.fnUntraced(function* (ids: ReadonlyArray<PayoutId>) {
    const facts = yield* store.read(ids.map((id) => key(payouts, id)))
    const found = ids.flatMap((id) => {
      const payout = facts.find(payouts, id)
      return payout?._tag === "processing" ? [payout] : []
    })
    const recipients = yield* recipientsOf(found).pipe(
      Effect.provideService(Store, store),
      Effect.provideService(Secrets, secrets)
    )
    return found.map((payout, n) => ({ payout, recipient: recipients[n] ?? "accountUnreadable" }))
  })

  const written = (
    { banks }: Policy,
    requester: Requester,
    transferOn: JapanDate,
    payout: PayoutProcessing,
    recipient: Effect.Success<ReturnType<typeof page>>[number]["recipient"]
  ): Result.Result<Line | LeftOut["reason"], TransferUnwritable> => {
    if (typeof recipient === "string") return Result.succeed(recipient)
    const line = lineOf(payout, recipient, banks[payout.bank]?.name)
    return Result.map(isWritable(requester, transferOn, line), (isLine) => (isLine ? line : "unwritable"))
  }

  return Effect.fnUntraced(function* (policy: Policy, transferOn: JapanDate) {
    const { requester } = policy.wallet.payout
    if (requester === undefined) return yield* new PayoutFileNotConfigured()
    const chosen: Chosen = { payouts: [], lines: [], leftOut: [] }
    for (let after = ""; chosen.lines.length < batchMost;) {
      const ids = yield* due.waitingPayouts(after, batchMost)
      for (const { payout, recipient } of yield* page(ids)) {
        if (chosen.lines.length === batchMost) break
        const line = yield* Effect.fromResult(written(policy, requester, transferOn, payout, recipient))
        if (typeof line === "string") chosen.leftOut.push({ payout: payout.id, reason: line })
        else {
          chosen.payouts.push(payout.id)
          chosen.lines.push(line)
        }
      }
      const last = ids.at(-1)
      if (last === undefined || ids.length < batchMost) break
      after = last
    }
    return chosen
  })
})

/**
 * Cancelling and returning a purchase: the ordinary procedure, which does not ask whether it was challenged (AUT-12).
 */
import { Result, Schema } from "effect"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { MerchantCode, Purchase, type PurchaseCancelled, PurchaseId, PurchaseNotFound, purchases } from "./Purchase.ts"

/** Refused: only a purchase that has passed is cancelled, and once. */
export class PurchaseNotCancellable extends Schema.TaggedError<PurchaseNotCancellable>()("PurchaseNotCancellable", {
  purchase: PurchaseId
}) {}

const Content = Schema.Struct({ purchase: PurchaseId, merchant: MerchantCode })

/** The merchant cancels or takes back what was bought. */
export const CancelPurchase: Command<
  typeof Content.Type,
  PurchaseCancelled,
  PurchaseNotFound | PurchaseNotCancellable
> = {
  tag: "CancelPurchase",
  content: Content,
  success: Purchase.members[3],
  reads: ({ content }) => [key(purchases, content.purchase)],
  decide: (facts, { at, content: { merchant, purchase: id } }) => {
    const purchase = facts.find(purchases, id)
    // Another merchant's purchase is answered as none (SEC-10).
    if (purchase?.merchant !== merchant) return Result.fail(new PurchaseNotFound({ purchase: id }))
    if (purchase._tag !== "passed") return Result.fail(new PurchaseNotCancellable({ purchase: id }))
    const cancelled: PurchaseCancelled = { ...purchase, _tag: "cancelled", cancelledAt: at }
    return Result.succeed(Decision.make({ result: cancelled, puts: [put(purchases, cancelled)] }))
  }
}

/**
 * Raising a payment that stays unresolved at its biller: operators are told, once (PAY-13). It stays in processing.
 *
 * Where the bank that is to fund it is silent, its top-up is raised, not the payment: one silence is told once (TOP-11).
 */
import { Result, Schema } from "effect"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import { raisedSince } from "../topup/Unresolved.ts"
import { Payment, PaymentId, PaymentNotFound, payments } from "./Payment.ts"

const Content = Schema.Struct({ payment: PaymentId })

/** Raises a payment once; one that is not at its biller, raised already, or too young is left as it is. */
export const RaiseUnresolvedPayment: Command<typeof Content.Type, Payment, PaymentNotFound> = {
  tag: "RaiseUnresolvedPayment",
  content: Content,
  success: Payment,
  reads: ({ content }) => [key(payments, content.payment)],
  decide: (facts, { at, content, id }) => {
    const payment = facts.find(payments, content.payment)
    if (payment === undefined) return Result.fail(new PaymentNotFound({ payment: content.payment }))
    const isDue =
      payment._tag === "processing" && payment.raisedAt === undefined && payment.paidAt <= raisedSince(facts.policy, at)
    if (!isDue) return Result.succeed(Decision.make<Payment>({ result: payment }))
    const raised: Payment = { ...payment, raisedAt: at }
    return Result.succeed(
      Decision.make<Payment>({
        result: raised,
        puts: [put(payments, raised)],
        notices: [
          {
            id: `${id}.1`,
            kind: "paymentUnresolved",
            to: "operators",
            account: payment.account,
            subject: payment.id,
            at
          }
        ]
      })
    )
  }
}

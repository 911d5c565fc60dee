/**
 * The biller's courier: tells a biller's system of a payment that it must accept, and submits what it says (PAY-13).
 */
import { Effect } from "effect"
import { type Courier, delivery, dispatcher, providerText } from "../engine/Dispatcher.ts"
import { Engine } from "../engine/Engine.ts"
import type { OutgoingRequest } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import { type BillerAnswer, named, RecordBillerAnswer } from "./BillerAnswer.ts"
import { BillerGateway } from "./BillerGateway.ts"
import { type PaymentId, payments } from "./Payment.ts"

const accepted: BillerAnswer = { _tag: "accepted" }
const refused = ({ reason }: { readonly reason: string }): BillerAnswer => ({
  _tag: "refused",
  reason: providerText(reason)
})

/** The courier of biller notices. */
export const couriers: Effect.Effect<ReadonlyArray<Courier>, never, Engine | Store | BillerGateway> = Effect.gen(
  function* () {
    const engine = yield* Engine
    const store = yield* Store
    const gateway = yield* BillerGateway

    const paymentOf = Effect.fnUntraced(function* ({ id, subject }: OutgoingRequest) {
      const payment = (yield* store.read([key(payments, subject)])).find(payments, subject)
      return payment ?? (yield* Effect.die(new Error(`request ${id} names no payment`)))
    })

    const ask = Effect.fnUntraced(function* (request: OutgoingRequest) {
      const { id } = request
      const { amount, barcode, biller, paidAt } = yield* paymentOf(request)
      return yield* gateway.notify({ reference: id, biller, barcode, amount, paidAt }).pipe(
        Effect.as(accepted),
        Effect.catchTag("BillerRefused", (refusal) => Effect.succeed(refused(refusal)))
      )
    })

    const inquire = Effect.fnUntraced(function* (request: OutgoingRequest) {
      const { biller } = yield* paymentOf(request)
      const found = yield* gateway.inquire({ biller, reference: request.id })
      if (found._tag === "accepted") return accepted
      return found._tag === "refused" ? refused(found) : found._tag
    })

    const submit = ({ id, subject }: OutgoingRequest, answer: BillerAnswer) =>
      engine.submit(
        RecordBillerAnswer,
        { ...named(id, subject as PaymentId), answer },
        { actor: dispatcher, key: `${id} ${answer._tag}` }
      )

    return [{ kind: "billerNotice", deliver: delivery({ ask, inquire, submit }) }]
  }
)

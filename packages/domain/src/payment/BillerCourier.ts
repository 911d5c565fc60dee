/**
 * The biller's courier: tells a biller's system of a payment that it must accept, and submits what it says (PAY-13).
 */
import { Effect } from "effect"
import { type Courier, delivery, dispatcher, type Found, providerText } from "../engine/Dispatcher.ts"
import { Engine } from "../engine/Engine.ts"
import type { OutgoingRequest } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import { type BillerAnswer, RecordBillerAnswer } from "./BillerAnswer.ts"
import { BillerGateway } from "./BillerGateway.ts"
import { payments } from "./Payment.ts"

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

    const ask = Effect.fnUntraced(function* ({ id, subject }: OutgoingRequest) {
      const payment = (yield* store.read([key(payments, subject)])).find(payments, subject)
      if (payment === undefined) return yield* Effect.die(new Error(`request ${id} names no payment`))
      const { amount, barcode, biller, paidAt } = payment
      return yield* gateway.notify({ reference: id, biller, barcode, amount, paidAt }).pipe(
        Effect.as(accepted),
        Effect.catchTag("BillerRefused", (refusal) => Effect.succeed(refused(refusal)))
      )
    })

    const inquire = ({ id }: OutgoingRequest) =>
      Effect.map(gateway.inquire(id), (found): Found<BillerAnswer> => {
        if (found._tag === "accepted") return accepted
        return found._tag === "refused" ? refused(found) : found._tag
      })

    const submit = ({ id }: OutgoingRequest, answer: BillerAnswer) =>
      engine.submit(RecordBillerAnswer, { request: id, answer }, { actor: dispatcher, key: `${id} ${answer._tag}` })

    return [{ kind: "billerNotice", deliver: delivery({ ask, inquire, submit }) }]
  }
)

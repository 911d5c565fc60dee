/**
 * The courier of payouts: asks the bank to credit, inquires later, and submits what the bank says (OUT-06, OUT-07).
 */
import { Effect, Option } from "effect"
import { BankGateway } from "../bank/BankGateway.ts"
import { refused, unreadable } from "../bank/LinkCourier.ts"
import { kept } from "../bank/OwnAccount.ts"
import { type Courier, delivery, dispatcher, type Found, providerText } from "../engine/Dispatcher.ts"
import { Engine } from "../engine/Engine.ts"
import type { OutgoingRequest } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import { payouts } from "./Payout.ts"
import { type PayoutAnswer, payoutAnswerKey, RecordPayoutAnswer } from "./PayoutAnswer.ts"

/** That the bank credited the account, as it is recorded. */
export const credited = ({ bankReference }: { readonly bankReference: string }): PayoutAnswer => ({
  _tag: "credited",
  bankReference: providerText(bankReference)
})

const crediting = Effect.gen(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const gateway = yield* BankGateway

  const ask = Effect.fnUntraced(function* ({ id, subject }: OutgoingRequest) {
    const payout = (yield* store.read([key(payouts, subject)])).find(payouts, subject)
    if (payout === undefined) return yield* Effect.die(new Error(`request ${id} names no payout`))
    const account = yield* kept(store, payout.link)
    if (Option.isNone(account)) return unreadable
    return yield* gateway.credit({ reference: id, account: account.value, amount: payout.amount }).pipe(
      Effect.map(credited),
      Effect.catchTag("BankRefused", (refusal) => Effect.succeed<PayoutAnswer>(refused(refusal)))
    )
  })

  const inquire = Effect.fnUntraced(function* ({ id, subject }: OutgoingRequest) {
    const payout = (yield* store.read([key(payouts, subject)])).find(payouts, subject)
    return yield* Effect.map(
      gateway.inquire({ bank: payout?.bank ?? "", reference: id }),
      (found): Found<PayoutAnswer> => {
        if (found._tag === "credited") return credited(found)
        if (found._tag === "refused") return refused(found)
        return found._tag === "notFound" ? "notFound" : "pending"
      }
    )
  })

  const submit = ({ id: request }: OutgoingRequest, answer: PayoutAnswer) =>
    engine.submit(RecordPayoutAnswer, { request, answer }, { actor: dispatcher, key: payoutAnswerKey(request, answer) })

  return { kind: "bankCredit", deliver: delivery({ ask, inquire, submit }) }
})

/** The courier of payouts that are asked for one by one. */
export const couriers: Effect.Effect<ReadonlyArray<Courier>, never, Engine | Store | BankGateway> = Effect.map(
  crediting,
  (courier) => [courier]
)

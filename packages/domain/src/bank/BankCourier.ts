/**
 * The bank's couriers: deliver link and debit requests through the gateway and submit what the bank says.
 */
import { Effect, Option } from "effect"
import type { Secrets } from "../account/Secrets.ts"
import { type Courier, delivery, dispatcher, type Found, providerText } from "../engine/Dispatcher.ts"
import { Engine } from "../engine/Engine.ts"
import type { OutgoingRequest, RequestId } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import { type DebitAnswer, RecordDebitAnswer } from "../topup/DebitAnswer.ts"
import { type TopUpId, topUps } from "../topup/TopUp.ts"
import { BankGateway } from "./BankGateway.ts"
import { linkCourier, refused, unreadable } from "./LinkCourier.ts"
import { kept } from "./OwnAccount.ts"

/** That the bank took the amount, as it is recorded. */
export const debited = ({ bankReference }: { readonly bankReference: string }): DebitAnswer => ({
  _tag: "debited",
  bankReference: providerText(bankReference)
})

const debiting = Effect.gen(function* () {
  const engine = yield* Engine
  const store = yield* Store
  const gateway = yield* BankGateway

  const ask = Effect.fnUntraced(function* ({ id, subject }: OutgoingRequest) {
    const facts = yield* store.read([key(topUps, subject)])
    const topUp = facts.find(topUps, subject as TopUpId)
    if (topUp === undefined) return yield* Effect.die(new Error(`request ${id} names no top-up`))
    const account = yield* kept(store, topUp.link)
    if (Option.isNone(account)) return unreadable
    const asked = { reference: id, account: account.value, amount: topUp.amount, passbookText: topUp.passbookText }
    return yield* gateway.debit(asked).pipe(
      Effect.map(debited),
      Effect.catchTag("BankRefused", (refusal) => Effect.succeed<DebitAnswer>(refused(refusal)))
    )
  })

  const inquire = Effect.fnUntraced(function* ({ id, subject }: OutgoingRequest) {
    const topUp = (yield* store.read([key(topUps, subject)])).find(topUps, subject)
    return yield* Effect.map(
      gateway.inquire({ bank: topUp?.bank ?? "", reference: id }),
      (found): Found<DebitAnswer> => {
        if (found._tag === "debited") return debited(found)
        if (found._tag === "refused") return refused(found)
        return found._tag === "notFound" ? "notFound" : "pending"
      }
    )
  })

  const submit = ({ id }: OutgoingRequest, answer: DebitAnswer) =>
    engine.submit(RecordDebitAnswer, { request: id, answer }, { actor: dispatcher, key: debitAnswerKey(id, answer) })

  return { kind: "bankDebit", deliver: delivery({ ask, inquire, submit }) }
})

/** The key of an answer: the same answer again is the same intention, the opposite is another one. */
export const debitAnswerKey = (request: RequestId, { _tag }: DebitAnswer): string => `${request} ${_tag}`

/** The couriers of link and debit requests. */
export const couriers: Effect.Effect<
  ReadonlyArray<Courier>,
  never,
  Engine | Store | BankGateway | Secrets
> = Effect.all([linkCourier, debiting])

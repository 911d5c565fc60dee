/**
 * The courier of payment numbers: asks the provider for a number and submits what it says (TOP-04).
 */
import { Effect } from "effect"
import { type Courier, delivery, dispatcher, type Found, providerText } from "../engine/Dispatcher.ts"
import { Engine } from "../engine/Engine.ts"
import type { OutgoingRequest } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import { depositTopUps, type IssuedNumber } from "./Deposit.ts"
import { DepositGateway } from "./DepositGateway.ts"
import { type NumberAnswer, RecordNumberIssued } from "./DepositNumber.ts"

const issuedAs = (issued: IssuedNumber): NumberAnswer => ({ _tag: "issued", issued })
const refused = ({ reason }: { readonly reason: string }): NumberAnswer => ({
  _tag: "refused",
  reason: providerText(reason)
})

/** The courier of requests for payment numbers. */
export const couriers: Effect.Effect<ReadonlyArray<Courier>, never, Engine | Store | DepositGateway> = Effect.gen(
  function* () {
    const engine = yield* Engine
    const store = yield* Store
    const gateway = yield* DepositGateway

    const ask = Effect.fnUntraced(function* ({ id, subject }: OutgoingRequest) {
      const topUp = (yield* store.read([key(depositTopUps, subject)])).find(depositTopUps, subject)
      if (topUp === undefined) return yield* Effect.die(new Error(`request ${id} names no deposit top-up`))
      const { amount, chain, due, way } = topUp
      const where = chain === undefined ? { way } : { way, chain }
      return yield* gateway.issue({ reference: id, ...where, amount, due }).pipe(
        Effect.map(issuedAs),
        Effect.catchTag("DepositRefused", (refusal) => Effect.succeed(refused(refusal)))
      )
    })

    const inquire = ({ id }: OutgoingRequest) =>
      Effect.map(gateway.inquire(id), (found): Found<NumberAnswer> => {
        if (found._tag === "issued") return issuedAs(found.issued)
        return found._tag === "refused" ? refused(found) : found._tag
      })

    const submit = ({ id }: OutgoingRequest, answer: NumberAnswer) =>
      engine.submit(RecordNumberIssued, { request: id, answer }, { actor: dispatcher, key: `${id} ${answer._tag}` })

    return [{ kind: "depositNumber", deliver: delivery({ ask, inquire, submit }) }]
  }
)

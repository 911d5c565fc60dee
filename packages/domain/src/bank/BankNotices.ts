/**
 * BankNotices: the service by which a bank reports on its own what became of a debit: late, again, or out of order.
 *
 * A notice that says what the dispatcher heard already is the same intention and changes nothing (TOP-10).
 */
import { Context, Effect, Layer } from "effect"
import { dispatcher } from "../engine/Dispatcher.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import type { RequestId } from "../engine/Outbox.ts"
import { type DebitAnswer, RecordDebitAnswer } from "../topup/DebitAnswer.ts"
import type { TopUp, TopUpNotFound } from "../topup/TopUp.ts"
import { debitAnswerKey, debited, refused } from "./BankCourier.ts"

export class BankNotices extends Context.Service<
  BankNotices,
  {
    /** Records what the bank says became of a debit, by the reference it was asked with. */
    readonly debit: (reference: RequestId, answer: DebitAnswer) => Effect.Effect<TopUp, TopUpNotFound | EngineError>
  }
>()("@kinchaku/domain/bank/BankNotices") {
  static readonly layer: Layer.Layer<BankNotices, never, Engine> = Layer.effect(
    BankNotices,
    Effect.map(Engine, (engine) =>
      BankNotices.of({
        debit: Effect.fn("BankNotices.debit")((request: RequestId, answer: DebitAnswer) =>
          engine.submit(
            RecordDebitAnswer,
            { request, answer: answer._tag === "debited" ? debited(answer) : refused(answer) },
            { actor: dispatcher, key: debitAnswerKey(request, answer) }
          )
        )
      })
    )
  )
}

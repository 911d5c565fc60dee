/**
 * BankNotices: the service by which a bank reports on its own what became of a debit, a credit or a link: late, again, or out of order.
 *
 * A notice that says what the dispatcher heard already changes nothing (TOP-10, BNK-02). One that came as a webhook counts once for
 * its id, however often it is delivered and wherever two deliveries meet (SEC-12).
 */
import { Context, Effect, Layer, Schema } from "effect"
import { Secrets } from "../account/Secrets.ts"
import { type Actor } from "../engine/Command.ts"
import { dispatcher } from "../engine/Dispatcher.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { RequestId } from "../engine/Outbox.ts"
import { type DebitAnswer, RecordDebitAnswer } from "../topup/DebitAnswer.ts"
import type { PayoutNotFound } from "../payout/Payout.ts"
import { RecordPayoutAnswer } from "../payout/PayoutAnswer.ts"
import { credited } from "../payout/PayoutCourier.ts"
import type { TopUp, TopUpNotFound } from "../topup/TopUp.ts"
import type { WebhookId } from "../webhook/Webhook.ts"
import { debitAnswerKey, debited } from "./BankCourier.ts"
import { type LinkNotFound, RecordLinkAnswer } from "./LinkAnswer.ts"
import { interrupted, linkedBy, refused } from "./LinkCourier.ts"

/** What a bank says became of a request, by the reference that it was asked with. */
export const BankNotice = Schema.Union([
  Schema.TaggedStruct("debited", { reference: RequestId, bankReference: Schema.String }),
  Schema.TaggedStruct("debitRefused", { reference: RequestId, reason: Schema.String }),
  Schema.TaggedStruct("credited", { reference: RequestId, bankReference: Schema.String }),
  Schema.TaggedStruct("creditRefused", { reference: RequestId, reason: Schema.String }),
  Schema.TaggedStruct("linked", {
    reference: RequestId,
    holderKana: Schema.String,
    factors: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 }))
  }),
  Schema.TaggedStruct("linkRefused", { reference: RequestId, reason: Schema.String }),
  /** The holder left the bank's page by its own cancel button (BNK-15). */
  Schema.TaggedStruct("linkInterrupted", { reference: RequestId })
])
export type BankNotice = typeof BankNotice.Type

export type TakingRefusal = TopUpNotFound | PayoutNotFound | LinkNotFound | EngineError

/** Who acts where a bank's webhook is taken in. */
const webhook = "system:bank-webhook" as Actor

export class BankNotices extends Context.Service<
  BankNotices,
  {
    /** Records what the bank says became of a debit, by the reference it was asked with. */
    readonly debit: (reference: RequestId, answer: DebitAnswer) => Effect.Effect<TopUp, TopUpNotFound | EngineError>
    /** Takes a webhook in, once for its id; the same id with another notice is refused (IdempotencyConflict). */
    readonly take: (id: WebhookId, notice: BankNotice) => Effect.Effect<void, TakingRefusal>
  }
>()("@kinchaku/domain/bank/BankNotices") {
  static readonly layer: Layer.Layer<BankNotices, never, Engine | Secrets> = Layer.effect(
    BankNotices,
    Effect.gen(function* () {
      const engine = yield* Engine
      const linked = linkedBy(yield* Secrets)

      const take = (id: WebhookId, notice: BankNotice): Effect.Effect<unknown, TakingRefusal> => {
        const { reference: request } = notice
        // The id is the key: a repetition is answered as the first time, also where two deliveries race (LED-08).
        const intent = { actor: webhook, key: `webhook ${id}` }
        switch (notice._tag) {
          case "debited":
            return engine.submit(RecordDebitAnswer, { request, answer: debited(notice) }, intent)
          case "debitRefused":
            return engine.submit(RecordDebitAnswer, { request, answer: refused(notice) }, intent)
          case "credited":
            return engine.submit(RecordPayoutAnswer, { request, answer: credited(notice) }, intent)
          case "creditRefused":
            return engine.submit(RecordPayoutAnswer, { request, answer: refused(notice) }, intent)
          case "linked":
            return engine.submit(RecordLinkAnswer, { request, answer: linked(notice) }, intent)
          case "linkRefused":
            return engine.submit(RecordLinkAnswer, { request, answer: refused(notice) }, intent)
          case "linkInterrupted":
            return engine.submit(RecordLinkAnswer, { request, answer: interrupted }, intent)
        }
      }

      return BankNotices.of({
        debit: Effect.fn("BankNotices.debit")((request: RequestId, answer: DebitAnswer) =>
          engine.submit(
            RecordDebitAnswer,
            { request, answer: answer._tag === "debited" ? debited(answer) : refused(answer) },
            { actor: dispatcher, key: debitAnswerKey(request, answer) }
          )
        ),
        take: Effect.fn("BankNotices.take")((id: WebhookId, notice: BankNotice) => Effect.asVoid(take(id, notice)))
      })
    })
  )
}

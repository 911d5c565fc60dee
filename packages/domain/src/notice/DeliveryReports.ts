/**
 * DeliveryReports: the service by which an SMS provider reports on its own that a message did not arrive (OTP-11).
 *
 * A report may come late, again, or before the message counts as sent. Whatever became of other messages needs no record.
 */
import { Context, Effect, Layer } from "effect"
import { dispatcher } from "../engine/Dispatcher.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { commandOf, type RequestId } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import { RecordOtpDelivery } from "../otp/Confirming.ts"
import { type OtpId, otpKey, otps } from "../otp/Otp.ts"
import { deliveryKey } from "../otp/OtpCourier.ts"
import { purchases } from "../stepup/Purchase.ts"
import { purchaseOf, RecordStepUpDelivery } from "../stepup/StepUpChallenge.ts"

export class DeliveryReports extends Context.Service<
  DeliveryReports,
  {
    /** Records that a message did not arrive, by the key that it was sent with. A key that no code was sent with changes nothing. */
    readonly undelivered: (request: RequestId) => Effect.Effect<void, EngineError>
  }
>()("@kinchaku/domain/notice/DeliveryReports") {
  static readonly layer: Layer.Layer<DeliveryReports, never, Engine | Store> = Layer.effect(
    DeliveryReports,
    Effect.gen(function* () {
      const engine = yield* Engine
      const store = yield* Store
      const undelivered = Effect.fn("DeliveryReports.undelivered")(function* (request: RequestId) {
        const [otp, purchase] = [`otp_${commandOf(request)}` as OtpId, purchaseOf(request)]
        const facts = yield* store.read([otpKey(otp), key(purchases, purchase)])
        const content = { request, answer: "notDelivered" as const }
        const intent = { actor: dispatcher, key: deliveryKey(request, "notDelivered") }
        // A record that was found stays, so neither command is refused.
        if (facts.find(otps, otp) !== undefined) {
          yield* Effect.catchTag(engine.submit(RecordOtpDelivery, content, intent), "OtpNotFound", Effect.die)
        }
        if (facts.find(purchases, purchase) !== undefined) {
          yield* Effect.catchTag(engine.submit(RecordStepUpDelivery, content, intent), "PurchaseNotFound", Effect.die)
        }
      })
      return DeliveryReports.of({ undelivered })
    })
  )
}

/**
 * The courier of challenge codes: makes the code of a purchase and sends it to the phone of its card profile (AUT-03).
 */
import { Clock, Effect, Option, Schema } from "effect"
import { Secrets } from "../account/Secrets.ts"
import { instant } from "../calendar/JapanDate.ts"
import { type Courier, delivery, dispatcher } from "../engine/Dispatcher.ts"
import { Engine } from "../engine/Engine.ts"
import type { OutgoingRequest } from "../engine/Outbox.ts"
import { key } from "../engine/RecordKind.ts"
import { Store } from "../engine/Store.ts"
import { codeSms } from "../notice/CodeMessages.ts"
import { SmsSender } from "../notice/SmsSender.ts"
import { deliveryKey } from "../otp/OtpCourier.ts"
import { policyInForce } from "../policy/Policy.ts"
import { cardProfiles, ProfileText } from "./CardProfile.ts"
import { isExpired, type PurchaseChallenged, purchases } from "./Purchase.ts"
import { purchaseOf, RecordStepUpDelivery } from "./StepUpChallenge.ts"

type Delivered = "sent" | "notDelivered"

const decodeProfile = Schema.decodeUnknownOption(ProfileText)

/** The courier of the codes of challenges. */
export const couriers: Effect.Effect<ReadonlyArray<Courier>, never, Engine | Store | Secrets | SmsSender> = Effect.gen(
  function* () {
    const engine = yield* Engine
    const store = yield* Store
    const secrets = yield* Secrets
    const sms = yield* SmsSender

    /** The message of a challenge, or none where its phone number was erased. */
    const message = Effect.fnUntraced(function* ({ id }: OutgoingRequest, purchase: PurchaseChallenged) {
      const { amount, askedAt, challenge, kind, merchantName, profile } = purchase
      const facts = yield* store.read([key(cardProfiles, profile), key(policyInForce, "current")])
      const found = facts.find(cardProfiles, profile)
      const kept = found === undefined ? undefined : yield* store.personal(found.contactIn)
      const phone = Option.getOrUndefined(decodeProfile(kept))?.phone
      if (found === undefined || phone === undefined || challenge._tag !== "otp") return undefined
      const { senders } = facts.policy.authentication.otp
      const text = codeSms({
        code: secrets.code(challenge.nonce),
        lifeMinutes: Math.round((challenge.expiresAt - askedAt) / 60_000),
        language: found.language,
        purpose: kind === "eMoneyTopUp" ? "cardTopUp" : "cardPurchase",
        money: { amount, payee: merchantName }
      })
      return { key: id, to: phone, text, senders }
    })

    const ask = Effect.fnUntraced(function* (request: OutgoingRequest) {
      const id = purchaseOf(request.id)
      const purchase = (yield* store.read([key(purchases, id)])).find(purchases, id)
      const now = instant(yield* Clock.currentTimeMillis)
      // A purchase that has passed had its code; one that nobody can use any more is not sent.
      if (purchase?._tag === "passed" || purchase?._tag === "cancelled") return "sent" as const
      if (purchase?._tag !== "challenged" || isExpired(purchase, now)) return "notDelivered" as const
      const ready = yield* message(request, purchase)
      if (ready === undefined) return "notDelivered" as const
      return yield* sms.send(ready).pipe(
        Effect.as<Delivered>("sent"),
        Effect.catchTag("SmsRefused", () => Effect.succeed<Delivered>("notDelivered"))
      )
    })

    // The same code under the same key does no harm, so a message of which nothing was heard is sent again.
    const inquire = () => Effect.succeed("notFound" as const)

    const submit = (request: OutgoingRequest, answer: Delivered) =>
      engine.submit(
        RecordStepUpDelivery,
        { request: request.id, answer },
        { actor: dispatcher, key: deliveryKey(request.id, answer) }
      )

    return [{ kind: "stepUpCode", deliver: delivery({ ask, inquire, submit }) }]
  }
)

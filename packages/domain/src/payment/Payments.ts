/**
 * Payments: the service by which bills are quoted and paid.
 */
import { Clock, Context, Effect, Layer, Schema } from "effect"
import { AccountId, accounts } from "../account/Account.ts"
import type { Intent } from "../account/Accounts.ts"
import { instant } from "../calendar/JapanDate.ts"
import { type ValidationFailed, validator } from "../engine/Command.ts"
import { Engine, type EngineError } from "../engine/Engine.ts"
import { key } from "../engine/RecordKind.ts"
import { Store, type StoreUnavailable } from "../engine/Store.ts"
import type { OtpId } from "../otp/Otp.ts"
import { policyInForce } from "../policy/Policy.ts"
import { planKeys, planKeysMore } from "../topup/ExactTopUp.ts"
import { type Payment, PaymentId, PaymentNotFound, payments } from "./Payment.ts"
import * as SlipPayment from "./SlipPayment.ts"
import * as SlipTerms from "./SlipTerms.ts"

export interface SlipPaymentRequest {
  readonly account: AccountId
  /** As scanned or typed. */
  readonly barcode: string
  /** The quote that the holder confirmed (PAY-05). */
  readonly quote: SlipTerms.Quote
  /** The confirmed code, where one is needed; it was asked for with `operation` of this slip and amount (OTP-08). */
  readonly otp?: OtpId
}

const validateQuote = validator(Schema.Struct({ barcode: SlipPayment.Scanned, account: Schema.optionalKey(AccountId) }))
const validateRead = validator(Schema.Struct({ account: AccountId, payment: PaymentId }))

export class Payments extends Context.Service<
  Payments,
  {
    /**
     * What paying a slip would mean now: payee, amount, fee, due date (PAY-05), and for an account the exact top-up
     * that would be used (TOP-14). Reserves nothing.
     */
    readonly quoteSlip: (
      barcode: string,
      account?: AccountId
    ) => Effect.Effect<SlipTerms.Quote, SlipTerms.QuoteRefusal | ValidationFailed | StoreUnavailable>
    /** Pays a slip as quoted. */
    readonly paySlip: (
      request: SlipPaymentRequest,
      intent: Intent
    ) => Effect.Effect<SlipPayment.Accepted, SlipPayment.PaymentRefusal | EngineError>
    /** A payment of an account, in its present state. */
    readonly get: (
      account: AccountId,
      payment: PaymentId
    ) => Effect.Effect<Payment, PaymentNotFound | ValidationFailed | StoreUnavailable>
  }
>()("@kinchaku/domain/payment/Payments") {
  static readonly layer: Layer.Layer<Payments, never, Engine | Store> = Layer.effect(
    Payments,
    Effect.gen(function* () {
      const engine = yield* Engine
      const store = yield* Store

      const quoteSlip = Effect.fn("Payments.quoteSlip")(function* (barcode: string, account?: AccountId) {
        yield* Effect.fromResult(validateQuote({ barcode, ...(account === undefined ? {} : { account }) }))
        const at = instant(yield* Clock.currentTimeMillis)
        const keys = [
          key(policyInForce, "current"),
          ...SlipTerms.quoteKeys(barcode),
          ...(account === undefined ? [] : [key(accounts, account), ...planKeys(account, at)])
        ]
        const found = yield* store.read(keys)
        const more = account === undefined ? [] : planKeysMore(found, account)
        const facts = more.length === 0 ? found : yield* store.read([...keys, ...more])
        const { quote } = yield* Effect.fromResult(SlipTerms.payable(facts, barcode, at))
        return account === undefined ? quote : { ...quote, ...SlipPayment.quotedTopUp(facts, account, quote, at) }
      })

      const paySlip = Effect.fn("Payments.paySlip")((request: SlipPaymentRequest, intent: Intent) =>
        engine.submit(SlipPayment.PaySlip, request, intent)
      )

      const get = Effect.fn("Payments.get")(function* (account: AccountId, id: PaymentId) {
        yield* Effect.fromResult(validateRead({ account, payment: id }))
        const payment = (yield* store.read([key(payments, id)])).find(payments, id)
        return payment?.account === account ? payment : yield* new PaymentNotFound({ payment: id })
      })

      return Payments.of({ quoteSlip, paySlip, get })
    })
  )
}

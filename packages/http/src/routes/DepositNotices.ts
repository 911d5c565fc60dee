/**
 * What a provider reports of deposits for its payment numbers (TOP-04, TOP-06, SEC-12).
 *
 * A report is a webhook, as a bank's is, and stands beside the table of routes. A deposit is booked once for each receipt: delivered
 * again, under whatever id, it is answered alike and changes nothing.
 */
import type { EngineError } from "@kinchaku/domain/engine/Engine"
import { RequestId } from "@kinchaku/domain/engine/Outbox"
import { PositiveYen } from "@kinchaku/domain/money/Yen"
import { ChainCode } from "@kinchaku/domain/policy/Wallet"
import { PaymentNumber, ProviderName, Receipt } from "@kinchaku/domain/topup/Deposit"
import type { DepositDiffers } from "@kinchaku/domain/topup/DepositBooking"
import { Deposits } from "@kinchaku/domain/topup/Deposits"
import type { Secret } from "@kinchaku/domain/webhook/Webhook"
import { Effect, Schema } from "effect"
import type { Context, Env, Hono } from "hono"
import type { Problem } from "../Problem.ts"
import * as SignedReports from "../SignedReports.ts"
import { Written } from "../Timestamp.ts"

/** Where a provider posts its reports. */
export const depositNoticesPath = "/deposit-notices"

const Report = Schema.Struct({
  type: Schema.Literal("deposit.received"),
  timestamp: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(200))),
  data: Schema.Struct({
    provider: ProviderName,
    /** The provider's own number of this deposit. */
    receipt: Receipt,
    number: PaymentNumber,
    amount: PositiveYen,
    chain: Schema.optionalKey(ChainCode),
    /** When it was paid in; whether it is in time is decided by when the report comes. */
    depositedAt: Written,
    /** The request for which the number was issued. */
    reference: Schema.optionalKey(RequestId)
  })
})
const decode = Schema.decodeUnknownOption(Report, { onExcessProperty: "error" })

/** Runs an effect for a request and answers it. */
export type Answer<E extends Env> = (
  c: Context<E>,
  effect: Effect.Effect<Response | Problem, EngineError | DepositDiffers, Deposits>
) => Promise<Response>

/** Mounts the address for reports of a provider that signs with one of these secrets. */
export const mount = <E extends Env>(app: Hono<E>, secrets: ReadonlyArray<Secret>, answer: Answer<E>): void => {
  const booked = Effect.fnUntraced(function* (c: Context<E>) {
    const report = yield* SignedReports.read(c, secrets, decode)
    if ("code" in report) return report
    yield* (yield* Deposits).record(report.said.data)
    return new Response(null, { status: 204 })
  })
  app.post(depositNoticesPath, (c) => answer(c, booked(c)))
}

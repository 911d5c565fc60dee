/**
 * What a bank reports on its own of debits, credits and links (TOP-10, OUT-07, BNK-02, SEC-12).
 *
 * A report is a webhook: it bears an id and no idempotency key, and its signature over id, time and body says whose it is. So it
 * stands beside the table of routes. Delivered again, it is answered alike and changes nothing.
 */
import { BankNotices, type BankNotice } from "@kinchaku/domain/bank/BankNotices"
import type { EngineError } from "@kinchaku/domain/engine/Engine"
import { commandOf, RequestId } from "@kinchaku/domain/engine/Outbox"
import type { PayoutNotFound } from "@kinchaku/domain/payout/Payout"
import type { TopUpNotFound } from "@kinchaku/domain/topup/TopUp"
import type { Secret } from "@kinchaku/domain/webhook/Webhook"
import { Effect, Schema } from "effect"
import type { Context, Env, Hono } from "hono"
import { type Problem, problem } from "../Problem.ts"
import * as SignedReports from "../SignedReports.ts"

/** Where a bank posts its reports. */
export const bankNoticesPath = "/bank-notices"

const textMax = 200
const Text = Schema.String.check(Schema.isMaxLength(textMax))

const reported = <T extends string, F extends Schema.Struct.Fields>(type: T, data: F) =>
  Schema.Struct({
    type: Schema.Literal(type),
    /** When it happened, as the bank has it; what counts is when the report came. */
    timestamp: Schema.optionalKey(Text),
    data: Schema.Struct({ reference: RequestId, ...data })
  })

const Report = Schema.Union([
  reported("debit.accepted", { bankReference: Text }),
  reported("debit.refused", { reason: Text }),
  reported("credit.accepted", { bankReference: Text }),
  reported("credit.refused", { reason: Text }),
  reported("link.accepted", {
    holderKana: Text,
    factors: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 }))
  }),
  reported("link.refused", { reason: Text }),
  reported("link.interrupted", {})
])
const decode = Schema.decodeUnknownOption(Report, { onExcessProperty: "error" })

const noticeOf = (report: typeof Report.Type): BankNotice => {
  switch (report.type) {
    case "debit.accepted":
      return { _tag: "debited", ...report.data }
    case "debit.refused":
      return { _tag: "debitRefused", ...report.data }
    case "credit.accepted":
      return { _tag: "credited", ...report.data }
    case "credit.refused":
      return { _tag: "creditRefused", ...report.data }
    case "link.accepted":
      return { _tag: "linked", ...report.data }
    case "link.refused":
      return { _tag: "linkRefused", ...report.data }
    case "link.interrupted":
      return { _tag: "linkInterrupted", ...report.data }
  }
}

type Answered = Response | Problem
/** Runs an effect for a request and answers it. */
export type Answer<E extends Env> = (
  c: Context<E>,
  effect: Effect.Effect<Answered, EngineError | TopUpNotFound | PayoutNotFound, BankNotices>
) => Promise<Response>

/** Mounts the address for reports of a bank that signs with one of these secrets. */
export const mount = <E extends Env>(app: Hono<E>, secrets: ReadonlyArray<Secret>, answer: Answer<E>): void => {
  const settled = Effect.fnUntraced(function* (c: Context<E>) {
    const report = yield* SignedReports.read(c, secrets, decode)
    if ("code" in report) return report
    const bank = yield* BankNotices
    return yield* bank.take(report.id, noticeOf(report.said)).pipe(
      Effect.as(new Response(null, { status: 204 })),
      Effect.catchTag("LinkNotFound", ({ request }) =>
        Effect.succeed(problem("BankLinkNotFound", { link: `link_${commandOf(request)}` }))
      )
    )
  })
  app.post(bankNoticesPath, (c) => answer(c, settled(c)))
}

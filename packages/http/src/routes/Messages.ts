/**
 * What an SMS provider reports on its own of the messages that it took (OTP-11).
 *
 * A report is no request of a client: it is a form, it bears no idempotency key, and its signature over its very bytes says whose
 * it is. So it stands beside the table of routes.
 */
import * as SmsStatus from "@kinchaku/adapters/notice/SmsStatus"
import type { EngineError } from "@kinchaku/domain/engine/Engine"
import { DeliveryReports } from "@kinchaku/domain/notice/DeliveryReports"
import { Effect, Result } from "effect"
import type { Context, Env, Hono } from "hono"
import { type Problem, problem } from "../Problem.ts"

/** Where reports are posted; the address that the provider is given ends with it. */
export const smsStatusPath = "/sms-status"

/** No report of a provider is larger, in bytes (SEC-14). */
const reportMax = 8 * 1024

type Answered = Response | Problem
/** Runs an effect for a request and answers it. */
export type Answer<E extends Env> = (
  c: Context<E>,
  effect: Effect.Effect<Answered, EngineError, DeliveryReports>
) => Promise<Response>

const isForm = (contentType: string | undefined): boolean =>
  /^application\/x-www-form-urlencoded\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test((contentType ?? "").slice(0, 100))

/** A body of known length and bounded size; a provider declares it. */
const bodyOf = async (c: Context): Promise<string | Problem> => {
  if (!isForm(c.req.header("content-type"))) return problem("MediaTypeUnsupported")
  const declared = Number(c.req.header("content-length") ?? Number.NaN)
  if (!(declared <= reportMax)) return problem("BodyTooLarge")
  const text = await c.req.text()
  return Buffer.byteLength(text) <= reportMax ? text : problem("BodyTooLarge")
}

/** Mounts the address for reports of a provider. What it says of other messages than codes, or says again, changes nothing. */
export const mount = <E extends Env>(app: Hono<E>, options: SmsStatus.Options, answer: Answer<E>): void => {
  const read = SmsStatus.reader(options)
  const settled = Effect.fnUntraced(function* (c: Context<E>) {
    const body = yield* Effect.promise(() => bodyOf(c))
    if (typeof body !== "string") return body
    const report = read({ headers: c.req.raw.headers, request: c.req.query("request"), body })
    if (Result.isFailure(report)) return problem(report.failure._tag)
    const { request, status } = report.success
    if (status === "undelivered") yield* (yield* DeliveryReports).undelivered(request)
    return new Response(null, { status: 204 })
  })
  app.post(smsStatusPath, (c) => answer(c, settled(c)))
}

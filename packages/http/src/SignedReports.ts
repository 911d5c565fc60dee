/**
 * Signed reports: webhooks of providers, read once their signature says whose they are (SEC-12).
 */
import * as Webhook from "@kinchaku/adapters/webhook/Webhook"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Secret, WebhookId } from "@kinchaku/domain/webhook/Webhook"
import { Clock, Effect, Option, Result } from "effect"
import type { Context, Env } from "hono"
import * as Input from "./Input.ts"
import * as JsonText from "./JsonText.ts"
import { type Problem, problem } from "./Problem.ts"

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** The text that bytes are in UTF-8, to the byte; none where they are no such text. */
const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

const headersOf = <E extends Env>(c: Context<E>) =>
  Object.fromEntries(
    (["webhook-id", "webhook-timestamp", "webhook-signature"] as const).map((name) => [name, c.req.header(name) ?? ""])
  )

/** What a report says, and the id that it bears. */
export interface Report<A> {
  readonly id: WebhookId
  readonly said: A
}

/** The report of a request that was signed with one of these secrets, or what is wrong with it. */
export const read = Effect.fnUntraced(function* <E extends Env, A>(
  c: Context<E>,
  secrets: ReadonlyArray<Secret>,
  decode: (json: unknown) => Option.Option<A>
): Effect.fn.Return<Report<A> | Problem> {
  if (!Input.isJson(c.req.header("content-type") ?? null)) return problem("MediaTypeUnsupported")
  const bytes = yield* Effect.promise(() => Input.readBody(c.req.raw))
  if (bytes === undefined) return problem("BodyTooLarge")
  // What no secret signed is not looked at: neither as JSON nor for whom it names.
  const now = instant(yield* Clock.currentTimeMillis)
  const body = textOf(bytes)
  const id = body === undefined ? undefined : Webhook.verify(secrets, { headers: headersOf(c), body }, now)
  if (id === undefined || Result.isFailure(id)) return problem("WebhookRefused")
  const said = Option.flatMap(JsonText.parse(bytes), decode)
  return Option.isNone(said) ? problem("WebhookUnreadable") : { id: id.success, said: said.value }
})

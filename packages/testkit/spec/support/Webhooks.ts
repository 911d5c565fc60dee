/**
 * Webhooks: messages that are signed, altered on the way and delivered at a time, and reports of a bank under ids of their own.
 */
import { createHmac } from "node:crypto"
import type { BankNotice, BankNotices } from "@kinchaku/domain/bank/BankNotices"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import * as Webhook from "@kinchaku/domain/webhook/Webhook"
import { Effect, Redacted, Result } from "effect"
import * as fc from "fast-check"
import { inWorld } from "../../src/scenario/World.ts"

const secrets: ReadonlyArray<Webhook.Secret> = [1, 2, 3].map((n) => Redacted.make(new Uint8Array(32).fill(n)))
export const anySecrets = (): fc.Arbitrary<ReadonlyArray<number>> => fc.shuffledSubarray([0, 1, 2])
const chosen = (places: ReadonlyArray<number>) => places.flatMap((place) => secrets[place] ?? [])

const mac: Webhook.Mac = (secret, signed) =>
  createHmac("sha256", Redacted.value(secret)).update(signed).digest("base64")

/** Both sides of the scheme. */
export interface Scheme {
  readonly sign: (...asked: Parameters<typeof Webhook.sign>) => Webhook.Headers
  readonly verify: (...asked: Parameters<typeof Webhook.verify>) => ReturnType<typeof Webhook.verify>
}
export const scheme: Scheme = { sign: Webhook.sign, verify: Webhook.verify }

/** A scheme that leaves a part out of what is signed. */
export const leavingOut = (part: "id" | "time" | "body"): Scheme => {
  const weaker =
    (of: Webhook.Mac): Webhook.Mac =>
    (secret, signed) => {
      const [id, time, ...body] = signed.split(".")
      return of(secret, JSON.stringify({ id, time, body, [part]: undefined }))
    }
  return {
    sign: (of, ...rest) => Webhook.sign(weaker(of), ...rest),
    verify: (of, ...rest) => Webhook.verify(weaker(of), ...rest)
  }
}

/** A scheme that verifies otherwise. */
export const verifying = (
  verify: (...asked: Parameters<typeof Webhook.verify>) => ReturnType<typeof Webhook.verify>
) => ({
  ...scheme,
  verify
})

/** The time that headers bear, in milliseconds. */
export const timeIn = (headers: Partial<Webhook.Headers>) => instant(Number(headers["webhook-timestamp"]) * 1000)

export const alterations = ["none", "id", "time", "body", "dot", "signature"] as const

export interface Delivery {
  readonly signedWith: ReadonlyArray<number>
  readonly known: ReadonlyArray<number>
  readonly body: string
  readonly altered: (typeof alterations)[number]
  /** Milliseconds from the time of the message until it is looked at. */
  readonly off: number
}

const signedAt = instant(Date.UTC(2026, 4, 20, 3))

/** A message and its body as they arrive. */
const arriving = (headers: Webhook.Headers, body: string, altered: Delivery["altered"]) => {
  const seconds = headers["webhook-timestamp"]
  switch (altered) {
    case "none":
      return { headers, body }
    case "id":
      return { headers: { ...headers, "webhook-id": "msg_2" }, body }
    case "time":
      return { headers: { ...headers, "webhook-timestamp": `${Number(seconds) + 1}` }, body }
    case "body":
      return { headers, body: `${body} ` }
    // The same bytes are signed, where an id may hold a full stop.
    case "dot":
      return { headers: { ...headers, "webhook-id": `msg_1.${seconds}` }, body: body.slice(body.indexOf(".") + 1) }
    case "signature":
      return { headers: { ...headers, "webhook-signature": headers["webhook-signature"].toLowerCase() }, body }
  }
}

/** Whether a delivery is taken for the message that it was. */
export const isTaken = ({ sign, verify }: Scheme, { altered, body, known, off, signedWith }: Delivery): boolean => {
  const id = "msg_1" as Webhook.WebhookId
  const whole = altered === "dot" ? `${signedAt / 1000}.${body}` : body
  const headers = sign(mac, chosen(signedWith), { id, at: signedAt, body: whole })
  const now = instant(signedAt + off)
  const taken = verify(mac, chosen(known), arriving(headers, whole, altered), now)
  return Result.isSuccess(taken) && (altered === "none" ? taken.success === id : true)
}

/** How a bank's report is taken in. */
export type Taking = (
  bank: BankNotices["Service"],
  id: Webhook.WebhookId,
  notice: BankNotice
) => Effect.Effect<void, { readonly _tag: string }>

/** It comes under an id that never came before. */
export const anew = (): Taking => {
  let fresh = 0
  return (bank, id, notice) => bank.take(`${id}_${(fresh += 1)}` as Webhook.WebhookId, notice)
}

/** What came of reports on top-ups, each with the number of its id and that of its top-up; all at once, or one after another. */
export const reporting = (
  taking: Taking,
  reports: ReadonlyArray<readonly [id: number, topUp: number]>,
  isAtOnce: boolean
) =>
  inWorld({}, (world) =>
    Effect.gen(function* () {
      const holder = yield* world.open("taro", "money")
      const link = yield* world.link(holder)
      const first = yield* world.askTopUp(holder, 1000, link)
      const topUps = [first, ...(yield* Effect.forEach([1, 2], () => world.askTopUp(holder, 1000, link)))]
      const before = yield* world.outbox.waiting
      const answers = yield* Effect.forEach(
        reports,
        ([id, n]) => {
          const { request: reference } = topUps[n] ?? first
          const notice = { _tag: "debited" as const, reference, bankReference: `B-${n}` }
          return taking(world.bankNotices, `msg_${id}` as Webhook.WebhookId, notice).pipe(
            Effect.as("taken"),
            Effect.catch(({ _tag }) => Effect.succeed(_tag))
          )
        },
        { concurrency: isAtOnce ? "unbounded" : 1 }
      )
      const states = yield* Effect.forEach(topUps, ({ id }) => world.topUps.get(holder.account, id))
      return {
        answers,
        completed: states.map(({ _tag }) => _tag === "completed"),
        settled: before - (yield* world.outbox.waiting),
        held: (yield* world.balances(holder)).money
      }
    })
  )

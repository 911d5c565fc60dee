/**
 * The provider of payment numbers, as far as it is seen from outside: it reports deposits, signed.
 */
import { randomBytes } from "node:crypto"
import * as Webhook from "@kinchaku/adapters/webhook/Webhook"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import type { WebhookId } from "@kinchaku/domain/webhook/Webhook"
import { ensure } from "./Story.ts"

/** With what the provider of the day signs, as the server is told. */
export const secret = `whsec_${randomBytes(32).toString("base64")}`

let reports = 0

/** Somebody pays in for a number, and the provider reports it. */
export const paidIn = async (
  url: string,
  now: number,
  deposit: { readonly number: string; readonly amount: number }
) => {
  reports += 1
  const data = {
    provider: "collector",
    receipt: `R-${reports}`,
    ...deposit,
    depositedAt: new Date(now).toISOString()
  }
  const body = JSON.stringify({ type: "deposit.received", data })
  const key = Webhook.readSecret(secret)
  ensure(key !== undefined, "the secret must be one")
  const id = `msg_demo_${reports}` as WebhookId
  const headers = Webhook.sign(key === undefined ? [] : [key], { id, at: instant(now), body })
  const { status } = await fetch(`${url}/deposit-notices`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body
  })
  ensure(status === 204, `the report of a deposit was answered with ${status}`)
}

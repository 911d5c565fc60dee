/**
 * The reports of the bank as webhooks, signed as docs/reference/bank-notices.md says, and delivered again until they are taken.
 */
import { createHmac } from "node:crypto"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import * as Signed from "@kinchaku/domain/webhook/Webhook"
import { Clock, Effect, Redacted, Schedule } from "effect"
import type { BankReport } from "../simulators/BankReports.ts"
import { reportIdOf } from "../simulators/SimulatedBank.ts"

/** Where reports go, and the secret that signs them. */
export interface Target {
  readonly url: string
  readonly secret: Signed.Secret
}

/** A secret as it is written: "whsec_" and 24 to 64 bytes in base64. */
export const readSecret = (text: string): Signed.Secret | undefined => {
  const written = /^whsec_([A-Za-z0-9+/]+={0,2})$/u.exec(text)?.[1] ?? ""
  const bytes = Buffer.from(written, "base64")
  return bytes.length >= 24 && bytes.length <= 64 ? Redacted.make(new Uint8Array(bytes)) : undefined
}

const mac: Signed.Mac = (secret, signed) => createHmac("sha256", Redacted.value(secret)).update(signed).digest("base64")

const types = {
  debited: "debit.accepted",
  debitRefused: "debit.refused",
  credited: "credit.accepted",
  creditRefused: "credit.refused",
  linked: "link.accepted",
  linkRefused: "link.refused",
  linkInterrupted: "link.interrupted"
} as const satisfies Readonly<Record<BankReport["_tag"], string>>

const bodyOf = ({ _tag, ...data }: BankReport, at: number): string =>
  JSON.stringify({ type: types[_tag], timestamp: new Date(at).toISOString(), data })

const patienceMillis = 3_000
/** Half a second, doubled to two minutes: about a quarter of an hour in all. */
const again = Schedule.min([Schedule.exponential("500 millis"), Schedule.spaced("2 minutes")])
const attemptsMore = 14

/** What a delivery came to: taken (2xx), refused for good (4xx), or to be tried again. */
const post = async ({ secret, url }: Target, report: BankReport, body: string, at: number, signal: AbortSignal) => {
  const headers = Signed.sign(mac, [secret], { id: reportIdOf(report), at: instant(at), body })
  const response = await fetch(url, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body,
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMillis)])
  })
  await response.body?.cancel()
  return response.status
}

/**
 * Delivers reports. The first delivery is awaited; where it is not taken, others follow by themselves, at most fifteen, and end with
 * the process.
 */
export const reporter =
  (target: Target, print: (line: string) => void) =>
  (report: BankReport): Effect.Effect<void> =>
    Effect.gen(function* () {
      const body = bodyOf(report, yield* Clock.currentTimeMillis)
      const deliver = Effect.gen(function* () {
        const at = yield* Clock.currentTimeMillis
        const status = yield* Effect.tryPromise((signal) => post(target, report, body, at, signal))
        print(`webhook ${types[report._tag]} ${report.reference} → ${status}`)
        const isFinal = status < 500 && status !== 429
        return yield* isFinal ? Effect.void : Effect.fail("notTaken" as const)
      }).pipe(
        Effect.tapError(() => Effect.sync(() => print(`webhook ${report.reference} was not taken, trying again`)))
      )
      const later = Effect.ignore(Effect.retry(deliver, { schedule: again, times: attemptsMore }))
      yield* Effect.catch(deliver, () => Effect.asVoid(Effect.forkDetach(Effect.delay(later, "500 millis"))))
    })

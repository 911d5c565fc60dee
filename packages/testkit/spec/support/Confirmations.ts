/**
 * Confirmations: days on which identity and purpose of use fall due, and what a world shows on the way.
 */
import { Accounts } from "@kinchaku/domain/account/Accounts"
import { HolderText, holders } from "@kinchaku/domain/account/Holder"
import { accounts } from "@kinchaku/domain/account/Account"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { key } from "@kinchaku/domain/engine/RecordKind"
import { Store } from "@kinchaku/domain/engine/Store"
import type { CertificateUse } from "@kinchaku/domain/identity/CertificateVerifier"
import { Notices } from "@kinchaku/domain/notice/Notices"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { Effect, Result, Schema } from "effect"
import { testPolicy } from "../../src/scenario/TestPolicy.ts"
import { inWorld } from "../../src/scenario/World.ts"
import * as SimulatedVerifier from "../../src/simulators/SimulatedVerifier.ts"
import { openPolicy } from "./AccountDesk.ts"
import { noon } from "./PaymentsDesk.ts"

const dayMillis = 86_400_000

/** Noon in Japan, so many days after noon of 20 May 2026. */
export const noonAfter = (days: number): Instant => (noon + days * dayMillis) as Instant

/** The last millisecond in Japan of the day so many years after another, and some milliseconds. */
export const yearsOn = (day: string, years: number, millis = 0): Instant => {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number)
  const last = new Date(Date.UTC(year + years, month, 0)).getUTCDate()
  return (Date.UTC(year + years, month - 1, Math.min(date, last), 14, 59, 59, 999) + millis) as Instant
}

/** Some time of a day in Japan. */
export const timeOf = (day: string, millisOfDay: number): Instant =>
  (Date.parse(`${day}T00:00:00+09:00`) + millisOfDay) as Instant

/** A policy with these years between confirmations and these notice periods. */
export const confirmingPolicy = (
  years: number,
  days: ReadonlyArray<number> = [30, 0],
  base = openPolicy()
): Policy => ({
  ...base,
  account: { ...base.account, confirmationYears: years, confirmationNoticeDays: days }
})

/** On which days a notice goes out, looked at on some days in this order, where it falls due on the n-th. */
export const noticesOn = (
  looks: ReadonlyArray<number>,
  due: number,
  periods: ReadonlyArray<number>
): ReadonlyArray<number> => {
  let announced = Number.POSITIVE_INFINITY
  return looks.filter((look) => {
    const begun = Math.min(...periods.filter((days) => look >= due - days))
    const isSent = begun < announced
    if (isSent) announced = begun
    return isSent
  })
}

/** What the sweeps of a year tell a holder, on which days after the opening; the account closes or confirms on a day, where it does. */
export const swept = (
  looks: ReadonlyArray<number>,
  confirmsOn: number | undefined
): Effect.Effect<ReadonlyArray<number>, unknown> =>
  inWorld({ policy: confirmingPolicy(1, [30, 0], testPolicy()), startsAt: noon }, (world) =>
    Effect.gen(function* () {
      const holder = yield* world.open("taro", "cash")
      const told: Array<number> = []
      let before = 0
      let hasConfirmed = false
      for (const look of looks) {
        yield* world.goTo(noonAfter(look))
        if (confirmsOn !== undefined && look >= confirmsOn && !hasConfirmed) {
          hasConfirmed = true
          const presentation = SimulatedVerifier.certificate("taro", "verified", { occasion: `day ${look}` })
          yield* world.accounts.verifyIdentity(holder.account, presentation, world.intent(holder))
        }
        yield* world.sweep
        const all = yield* (yield* Notices).page("", 100)
        const due = all.filter(({ kind }) => kind === "confirmationDue").length
        if (due > before) told.push(look)
        before = due
      }
      return told
    })
  )

/** What comes of verifying with a certificate of a use, and what is kept of it. */
export const verifying = (
  use: CertificateUse
): Effect.Effect<{ readonly answer: string; readonly kind: string; readonly kept: object }, unknown> =>
  inWorld({}, (world) =>
    Effect.gen(function* () {
      const holder = yield* world.open("花子", "cash")
      const presentation = SimulatedVerifier.certificate("花子", "verified", { occasion: "verification", use })
      const answer = yield* Effect.result(
        (yield* Accounts).verifyIdentity(holder.account, presentation, world.intent(holder))
      )
      const store = yield* Store
      const facts = yield* store.read([key(accounts, holder.account), key(holders, holder.account)])
      const attributesIn = facts.find(holders, holder.account)?.attributesIn
      const text = attributesIn === undefined ? undefined : yield* store.personal(attributesIn)
      const { address, birthDate, name } = yield* Schema.decodeUnknownEffect(HolderText)(text)
      return {
        answer: Result.isSuccess(answer) ? "accepted" : answer.failure._tag,
        kind: facts.find(accounts, holder.account)?.kind ?? "none",
        kept: { name, birthDate, address }
      }
    })
  )

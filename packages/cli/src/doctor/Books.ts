/**
 * What a doctor looks at in any store through its ports: the heads against the clock, requests that wait for long, and where the
 * policy in force deviates from the secure one.
 */
import { Journal, lastOf } from "@kinchaku/domain/audit/Journal"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { Outbox, requestKinds } from "@kinchaku/domain/engine/Outbox"
import { key } from "@kinchaku/domain/engine/RecordKind"
import { Store } from "@kinchaku/domain/engine/Store"
import { deviations } from "@kinchaku/domain/policy/Deviation"
import { policyInForce, secure } from "@kinchaku/domain/policy/Policy"
import { Effect } from "effect"
import { inJapan } from "../Times.ts"
import { type Check, expect, ok, problem, warning } from "./Check.ts"

const minute = 60_000
const patience = 30 * minute
const latest = 253_402_268_399_999 as Instant
const seenMax = 1000

const waiting = (now: number) =>
  Effect.gen(function* () {
    const outbox = yield* Outbox
    const all = yield* outbox.waiting
    const due = yield* Effect.forEach(requestKinds, (kind) => outbox.due(kind, latest, seenMax))
    const old = due.flat().filter(({ request }) => request.askedAt < now - patience)
    const oldest = Math.min(...old.map(({ request }) => request.askedAt)) as Instant
    const found = `${all} waiting${old.length === 0 ? "" : `, ${old.length} for over 30 minutes, oldest ${inJapan(oldest)}`}`
    return expect(
      old.length === 0,
      "requests",
      found,
      warning,
      "銀行または請求書発行企業が応答していません。相手先に確認してください。",
      "a bank or a biller is silent; ask it. Requests go on being inquired."
    )
  })

const heads = (now: number) =>
  Effect.gen(function* () {
    const all = yield* (yield* Journal).heads
    const last = lastOf(all)
    const booked = expect(
      last.bookedAt <= now + minute,
      "last booking",
      last.seq === 0 ? "none yet" : inJapan(last.bookedAt),
      problem,
      "最後の記帳が現在より後です。時計が遅れているか、過去に進んでいました。NTPで合わせてください。",
      "the last booking is later than now: the clock is behind, or was ahead. Set it by NTP."
    )
    const shown = all.map(({ hash, lane, seq }): Check => ok(`head of lane ${lane}`, `${lane}:${seq}:${hash}`))
    return [booked, ...shown]
  })

/** Where the policy in force deviates from `secure`: the operator's choice, so it is shown and is no fault (SEC-15). */
const policy = Effect.gen(function* () {
  const inForce = (yield* (yield* Store).read([key(policyInForce, "current")])).policy
  const fields = deviations(inForce, secure).map(({ field }) => field)
  const found = fields.length === 0 ? "is secure" : `deviates from secure in ${fields.join(", ")}`
  return ok("policy", `from ${inForce.preset}: ${found}`)
})

/** The checks of a store's books. */
export const books = (now: number) =>
  Effect.gen(function* () {
    return [...(yield* heads(now)), yield* waiting(now), yield* policy]
  })

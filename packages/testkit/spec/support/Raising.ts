/**
 * Raising: payouts and payments that have been in processing for a while, and what looking at them brings about.
 */
import type { AccountId } from "@kinchaku/domain/account/Account"
import type { BillerCode } from "@kinchaku/domain/bill/Biller"
import { write } from "@kinchaku/domain/bill/SlipBarcode"
import { addDays, at as dayAt, type Instant, instant, type JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import { put } from "@kinchaku/domain/engine/Facts"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import { type Payment, payments } from "@kinchaku/domain/payment/Payment"
import type { RaiseUnresolvedPayment } from "@kinchaku/domain/payment/Unresolved"
import { type Payout, type PayoutBatch, payoutBatches, payouts } from "@kinchaku/domain/payout/Payout"
import type { RaiseUnresolvedPayout } from "@kinchaku/domain/payout/Unresolved"
import * as fc from "fast-check"
import { me } from "./Payments.ts"
import { commandId, Desk, noon } from "./PaymentsDesk.ts"

const id = commandId(700)
const minute = 60_000
export const halfHour = 30 * minute

/** A wait, most often at and around half an hour. */
export const wait = (): fc.Arbitrary<number> =>
  fc.oneof(fc.constantFrom(0, halfHour - 1, halfHour, halfHour + 1), fc.integer({ min: 0, max: 3 * halfHour }))

const barcode = write({
  biller: "123456" as BillerCode,
  free: "0".repeat(21),
  reissues: 0,
  stamp: false,
  amount: 1_200 as PositiveYen
})
const common = { account: me as AccountId, amount: 1_200, fee: 0, feeTax: 0 }

/** A payment in one of its states, asked at noon. */
export const paymentIn = (state: Payment["_tag"]): Payment => {
  const terms = { id: `pay_${id}`, way: "barcode", biller: "123456", payee: "テスト水道局", barcode }
  const rest = { ...common, ...terms, fromCash: 0, fromMoney: state === "funding" ? 0 : 1_200, paidAt: noon }
  const drawn = state === "funding" ? {} : { entry: `${id}.1` }
  const settled = state === "completed" ? { settledAt: noon } : {}
  const failed = state === "failed" ? { settledAt: noon, reason: "notFoundAtBiller" } : {}
  return { _tag: state, ...rest, ...drawn, ...settled, ...failed } as unknown as Payment
}

/** How a payout goes: at once, in a file that is not made yet, or in a file of which the bank is to transfer in so many days. */
export type Route = "gateway" | "noFile" | { readonly transferIn: number }

const transferOn = (days: number): JapanDate => addDays(dayAt(noon), days)

/** A payout in one of its states, asked at noon, and its batch where it has one. */
export const payoutIn = (state: Payout["_tag"], route: Route) => {
  const batch = typeof route === "object" ? { batch: `bat_${id}` } : {}
  const terms = { id: `out_${id}`, link: `link_${id}`, bank: "9999", request: `req_${id}`, entry: `${id}.1` }
  const how = { route: route === "gateway" ? "gateway" : "file", ...batch, askedAt: noon }
  const settled = state === "processing" ? {} : { settledAt: noon }
  const failed = state === "failed" ? { reason: "noSuchAccount" } : {}
  const payout = { _tag: state, ...common, ...terms, ...how, ...settled, ...failed } as unknown as Payout
  const made =
    typeof route === "object"
      ? [
          put(payoutBatches, {
            id: `bat_${id}`,
            payouts: [payout.id],
            total: 1_200,
            transferOn: transferOn(route.transferIn),
            madeAt: noon
          } as unknown as PayoutBatch)
        ]
      : []
  return { payout, records: [put(payouts, payout), ...made] }
}

/** What became of something that was looked at several times. */
export interface Seen {
  readonly told: number
  readonly raisedAt: number | undefined
  readonly state: string
}

const after = (millis: number): Instant => instant(noon + millis)

/** Looks at a payment so many milliseconds after it was asked, each time anew. */
export const lookAtPayment = (
  raise: typeof RaiseUnresolvedPayment,
  state: Payment["_tag"],
  waits: ReadonlyArray<number>
): Seen => {
  const payment = paymentIn(state)
  const desk = new Desk({ records: [put(payments, payment)] })
  for (const wait of waits) desk.ask(raise, { payment: payment.id }, { at: after(wait), key: `look ${wait}` })
  const seen = desk.record(payments, payment.id)
  const told = desk.notices.filter((kind) => kind === "paymentUnresolved").length
  return { told, raisedAt: seen?.raisedAt, state: seen?._tag ?? "none" }
}

/** Looks at a payout likewise. */
export const lookAtPayout = (
  raise: typeof RaiseUnresolvedPayout,
  state: Payout["_tag"],
  route: Route,
  waits: ReadonlyArray<number>
): Seen => {
  const { payout, records } = payoutIn(state, route)
  const desk = new Desk({ records })
  for (const wait of waits) desk.ask(raise, { payout: payout.id }, { at: after(wait), key: `look ${wait}` })
  const seen = desk.record(payouts, payout.id)
  const told = desk.notices.filter((kind) => kind === "payoutUnresolved").length
  return { told, raisedAt: seen?.raisedAt, state: seen?._tag ?? "none" }
}

/** When a payout of a route is to be raised, in milliseconds after noon: half a day is left of noon's day; a file is waited for three days. */
export const overAfter = (route: Route): number => {
  if (route === "gateway") return halfHour
  return route === "noFile" ? 3 * 24 * 60 * minute : Math.max((route.transferIn * 24 + 12) * 60 * minute, halfHour)
}

/** A route, and waits around the moment from which it may be raised. */
export const routed = (): fc.Arbitrary<{ readonly route: Route; readonly waits: ReadonlyArray<number> }> =>
  fc
    .constantFrom<Route>("gateway", "noFile", { transferIn: 0 }, { transferIn: 1 }, { transferIn: 3 })
    .chain((route) => {
      const edge = Math.min(overAfter(route), 5 * 24 * 60 * minute)
      const near = fc.oneof(wait(), fc.constantFrom(edge - 1, edge, edge + 1, edge + halfHour))
      return fc.record(
        { route: fc.constant(route), waits: fc.array(near, { minLength: 1, maxLength: 4 }) },
        { noNullPrototype: true }
      )
    })

/**
 * Checks of the searches for what of the wallet becomes due: payouts, payments, deposits and link procedures.
 */
import { bankLinks } from "@kinchaku/domain/bank/BankLink"
import { type Instant, instant, type JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import { Due } from "@kinchaku/domain/engine/Due"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { payments } from "@kinchaku/domain/payment/Payment"
import { type PayoutBatchId, payouts } from "@kinchaku/domain/payout/Payout"
import { suspenseItems } from "@kinchaku/domain/suspense/SuspenseItem"
import { depositTopUps } from "@kinchaku/domain/topup/Deposit"
import { Effect } from "effect"
import { expect } from "vitest"
import { commandId, commit, minute } from "./Batches.ts"
import { type Check, check, everAfter } from "./Check.ts"
import {
  depositTopUp,
  depositTopUpId,
  funded,
  ground,
  link,
  linkId,
  number,
  payment,
  paymentId,
  topUpId,
  yen
} from "./Ground.ts"
import { payout, payoutId, suspenseItem, suspenseItemId } from "./WalletSamples.ts"

type Search = "unresolvedPayouts" | "unresolvedPayments" | "unissuedDeposits" | "releasableLinks"

const search = Effect.fnUntraced(function* (name: Search, time: Instant, after = "", limit = 100) {
  return yield* (yield* Due)[name](time, after, limit)
})
const past = (n: number): Instant => instant(minute(n) + 1)

/** An account with its link and biller, and records of it; the account's number is out of the way of theirs. */
const laid = (...puts: ReadonlyArray<Put>) =>
  commit({
    commands: [funded(1, 10_000)],
    puts: (ground(1).puts ?? []).filter(({ kind }) => kind !== "payment" && kind !== "depositTopUp")
  }).pipe(Effect.andThen(commit({ commands: puts.map((_, index) => funded(10 + index, 10, 1)), puts })))

const undrawn = (n: number) => {
  const { entry: _, ...others } = payment(n, 1)
  return { ...others, fromCash: yen(0), fromMoney: yen(0), topUp: topUpId(n) }
}
const batch = `bat_${commandId(9)}` as PayoutBatchId
const due = (n: number, day: string) => ({ ...depositTopUp(n, 1), due: day as JapanDate })

export const walletSearchChecks: ReadonlyArray<Check> = [
  check("OUT-07 payouts in processing before an instant are found, until they are raised or settled", function* () {
    yield* laid(
      put(payouts, { _tag: "processing", ...payout(10, 1) }),
      put(payouts, { _tag: "processing", ...payout(11, 1), raisedAt: minute(12) }),
      put(payouts, { _tag: "completed", ...payout(12, 1), settledAt: minute(13) }),
      put(payouts, { _tag: "failed", ...payout(13, 1), settledAt: minute(14), reason: "closed" }),
      put(payouts, { _tag: "processing", ...payout(14, 1), route: "file", batch })
    )
    expect(yield* search("unresolvedPayouts", minute(10))).toStrictEqual([])
    expect(yield* search("unresolvedPayouts", past(10))).toStrictEqual([payoutId(10)])
    expect(yield* search("unresolvedPayouts", everAfter)).toStrictEqual([payoutId(10), payoutId(14)])
    expect(yield* search("unresolvedPayouts", everAfter, payoutId(10), 1)).toStrictEqual([payoutId(14)])
    expect(yield* search("unresolvedPayouts", everAfter, "", 1)).toStrictEqual([payoutId(10)])
  }),
  check("OUT-06 payouts wait for a file until they stand in a batch or are settled", function* () {
    yield* laid(
      put(payouts, { _tag: "processing", ...payout(10, 1), route: "file" }),
      put(payouts, { _tag: "processing", ...payout(11, 1), route: "file", batch }),
      put(payouts, { _tag: "processing", ...payout(12, 1) }),
      put(payouts, { _tag: "failed", ...payout(13, 1), route: "file", settledAt: minute(14), reason: "closed" }),
      put(payouts, { _tag: "processing", ...payout(14, 1), route: "file", raisedAt: minute(15) })
    )
    const { waitingPayouts } = yield* Due
    expect(yield* waitingPayouts("", 10)).toStrictEqual([payoutId(10), payoutId(14)])
    expect(yield* waitingPayouts("", 1)).toStrictEqual([payoutId(10)])
    expect(yield* waitingPayouts(payoutId(10), 10)).toStrictEqual([payoutId(14)])
  }),
  check(
    "PAY-13 payments that the biller has not answered are found, until they are raised; none that waits for its bank",
    function* () {
      yield* laid(
        put(payments, { _tag: "processing", ...payment(10, 1) }),
        put(payments, { _tag: "funding", ...undrawn(11) }),
        put(payments, { _tag: "processing", ...payment(12, 1), entry: payment(10).entry, raisedAt: minute(13) }),
        put(payments, { _tag: "completed", ...payment(13, 1), entry: payment(10).entry, settledAt: minute(14) }),
        put(payments, { _tag: "failed", ...undrawn(14), settledAt: minute(15), reason: "closed" }),
        put(payments, { _tag: "processing", ...payment(15, 1), entry: payment(10).entry })
      )
      expect(yield* search("unresolvedPayments", minute(10))).toStrictEqual([])
      expect(yield* search("unresolvedPayments", past(10))).toStrictEqual([paymentId(10)])
      expect(yield* search("unresolvedPayments", everAfter)).toStrictEqual([paymentId(10), paymentId(15)])
      expect(yield* search("unresolvedPayments", everAfter, paymentId(10), 1)).toStrictEqual([paymentId(15)])
    }
  ),
  check("TOP-11 deposit top-ups without a number are found, until they are raised or have ended", function* () {
    yield* laid(
      put(depositTopUps, { _tag: "awaiting", ...depositTopUp(10, 1) }),
      put(depositTopUps, { _tag: "awaiting", ...depositTopUp(11, 1), issued: { number: number(11) } }),
      put(depositTopUps, { _tag: "awaiting", ...depositTopUp(12, 1), raisedAt: minute(13) }),
      put(depositTopUps, { _tag: "failed", ...depositTopUp(13, 1), settledAt: minute(14), reason: "closed" }),
      put(depositTopUps, { _tag: "awaiting", ...depositTopUp(14, 1) })
    )
    expect(yield* search("unissuedDeposits", minute(10))).toStrictEqual([])
    expect(yield* search("unissuedDeposits", past(10))).toStrictEqual([depositTopUpId(10)])
    expect(yield* search("unissuedDeposits", everAfter)).toStrictEqual([depositTopUpId(10), depositTopUpId(14)])
    expect(yield* search("unissuedDeposits", everAfter, "", 1)).toStrictEqual([depositTopUpId(10)])
  }),
  check("TOP-04 deposit top-ups are overdue from the day after their due date on, while they wait", function* () {
    yield* laid(
      put(depositTopUps, { _tag: "awaiting", ...due(10, "2026-11-30") }),
      put(depositTopUps, { _tag: "awaiting", ...due(11, "2026-12-01") }),
      put(depositTopUps, { _tag: "expired", ...due(12, "2026-11-29"), settledAt: minute(14) }),
      put(depositTopUps, { _tag: "awaiting", ...due(13, "2025-12-31"), issued: { number: number(13) } })
    )
    const { overdueDeposits } = yield* Due
    const overdue = (day: string, after = "", limit = 10) => overdueDeposits(day as JapanDate, after, limit)
    expect(yield* overdue("2026-11-30")).toStrictEqual([depositTopUpId(13)])
    expect(yield* overdue("2026-12-01")).toStrictEqual([depositTopUpId(10), depositTopUpId(13)])
    expect(yield* overdue("2026-12-02", depositTopUpId(10), 1)).toStrictEqual([depositTopUpId(11)])
  }),
  check("BNK-03 procedures are found from the instant on at which they end without a report", function* () {
    yield* laid(
      put(bankLinks, { _tag: "inProcedure", ...link(10), account: link(1).account, releasesAt: minute(20) }),
      put(bankLinks, { _tag: "inProcedure", ...link(11), account: link(1).account, releasesAt: minute(30) }),
      put(bankLinks, { _tag: "inProcedure", ...link(12), account: link(1).account }),
      put(bankLinks, { _tag: "provisional", ...link(13), account: link(1).account })
    )
    expect(yield* search("releasableLinks", instant(minute(20) - 1))).toStrictEqual([])
    expect(yield* search("releasableLinks", minute(20))).toStrictEqual([linkId(10)])
    expect(yield* search("releasableLinks", everAfter)).toStrictEqual([linkId(10), linkId(11)])
    expect(yield* search("releasableLinks", everAfter, linkId(10), 1)).toStrictEqual([linkId(11)])
  }),
  check("TOP-06 what is in suspense is found until it is resolved", function* () {
    yield* laid(
      put(suspenseItems, { _tag: "open", ...suspenseItem(10) }),
      put(suspenseItems, { _tag: "resolved", ...suspenseItem(11), resolution: "returned", resolvedAt: minute(12) }),
      put(suspenseItems, { _tag: "open", ...suspenseItem(12) })
    )
    const { openSuspense } = yield* Due
    expect(yield* openSuspense("", 10)).toStrictEqual([suspenseItemId(10), suspenseItemId(12)])
    expect(yield* openSuspense("", 1)).toStrictEqual([suspenseItemId(10)])
    expect(yield* openSuspense(suspenseItemId(10), 10)).toStrictEqual([suspenseItemId(12)])
  })
]

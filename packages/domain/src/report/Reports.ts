/**
 * Reports: what the law asks of an issuer of prepaid value and of a funds-transfer operator, read from the ledger (REG-01, REG-02).
 *
 * Nothing is stored for a report. Each is made of journal lines up to the end of a day that is over, so it is the same whenever it is
 * asked for.
 */
import { Clock, Context, Effect, Layer } from "effect"
import { Journal } from "../audit/Journal.ts"
import { end, instant, type JapanDate, start } from "../calendar/JapanDate.ts"
import type { StoreUnavailable } from "../engine/Store.ts"
import { feesHeld, payoutInTransit } from "../ledger/AccountCode.ts"
import * as Outstanding from "./Outstanding.ts"
import * as Period from "./Period.ts"
import * as UnusedPrepaid from "./UnusedPrepaid.ts"

export class Reports extends Context.Service<
  Reports,
  {
    /**
     * The unused prepaid value at the end of a base date, March 31 or September 30, with what brought it about since the base date
     * before and the deposit that is due, in yen (REG-01; 資金決済に関する法律 第3条第2項, 第14条第1項).
     */
    readonly unusedPrepaid: (
      baseDate: JapanDate
    ) => Effect.Effect<
      UnusedPrepaid.UnusedPrepaid,
      UnusedPrepaid.BaseDateInvalid | Period.PeriodNotOver | StoreUnavailable
    >
    /**
     * What is outstanding of funds transfer at the end of each day from one to another, both included, at most 400, with the security
     * that each day requires and the greatest of them, in yen (REG-02; 資金決済に関する法律 第43条第2項).
     */
    readonly outstanding: (
      from: JapanDate,
      until: JapanDate
    ) => Effect.Effect<
      Outstanding.Outstanding,
      Period.PeriodEmpty | Period.PeriodTooLong | Period.PeriodNotOver | StoreUnavailable
    >
  }
>()("@kinchaku/domain/report/Reports") {
  static readonly layer: Layer.Layer<Reports, never, Journal> = Layer.effect(
    Reports,
    Effect.suspend(() => make())
  )
}

/** All customers' cash, and all customers' money. */
const [allCash, allMoney] = ["liability:cash", "liability:money"] as const

const now = Effect.map(Clock.currentTimeMillis, instant)

const make = Effect.fnUntraced(function* () {
  const journal = yield* Journal

  const unusedPrepaid = Effect.fn("Reports.unusedPrepaid")(function* (baseDate: JapanDate) {
    const period = yield* Effect.fromResult(UnusedPrepaid.basePeriod(baseDate))
    yield* Effect.fromResult(Period.over(baseDate, yield* now))
    const [from, until] = [start(period.from), end(baseDate)]
    return UnusedPrepaid.unusedPrepaid(period, {
      cash: yield* journal.totals(allCash, { from, until }),
      expired: yield* journal.expiredCash({ before: until, bookedSince: from })
    })
  })

  const outstanding = Effect.fn("Reports.outstanding")(function* (from: JapanDate, until: JapanDate) {
    yield* Effect.fromResult(Period.listable(from, until))
    yield* Effect.fromResult(Period.over(until, yield* now))
    const booked = (code: string) => journal.totals(code, { from: start(from), until: end(until) })
    return Outstanding.outstanding(from, until, {
      money: yield* booked(allMoney),
      payoutsInTransit: yield* booked(payoutInTransit),
      feesHeld: yield* booked(feesHeld)
    })
  })

  return Reports.of({ unusedPrepaid, outstanding })
})

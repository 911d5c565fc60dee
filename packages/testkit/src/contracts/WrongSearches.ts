/**
 * Wrong searches: stores that find what is due a moment late, or find what is not.
 */
import type { Account } from "@kinchaku/domain/account/Account"
import { addDays, instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Payment } from "@kinchaku/domain/payment/Payment"
import type { SuspenseItemId } from "@kinchaku/domain/suspense/SuspenseItem"
import { Effect, type Layer } from "effect"
import type { Ports } from "./store/Check.ts"
import { wrong } from "./store/Mistakes.ts"

/** A store whose search yields every record of a kind, due or not. */
const findsAll = (name: "unresolvedPayouts" | "unresolvedPayments" | "unissuedDeposits", kind: string) =>
  wrong(({ books, due }) => ({
    due: {
      ...due,
      [name]: (_: unknown, after: string, limit: number) =>
        Effect.sync(() =>
          [...(books.records.get(kind)?.keys() ?? [])]
            .filter((id) => id > after)
            .toSorted()
            .slice(0, limit)
        )
    }
  }))

/** The mistakes by name. */
export const wrongSearches: Readonly<Record<string, Layer.Layer<Ports>>> = {
  "finds expiring cash a moment late": wrong(({ due }) => ({
    due: { ...due, expiringCash: (until, after, limit) => due.expiringCash((until - 1) as typeof until, after, limit) }
  })),
  "finds payouts that are settled": findsAll("unresolvedPayouts", "payout"),
  "finds payments that are settled": findsAll("unresolvedPayments", "payment"),
  "finds payments that wait for their bank": wrong(({ books, due }) => ({
    due: {
      ...due,
      unresolvedPayments: (before, after, limit) =>
        Effect.sync(() =>
          ([...(books.records.get("payment")?.values() ?? [])] as ReadonlyArray<Payment>)
            .filter((one) => !("settledAt" in one) && one.raisedAt === undefined)
            .filter(({ id, paidAt }) => paidAt < before && id > after)
            .map(({ id }) => id)
            .toSorted()
            .slice(0, limit)
        )
    }
  })),
  "finds deposits that have their number": findsAll("unissuedDeposits", "depositTopUp"),
  "finds procedures a moment late": wrong(({ due }) => ({
    due: { ...due, releasableLinks: (until, after, limit) => due.releasableLinks(instant(until - 1), after, limit) }
  })),
  "finds deposits on their last day": wrong(({ due }) => ({
    due: { ...due, overdueDeposits: (day, after, limit) => due.overdueDeposits(addDays(day, 1), after, limit) }
  })),
  "finds what was resolved in suspense": wrong(({ books, due }) => ({
    due: {
      ...due,
      openSuspense: (after, limit) =>
        Effect.sync(() =>
          [...(books.records.get("suspenseItem")?.keys() ?? [])]
            .filter((id) => id > after)
            .toSorted()
            .slice(0, limit)
            .map((id) => id as SuspenseItemId)
        )
    }
  })),
  "finds payouts for a file again and again": wrong(({ due }) => ({
    due: { ...due, waitingPayouts: (_, limit) => due.waitingPayouts("", limit) }
  })),
  "finds accounts to be confirmed a moment late": wrong(({ due }) => ({
    due: {
      ...due,
      confirmedUntil: (until, after, limit) => due.confirmedUntil((until - 1) as typeof until, after, limit)
    }
  })),
  "has closed accounts confirmed": wrong(({ books, due }) => ({
    due: {
      ...due,
      confirmedUntil: (until, after, limit) =>
        Effect.sync(() =>
          ([...(books.records.get("account")?.values() ?? [])] as ReadonlyArray<Account>)
            .filter(({ confirmedAt, id }) => confirmedAt <= until && id > after)
            .map(({ id }) => id)
            .toSorted()
            .slice(0, limit)
        )
    }
  })),
  "finds top-ups that were raised already": wrong(({ books, due }) => ({
    due: {
      ...due,
      unresolvedTopUps: (_, after, limit) =>
        Effect.sync(
          () => [...(books.records.get("topUp")?.keys() ?? [])].filter((id) => id > after).slice(0, limit) as never
        )
    }
  }))
}

/**
 * Wrong searches: stores that find what is due a moment late, or find what is not.
 */
import type { Account } from "@kinchaku/domain/account/Account"
import { Effect, type Layer } from "effect"
import type { Ports } from "./store/Check.ts"
import { wrong } from "./store/Mistakes.ts"

/** The mistakes by name. */
export const wrongSearches: Readonly<Record<string, Layer.Layer<Ports>>> = {
  "finds expiring cash a moment late": wrong(({ due }) => ({
    due: { ...due, expiringCash: (until, after, limit) => due.expiringCash((until - 1) as typeof until, after, limit) }
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

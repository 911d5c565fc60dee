/**
 * Wrong notices: stores that page notices otherwise than they came, or keep others than were made.
 */
import { Effect, type Layer } from "effect"
import type { Ports } from "./store/Check.ts"
import { writing, wrong } from "./store/Mistakes.ts"

/** The mistakes by name. */
export const wrongNotices: Readonly<Record<string, Layer.Layer<Ports>>> = {
  "starts a page with the notice that is named": wrong(({ notices }) => ({
    notices: {
      ...notices,
      page: (after, limit) =>
        Effect.map(notices.page("", 10_000), (all) => all.filter(({ id }) => id >= after).slice(0, limit))
    }
  })),
  "shows notices in the order of their ids": wrong(({ notices }) => ({
    notices: {
      ...notices,
      page: (after, limit) =>
        Effect.map(notices.page("", 10_000), (all) =>
          all
            .filter(({ id }) => id > after)
            .toSorted((a, b) => (a.id < b.id ? -1 : 1))
            .slice(0, limit)
        )
    }
  })),
  "shows notices in the order of their times": wrong(({ notices }) => ({
    notices: {
      ...notices,
      page: (after, limit) =>
        Effect.map(notices.page(after, 10_000), (all) => all.toSorted((a, b) => a.at - b.at).slice(0, limit))
    }
  })),
  "keeps the last notice of an id": writing((writes, { books }) => {
    for (const { id } of writes.notices) books.notices.delete(id)
    return { ...writes, notices: [...new Map(writes.notices.map((one) => [one.id, one])).values()] }
  }),
  "keeps the notices of a batch that it refuses": writing((writes, { books }) => {
    for (const notice of writes.notices) if (!books.notices.has(notice.id)) books.notices.set(notice.id, notice)
    return writes
  })
}

/**
 * Uses of sessions as one process sees them: exactly here, and noted for the others once a second (SES-01).
 *
 * Another process, or this one started again, may take a session to be unused for up to a second longer than it is.
 */
import { Effect } from "effect"
import type { Instant } from "../calendar/JapanDate.ts"
import type { StoreUnavailable } from "../engine/Store.ts"
import type { SessionActivity } from "./SessionActivity.ts"

export interface Uses {
  /** When a session was last used, as far as anybody knows. */
  readonly lastOf: (of: string) => Effect.Effect<Instant | undefined, StoreUnavailable>
  /** Notes that a session is used. That a note fails stops no request. */
  readonly note: (of: string, at: Instant) => Effect.Effect<void>
}

const everyMillis = 1000
/** Of how many sessions a process knows the last use by itself. */
const knownMax = 10_000

interface Use {
  readonly usedAt: Instant
  readonly notedAt: Instant
}

/** Uses noted in a port. */
export const usesOf = (activity: SessionActivity["Service"]): Uses => {
  const known = new Map<string, Use>()
  const keep = (of: string, use: Use): void => {
    known.delete(of)
    known.set(of, use)
    const [oldest] = known.keys()
    if (known.size > knownMax && oldest !== undefined) known.delete(oldest)
  }
  return {
    lastOf: (of) =>
      Effect.map(activity.lastUsed(of), (noted) => {
        const own = known.get(of)?.usedAt
        return own !== undefined && (noted === undefined || own > noted) ? own : noted
      }),
    note: (of, at) =>
      Effect.suspend(() => {
        const notedAt = known.get(of)?.notedAt
        const isDue = notedAt === undefined || at >= notedAt + everyMillis
        keep(of, { usedAt: at, notedAt: isDue ? at : notedAt })
        return isDue ? Effect.ignore(activity.touch(of, at)) : Effect.void
      })
  }
}

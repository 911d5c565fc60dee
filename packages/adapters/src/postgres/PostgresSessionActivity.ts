/**
 * When sessions were last used, as a table beside the records.
 */
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { SessionActivity } from "@kinchaku/domain/session/SessionActivity"
import { Effect, Layer } from "effect"
import { Postgres } from "./Postgres.ts"
import { whole } from "./Session.ts"

const upsert = `INSERT INTO session_activity (session, used_at) VALUES ($1, $2)
  ON CONFLICT (session) DO UPDATE SET used_at = greatest(session_activity.used_at, excluded.used_at)`
const select = "SELECT used_at FROM session_activity WHERE session = $1"

export const layer: Layer.Layer<SessionActivity, never, Postgres> = Layer.effect(
  SessionActivity,
  Effect.map(Postgres, (postgres) =>
    SessionActivity.of({
      touch: (of, at) => Effect.asVoid(postgres.run("session activity", { sql: upsert, values: [of, whole(at)] })),
      lastUsed: (of) =>
        Effect.map(postgres.read("session activity", { sql: select, values: [of] }), ([rows = []]) => {
          const [found] = rows
          return found === undefined ? undefined : (Number(found[0]) as Instant)
        })
    })
  )
)

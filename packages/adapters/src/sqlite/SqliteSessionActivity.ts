/**
 * When sessions were last used, as a table beside the records.
 */
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { StoreUnavailable } from "@kinchaku/domain/engine/Store"
import { SessionActivity } from "@kinchaku/domain/session/SessionActivity"
import { Effect, Layer } from "effect"
import * as Sqlite from "./Sqlite.ts"

const upsert = `INSERT INTO session_activity (session, used_at) VALUES (?, ?)
  ON CONFLICT (session) DO UPDATE SET used_at = max(used_at, excluded.used_at)`
const select = "SELECT used_at FROM session_activity WHERE session = ?"

export const layer: Layer.Layer<SessionActivity, never, Sqlite.Sqlite> = Layer.effect(
  SessionActivity,
  Effect.map(Sqlite.Sqlite, (sqlite) =>
    SessionActivity.of({
      touch: (of, at) =>
        sqlite
          .write("session activity", ({ run }) => void run(upsert, of, at))
          .pipe(
            Effect.catchTag(
              "StoreRefused",
              ({ cause }) => new StoreUnavailable({ operation: "session activity", cause })
            )
          ),
      lastUsed: (of) =>
        sqlite.read("session activity", ({ row }) => {
          const found = row(select, of)
          return found === undefined ? undefined : (Number(found[0]) as Instant)
        })
    })
  )
)

/**
 * The outbox as a table: commits add requests and take out answered ones, couriers read and postpone.
 */
import { type DueRequest, Outbox, type OutgoingRequest } from "@kinchaku/domain/engine/Outbox"
import type { Writes } from "@kinchaku/domain/engine/Store"
import { Effect, Layer } from "effect"
import type { Connection, Row } from "./Connection.ts"
import * as Sqlite from "./Sqlite.ts"

const insert = "INSERT INTO outbox (id, kind, subject, asked_at, attempts, due_at) VALUES (?, ?, ?, ?, 0, ?)"

/** Writes what a batch asks and takes out what it answers. */
export const write = (connection: Connection, { answered, requests }: Pick<Writes, "answered" | "requests">): void => {
  for (const { askedAt, id, kind, subject } of requests) connection.run(insert, id, kind, subject, askedAt, askedAt)
  for (const id of answered) connection.run("DELETE FROM outbox WHERE id = ?", id)
}

const selectDue = `SELECT id, kind, subject, asked_at, attempts FROM outbox
  WHERE kind = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?`

// Only where nobody else has tried since it was read.
const postpone = "UPDATE outbox SET attempts = ?, due_at = ? WHERE id = ? AND attempts = ?"

const dueRequest = ([id, kind, subject, askedAt, attempts]: Row): DueRequest => ({
  // The columns hold what commits wrote of an OutgoingRequest, by the types of the strict table.
  request: { id, kind, subject, askedAt } as OutgoingRequest,
  attempts: Number(attempts)
})

export const layer: Layer.Layer<Outbox, never, Sqlite.Sqlite> = Layer.effect(
  Outbox,
  Effect.map(Sqlite.Sqlite, (sqlite) =>
    Outbox.of({
      due: (kind, now, limit) =>
        sqlite.read("due", (connection) => connection.rows(selectDue, kind, now, limit).map(dueRequest)),
      postpone: (requests) =>
        sqlite
          .write("postpone", (connection) =>
            requests
              .filter(({ attempts, id, until }) => connection.run(postpone, attempts, until, id, attempts - 1) === 1)
              .map(({ id }) => id)
          )
          .pipe(Effect.catchTag("StoreRefused", Effect.die)),
      waiting: sqlite.read("waiting", (connection) => Number(connection.row("SELECT count(*) FROM outbox")?.[0]))
    })
  )
)

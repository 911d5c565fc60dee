/**
 * The outbox as a table: commits add requests and take out answered ones, couriers read and postpone.
 */
import { type DueRequest, Outbox, type OutgoingRequest, type RequestId } from "@kinchaku/domain/engine/Outbox"
import type { Writes } from "@kinchaku/domain/engine/Store"
import { Effect, Layer } from "effect"
import { Postgres } from "./Postgres.ts"
import { list, type Row, type Statement, whole } from "./Session.ts"

const insert = `INSERT INTO outbox (id, kind, subject, asked_at, attempts, due_at)
  SELECT id, kind, subject, asked_at, 0, asked_at
  FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS asked (id, kind, subject, asked_at)`

// In the order of the ids, as couriers postpone: none waits for another that waits for it.
const remove = `DELETE FROM outbox
  WHERE id IN (SELECT id FROM outbox WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE)`

/** Writes what a batch asks and takes out what it answers. What it asks and answers itself never waits. */
export const write = ({ answered, requests }: Pick<Writes, "answered" | "requests">): ReadonlyArray<Statement> => {
  const own = new Set(answered)
  const waiting = requests.filter(({ id }) => !own.has(id))
  const asking = {
    sql: insert,
    values: [
      list.texts(waiting.map(({ id }) => id)),
      list.texts(waiting.map(({ kind }) => kind)),
      list.texts(waiting.map(({ subject }) => subject)),
      list.numbers(waiting.map(({ askedAt }) => askedAt))
    ]
  }
  return [
    ...(waiting.length === 0 ? [] : [asking]),
    ...(answered.length === 0 ? [] : [{ sql: remove, values: [list.texts(answered)] }])
  ]
}

const selectDue = `SELECT id, kind, subject, asked_at, attempts FROM outbox
  WHERE kind = $1 AND due_at <= $2 ORDER BY due_at, id LIMIT $3`

// Only where nobody else has tried since it was read.
const postpone = `WITH wanted AS (
    SELECT outbox.id, tried.attempts, tried.until
    FROM outbox JOIN unnest($1::text[], $2::bigint[], $3::bigint[]) AS tried (id, attempts, until) USING (id)
    WHERE outbox.attempts = tried.attempts - 1 ORDER BY id FOR UPDATE OF outbox
  )
  UPDATE outbox SET attempts = wanted.attempts, due_at = wanted.until FROM wanted WHERE outbox.id = wanted.id
  RETURNING outbox.id`

const dueRequest = ([id, kind, subject, askedAt, attempts]: Row): DueRequest => ({
  // The columns hold what commits wrote of an OutgoingRequest, by the types of the table.
  request: { id, kind, subject, askedAt } as OutgoingRequest,
  attempts: Number(attempts)
})

export const layer: Layer.Layer<Outbox, never, Postgres> = Layer.effect(
  Outbox,
  Effect.map(Postgres, (postgres) =>
    Outbox.of({
      due: (kind, now, limit) =>
        Effect.map(postgres.read("due", { sql: selectDue, values: [kind, whole(now), whole(limit)] }), ([rows = []]) =>
          rows.map(dueRequest)
        ),
      postpone: (requests) => {
        const values = [
          list.texts(requests.map(({ id }) => id)),
          list.numbers(requests.map(({ attempts }) => attempts)),
          list.numbers(requests.map(({ until }) => until))
        ]
        return Effect.map(postgres.run("postpone", { sql: postpone, values }), (rows) =>
          rows.map(([id]) => id as RequestId)
        )
      },
      waiting: Effect.map(postgres.read("waiting", { sql: "SELECT count(*) FROM outbox" }), ([rows = []]) =>
        Number(rows[0]?.[0])
      )
    })
  )
)

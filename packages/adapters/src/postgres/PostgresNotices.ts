/**
 * The notices as a table: commits add to it, each id once, and it is read in the order of recording.
 */
import type { Writes } from "@kinchaku/domain/engine/Store"
import { Notices } from "@kinchaku/domain/notice/Notices"
import { Effect, Layer } from "effect"
import { noticeColumns, noticeOf } from "../sql/NoticeRow.ts"
import { Postgres } from "./Postgres.ts"
import { list, type Statement, whole } from "./Session.ts"

const insert = `INSERT INTO notice (id, kind, recipient, account, subject, at, channel, via)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[])
  ON CONFLICT (id) DO NOTHING`

/** Adds the notices of a batch. */
export const write = ({ notices }: Pick<Writes, "notices">): ReadonlyArray<Statement> =>
  notices.length === 0
    ? []
    : [
        {
          sql: insert,
          values: [
            list.texts(notices.map(({ id }) => id)),
            list.texts(notices.map(({ kind }) => kind)),
            list.texts(notices.map(({ to }) => to)),
            list.texts(notices.map(({ account }) => account)),
            list.texts(notices.map(({ subject }) => subject)),
            list.numbers(notices.map(({ at }) => at)),
            list.texts(notices.map(({ channel = null }) => channel)),
            list.texts(notices.map(({ via = null }) => via))
          ]
        }
      ]

// Numbers are given out before a commit is done. While no commit is under way they are in the order of recording.
const selectNotices = `SELECT ${noticeColumns} FROM notice
  WHERE seq > coalesce((SELECT seq FROM notice WHERE id = $1), 0) ORDER BY seq LIMIT $2`

const selectNotice = `SELECT ${noticeColumns} FROM notice WHERE id = $1`

export const layer: Layer.Layer<Notices, never, Postgres> = Layer.effect(
  Notices,
  Effect.map(Postgres, (postgres) =>
    Notices.of({
      page: (after, limit) =>
        Effect.map(
          postgres.readSettled("notices", { sql: selectNotices, values: [after, whole(limit)] }),
          ([rows = []]) => rows.map(noticeOf)
        ),
      find: (id) =>
        Effect.map(postgres.read("notice", { sql: selectNotice, values: [id] }), ([rows = []]) => rows.map(noticeOf)[0])
    })
  )
)

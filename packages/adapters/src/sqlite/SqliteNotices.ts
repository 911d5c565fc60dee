/**
 * The notices as a table: commits add to it, each id once, and it is read in the order of recording.
 */
import type { Writes } from "@kinchaku/domain/engine/Store"
import type { Notice } from "@kinchaku/domain/notice/Notice"
import { Notices } from "@kinchaku/domain/notice/Notices"
import { Effect, Layer } from "effect"
import type { Connection, Row } from "./Connection.ts"
import * as Sqlite from "./Sqlite.ts"

const insertNotice = `INSERT INTO notice (id, kind, recipient, account, subject, at, channel, via)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (id) DO NOTHING`

/** Adds the notices of a batch. */
export const write = ({ run }: Connection, { notices }: Writes): void => {
  for (const { account, at, channel = null, id, kind, subject, to, via = null } of notices) {
    run(insertNotice, id, kind, to, account, subject, at, channel, via)
  }
}

// Rows are numbered as they are written, under the lock of the commit, so the numbers are the order of recording.
const columns = "id, kind, recipient, account, subject, at, channel, via"
const selectNotices = `SELECT ${columns} FROM notice
  WHERE seq > coalesce((SELECT seq FROM notice WHERE id = ?), 0) ORDER BY seq LIMIT ?`

const selectNotice = `SELECT ${columns} FROM notice WHERE id = ?`

// Commits write nothing else there.
const notice = ([id, kind, to, account, subject, at, channel, via]: Row): Notice =>
  ({
    ...{ id, kind, to, account, subject, at },
    ...(channel === null ? {} : { channel }),
    ...(via === null ? {} : { via })
  }) as Notice

export const layer: Layer.Layer<Notices, never, Sqlite.Sqlite> = Layer.effect(
  Notices,
  Effect.map(Sqlite.Sqlite, (sqlite) =>
    Notices.of({
      page: (after, limit) => sqlite.read("notices", ({ rows }) => rows(selectNotices, after, limit).map(notice)),
      find: (id) => sqlite.read("notice", ({ rows }) => rows(selectNotice, id).map(notice)[0])
    })
  )
)

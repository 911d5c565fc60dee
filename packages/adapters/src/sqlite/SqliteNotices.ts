/**
 * The notices as a table: commits add to it, each id once, and it is read in the order of recording.
 */
import type { Writes } from "@kinchaku/domain/engine/Store"
import { Notices } from "@kinchaku/domain/notice/Notices"
import { Effect, Layer } from "effect"
import { noticeColumns, noticeOf } from "../sql/NoticeRow.ts"
import type { Connection } from "./Connection.ts"
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
const selectNotices = `SELECT ${noticeColumns} FROM notice
  WHERE seq > coalesce((SELECT seq FROM notice WHERE id = ?), 0) ORDER BY seq LIMIT ?`

const selectNotice = `SELECT ${noticeColumns} FROM notice WHERE id = ?`

export const layer: Layer.Layer<Notices, never, Sqlite.Sqlite> = Layer.effect(
  Notices,
  Effect.map(Sqlite.Sqlite, (sqlite) =>
    Notices.of({
      page: (after, limit) => sqlite.read("notices", ({ rows }) => rows(selectNotices, after, limit).map(noticeOf)),
      find: (id) => sqlite.read("notice", ({ rows }) => rows(selectNotice, id).map(noticeOf)[0])
    })
  )
)

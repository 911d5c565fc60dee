/**
 * Notice rows: which columns a notice has, alike in every SQL store, and the notice of a row.
 */
import type { Notice } from "@kinchaku/domain/notice/Notice"

/** The columns, in the order of a row. */
export const noticeColumns = "id, kind, recipient, account, subject, at, channel, via"

/** The notice of a row; commits write nothing else there. */
export const noticeOf = ([id, kind, to, account, subject, at, channel, via]: ReadonlyArray<unknown>): Notice => {
  const sent = { ...(channel === null ? {} : { channel }), ...(via === null ? {} : { via }) }
  return { id, kind, to, account, subject, at, ...sent } as Notice
}

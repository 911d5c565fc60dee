/**
 * Notices on the wire: what holders and operators are to be told, for the machine that tells them.
 */
import { Notice } from "@kinchaku/domain/notice/Notice"
import { Notices } from "@kinchaku/domain/notice/Notices"
import { Effect, Schema, SchemaTransformation } from "effect"
import { nothing, query } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"

const limitMax = 200

const NoticeView = Schema.Struct({ ...Notice.fields, at: Timestamp }).annotate({ identifier: "Notice" })

const Page = Schema.Struct({
  notices: Schema.Array(NoticeView),
  /** To be given as `after` for the notices that follow; null after the last. */
  next: Schema.NullOr(Schema.String)
}).annotate({ identifier: "NoticePage" })

const LimitText = Schema.String.check(
  Schema.isPattern(/^(?:[1-9]\d?|1\d\d|200)$/u, { message: `expected a number of notices from 1 to ${limitMax}` })
).pipe(Schema.decodeTo(Schema.Int, SchemaTransformation.transform({ decode: Number, encode: (limit) => `${limit}` })))

const NoticeId = Schema.String.check(
  Schema.isPattern(/^[0-7][0-9A-HJKMNP-TV-Z]{25}\.[1-9]\d{0,8}$/u, { message: "expected the id of a notice" })
)

export const page = query(
  {
    path: "/notices",
    summary: "通知を照会する / Read the notices",
    description: `What is to be told, in the order in which it was recorded: to holders (BAL-07, failed payments, registered banks) and to
operators (TOP-11, contradictions of banks and billers). Each was recorded with what it reports and names the account, never an
address. Whoever keeps the id of the last one told misses none (NTF-02).`,
    tag: "Operations",
    callers: ["operator", "support"],
    params: nothing,
    query: Schema.Struct({ after: Schema.optionalKey(NoticeId), limit: Schema.optionalKey(LimitText) }),
    success: Page
  },
  Effect.fnUntraced(function* ({ query: { after = "", limit = limitMax } }) {
    // One notice more than asked for tells whether others follow.
    const found = yield* (yield* Notices).page(after, limit + 1)
    const shown = found.slice(0, limit)
    return { notices: shown, next: found.length > limit ? (shown.at(-1)?.id ?? null) : null }
  })
).refuses("StoreUnavailable")

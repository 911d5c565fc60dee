/**
 * History on the wire: an account's top-ups and payments, newest first.
 */
import { Accounts } from "@kinchaku/domain/account/Accounts"
import { CommandId } from "@kinchaku/domain/engine/Command"
import { History, type HistoryLine } from "@kinchaku/domain/history/History"
import { Policies } from "@kinchaku/domain/policy/Policies"
import { compat } from "@kinchaku/domain/policy/Policy"
import { Effect, Schema, SchemaTransformation } from "effect"
import { query } from "../Route.ts"
import { AccountParams } from "./Accounts.ts"
import * as Payments from "./Payments.ts"
import * as TopUps from "./TopUps.ts"

const Line = Schema.Union([
  Schema.Struct({ kind: Schema.Literal("topUp"), ...TopUps.TopUpView.fields }).annotate({ identifier: "TopUpLine" }),
  Schema.Struct({ kind: Schema.Literal("payment"), ...Payments.PaymentView.fields }).annotate({
    identifier: "PaymentLine"
  })
])

const Page = Schema.Struct({
  lines: Schema.Array(Line),
  /** To be given as `before` for the lines that follow; null after the last. */
  next: Schema.NullOr(Schema.String)
}).annotate({ identifier: "HistoryPage" })

const LimitText = Schema.String.check(
  Schema.isPattern(/^[1-9]\d{0,3}$/u, { message: "expected a number of lines of at least 1" })
).pipe(Schema.decodeTo(Schema.Int, SchemaTransformation.transform({ decode: Number, encode: (limit) => `${limit}` })))

const lineOf = (line: HistoryLine, contact: string): ReadonlyArray<typeof Line.Type> => {
  switch (line.kind) {
    case "topUp":
      return [{ kind: "topUp", ...TopUps.view(line.topUp, contact) }]
    case "payment":
      return [{ kind: "payment", ...Payments.view(line.payment) }]
    default:
      return []
  }
}

export const page = query(
  {
    path: "/accounts/:account/history",
    summary: "取引履歴を照会する / Read the history",
    description: `Top-ups (TOP-12) and payments (PAY-14), newest first. However many lines are asked for, a page has at most those that the
policy shows (TXN-01, by default 50). \`next\` goes on where the page ended and stays valid while lines are added.`,
    tag: "History",
    callers: ["host", "holder", "support"],
    params: AccountParams,
    query: Schema.Struct({
      limit: Schema.optionalKey(LimitText),
      before: Schema.optionalKey(CommandId)
    }),
    success: Page
  },
  Effect.fnUntraced(function* ({ params: { account }, query: { before, limit } }) {
    const accounts = yield* Accounts
    const history = yield* History
    yield* accounts.balances(account)
    const { contact, historyEntries } = (yield* (yield* Policies).inForce)?.policy ?? compat
    const asked = Math.min(limit ?? historyEntries, historyEntries)
    // One line more than asked for tells whether others follow.
    const found = yield* history.page(account, asked + 1, before)
    const shown = found.slice(0, asked)
    const next = found.length > asked ? (shown.at(-1)?.cursor ?? null) : null
    return { lines: shown.flatMap((line) => lineOf(line, contact)), next }
  })
).refuses("AccountNotFound", "ValidationFailed", "StoreUnavailable")

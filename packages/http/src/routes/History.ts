/**
 * History on the wire: an account's top-ups of every way, payments and payouts, newest first.
 */
import { Accounts } from "@kinchaku/domain/account/Accounts"
import { History, type HistoryLine } from "@kinchaku/domain/history/History"
import { Policies } from "@kinchaku/domain/policy/Policies"
import { compat } from "@kinchaku/domain/policy/Policy"
import { Effect, Schema } from "effect"
import { query } from "../Route.ts"
import { AccountParams } from "./Accounts.ts"
import * as DepositTopUps from "./DepositTopUps.ts"
import * as Payments from "./Payments.ts"
import * as Payouts from "./Payouts.ts"
import { LimitText } from "./Queries.ts"
import * as ShopTopUps from "./ShopTopUps.ts"
import * as TopUps from "./TopUps.ts"

const kindOf = <K extends string, F extends Schema.Struct.Fields>(kind: K, { fields }: { readonly fields: F }) =>
  Schema.Struct({ kind: Schema.Literal(kind), ...fields })

const Line = Schema.Union([
  kindOf("topUp", TopUps.TopUpView).annotate({ identifier: "TopUpLine" }),
  kindOf("depositTopUp", DepositTopUps.DepositTopUpView).annotate({ identifier: "DepositTopUpLine" }),
  kindOf("directTopUp", ShopTopUps.DirectTopUpView).annotate({ identifier: "DirectTopUpLine" }),
  kindOf("payment", Payments.PaymentView).annotate({ identifier: "PaymentLine" }),
  kindOf("payout", Payouts.PayoutView).annotate({ identifier: "PayoutLine" })
])

const Page = Schema.Struct({
  lines: Schema.Array(Line),
  /** To be given as `before` for the lines that follow; null after the last. */
  next: Schema.NullOr(Schema.String)
}).annotate({ identifier: "HistoryPage" })

const lineOf = (line: HistoryLine, contact: string): typeof Line.Type => {
  switch (line.kind) {
    case "topUp":
      return { kind: "topUp", ...TopUps.view(line.topUp, contact) }
    case "depositTopUp":
      return { kind: "depositTopUp", ...DepositTopUps.view(line.topUp, contact) }
    case "directTopUp":
      return { kind: "directTopUp", ...ShopTopUps.view(line.topUp) }
    case "payment":
      return { kind: "payment", ...Payments.view(line.payment, contact) }
    case "payout":
      return { kind: "payout", ...Payouts.view(line.payout, contact) }
  }
}

/** The id of a line; that of its command, which earlier releases gave, goes on where it did. */
const Cursor = Schema.String.check(
  Schema.isPattern(/^(?:[a-z]{3}_)?[0-7][0-9A-HJKMNP-TV-Z]{25}$/u, { message: "expected the `next` of a page" })
)

export const page = query(
  {
    path: "/accounts/:account/history",
    summary: "取引履歴を照会する / Read the history",
    description: `Top-ups by every way (TOP-12, TOP-20), payments (PAY-14) and payouts (OUT-08), newest first. However many lines are asked for, a page has at most those that the
policy shows (TXN-01, by default 50). \`next\` goes on where the page ended and stays valid while lines are added.`,
    tag: "History",
    callers: ["host", "holder", "support"],
    params: AccountParams,
    query: Schema.Struct({
      limit: Schema.optionalKey(LimitText),
      before: Schema.optionalKey(Cursor)
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
    return { lines: shown.map((line) => lineOf(line, contact)), next }
  })
).refuses("AccountNotFound", "ValidationFailed", "StoreUnavailable")

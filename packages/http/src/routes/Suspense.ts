/**
 * What stands in suspense (仮受金・仮払金) on the wire, and what providers pay of what they collected: for operators.
 */
import { AccountId } from "@kinchaku/domain/account/Account"
import { CaseReference } from "@kinchaku/domain/account/OperatorCase"
import { PositiveYen } from "@kinchaku/domain/money/Yen"
import {
  SuspenseCause,
  type SuspenseItem,
  SuspenseItemId,
  SuspenseResolution
} from "@kinchaku/domain/suspense/SuspenseItem"
import { SuspenseDesk } from "@kinchaku/domain/suspense/SuspenseDesk"
import { ReceivablePaid } from "@kinchaku/domain/topup/DepositReceivable"
import { Deposits } from "@kinchaku/domain/topup/Deposits"
import { Effect, Schema } from "effect"
import { command, engineRefusals, nothing, query, standingRefusals } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"
import { LimitText } from "./Queries.ts"

const tag = "Suspense"
const callers = ["operator", "finance"] as const
const words = { open: "未処理", credited: "残高に反映済み", returned: "返金済み" } as const

const ItemView = Schema.Struct({
  id: SuspenseItemId,
  status: Schema.Literals(["open", "resolved"]),
  statusText: Schema.Literals(Object.values(words)),
  cause: SuspenseCause,
  /** in: value that came; out: value that left. */
  direction: Schema.Literals(["in", "out"]),
  amount: PositiveYen,
  /** The ledger account on the other side. */
  against: Schema.String,
  /** The record that it is about: a deposit, a top-up, a payout. */
  subject: Schema.String,
  account: Schema.optionalKey(AccountId),
  at: Timestamp,
  resolution: Schema.optionalKey(SuspenseResolution),
  creditedTo: Schema.optionalKey(AccountId),
  resolvedAt: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "SuspenseItem" })

const view = ({ _tag, ...item }: SuspenseItem): typeof ItemView.Type => ({
  ...item,
  status: _tag,
  statusText: "resolution" in item ? words[item.resolution] : words.open
})

const Page = Schema.Struct({
  items: Schema.Array(ItemView),
  /** To be given as `after` for the items that follow; null after the last. */
  next: Schema.NullOr(SuspenseItemId)
}).annotate({ identifier: "SuspensePage" })

const pageMax = 200

export const page = query(
  {
    path: "/suspense",
    summary: "未処理の仮受金・仮払金を照会する / What stands in suspense",
    description:
      "What is open, the oldest first, and why (TOP-06): deposits that are late, double, wrong or for nobody, and banks that contradicted themselves.",
    tag,
    callers,
    params: nothing,
    query: Schema.Struct({ limit: Schema.optionalKey(LimitText), after: Schema.optionalKey(SuspenseItemId) }),
    success: Page
  },
  Effect.fnUntraced(function* ({ query: { after, limit = pageMax } }) {
    const asked = Math.min(limit, pageMax)
    // One item more than asked for tells whether others follow.
    const found = yield* (yield* SuspenseDesk).page(asked + 1, after)
    const shown = found.slice(0, asked)
    return { items: shown.map(view), next: found.length > asked ? (shown.at(-1)?.id ?? null) : null }
  })
).refuses("ValidationFailed", "StoreUnavailable")

const ItemParams = Schema.Struct({ item: SuspenseItemId })

export const get = query(
  {
    path: "/suspense/:item",
    summary: "仮受金・仮払金の内容を照会する / Read an item in suspense",
    description: "An item, open or resolved (TOP-06).",
    tag,
    callers,
    params: ItemParams,
    query: nothing,
    success: ItemView
  },
  Effect.fnUntraced(function* ({ params }) {
    return view(yield* (yield* SuspenseDesk).get(params.item))
  })
).refuses("SuspenseItemNotFound", "ValidationFailed", "StoreUnavailable")

export const resolve = command(
  {
    path: "/suspense/:item/resolution",
    summary: "仮受金・仮払金を処理する / Resolve an item in suspense",
    description: `Credits an item to an account, or records that it was returned to where it came from or came back (TOP-06). \`reference\` is the number of
the operator's case; who did it and when is recorded (SEC-11).`,
    tag,
    callers,
    params: ItemParams,
    body: Schema.Union([
      Schema.Struct({ resolution: Schema.Literal("credited"), account: AccountId, reference: CaseReference }),
      Schema.Struct({ resolution: Schema.Literal("returned"), reference: CaseReference })
    ]).annotate({ identifier: "SuspenseResolution" }),
    success: ItemView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params: { item } }) {
    const { reference } = body
    const resolution =
      body.resolution === "credited"
        ? ({ _tag: "credited", account: body.account } as const)
        : ({ _tag: "returned" } as const)
    return view(yield* (yield* SuspenseDesk).resolve({ item, resolution, reference }, intent))
  })
).refuses(
  "Forbidden",
  "SuspenseItemNotFound",
  "SuspenseItemResolved",
  "SuspenseNotCreditable",
  "AccountNotFound",
  ...standingRefusals,
  "BalanceCapExceeded",
  ...engineRefusals
)

export const receivablePaid = command(
  {
    path: "/receivables-paid",
    summary: "収納代行会社からの入金を記録する / Record what a provider paid",
    description: "Records that a provider paid what it had collected, by the number of its statement (SEC-11).",
    tag,
    callers,
    params: nothing,
    body: ReceivablePaid.annotate({ identifier: "ReceivablePaid" }),
    success: Schema.Struct({ entry: Schema.String }).annotate({ identifier: "ReceivableBooked" }),
    status: 201
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return yield* (yield* Deposits).receivablePaid(body, intent)
  })
).refuses("Forbidden", ...engineRefusals)

/**
 * Top-ups by deposit on the wire: at convenience stores, by net banking (ペイジー) and at ATMs, against a payment number.
 */
import { AccountId, AccountKind } from "@kinchaku/domain/account/Account"
import { JapanDate } from "@kinchaku/domain/calendar/JapanDate"
import { Fee } from "@kinchaku/domain/fee/Fee"
import { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { ChainCode, WalletPolicy } from "@kinchaku/domain/policy/Wallet"
import { type DepositTopUp, DepositTopUpId, DepositWay, IssuedNumber } from "@kinchaku/domain/topup/Deposit"
import { DepositTopUps } from "@kinchaku/domain/topup/DepositTopUps"
import { Effect, Schema } from "effect"
import { command, engineRefusals, nothing, query, standingRefusals } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"
import { AccountParams } from "./Accounts.ts"
import { AmountText } from "./Queries.ts"
import { contact } from "./TopUps.ts"

const tag = "Top-ups by deposit"
const words = { awaiting: "入金待ち", completed: "完了", expired: "期限切れ", failed: "失敗" } as const

/** What the ways of top-ups are called (TOP-20). */
export const wayWords = {
  bank: "銀行口座",
  convenienceStore: "コンビニ",
  netBanking: "ネットバンキング（ペイジー）",
  atm: "ATM（ペイジー）",
  shop: "店頭",
  remittance: "送金サービス"
} as const

/** What a holder sees of a top-up by deposit (TOP-12). */
export const DepositTopUpView = Schema.Struct({
  id: DepositTopUpId,
  account: AccountId,
  way: DepositWay,
  wayText: Schema.Literals(Object.values(wayWords)),
  chain: Schema.optionalKey(ChainCode),
  status: Schema.Literals(["awaiting", "completed", "expired", "failed"]),
  statusText: Schema.Literals(Object.values(words)),
  askedAt: Timestamp,
  settledAt: Schema.optionalKey(Timestamp),
  amount: PositiveYen,
  fee: Yen,
  feeTax: Yen,
  /** The last day of Japan on which a deposit is in time (TOP-04). */
  due: JapanDate,
  /** What is typed or shown where it is paid in; null until it is issued. */
  payment: Schema.NullOr(IssuedNumber),
  creditedTo: Schema.optionalKey(AccountKind),
  reason: Schema.optionalKey(Schema.String),
  /** Whom to ask where no number was issued for long (TOP-11). */
  contact: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "DepositTopUp" })

const needsContact = ({ _tag, issued, raisedAt }: DepositTopUp): boolean =>
  _tag === "awaiting" && issued === undefined && raisedAt !== undefined

/** A top-up by deposit as its holder sees it. */
export const view = (topUp: DepositTopUp, whom: string): typeof DepositTopUpView.Type => ({
  id: topUp.id,
  account: topUp.account,
  way: topUp.way,
  wayText: wayWords[topUp.way],
  ...(topUp.chain === undefined ? {} : { chain: topUp.chain }),
  status: topUp._tag,
  statusText: words[topUp._tag],
  askedAt: topUp.askedAt,
  ...("settledAt" in topUp ? { settledAt: topUp.settledAt } : {}),
  amount: topUp.amount,
  fee: topUp.fee,
  feeTax: topUp.feeTax,
  due: topUp.due,
  payment: topUp.issued ?? null,
  ...(topUp._tag === "completed" ? { creditedTo: topUp.creditedTo } : {}),
  ...(topUp._tag === "failed" ? { reason: topUp.reason } : {}),
  ...(needsContact(topUp) ? { contact: whom } : {})
})

const { chains, dueDays, steps } = WalletPolicy.fields.deposit.fields

export const ways = query(
  {
    path: "/deposit-ways",
    summary: "入金方法の一覧 / Where value can be paid in",
    description:
      "The chains of convenience stores and the steps at each, those of net banking and ATMs, and the days there are (TOP-02, TOP-05).",
    tag,
    callers: ["host", "holder"],
    params: nothing,
    query: nothing,
    success: Schema.Struct({ chains, dueDays, steps }).annotate({ identifier: "DepositWays" })
  },
  Effect.fnUntraced(function* () {
    return yield* (yield* DepositTopUps).ways
  })
).refuses("StoreUnavailable")

export const quote = query(
  {
    path: "/deposit-top-up-quote",
    summary: "入金によるチャージの手数料を確認する / Quote a top-up by deposit",
    description: "The fee of a way and an amount, to be shown before the holder confirms (TOP-19). Reserves nothing.",
    tag,
    callers: ["host", "holder"],
    params: nothing,
    query: Schema.Struct({ way: DepositWay, amount: AmountText }),
    success: Schema.Struct({ amount: PositiveYen, ...Fee.fields }).annotate({ identifier: "DepositTopUpQuote" })
  },
  Effect.fnUntraced(function* ({ query: { amount, way } }) {
    return { amount, ...(yield* (yield* DepositTopUps).quote(way, amount)) }
  })
).refuses("ValidationFailed", "StoreUnavailable")

export const request = command(
  {
    path: "/accounts/:account/deposit-top-ups",
    summary: "支払番号でチャージを申し込む / Ask for a payment number",
    description: `Asks for a payment number. The top-up awaits its deposit until the end of the due date (TOP-04); the number is mailed and stands in
the top-up once it is issued (TOP-05). \`chain\` is named for a convenience store, and only then (TOP-02). Limits and the balance cap hold
from now on (TOP-09, LIM-04).`,
    tag,
    callers: ["host", "holder"],
    params: AccountParams,
    body: Schema.Struct({
      way: DepositWay,
      chain: Schema.optionalKey(ChainCode),
      amount: PositiveYen,
      quotedFee: Yen
    }).annotate({ identifier: "DepositTopUpRequest" }),
    success: DepositTopUpView,
    status: 202,
    location: ({ account, id }) => `/accounts/${account}/deposit-top-ups/${id}`
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return view(yield* (yield* DepositTopUps).request({ account: params.account, ...body }, intent), "")
  })
).refuses(
  "AccountNotFound",
  ...standingRefusals,
  "ChainNotAccepted",
  "FeeExceedsAmount",
  "QuoteChanged",
  "LimitExceeded",
  "BalanceCapExceeded",
  "AmountOutOfRange",
  ...engineRefusals
)

export const get = query(
  {
    path: "/accounts/:account/deposit-top-ups/:topUp",
    summary: "支払番号と入金の状態を照会する / Read a top-up by deposit",
    description: "The present state of a top-up by deposit, with its payment number once it is issued (TOP-12).",
    tag,
    callers: ["host", "holder", "support"],
    params: Schema.Struct({ ...AccountParams.fields, topUp: DepositTopUpId }),
    query: nothing,
    success: DepositTopUpView
  },
  Effect.fnUntraced(function* ({ params }) {
    return view(yield* (yield* DepositTopUps).get(params.account, params.topUp), yield* contact)
  })
).refuses("DepositTopUpNotFound", "ValidationFailed", "StoreUnavailable")

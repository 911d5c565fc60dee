/**
 * Top-ups on the wire: quote, request, state.
 */
import { AccountId, AccountKind } from "@kinchaku/domain/account/Account"
import { BankCode, BankLinkId } from "@kinchaku/domain/bank/BankLink"
import { Fee } from "@kinchaku/domain/fee/Fee"
import { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { OtpId } from "@kinchaku/domain/otp/Otp"
import type { Payout } from "@kinchaku/domain/payout/Payout"
import { Policies } from "@kinchaku/domain/policy/Policies"
import { compat, TopUpWay } from "@kinchaku/domain/policy/Policy"
import { type TopUp, TopUpId } from "@kinchaku/domain/topup/TopUp"
import { TopUps } from "@kinchaku/domain/topup/TopUps"
import { Effect, Schema } from "effect"
import { codeRefusals, command, engineRefusals, nothing, query, standingRefusals } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"
import { AccountParams } from "./Accounts.ts"
import { AmountText } from "./Queries.ts"

const words = { processing: "処理中", completed: "完了", failed: "失敗" } as const

/** What a holder sees of a top-up (TOP-12). */
export const TopUpView = Schema.Struct({
  id: TopUpId,
  account: AccountId,
  way: TopUpWay,
  link: BankLinkId,
  bank: BankCode,
  status: Schema.Literals(["processing", "completed", "failed"]),
  statusText: Schema.Literals(Object.values(words)),
  askedAt: Timestamp,
  settledAt: Schema.optionalKey(Timestamp),
  amount: PositiveYen,
  fee: Yen,
  feeTax: Yen,
  /** A bank top-up has no due date (TOP-03). */
  due: Schema.Null,
  creditedTo: Schema.optionalKey(AccountKind),
  reason: Schema.optionalKey(Schema.String),
  /** The payment that it is for, where it is an exact top-up (TOP-14). */
  payment: Schema.optionalKey(Schema.String),
  /** Whom to ask about a top-up that stays unresolved (TOP-11). */
  contact: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "TopUp" })

/** Whether its holder is told whom to ask: it stays unresolved, or the bank contradicted itself (TOP-11). */
export const needsContact = (operation: TopUp | Payout): boolean =>
  operation._tag === "processing" ? operation.raisedAt !== undefined : operation.contradictedAt !== undefined

/** A top-up as its holder sees it; `contact` is shown where it is unresolved or contradicted. */
export const view = (topUp: TopUp, contact: string): typeof TopUpView.Type => ({
  id: topUp.id,
  account: topUp.account,
  way: topUp.way,
  link: topUp.link,
  bank: topUp.bank,
  status: topUp._tag,
  statusText: words[topUp._tag],
  askedAt: topUp.askedAt,
  ...(topUp._tag === "processing" ? {} : { settledAt: topUp.settledAt }),
  amount: topUp.amount,
  fee: topUp.fee,
  feeTax: topUp.feeTax,
  due: null,
  ...(topUp._tag === "completed" ? { creditedTo: topUp.creditedTo } : {}),
  ...(topUp._tag === "failed" ? { reason: topUp.reason } : {}),
  ...(topUp.payment === undefined ? {} : { payment: topUp.payment }),
  ...(needsContact(topUp) ? { contact } : {})
})

/** The contact of the policy in force (TOP-11). */
export const contact = Effect.gen(function* () {
  const inForce = yield* (yield* Policies).inForce
  return (inForce?.policy ?? compat).contact
})

export const quote = query(
  {
    path: "/accounts/:account/top-up-quote",
    summary: "チャージ手数料を確認する / Quote a top-up",
    description: "The fee of a bank top-up, to be shown before the holder confirms (TOP-19). Reserves nothing.",
    tag: "Top-ups",
    callers: ["host", "holder"],
    params: AccountParams,
    query: Schema.Struct({ link: BankLinkId, amount: AmountText }),
    success: Schema.Struct({ amount: PositiveYen, ...Fee.fields }).annotate({ identifier: "TopUpQuote" })
  },
  Effect.fnUntraced(function* ({ params, query: { amount, link } }) {
    const topUps = yield* TopUps
    return { amount, ...(yield* topUps.quote(params.account, link, amount)) }
  })
).refuses("BankLinkNotRegistered", "ValidationFailed", "StoreUnavailable")

export const fromBank = command(
  {
    path: "/accounts/:account/top-ups",
    summary: "銀行口座からチャージする / Top up from a bank account",
    description: `Asks the bank for an amount. The answer is a top-up in processing; it is completed or failed by the bank's report alone
(TOP-03, TOP-10). \`quotedFee\` is the fee that the holder confirmed (TOP-19, FEE-01). Limits and the balance cap hold from now on
(TOP-09, LIM-01, LIM-04). \`otp\` is the confirmed code for "topUp LINK AMOUNT", unless the policy waives it (OTP-08, OTP-09).`,
    tag: "Top-ups",
    callers: ["host", "holder"],
    params: AccountParams,
    body: Schema.Struct({
      link: BankLinkId,
      amount: PositiveYen,
      quotedFee: Yen,
      otp: Schema.optionalKey(OtpId)
    }).annotate({
      identifier: "TopUpRequest"
    }),
    success: TopUpView,
    status: 202,
    location: ({ account, id }) => `/accounts/${account}/top-ups/${id}`
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    const topUps = yield* TopUps
    // The answer is that of the moment of asking, so it never shows the contact: a repetition is equal to the byte (LED-08).
    return view(yield* topUps.fromBank({ account: params.account, ...body }, intent), "")
  })
).refuses(
  "AccountNotFound",
  ...standingRefusals,
  "BankFunctionsRestricted",
  ...codeRefusals,
  "BankLinkNotRegistered",
  "BankUnknown",
  "BankUnavailable",
  "BelowMinimumAmount",
  "FeeExceedsAmount",
  "QuoteChanged",
  "LimitExceeded",
  "BalanceCapExceeded",
  "AmountOutOfRange",
  ...engineRefusals
)

export const get = query(
  {
    path: "/accounts/:account/top-ups/:topUp",
    summary: "チャージの状態を照会する / Read a top-up",
    description: "The present state of a top-up (TOP-12); one that stays unresolved shows whom to ask (TOP-11).",
    tag: "Top-ups",
    callers: ["host", "holder", "support"],
    params: Schema.Struct({ ...AccountParams.fields, topUp: TopUpId }),
    query: nothing,
    success: TopUpView
  },
  Effect.fnUntraced(function* ({ params }) {
    const topUps = yield* TopUps
    return view(yield* topUps.get(params.account, params.topUp), yield* contact)
  })
).refuses("TopUpNotFound", "ValidationFailed", "StoreUnavailable")

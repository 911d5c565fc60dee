/**
 * Payouts to one's own account (自口座への送金) on the wire: quote, request, state.
 */
import { AccountId } from "@kinchaku/domain/account/Account"
import { BankAccount } from "@kinchaku/domain/bank/BankGateway"
import { BankCode, BankLinkId } from "@kinchaku/domain/bank/BankLink"
import { Fee } from "@kinchaku/domain/fee/Fee"
import * as Amount from "@kinchaku/domain/money/Yen"
import { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { OtpId } from "@kinchaku/domain/otp/Otp"
import { type Payout, PayoutId } from "@kinchaku/domain/payout/Payout"
import { Settlement } from "@kinchaku/domain/payout/Settling"
import { type PayoutDetail, Payouts } from "@kinchaku/domain/payout/Payouts"
import { Effect, Schema } from "effect"
import { codeRefusals, command, engineRefusals, nothing, query, standingRefusals } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"
import { AccountParams } from "./Accounts.ts"
import { AmountText } from "./Queries.ts"
import { contact, needsContact } from "./TopUps.ts"

const tag = "Payouts"
const words = { processing: "処理中", completed: "完了", failed: "失敗" } as const

/** What is seen of a payout, whoever looks; to whom it goes is shown to its holder alone. */
export const PayoutView = Schema.Struct({
  id: PayoutId,
  account: AccountId,
  link: BankLinkId,
  bank: BankCode,
  status: Schema.Literals(["processing", "completed", "failed"]),
  statusText: Schema.Literals(Object.values(words)),
  askedAt: Timestamp,
  settledAt: Schema.optionalKey(Timestamp),
  amount: PositiveYen,
  fee: Yen,
  feeTax: Yen,
  /** Amount and fee, as they were taken from money (OUT-05). */
  amountFromBalance: Yen,
  reason: Schema.optionalKey(Schema.String),
  /** Whom to ask about a payout that stays unresolved (TOP-11). */
  contact: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "Payout" })

/** A payout as it stands in the history. */
export const view = (payout: Payout, whom: string): typeof PayoutView.Type => ({
  id: payout.id,
  account: payout.account,
  link: payout.link,
  bank: payout.bank,
  status: payout._tag,
  statusText: words[payout._tag],
  askedAt: payout.askedAt,
  ...(payout._tag === "processing" ? {} : { settledAt: payout.settledAt }),
  amount: payout.amount,
  fee: payout.fee,
  feeTax: payout.feeTax,
  amountFromBalance: Amount.plus(payout.amount, payout.fee),
  ...(payout._tag === "failed" ? { reason: payout.reason } : {}),
  ...(needsContact(payout) ? { contact: whom } : {})
})

const Detail = Schema.Struct({
  ...PayoutView.fields,
  /** Who is paid, as certified. What was erased is left out. */
  payee: Schema.optionalKey(Schema.String),
  email: Schema.optionalKey(Schema.String),
  bankName: Schema.optionalKey(Schema.String),
  bankAccount: Schema.optionalKey(BankAccount),
  /** The names, in kana, of the bank account's holder and of the recipient: one and the same (OUT-02). */
  holder: Schema.optionalKey(Schema.String),
  recipient: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "PayoutDetail" })

const detailView = (
  { bankAccount, bankName, email, holderKana, payee, payout }: PayoutDetail,
  whom: string
): typeof Detail.Type => ({
  ...view(payout, whom),
  ...(payee === undefined ? {} : { payee }),
  ...(email === undefined ? {} : { email }),
  ...(bankName === undefined ? {} : { bankName }),
  ...(bankAccount === undefined ? {} : { bankAccount }),
  ...(holderKana === undefined ? {} : { holder: holderKana, recipient: holderKana })
})

export const quote = query(
  {
    path: "/accounts/:account/payout-quote",
    summary: "送金の手数料を確認する / Quote a payout",
    description: `Where a payout would go, what it costs and what is taken in all, to be shown before the holder confirms (FEE-01, OUT-05).
\`operation\` is what a code for it confirms (OUT-04). Reserves nothing.`,
    tag,
    callers: ["host", "holder"],
    params: AccountParams,
    query: Schema.Struct({ amount: AmountText }),
    success: Schema.Struct({
      link: BankLinkId,
      amount: PositiveYen,
      ...Fee.fields,
      taken: Yen,
      operation: Schema.String
    }).annotate({ identifier: "PayoutQuote" })
  },
  Effect.fnUntraced(function* ({ params, query: { amount } }) {
    return { amount, ...(yield* (yield* Payouts).quote(params.account, amount)) }
  })
).refuses("PayoutNotAllowed", "BankLinkNotRegistered", "AmountOutOfRange", "ValidationFailed", "StoreUnavailable")

export const request = command(
  {
    path: "/accounts/:account/payouts",
    summary: "自分の口座へ送金する / Pay out to one's own account",
    description: `Takes amount and fee from money and asks the bank (OUT-01, OUT-05, OUT-06). The answer is a payout in processing; the bank's report
alone completes it, or fails it and gives both back (OUT-07). \`otp\` is the confirmed code for the quote's \`operation\` (OUT-04, OTP-09).`,
    tag,
    callers: ["host", "holder"],
    params: AccountParams,
    body: Schema.Struct({ amount: PositiveYen, quotedFee: Yen, otp: Schema.optionalKey(OtpId) }).annotate({
      identifier: "PayoutRequest"
    }),
    success: PayoutView,
    status: 202,
    location: ({ account, id }) => `/accounts/${account}/payouts/${id}`
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return view(yield* (yield* Payouts).request({ account: params.account, ...body }, intent), "")
  })
).refuses(
  "AccountNotFound",
  ...standingRefusals,
  "BankFunctionsRestricted",
  ...codeRefusals,
  "PayoutNotAllowed",
  "BankLinkNotRegistered",
  "BankUnknown",
  "BankUnavailable",
  "QuoteChanged",
  "LimitExceeded",
  "AmountOutOfRange",
  "InsufficientBalance",
  ...engineRefusals
)

export const get = query(
  {
    path: "/accounts/:account/payouts/:payout",
    summary: "送金の内容を照会する / Read a payout",
    description:
      "All that the history shows of a payout, the bank account and the names included (OUT-08): for its holder alone (SEC-03).",
    tag,
    callers: ["host", "holder"],
    params: Schema.Struct({ ...AccountParams.fields, payout: PayoutId }),
    query: nothing,
    success: Detail
  },
  Effect.fnUntraced(function* ({ params }) {
    return detailView(yield* (yield* Payouts).detail(params.account, params.payout), yield* contact)
  })
).refuses("PayoutNotFound", "ValidationFailed", "StoreUnavailable")

export const settle = command(
  {
    path: "/payouts/:payout/settlement",
    summary: "処理中の送金の結果を確定する / Settle a payout of which the bank says nothing",
    description: `Says in the bank's place what became of a payout in processing, in a case of the operator's (OUT-07, SEC-11): \`transferred\` completes it,
\`notTransferred\` fails it and gives amount and fee back. A bank that says the opposite afterwards is raised, and what moved stands in suspense.`,
    tag,
    callers: ["operator", "finance"],
    params: Schema.Struct({ payout: PayoutId }),
    body: Schema.Struct({ outcome: Settlement.fields.outcome, reference: Settlement.fields.reference }).annotate({
      identifier: "PayoutSettlement"
    }),
    success: PayoutView,
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return view(yield* (yield* Payouts).settle({ ...params, ...body }, intent), yield* contact)
  })
).refuses("Forbidden", "PayoutNotFound", "PayoutSettled", ...engineRefusals)

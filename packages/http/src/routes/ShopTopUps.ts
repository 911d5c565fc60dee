/**
 * Top-ups at shops' counters (店頭チャージ) on the wire, the shops that may, and top-ups of former books.
 */
import { AccountId, AccountKind } from "@kinchaku/domain/account/Account"
import { Fee } from "@kinchaku/domain/fee/Fee"
import { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import {
  type DirectTopUp,
  DirectTopUpId,
  FormerWay,
  MerchantCode,
  Shop,
  ShopCode
} from "@kinchaku/domain/topup/DirectTopUp"
import { ShopTopUps } from "@kinchaku/domain/topup/ShopTopUps"
import { Effect, Schema } from "effect"
import { command, engineRefusals, nothing, query, standingRefusals } from "../Route.ts"
import { Timestamp } from "../Timestamp.ts"
import { AccountParams } from "./Accounts.ts"
import { wayWords } from "./DepositTopUps.ts"
import { AmountText } from "./Queries.ts"

const tag = "Shops"

/** What is seen of a top-up that was there at once, here or in former books (TOP-12, TOP-20). */
export const DirectTopUpView = Schema.Struct({
  id: DirectTopUpId,
  account: AccountId,
  way: FormerWay,
  wayText: Schema.Literals(Object.values(wayWords)),
  status: Schema.Literal("completed"),
  statusText: Schema.Literal("完了"),
  at: Timestamp,
  amount: PositiveYen,
  fee: Yen,
  feeTax: Yen,
  due: Schema.Null,
  /** Where it was loaded, and who owes it; absent in former books. */
  shop: Schema.optionalKey(ShopCode),
  merchant: Schema.optionalKey(MerchantCode),
  creditedTo: Schema.optionalKey(AccountKind),
  /** When it was taken in from former books. */
  importedAt: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "DirectTopUp" })

/** A direct top-up as its holder sees it. */
export const view = (topUp: DirectTopUp): typeof DirectTopUpView.Type => {
  const way = topUp._tag === "shop" ? "shop" : topUp.way
  return {
    id: topUp.id,
    account: topUp.account,
    way,
    wayText: wayWords[way],
    status: "completed",
    statusText: "完了",
    at: topUp.at,
    amount: topUp.amount,
    fee: topUp.fee,
    feeTax: topUp.feeTax,
    due: null,
    ...(topUp._tag === "shop"
      ? { shop: topUp.shop, merchant: topUp.merchant, creditedTo: topUp.creditedTo }
      : { importedAt: topUp.importedAt })
  }
}

export const contract = command(
  {
    path: "/shops",
    summary: "店舗を登録・変更する / Contract a shop",
    description: `Puts the terms of a shop in force: whose it is, and whether value can be loaded at its counter (TOP-21). With \`topUps: false\` that ends.`,
    tag,
    callers: ["operator", "finance"],
    params: nothing,
    body: Shop.annotate({ identifier: "Shop" }),
    success: Shop.annotate({ identifier: "Shop" }),
    status: 200
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return yield* (yield* ShopTopUps).contract(body, intent)
  })
).refuses("Forbidden", ...engineRefusals)

export const quote = query(
  {
    path: "/shop-top-up-quote",
    summary: "店頭チャージの手数料を確認する / Quote a top-up at a counter",
    description: "The fee, to be shown before it is paid (TOP-19). Reserves nothing.",
    tag,
    callers: ["merchant"],
    params: nothing,
    query: Schema.Struct({ amount: AmountText }),
    success: Schema.Struct({ amount: PositiveYen, ...Fee.fields }).annotate({ identifier: "ShopTopUpQuote" })
  },
  Effect.fnUntraced(function* ({ query: { amount } }) {
    return { amount, ...(yield* (yield* ShopTopUps).quote(amount)) }
  })
).refuses("ValidationFailed", "StoreUnavailable")

export const load = command(
  {
    path: "/shop-top-ups",
    summary: "店頭でチャージする / Load value at a counter",
    description: `Credits at once what was paid in cash at a shop's counter; the merchant owes it from then on (TOP-21). Limits and the balance cap
hold (TOP-09). Which of its staff may is the merchants' gateway's to decide.`,
    tag,
    callers: ["merchant"],
    params: nothing,
    body: Schema.Struct({ account: AccountId, shop: ShopCode, amount: PositiveYen, quotedFee: Yen }).annotate({
      identifier: "ShopTopUpRequest"
    }),
    success: DirectTopUpView,
    status: 201
  },
  Effect.fnUntraced(function* ({ body, intent }) {
    return view(yield* (yield* ShopTopUps).load(body, intent))
  })
).refuses(
  "Forbidden",
  "ShopNotAuthorised",
  "AccountNotFound",
  ...standingRefusals,
  "FeeExceedsAmount",
  "QuoteChanged",
  "LimitExceeded",
  "BalanceCapExceeded",
  "AmountOutOfRange",
  ...engineRefusals
)

export const importFormer = command(
  {
    path: "/office/accounts/:account/former-top-ups",
    summary: "旧サービスのチャージ履歴を取り込む / Take in a top-up of former books",
    description:
      "Takes in one top-up as the holder saw it in the former books, for the history alone: its value came with the balances (TOP-20).",
    tag: "Account office",
    callers: ["operator"],
    params: AccountParams,
    body: Schema.Struct({ way: FormerWay, amount: PositiveYen, fee: Yen, feeTax: Yen, at: Timestamp }).annotate({
      identifier: "FormerTopUp"
    }),
    success: DirectTopUpView,
    status: 201
  },
  Effect.fnUntraced(function* ({ body, intent, params }) {
    return view(yield* (yield* ShopTopUps).importEntry({ account: params.account, ...body }, intent))
  })
).refuses("Forbidden", "AccountNotFound", "AccountClosed", "AccountNotLegacy", "ImportAhead", ...engineRefusals)

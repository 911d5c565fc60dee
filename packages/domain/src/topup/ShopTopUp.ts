/**
 * Loading value at a shop's counter (店頭チャージ): credited at once for cash that the merchant owes from then on (TOP-21).
 */
import { Result, Schema } from "effect"
import { AccountId, type AccountNotFound, accounts } from "../account/Account.ts"
import { byOperator, byStaff, type Forbidden } from "../account/OperatorCase.ts"
import { acting, type StandingRefusal } from "../account/Standing.ts"
import type { Command } from "../engine/Command.ts"
import * as Decision from "../engine/Decision.ts"
import { type Facts, put } from "../engine/Facts.ts"
import { key } from "../engine/RecordKind.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as Limit from "../limit/Limit.ts"
import { PositiveYen, Yen } from "../money/Yen.ts"
import * as Acceptance from "./Acceptance.ts"
import { credited } from "./Crediting.ts"
import { type DirectTopUp, type DirectTopUpId, directTopUps, Shop, ShopCode, shops, ShopTopUp } from "./DirectTopUp.ts"

/** Refused: there is no such shop, or no value is loaded there (TOP-21). */
export class ShopNotAuthorised extends Schema.TaggedError<ShopNotAuthorised>()("ShopNotAuthorised", {
  shop: ShopCode
}) {}

export type ShopTopUpRefusal =
  | Forbidden
  | ShopNotAuthorised
  | AccountNotFound
  | StandingRefusal
  | Acceptance.FeeRefusal
  | Acceptance.LimitRefusal

/** Puts the terms of a shop in force: whose it is, and whether value can be loaded there. Top-ups made before keep theirs. */
export const ContractShop: Command<Shop, Shop, Forbidden> = {
  tag: "ContractShop",
  content: Shop,
  success: Shop,
  reads: () => [],
  decide: (_, envelope) =>
    Result.map(byOperator(envelope), () =>
      Decision.make({ result: envelope.content, puts: [put(shops, envelope.content)] })
    )
}

const Content = Schema.Struct({
  account: AccountId,
  shop: ShopCode,
  amount: PositiveYen,
  /** The fee as it was shown before confirming (TOP-19). */
  quotedFee: Yen
})
type Content = typeof Content.Type

const authorised = (facts: Facts, code: ShopCode): Result.Result<Shop, ShopNotAuthorised> => {
  const shop = facts.find(shops, code)
  return shop?.topUps === true ? Result.succeed(shop) : Result.fail(new ShopNotAuthorised({ shop: code }))
}

/** Credits what was paid at a counter; the merchant's staff does it, never the holder. */
export const TopUpAtShop: Command<Content, ShopTopUp, ShopTopUpRefusal> = {
  tag: "TopUpAtShop",
  content: Content,
  success: ShopTopUp,
  reads: ({ at, content: { account, shop } }) => [
    key(accounts, account),
    key(shops, shop),
    ...Acceptance.acceptanceKeys(account, at)
  ],
  decide: (facts, envelope) =>
    Result.gen(function* () {
      const { at, content, id } = envelope
      yield* byStaff(envelope)
      const shop = yield* authorised(facts, content.shop)
      const account = yield* acting(facts, content.account, at)
      const asked = { way: "shop", amount: content.amount } as const
      const charged = yield* Acceptance.charged(facts, asked, content.quotedFee)
      const counted = yield* Acceptance.withinLimits(facts, account, asked, at)
      const { amount } = content
      const incoming = {
        kind: "topUp",
        against: AccountCode.shopReceivable(shop.merchant),
        amount,
        fee: charged.fee
      } as const
      const { creditedTo, entries, puts } = credited(facts, account, incoming, envelope)
      const topUp: ShopTopUp = {
        _tag: "shop",
        id: `dir_${id}` as DirectTopUpId,
        account: account.id,
        amount,
        ...charged,
        at,
        shop: shop.code,
        merchant: shop.merchant,
        creditedTo
      }
      return Decision.make({
        result: topUp,
        entries,
        puts: [put(directTopUps, topUp as DirectTopUp), ...Limit.count(counted), ...puts]
      })
    })
}

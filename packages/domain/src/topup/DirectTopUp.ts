/**
 * Direct top-ups: value that is there at once, loaded at a shop's counter (店頭チャージ, TOP-21), and top-ups of former books as
 * their holders still see them (TOP-20).
 */
import { Schema } from "effect"
import { AccountId, AccountKind } from "../account/Account.ts"
import { Instant } from "../calendar/JapanDate.ts"
import { madeId } from "../engine/Command.ts"
import type { RecordKind } from "../engine/RecordKind.ts"
import { PositiveYen, Yen } from "../money/Yen.ts"
import { TopUpWay } from "../policy/Policy.ts"

/** "dir_" and the id of the command that recorded it. */
export const DirectTopUpId = madeId("dir_").pipe(Schema.brand("DirectTopUpId"))
export type DirectTopUpId = typeof DirectTopUpId.Type

/** A shop with a counter; the code stands in no ledger account, its merchant's does. */
export const ShopCode = Schema.String.check(Schema.isPattern(/^[0-9A-Za-z-]{1,30}$/)).pipe(Schema.brand("ShopCode"))
export type ShopCode = typeof ShopCode.Type

export const MerchantCode = Schema.String.check(Schema.isPattern(/^[0-9A-Za-z-]{1,30}$/)).pipe(
  Schema.brand("MerchantCode")
)
export type MerchantCode = typeof MerchantCode.Type

/** The ways of a history: those of top-ups, and the remittance service (送金サービス) of former books (TOP-20). */
export const FormerWay = Schema.Literals([...TopUpWay.literals, "remittance"])
export type FormerWay = typeof FormerWay.Type

const common = { id: DirectTopUpId, account: AccountId, amount: PositiveYen, fee: Yen, feeTax: Yen, at: Instant }

/** Loaded at a counter, for cash that the merchant owes from then on. */
export const ShopTopUp = Schema.TaggedStruct("shop", {
  ...common,
  shop: ShopCode,
  merchant: MerchantCode,
  creditedTo: AccountKind
})
export type ShopTopUp = typeof ShopTopUp.Type

/** An entry of former books; its value came with the balances (ACC-06). */
export const ImportedTopUp = Schema.TaggedStruct("imported", { ...common, way: FormerWay, importedAt: Instant })
export type ImportedTopUp = typeof ImportedTopUp.Type

export const DirectTopUp = Schema.Union([ShopTopUp, ImportedTopUp])
export type DirectTopUp = typeof DirectTopUp.Type

export const directTopUps: RecordKind<DirectTopUp> = {
  name: "directTopUp",
  schema: DirectTopUp,
  idOf: ({ id }) => id
}

/** A shop as the operator contracted it. */
export const Shop = Schema.Struct({
  code: ShopCode,
  merchant: MerchantCode,
  name: Schema.NonEmptyString.check(Schema.isMaxLength(100)),
  /** Whether value can be loaded there. */
  topUps: Schema.Boolean
})
export type Shop = typeof Shop.Type

export const shops: RecordKind<Shop> = { name: "shop", schema: Shop, idOf: ({ code }) => code }

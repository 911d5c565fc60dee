/**
 * The terms of the load: who asks, the policy in force, and the billers and the shop that are contracted.
 */
import type { BillerCode } from "@kinchaku/domain/bill/Biller"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { MerchantCode, Shop, ShopCode } from "@kinchaku/domain/topup/DirectTopUp"
import { codeless, openBank } from "@kinchaku/testkit/scenario/TestPolicy"

/** Who asks in these tests; nobody else does. */
export const actor = "host:crash" as Actor
/** Who contracts the shop. */
export const operator = "operator:crash" as Actor

export const bank = "9999"

const roomy = { perDay: Yen.make(1_000_000_000_000), perMonth: Yen.make(10_000_000_000_000) }
const unreached = { balance: Yen.make(1_000_000_000_000), topUp: roomy, payment: roomy, payout: roomy }

/** The fee of each payment, each payout and each registration of a link. */
export const fees = { payment: Yen.make(55), payout: Yen.make(110), registration: PositiveYen.make(33) }

/** Limits that are counted and checked, and never reached; a fee on whatever has one. */
export const policy: Policy = {
  ...codeless,
  wallet: { ...codeless.wallet, link: { ...codeless.wallet.link, freeRegistrations: 0 } },
  limits: { cash: unreached, money: unreached },
  fees: [
    { function: "payment", fixed: fees.payment },
    { function: "payout", fixed: fees.payout },
    { function: "bankRegistration", fixed: fees.registration }
  ],
  banks: { [bank]: openBank }
}

/** The most that one payout may be. */
export const payoutMaximum = policy.wallet.payout.maximum

export const billerCount = 8
/** A biller that must accept each payment itself, and does. */
export const willing = 6
/** Billers that must accept each payment themselves. */
export const isOnline = (biller: number): boolean => biller % 4 === 3 || biller === willing
export const billerCode = (biller: number): BillerCode => `${900_000 + biller}` as BillerCode
export const payee = (biller: number): string => `biller ${biller}`
/** One of two billers that need not accept payments. */
export const offline = (n: number): number => (n % 2) + 4

const merchant = MerchantCode.make("crash")
export const shop: Shop = Shop.make({ code: ShopCode.make("counter"), merchant, name: "counter", topUps: true })
/** A shop that nobody contracted. */
export const stranger: ShopCode = ShopCode.make("stranger")

/** The numbers of the bank accounts that are linked before the load begins are below it; those that it links are not. */
export const firstLoadNumber = 2_000_000

export const yen = PositiveYen.make

/**
 * What the load asks of the wallet beside slips and top-ups from banks: payouts, deposits, counters, exact top-ups and links.
 *
 * A thing that takes several steps is asked for under the key of the last; the steps before have keys that it makes. A step that was done
 * is answered as it was, so the whole can be asked for as often as anybody likes.
 */
import type { AccountId } from "@kinchaku/domain/account/Account"
import type { Intent } from "@kinchaku/domain/account/Accounts"
import type { BankCode, BankLinkId } from "@kinchaku/domain/bank/BankLink"
import { BankLinks } from "@kinchaku/domain/bank/BankLinks"
import * as SlipBarcode from "@kinchaku/domain/bill/SlipBarcode"
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import { plus, zero } from "@kinchaku/domain/money/Yen"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { Payments } from "@kinchaku/domain/payment/Payments"
import { Payouts } from "@kinchaku/domain/payout/Payouts"
import { ChainCode } from "@kinchaku/domain/policy/Wallet"
import { type DepositTopUpAwaiting, PaymentNumber } from "@kinchaku/domain/topup/Deposit"
import type { ReportedDeposit } from "@kinchaku/domain/topup/DepositBooking"
import { Deposits } from "@kinchaku/domain/topup/Deposits"
import { DepositTopUps } from "@kinchaku/domain/topup/DepositTopUps"
import type { ShopCode } from "@kinchaku/domain/topup/DirectTopUp"
import { ShopTopUps } from "@kinchaku/domain/topup/ShopTopUps"
import { issuedFor, provider } from "@kinchaku/testkit/simulators/SimulatedCollector"
import { Effect } from "effect"
import { open } from "./Opening.ts"
import * as Terms from "./Terms.ts"

/** An account and its registered link. */
export interface Purse {
  readonly account: AccountId
  readonly link: BankLinkId
}

const before = ({ actor, key }: Intent, step: string): Intent => ({ actor, key: `${key} ${step}` })

const amountOf = (n: number) => Terms.yen(1000 + ((n * 37) % 9000))

const quoteOf = (n: number, biller: number) => {
  const free = `${n}`.padStart(12, "0")
  const amount = amountOf(n)
  const slip = { biller: Terms.billerCode(biller), free, reissues: 0, stamp: false, amount }
  return { barcode: SlipBarcode.write(slip), quote: { payee: Terms.payee(biller), amount, fee: Terms.fees.payment } }
}

/** Pays the slip of a number from what an account has. */
export const pay = (n: number, biller: number, account: AccountId, intent: Intent) =>
  Effect.flatMap(Payments, ({ paySlip }) => paySlip({ account, ...quoteOf(n, biller) }, intent))

/** Pays the slip of a number from an account that has nothing; its bank is debited for all of it, and for so much more. */
export const payExactly = (n: number, biller: number, { account, link }: Purse, intent: Intent, more = 0) => {
  const { barcode, quote } = quoteOf(n, biller)
  const shortfall = Terms.yen(quote.amount + quote.fee)
  const amount = Terms.yen(shortfall + more)
  const exactTopUp = { link, bank: Terms.bank as BankCode, amount, fee: zero, feeTax: zero, shortfall }
  return Effect.flatMap(Payments, ({ paySlip }) =>
    paySlip({ account, barcode, quote: { ...quote, exactTopUp } }, intent)
  )
}

export const payOut = (n: number, account: AccountId, intent: Intent, over: Yen = zero) =>
  Effect.flatMap(Payouts, ({ request }) => {
    const amount = over === zero ? amountOf(n) : Terms.yen(plus(Terms.payoutMaximum, over))
    return request({ account, amount, quotedFee: Terms.fees.payout }, intent)
  })

const ways = [
  { way: "convenienceStore", chain: ChainCode.make("lawson") },
  { way: "netBanking" },
  { way: "atm" }
] as const

/** Asks for a payment number. */
export const askNumber = (n: number, account: AccountId, intent: Intent) =>
  Effect.flatMap(DepositTopUps, ({ request }) => {
    const where = ways[n % ways.length] ?? ways[0]
    return request({ account, ...where, amount: amountOf(n), quotedFee: zero }, intent)
  })

/** The chain of a store that takes no top-ups. */
export const askElsewhere = (n: number, account: AccountId, intent: Intent) =>
  Effect.flatMap(DepositTopUps, ({ request }) => {
    const chain = ChainCode.make("stranger")
    return request({ account, way: "convenienceStore", chain, amount: amountOf(n), quotedFee: zero }, intent)
  })

/** The receipt under which the deposit of a key is the load's; others are told to nobody. */
const receiptOf = ({ key }: Intent): string => `crash-${key.replace(".", "-")}`
/** The numbers of receipts, in the keys of the commands that record them. */
export const receiptKey = new RegExp(`^deposit ${provider}:crash-(\\d+)(-\\d+)?$`)

const deposited = (topUp: DepositTopUpAwaiting, receipt: string, more = 0): ReportedDeposit => ({
  provider,
  receipt,
  number: issuedFor(topUp.request, topUp.way).number,
  amount: Terms.yen(topUp.amount + more),
  depositedAt: instant(1_750_000_000_000),
  reference: topUp.request
})

/** How a deposit goes: for its number, once more for it, of another amount, for no number, or reported in two ways. */
export type DepositCourse = "inTime" | "twice" | "otherAmount" | "unknown" | "contradictory"

/** Asks for a payment number and pays in; only the last report is the number's own. */
export const deposit = Effect.fnUntraced(function* (
  n: number,
  account: AccountId,
  intent: Intent,
  course: DepositCourse
) {
  const { record } = yield* Deposits
  const receipt = receiptOf(intent)
  const topUp = yield* askNumber(n, account, before(intent, "number"))
  const { reference: _, ...paid } = deposited(topUp, receipt)
  switch (course) {
    case "inTime":
      return yield* record(deposited(topUp, receipt))
    case "twice":
      yield* record(deposited(topUp, `first-${receipt}`))
      return yield* record(deposited(topUp, receipt))
    case "otherAmount":
      return yield* record(deposited(topUp, receipt, 1))
    case "unknown":
      return yield* record({ ...paid, number: PaymentNumber.make(`99${`${n}`.padStart(12, "0")}`) })
    case "contradictory":
      yield* record(deposited(topUp, `first-${receipt}`))
      return yield* record(deposited(topUp, `first-${receipt}`, 1))
  }
})

/** Loads value at a counter. */
export const load = (n: number, account: AccountId, shop: ShopCode, intent: Intent) =>
  Effect.flatMap(ShopTopUps, (shops) => shops.load({ account, shop, amount: amountOf(n), quotedFee: zero }, intent))

/** Opens an account that can pay for a registration, adds a bank account, and goes to the bank with it or removes it again. */
export const link = Effect.fnUntraced(function* (n: number, intent: Intent, isRemoved = false) {
  const { add, remove, start } = yield* BankLinks
  const { id: account } = yield* open(`linker ${n}`, `linker-${n}@example.jp`, 20_000_000 + n, before(intent, "open"))
  yield* load(n, account, Terms.shop.code, before(intent, "load"))
  const number = `${Terms.firstLoadNumber + n}`
  const own = { bank: Terms.bank, branch: "001", kind: "ordinary", number } as const
  const { id } = yield* add(account, own, before(intent, "add"))
  return isRemoved ? yield* remove(account, id, intent) : yield* start(account, id, Terms.fees.registration, intent)
})

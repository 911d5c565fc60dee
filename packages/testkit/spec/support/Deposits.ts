/**
 * Deposits: a holder who tops up at a store, by net banking or at an ATM, a provider that issues numbers and reports what was paid in, and
 * a shop with a counter.
 */
import { type Account, accounts } from "@kinchaku/domain/account/Account"
import { type Instant, instant } from "@kinchaku/domain/calendar/JapanDate"
import type { Command } from "@kinchaku/domain/engine/Command"
import * as Decision from "@kinchaku/domain/engine/Decision"
import { type Put, put } from "@kinchaku/domain/engine/Facts"
import { cash, fees, money, receivable, shopReceivable, suspense } from "@kinchaku/domain/ledger/AccountCode"
import { usageId, usages } from "@kinchaku/domain/limit/Usage"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import type { ChainCode } from "@kinchaku/domain/policy/Wallet"
import { suspenseItems } from "@kinchaku/domain/suspense/SuspenseItem"
import {
  type DepositTopUp,
  type DepositTopUpAwaiting,
  depositTopUps,
  type DepositWay,
  type PaymentNumber,
  type ProviderName
} from "@kinchaku/domain/topup/Deposit"
import { RecordDeposit, type ReportedDeposit } from "@kinchaku/domain/topup/DepositBooking"
import { ExpireDepositTopUp, RaiseUnissuedDeposit } from "@kinchaku/domain/topup/DepositExpiry"
import { RecordNumberIssued } from "@kinchaku/domain/topup/DepositNumber"
import { RequestDeposit } from "@kinchaku/domain/topup/DepositRequest"
import { type MerchantCode, type Shop, type ShopCode, shops } from "@kinchaku/domain/topup/DirectTopUp"
import type { TopUpAtShop } from "@kinchaku/domain/topup/ShopTopUp"
import { Result, Schema } from "effect"
import * as fc from "fast-check"
import { codeless } from "../../src/scenario/TestPolicy.ts"
import { accountOf, me } from "./Payments.ts"
import { Desk, noon } from "./PaymentsDesk.ts"
import { noLimits } from "./PaymentsTopUps.ts"

export const collector = "collector" as ProviderName
export const lawson = "lawson" as ChainCode
export const number = "123456789012" as PaymentNumber
export const dayMillis = 86_400_000

export type Wanting = typeof RequestDeposit extends Command<infer Content, infer _S, infer _R> ? Content : never
export type Loading = typeof TopUpAtShop extends Command<infer Content, infer _S, infer _R> ? Content : never

/** The commands of a deposit top-up; a mistake is one of them done otherwise. */
export const real = {
  request: RequestDeposit,
  issue: RecordNumberIssued,
  deposit: RecordDeposit,
  expire: ExpireDepositTopUp,
  raise: RaiseUnissuedDeposit
}
export type Core = typeof real

/** The shop of a merchant, where value is loaded. */
export const shop: Shop = {
  code: "shop-1" as ShopCode,
  merchant: "merchant-1" as MerchantCode,
  name: "みなと商店",
  topUps: true
}

/** What stands before a top-up; a money account without limits and fees where nothing is said. */
export interface Counter {
  readonly account?: Account
  readonly kind?: Account["kind"]
  readonly cash?: number
  readonly money?: number
  readonly fee?: number
  readonly limits?: Policy["limits"]
  readonly deposit?: Partial<Policy["wallet"]["deposit"]>
  readonly more?: ReadonlyArray<Put>
}

export const counterWith = (counter: Counter = {}): Desk =>
  new Desk({
    policy: {
      ...codeless,
      limits: counter.limits ?? noLimits,
      fees: [{ function: "topUp", fixed: (counter.fee ?? 0) as Yen }],
      wallet: { ...codeless.wallet, deposit: { ...codeless.wallet.deposit, ...counter.deposit } }
    },
    records: [
      put<Account>(accounts, counter.account ?? accountOf(me, counter.kind ?? "money")),
      put(shops, shop),
      ...(counter.more ?? [])
    ],
    held: [
      { account: cash(me), yen: counter.cash ?? 0 },
      { account: money(me), yen: counter.money ?? 0 }
    ]
  })

/** What a holder asks for: at Lawson where another way is not named. */
export const wanting = (amount: number, fee = 0, way: DepositWay = "convenienceStore"): Wanting => ({
  account: me,
  way,
  ...(way === "convenienceStore" ? { chain: lawson } : {}),
  amount: amount as PositiveYen,
  quotedFee: fee as Yen
})

/** Asks for a top-up at noon, or at another time. */
export const asked = (
  desk: Desk,
  amount: number,
  { fee = 0, request = RequestDeposit, ...how }: { fee?: number; request?: Core["request"]; at?: Instant } = {}
): DepositTopUpAwaiting => Result.getOrThrow(desk.ask(request, wanting(amount, fee), how))

/** The provider's answer: its number, or none. */
export const numbered = (
  desk: Desk,
  topUp: Pick<DepositTopUp, "request">,
  answer: "issued" | "refused" = "issued",
  {
    at = noon,
    issue = RecordNumberIssued,
    given = number
  }: { at?: Instant; issue?: Core["issue"]; given?: PaymentNumber } = {}
) =>
  desk.ask(
    issue,
    {
      request: topUp.request,
      answer: answer === "issued" ? { _tag: "issued", issued: { number: given } } : { _tag: "refused", reason: "no" }
    },
    { at }
  )

/** A deposit at Lawson as the provider reports it. */
export const paidIn = (amount: number, more: Partial<ReportedDeposit> = {}): ReportedDeposit => ({
  provider: collector,
  receipt: "R-1",
  number,
  amount: amount as PositiveYen,
  chain: lawson,
  depositedAt: noon,
  ...more
})

/** Puts an account as it has become meanwhile. */
export const Become: Command<Account, Record<string, never>, never> = {
  tag: "Become",
  content: Schema.Unknown as never,
  success: Schema.Struct({}) as never,
  reads: () => [],
  decide: (_, { content }) => Result.succeed(Decision.make({ result: {}, puts: [put(accounts, content)] }))
}

/** So many milliseconds after noon. */
export const after = (millis: number): Instant => instant(noon + millis)

/** A top-up as it is now. */
export const now = (desk: Desk, { id }: Pick<DepositTopUp, "id">): DepositTopUp | undefined =>
  desk.record(depositTopUps, id)

/** Where the yen are: with the holder, with us as fees, in suspense, owed by the provider and by the merchant. */
export const whereabouts = (desk: Desk) => ({
  held: desk.held(cash(me)) + desk.held(money(me)),
  fees: desk.booked(fees),
  suspense: desk.booked(suspense),
  owed: -desk.booked(receivable(collector, lawson)) - desk.booked(receivable(collector)),
  atShop: -desk.booked(shopReceivable(shop.merchant))
})

/** How much counts: in flight, and in the day and the month of noon. */
export const counted = (desk: Desk) => {
  const of = (period: string): number => desk.record(usages, usageId(me, "topUp", period))?.total ?? 0
  return { flying: of("inFlight"), day: of("2026-05-20"), month: of("2026-05") }
}

/** Why amounts are in suspense, in the order in which they came. */
export const causes = (desk: Desk): ReadonlyArray<string> => desk.recordsOf(suspenseItems).map(({ cause }) => cause)

/** One deposit, reported once or more often. */
export interface Coming {
  /** For the number of the top-up, or for one that nobody issued. */
  readonly isMine: boolean
  readonly amount: number
  /** Days after the request; the due date is the third. */
  readonly day: number
  readonly times: number
}

/** Up to five deposits in the order of their days, most of them for the top-up and of its amount. */
export const coming = (amount: number): fc.Arbitrary<ReadonlyArray<Coming>> =>
  fc
    .array(
      fc.record({
        isMine: fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
        amount: fc.oneof(
          { weight: 2, arbitrary: fc.constant(amount) },
          { weight: 1, arbitrary: fc.constantFrom(1, amount - 1, amount + 1, amount * 10) }
        ),
        day: fc.constantFrom(0, 0, 1, 3, 4, 30),
        times: fc.constantFrom(1, 1, 2, 3)
      }),
      { maxLength: 5 }
    )
    .map((all) => all.toSorted((a, b) => a.day - b.day))

/** What has to become of deposits for a top-up: why each is in suspense, or "credited". */
export const fates = (
  deposits: ReadonlyArray<Coming>,
  amount: number,
  answer: "issued" | "refused" | "none"
): ReadonlyArray<string> => {
  let isCredited = false
  return deposits.map((one) => {
    if (!one.isMine) return "unknownNumber"
    if (answer === "refused") return "topUpFailed"
    if (isCredited) return "alreadyCompleted"
    if (one.day > 3) return "afterDueDate"
    if (one.amount !== amount) return "otherAmount"
    isCredited = true
    return "credited"
  })
}

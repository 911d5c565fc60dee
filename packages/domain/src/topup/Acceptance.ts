/**
 * What a top-up of any way must pass before it is accepted: its fee as it was shown, limits, the cooling-off cap and the balance cap
 * (TOP-09, TOP-19, LIM-01, LIM-04, SEC-05).
 *
 * An accepted amount counts from then on. Until it is settled it is also in flight, which a balance cap counts as there already.
 */
import { Result, Schema } from "effect"
import type { Account, AccountId } from "../account/Account.ts"
import * as Cash from "../account/Cash.ts"
import type { Instant } from "../calendar/JapanDate.ts"
import { type Facts, put, type Put } from "../engine/Facts.ts"
import { balanceKey, type Key } from "../engine/RecordKind.ts"
import * as Fee from "../fee/Fee.ts"
import * as AccountCode from "../ledger/AccountCode.ts"
import * as CoolingOff from "../limit/CoolingOff.ts"
import * as Limit from "../limit/Limit.ts"
import * as Usage from "../limit/Usage.ts"
import { Yen } from "../money/Yen.ts"
import * as Amount from "../money/Yen.ts"
import type { TopUpWay } from "../policy/Policy.ts"

/** Refused: the fee would take all of the amount (TOP-19). */
export class FeeExceedsAmount extends Schema.TaggedError<FeeExceedsAmount>()("FeeExceedsAmount", {
  amount: Yen,
  fee: Yen
}) {}

/** Why a top-up is refused for its fee. */
export type FeeRefusal = Fee.QuoteChanged | FeeExceedsAmount

/** Why a top-up is refused for what it adds up to. */
export type LimitRefusal = Limit.LimitExceeded | Limit.BalanceCapExceeded | Amount.AmountOutOfRange

/** What is topped up, by which way. */
export interface Asked {
  readonly way: TopUpWay
  readonly bank?: string
  readonly amount: Yen
}

/** What accepting a top-up reads of its account, beside the account itself. */
export const acceptanceKeys = (account: AccountId, at: Instant): ReadonlyArray<Key> => [
  Usage.inFlightKey(account, "topUp"),
  CoolingOff.coolingOffKey(account),
  ...Limit.usageKeys(account, "topUp", at),
  balanceKey(AccountCode.cash(account)),
  balanceKey(AccountCode.money(account))
]

/** The fee of a top-up, as it is shown before confirming. */
export const fee = ({ policy }: Pick<Facts, "policy">, asked: Asked): Fee.Fee =>
  Fee.quote(policy, { function: "topUp", ...asked })

/** The fee, where it is the one that was shown and leaves something to credit. > fee < amount */
export const charged = (
  facts: Pick<Facts, "policy">,
  asked: Asked,
  quotedFee: Yen
): Result.Result<Fee.Fee, FeeRefusal> =>
  Result.gen(function* () {
    const current = fee(facts, asked)
    yield* Fee.confirmed(quotedFee, current)
    return asked.amount > current.fee
      ? current
      : yield* Result.fail(new FeeExceedsAmount({ amount: asked.amount, fee: current.fee }))
  })

/** The top-up as it is counted, where it passes every limit and the balance cap. */
export const withinLimits = (
  facts: Facts,
  account: Account,
  { amount, way }: Asked,
  at: Instant
): Result.Result<Limit.Request, LimitRefusal> =>
  Result.gen(function* () {
    const request: Limit.Request = {
      operation: "topUp",
      way,
      amount,
      ...Limit.usageAt(facts, account.id, "topUp", at)
    }
    yield* Limit.countable(request)
    yield* Limit.check(facts.policy, account.kind, request)
    yield* CoolingOff.check(facts, account.id, request, at)
    yield* underCap(facts, account, amount, at)
    return request
  })

/** Whether an amount stays under the balance cap, beside what is there and in flight (TOP-09, LIM-06). */
export const underCap = (
  facts: Facts,
  account: Account,
  amount: Yen,
  at: Instant
): Result.Result<void, Limit.BalanceCapExceeded> => {
  const { cash, money } = Cash.spendable(facts, account, at)
  const flying = Usage.inFlight(facts, account.id, "topUp").total
  return Limit.balanceCap(facts.policy, account.kind, Amount.plus(cash, money), flying, amount)
}

/** An accepted top-up that is settled later, counted as in flight (LIM-04). */
export const inFlight = (facts: Facts, account: AccountId, { amount, way }: Asked): Put =>
  put(Usage.usages, Usage.count(Usage.inFlight(facts, account, "topUp"), way, amount))

/** A top-up that is settled, no longer in flight. */
export const landed = (facts: Facts, account: AccountId, { amount, way }: Asked): Put =>
  put(Usage.usages, Usage.giveBack(Usage.inFlight(facts, account, "topUp"), way, amount))

/** A top-up as it was counted when it was asked for. */
export interface Counted extends Asked {
  readonly account: AccountId
  readonly askedAt: Instant
}

/** What giving a top-up back reads. */
export const countedKeys = ({ account, askedAt }: Pick<Counted, "account" | "askedAt">): ReadonlyArray<Key> => [
  Usage.inFlightKey(account, "topUp"),
  ...Limit.usageKeys(account, "topUp", askedAt)
]

/** A top-up that came to nothing: no longer in flight, and given back to the day and the month it was counted in (LIM-03). */
export const givenBack = (facts: Facts, { account, amount, askedAt, way }: Counted): ReadonlyArray<Put> => [
  landed(facts, account, { way, amount }),
  ...Limit.giveBack({ operation: "topUp", way, amount, ...Limit.usageAt(facts, account, "topUp", askedAt) })
]

/**
 * Funding: which balances pay, in the order of BAL-09: points, bonus, certificates, cash, money.
 *
 * Lots of points come before both balances; this core has cash and money, drawn in that order.
 */
import { Result, Schema } from "effect"
import { type Yen, Yen as YenSchema } from "../money/Yen.ts"
import * as Amount from "../money/Yen.ts"

/** What can be spent of each balance. */
export interface Available {
  readonly cash: Yen
  readonly money: Yen
}

/** Refused: cash and money together do not cover the amount and its fee (PAY-12). */
export class InsufficientBalance extends Schema.TaggedError<InsufficientBalance>()("InsufficientBalance", {
  asked: YenSchema,
  available: YenSchema,
  shortfall: YenSchema
}) {}

/** What is drawn from each balance. > fromCash + fromMoney = asked */
export interface Funding {
  readonly fromCash: Yen
  readonly fromMoney: Yen
}

/** Draws an amount, all of the cash before any of the money. */
export const draw = (asked: Yen, { cash, money }: Available): Result.Result<Funding, InsufficientBalance> => {
  const fromCash = Amount.min(asked, cash)
  const fromMoney = Amount.minus(asked, fromCash)
  if (fromMoney <= money) return Result.succeed({ fromCash, fromMoney })
  const available = Amount.plus(cash, money)
  return Result.fail(new InsufficientBalance({ asked, available, shortfall: Amount.minus(asked, available) }))
}

/** What the balances lack (TOP-14). > max(asked − cash − money, 0) */
export const shortfall = (asked: Yen, { cash, money }: Available): Yen =>
  Amount.minusOrZero(asked, Amount.plus(cash, money))

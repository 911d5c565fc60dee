/**
 * Fee trials: how the rules about fees are tried, with whole-number arithmetic of its own.
 */
import type { Envelope } from "@kinchaku/domain/engine/Command"
import type { Decision } from "@kinchaku/domain/engine/Decision"
import * as Fee from "@kinchaku/domain/fee/Fee"
import * as AccountCode from "@kinchaku/domain/ledger/AccountCode"
import * as JournalEntry from "@kinchaku/domain/ledger/JournalEntry"
import type { Yen } from "@kinchaku/domain/money/Yen"
import type { Rate, Rounding } from "@kinchaku/domain/money/Rate"
import type { Payment } from "@kinchaku/domain/payment/Payment"
import { PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import { compat, type FeeRule, type Policy } from "@kinchaku/domain/policy/Policy"
import type { TopUp } from "@kinchaku/domain/topup/TopUp"
import { Effect } from "effect"
import * as fc from "fast-check"
import { adopt, atDesk, type Core, type Steps } from "./Desk.ts"
import * as Holders from "./Holders.ts"
import { outcomeOf } from "./Keys.ts"
import * as Looks from "./Looks.ts"
import { bank, terms } from "./Terms.ts"

const yen = (n: number): Yen => n as Yen

/** Bands of amounts, one after another, each with its own fee: the n-th band has a fee of n yen. */
export const bands = (edges: ReadonlyArray<number>): ReadonlyArray<FeeRule> =>
  [0, ...edges].map((from, index) => {
    const next = edges[index]
    return {
      function: "payment",
      from: yen(from),
      ...(next === undefined ? {} : { to: yen(next - 1) }),
      fixed: yen(index + 1)
    }
  })

/** A table for every function, way and bank; each row has a fee of its own. */
export const table: ReadonlyArray<FeeRule> = [
  { function: "topUp", way: "bank", bank: "0001", fixed: yen(1) },
  { function: "topUp", way: "bank", fixed: yen(2) },
  { function: "topUp", bank: "0001", fixed: yen(3) },
  { function: "topUp", fixed: yen(4) },
  { function: "payment", way: "barcode", fixed: yen(5) },
  { function: "payout", fixed: yen(6) },
  { function: "payout", fixed: yen(7) }
]

export type Quote = (fees: ReadonlyArray<FeeRule>, asked: Fee.Chargeable) => number

/** What the core quotes. */
export const quoted: Quote = (fees, asked) => Fee.quote(terms({ fees }), asked).fee

/** A rate as its digits say: so many parts of a power of ten. */
export interface Parts {
  readonly rate: Rate
  readonly parts: bigint
  readonly of: bigint
}
const partsOf = (text: string): Parts => {
  const [whole = "0", places = ""] = text.split(".")
  return { rate: text as Rate, parts: BigInt(whole + places), of: 10n ** BigInt(places.length) }
}

/** Rates from nothing to all of it, with up to twelve places, those that floats cannot hold among them. */
export const rate = (): fc.Arbitrary<Parts> =>
  fc
    .oneof(
      fc.constantFrom(
        "0",
        "1",
        "0.1",
        "0.08",
        "0.07",
        "0.0325",
        "0.5",
        "0.015",
        "0.3333",
        "0.000000000001",
        "0.999999999999"
      ),
      fc.nat({ max: 99_999 }).map((n) => `0.${`${n}`.padStart(5, "0")}`)
    )
    .map(partsOf)

/** > round(amount × rate), in whole numbers */
export const exactly = (amount: number, { of, parts }: Parts, rounding: Rounding): number => {
  const product = BigInt(amount) * parts
  if (rounding === "down") return Number(product / of)
  return Number(rounding === "up" ? (product + of - 1n) / of : (2n * product + of) / (2n * of))
}

/** > ⌊fee × rate ÷ (1 + rate)⌋, in whole numbers */
export const taxExactly = (fee: number, { of, parts }: Parts): number => Number((BigInt(fee) * parts) / (of + parts))

export type Operation = "payment" | "topUp"

const charging = (operation: Operation, fee: number): Policy =>
  terms({ fees: fee === 0 ? [] : [{ function: operation, fixed: yen(fee) }] })

/** Has ¥5,000 or so, and is quoted; then the fee may change; then confirms what was quoted. Answers how it ended, and the fee that was booked. */
export const confirms = (core: Core, operation: Operation, before: number, after: number) =>
  atDesk(core)(
    Effect.gen(function* () {
      yield* Holders.contractBillers
      const holder = yield* Holders.open("cash")
      yield* Holders.topUp(holder, 5000)
      yield* adopt(charging(operation, before))
      const confirm: { readonly fee: number; readonly send: Steps<unknown> } =
        operation === "topUp" ? yield* Holders.quotedAsk(holder, 1000) : yield* Holders.quotedPay(holder, 1000)
      yield* adopt(charging(operation, after))
      const exit = yield* Effect.exit(confirm.send)
      if (exit._tag === "Success" && operation === "topUp") yield* Holders.answer(exit.value as TopUp, Holders.debited)
      return {
        quoted: confirm.fee,
        outcome: outcomeOf(exit),
        booked: Number(-Looks.netOf(yield* Looks.lines, "revenue:fees"))
      }
    })
  )

/** A core that takes whatever fee is in force for the one that was confirmed. */
export const neverAsksAgain: Core = {
  commands: {
    PaySlip: {
      ...PaySlip,
      decide: (facts, envelope) => {
        const { quote } = envelope.content
        const { fee } = Fee.quote(facts.policy, { function: "payment", way: "barcode", amount: quote.amount })
        return PaySlip.decide(facts, { ...envelope, content: { ...envelope.content, quote: { ...quote, fee } } })
      }
    }
  }
}

/** What happens to a payment or top-up after it was accepted. */
export const endings = ["the biller accepts", "the biller declines", "the bank debits", "the bank refuses"] as const
export type Ending = (typeof endings)[number]

/** The lines of an operation of ¥1,000 with a fee, one text each, and those of its ending. */
export const linesOf = (core: Core, ending: Ending, fee: number) =>
  atDesk(core)(
    Effect.gen(function* () {
      yield* Holders.contractBillers
      const holder = yield* Holders.open("cash")
      yield* Holders.topUp(holder, 5000)
      yield* adopt(charging(ending.includes("biller") ? "payment" : "topUp", fee))
      const before = (yield* Looks.lines).length
      if (ending.includes("biller")) {
        const paid: Payment = yield* Holders.pay(holder, 1000, "online")
        yield* ending === "the biller accepts" ? Holders.accept(paid) : Holders.decline(paid)
      } else {
        const asked = yield* Holders.ask(holder, 1000)
        yield* Holders.answer(asked, ending === "the bank debits" ? Holders.debited : Holders.refused)
      }
      return (yield* Looks.lines)
        .slice(before)
        .map(({ account, amount, side }) => `${side} ${account.replace(holder.account, "holder")} ${amount}`)
    })
  )

/** The lines that there have to be. */
export const linesDue = (ending: Ending, fee: number): ReadonlyArray<string> => {
  const withFee = (...lines: ReadonlyArray<string>) => (fee === 0 ? [] : lines)
  const payment = [
    `debit liability:cash:holder ${1000 + fee}`,
    "credit liability:merchant:100002 1000",
    ...withFee(`credit revenue:fees ${fee}`)
  ]
  if (ending === "the biller accepts") return payment
  if (ending === "the biller declines") {
    return [
      ...payment,
      ...payment.map((line) => line.replace(/^debit|^credit/, (side) => (side === "debit" ? "credit" : "debit")))
    ]
  }
  if (ending === "the bank refuses") return []
  return [
    `debit asset:bank:${bank} 1000`,
    "credit liability:cash:holder 1000",
    ...withFee(`debit liability:cash:holder ${fee}`, `credit revenue:fees ${fee}`)
  ]
}

/** The fee and the tax inside it, as a payment keeps them. */
export const keptWith = (fee: number, tax: Rate) =>
  atDesk({})(
    Effect.gen(function* () {
      yield* Holders.contractBillers
      const holder = yield* Holders.open("cash")
      yield* Holders.topUp(holder, 900_000)
      yield* adopt({ ...charging("payment", fee), consumptionTax: tax })
      const paid = yield* Holders.pay(holder, 1)
      return { fee: paid.fee as number, feeTax: paid.feeTax as number }
    })
  )

/** Decisions that give back the fee of a payment, whatever became of it. */
export const feeComesBack = (
  decision: Decision<unknown>,
  _: unknown,
  { at, id }: Envelope<unknown>
): Decision<unknown> => {
  const { _tag, account, fee } = decision.result as Payment
  if (_tag !== "completed" || fee === 0) return decision
  const postings = [
    ...JournalEntry.debit(AccountCode.fees, fee),
    ...JournalEntry.credit(AccountCode.cash(account), fee)
  ]
  const entry = { id: JournalEntry.entryId(id, 1), kind: "paymentReversed" as const, businessAt: at, postings }
  return { ...decision, entries: [JournalEntry.balanced(entry)] }
}

/** The preset's fee for an amount. */
export const presetFee = (name: FeeRule["function"]): number =>
  Fee.quote(compat, { function: name, way: "bank", amount: yen(10_000) }).fee

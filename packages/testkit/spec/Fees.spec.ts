/**
 * Fees: what the wallet charges, and how it is booked (FEE).
 */
import * as Fee from "@kinchaku/domain/fee/Fee"
import { fees, merchantPayable } from "@kinchaku/domain/ledger/AccountCode"
import { type Rate, of as rateOf, taxIncluded } from "@kinchaku/domain/money/Rate"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { RecordBillerAnswer } from "@kinchaku/domain/payment/BillerAnswer"
import { PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import { RecordDebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import { Effect, Equal } from "effect"
import * as fc from "fast-check"
import { yen, yenAround } from "../src/arbitraries/Amounts.ts"
import { example, fee, invariant } from "../src/Rule.ts"
import { core, deciding } from "./support/Desk.ts"
import * as Fees from "./support/FeeTrials.ts"
import { seeing } from "./support/Seeing.ts"
import * as Spoils from "./support/Spoils.ts"
import { terms } from "./support/Terms.ts"

example("FEE-01a", "before an operator sets anything, these fees are charged", {
  because: "rulebook FEE-01; seed 000, 手数料一覧",
  subject: Fees.presetFee,
  cases: {
    "a payment": { given: "payment", gives: 0 },
    "a top-up": { given: "topUp", gives: 0 },
    "a payout": { given: "payout", gives: 220 },
    "the third bank registration": { given: "bankRegistration", gives: 110 }
  },
  catches: { "everything is free": () => 0, "everything costs the same": () => 220 }
})

example("FEE-01b", "of the table the first row that fits is the fee; where none fits there is none", {
  because: "rulebook FEE-01: by function, way and bank",
  subject: (asked: Omit<Fee.Chargeable, "amount">) => Fees.quoted(Fees.table, { ...asked, amount: 1000 as Yen }),
  cases: {
    "function, way and bank fit": { given: { function: "topUp", way: "bank", bank: "0001" }, gives: 1 },
    "another bank": { given: { function: "topUp", way: "bank", bank: "0009" }, gives: 2 },
    "another way, the same bank": { given: { function: "topUp", way: "atm", bank: "0001" }, gives: 3 },
    "another way and bank": { given: { function: "topUp", way: "atm", bank: "0009" }, gives: 4 },
    "a way of another function": { given: { function: "payment", way: "barcode" }, gives: 5 },
    "two rows that fit": { given: { function: "payout" }, gives: 6 },
    "a way that no row has": { given: { function: "payment", way: "number" }, gives: 0 },
    "a function that no row has": { given: { function: "bankRegistration" }, gives: 0 }
  },
  catches: {
    "the last row that fits is taken": (asked) =>
      Fees.quoted(Fees.table.toReversed(), { ...asked, amount: 1000 as Yen }),
    "the bank is not looked at": ({ bank: _, ...asked }) => Fees.quoted(Fees.table, { ...asked, amount: 1000 as Yen }),
    "a row of another way will do": ({ function: of }) =>
      Fees.quoted(Fees.table, { function: of, way: "barcode", amount: 1000 as Yen })
  }
})

fee("FEE-01c", "an amount pays the fee of the band it lies in, both ends of a band included", {
  because: "rulebook FEE-01: by amount band",
  given: {
    edges: fc
      .uniqueArray(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 4 })
      .map((all) => all.toSorted((a, b) => a - b)),
    nth: fc.nat({ max: 3 }),
    off: fc.constantFrom(-1, 0, 1)
  },
  subject: Fees.quoted,
  holds: (quote, { edges, nth, off }) => {
    const amount = edges[nth % edges.length]! + off
    return (
      quote(Fees.bands(edges), { function: "payment", amount: amount as Yen }) ===
      1 + edges.filter((edge) => edge <= amount).length
    )
  },
  catches: {
    "a band begins one yen late": (rules, asked) =>
      Fees.quoted(rules, { ...asked, amount: Math.max(asked.amount - 1, 0) as Yen }),
    "a band ends one yen early": (rules, asked) => Fees.quoted(rules, { ...asked, amount: (asked.amount + 1) as Yen }),
    "everybody pays the first band's": ([first]) => first?.fixed ?? 0
  }
})

fee(
  "FEE-01d",
  "the fee that was quoted is the fee that is booked; where it has changed meanwhile, nothing is booked until it is confirmed again",
  {
    because: "rulebook FEE-01, PAY-05; seed 000, 手数料一覧",
    given: {
      operation: fc.constantFrom("payment", "topUp"),
      before: yenAround(110),
      after: fc.oneof(fc.constant(undefined), yenAround(110))
    },
    runs: 60,
    covers: { "it has changed": { atLeast: 20, when: ({ after = -1, before }) => after >= 0 && after !== before } },
    subject: core,
    holds: (core, { after, before, operation }) =>
      Effect.map(Fees.confirms(core, operation, before, after ?? before), (seen) => {
        const same = (after ?? before) === before
        return Equal.equals(seen, {
          quoted: before,
          outcome: same ? "accepted" : "QuoteChanged",
          booked: same ? before : 0
        })
      }),
    catches: {
      "the fee of now is booked without a word": Fees.neverAsksAgain,
      "a payment has to be confirmed for ever": seeing(PaySlip, {
        policy: (policy) => ({ ...policy, fees: [{ function: "payment", fixed: 9 as Yen }] })
      }),
      "a top-up is free": seeing(TopUpFromBank, { policy: (policy) => ({ ...policy, fees: [] }) })
    }
  }
)

fee("FEE-02a", "a percentage is the exact product, rounded once: down, half up, or up", {
  because: "rulebook FEE-02; ADR-0001 money: rates are exact decimals, never floats",
  given: {
    amount: fc.oneof(yen(), fc.integer({ min: 0, max: 3000 }) as fc.Arbitrary<Yen>),
    rate: Fees.rate(),
    rounding: fc.constantFrom("down", "halfUp", "up")
  },
  runs: 500,
  subject: rateOf,
  holds: (of, { amount, rate, rounding }) => of(amount, rate.rate, rounding) === Fees.exactly(amount, rate, rounding),
  catches: {
    "floats are multiplied": (amount, rate, rounding) =>
      ({ down: Math.floor, halfUp: Math.round, up: Math.ceil })[rounding](amount * Number(rate)) as Yen,
    "halves go to the even yen": (amount, rate, rounding) => {
      const down = rateOf(amount, rate, "down")
      return rounding === "halfUp" &&
        down % 2 === 0 &&
        rateOf(amount, rate, "up") !== down &&
        (amount * Number(rate)) % 1 === 0.5
        ? down
        : rateOf(amount, rate, rounding)
    },
    "it is always rounded down": (amount, rate) => rateOf(amount, rate, "down"),
    "it is never rounded down": (amount, rate, rounding) => rateOf(amount, rate, rounding === "down" ? "up" : rounding)
  }
})

fee("FEE-02b", "a fee of a fixed part and a percentage is their sum, rounded once", {
  because: "rulebook FEE-02: once per fee",
  given: {
    amount: yenAround(1000),
    fixed: yenAround(110),
    rate: Fees.rate(),
    rounding: fc.constantFrom("down", "halfUp", "up")
  },
  runs: 300,
  subject: Fee.quote,
  holds: (quote, { amount, fixed, rate, rounding }) =>
    quote(
      { ...terms(), fees: [{ function: "payout", fixed, rate: rate.rate }], feeRounding: rounding },
      { function: "payout", amount }
    ).fee ===
    fixed + Fees.exactly(amount, rate, rounding),
  catches: {
    "the fixed part is left out": (policy, asked) =>
      Fee.quote({ ...policy, fees: policy.fees.map(({ fixed: _, ...row }) => row) }, asked),
    "the percentage is left out": (policy, asked) =>
      Fee.quote({ ...policy, fees: policy.fees.map(({ rate: _, ...row }) => row) }, asked),
    "it is always rounded down": (policy, asked) => Fee.quote({ ...policy, feeRounding: "down" }, asked),
    "it is always rounded up": (policy, asked) => Fee.quote({ ...policy, feeRounding: "up" }, asked)
  }
})

example("FEE-03a", "the tax inside a fee at ten percent, rounded down", {
  because: "消費税法 第63条: prices include tax; 税務: one yen and less is dropped",
  subject: (yenOfFee: number) => taxIncluded(yenOfFee as Yen, "0.1" as Rate) as number,
  cases: {
    "¥220": { given: 220, gives: 20 },
    "¥110": { given: 110, gives: 10 },
    "¥330": { given: 330, gives: 30 },
    "¥100": { given: 100, gives: 9 },
    "¥11": { given: 11, gives: 1 },
    "¥10": { given: 10, gives: 0 },
    "no fee": { given: 0, gives: 0 }
  },
  catches: {
    "tax comes on top": (yenOfFee) => Math.floor(yenOfFee / 10),
    "it is rounded up": (yenOfFee) => Math.ceil(yenOfFee / 11),
    "the rate is eight percent": (yenOfFee) => Math.floor((yenOfFee * 8) / 108)
  }
})

fee("FEE-03b", "the tax inside a fee is exact at every rate and size, rounded down once", {
  because: "rulebook FEE-03: the rate is configurable",
  given: { amount: yen(), rate: Fees.rate() },
  runs: 500,
  subject: taxIncluded,
  holds: (tax, { amount, rate }) => tax(amount, rate.rate) === Fees.taxExactly(amount, rate),
  catches: {
    "floats are divided": (amount, rate) => Math.floor((amount * Number(rate)) / (1 + Number(rate))) as Yen,
    "tax comes on top": (amount, rate) => rateOf(amount, rate, "down"),
    "there is no tax": () => 0 as Yen
  }
})

invariant("FEE-03c", "a payment keeps its fee and the tax inside it, at the rate that was in force", {
  because: "rulebook FEE-03: stored for receipts and settlement",
  given: { fee: yenAround(220), rate: Fees.rate() },
  runs: 30,
  subject: Fees.keptWith,
  holds: (keptWith, { fee, rate }) =>
    Effect.map(keptWith(fee, rate.rate), (kept) => Equal.equals(kept, { fee, feeTax: Fees.taxExactly(fee, rate) })),
  catches: {
    "the rate is always ten percent": (fee) => Fees.keptWith(fee, "0.1" as Rate),
    "the fee is kept without its tax": (fee, rate) =>
      Effect.map(Fees.keptWith(fee, rate), (kept) => ({ ...kept, fee: kept.fee - kept.feeTax }))
  }
})

invariant(
  "FEE-04",
  "a fee is a line of its own to fee revenue; it comes back with a declined payment, whole, and stays in every other case",
  {
    because: "rulebook FEE-04, PAY-13",
    given: { ending: fc.constantFrom(...Fees.endings), fee: yenAround(110) },
    runs: 60,
    covers: { "there is no fee": { atLeast: 5, when: ({ fee }) => fee === 0 } },
    subject: core,
    holds: (core, { ending, fee }) =>
      Effect.map(Fees.linesOf(core, ending, fee), (lines) => Equal.equals(lines, Fees.linesDue(ending, fee))),
    catches: {
      "it goes to the biller": deciding(
        PaySlip,
        Spoils.everyLine((line) => (line.account === fees ? { ...line, account: merchantPayable("100002") } : line))
      ),
      "it is left out of the top-up": deciding(
        RecordDebitAnswer,
        Spoils.everyEntry((entry) => ({ ...entry, postings: entry.postings.slice(0, 2) as never }))
      ),
      "nothing comes back": deciding(RecordBillerAnswer, (decision) => ({ ...decision, entries: [] })),
      "it comes back with an accepted payment too": deciding(RecordBillerAnswer, Fees.feeComesBack)
    }
  }
)

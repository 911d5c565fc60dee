/**
 * Exact top-ups (ぴったりチャージ): what a payment lacks comes from the bank, and both go on or end as one (TOP-13 to TOP-18).
 */
import { accounts } from "@kinchaku/domain/account/Account"
import { money } from "@kinchaku/domain/ledger/AccountCode"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { RecordBillerAnswer } from "@kinchaku/domain/payment/BillerAnswer"
import { InsufficientBalance } from "@kinchaku/domain/payment/Funding"
import { PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import { RecordDebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import { leastAmount } from "@kinchaku/domain/topup/ExactTopUp"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { example, fee, invariant, limit, notice, policy, transition, validation } from "../src/Rule.ts"
import { compat, PaymentWay, type Policy } from "@kinchaku/domain/policy/Policy"
import { plan } from "@kinchaku/domain/topup/ExactTopUp"
import * as Amount from "@kinchaku/domain/money/Yen"
import { codeless } from "../src/scenario/TestPolicy.ts"
import { batchMax } from "./support/Accounts.ts"
import { taking } from "./support/OtpCommands.ts"
import { bankBehaviour, billerBehaviour } from "./support/PaymentsWorld.ts"
import { me, same } from "./support/Payments.ts"
import { named, noon } from "./support/PaymentsDesk.ts"
import {
  asking,
  commands,
  course,
  debitFor,
  deskOf,
  hindered,
  hindrances,
  keptIn,
  lacking,
  look,
  paidFrom,
  payingWith,
  policyOf,
  quoted,
  quoting,
  unpaid
} from "./support/ExactTopUps.ts"
import {
  afterEach,
  alterations,
  codeChanges,
  payingAltered,
  payingCoded,
  plain,
  racing,
  refusedByBiller,
  topUpLimits
} from "./support/ExactTopUpsTrials.ts"
import { exactStory, printed } from "./support/ExactTopUpsWorld.ts"
import {
  deciding,
  forgetting,
  hearing,
  holding,
  misbooking,
  mistaking,
  refusing,
  seeing,
  under,
  without
} from "./support/PaymentsMistakes.ts"
import { bankAnswers, debited, refused } from "./support/PaymentsTopUps.ts"

const neverPays = refusing(
  PaySlip,
  new InsufficientBalance({ asked: 1 as Yen, available: 0 as Yen, shortfall: 1 as Yen })
)

/** Nothing is limited. */
const freed = (): Partial<Policy> => ({ limits: policyOf(plain).limits, account: codeless.account })

/** A payment that does not compare some fields of a confirmed exact top-up. */
const confirming = (skips: (field: string) => boolean): typeof PaySlip => ({
  ...PaySlip,
  decide: (facts, envelope) => {
    const { account, quote } = envelope.content
    const found = facts.find(accounts, account)
    const now = found === undefined ? undefined : plan(facts, found, Amount.plus(quote.amount, quote.fee), envelope.at)
    const taken = Object.entries(now?.topUp ?? {}).filter(([field]) => skips(field))
    const exactTopUp = { ...quote.exactTopUp, ...Object.fromEntries(taken) } as NonNullable<typeof quote.exactTopUp>
    return PaySlip.decide(facts, { ...envelope, content: { ...envelope.content, quote: { ...quote, exactTopUp } } })
  }
})

/** What a bank could be told to print. */
const passbookText = () => fc.constantFrom("ウェルネット チャージ", "チャージ", "ｷﾝﾁﾔｸ", "TOPUP 1")

transition(
  "TOP-14a",
  "the bank is debited for what is lacking and nothing moves; when it took it, the slip is paid from all there is",
  {
    because: "seed 000, 不足分の金額を口座から即時に; rulebook TOP-14, BAL-09",
    given: { want: lacking().filter(({ lack }) => lack > 0) },
    covers: {
      "the minimum leaves something over": {
        atLeast: 10,
        when: ({ want }) => debitFor(want) - want.topUpFee > want.lack
      },
      "nothing is left": { atLeast: 10, when: ({ want }) => debitFor(want) - want.topUpFee === want.lack }
    },
    subject: commands,
    holds: (asked, { want }) => {
      const desk = deskOf(want)
      const before = look(desk)
      return same(course(desk, asked, want, debited), { asked: asking(before, want), ended: paidFrom(before, want) })
    },
    catches: {
      "the bank is not asked": { ...commands, pay: without(PaySlip, "requests") },
      "the bill stays payable meanwhile": { ...commands, pay: forgetting(PaySlip, ({ kind }) => kind === "bill") },
      "what is in flight does not count": { ...commands, pay: forgetting(PaySlip, ({ kind }) => kind === "usage") },
      "the payment waits on": { ...commands, record: mistaking(RecordDebitAnswer, "topUp", { payment: undefined }) },
      "it draws money before cash": {
        ...commands,
        record: misbooking(RecordDebitAnswer, "liability:cash:" + me, money(me))
      },
      "no biller is asked": { ...commands, record: mistaking(RecordDebitAnswer, "biller", { confirmation: "none" }) },
      "every biller is asked": {
        ...commands,
        record: mistaking(RecordDebitAnswer, "biller", { confirmation: "online" })
      },
      "the link stays in use": { ...commands, record: forgetting(RecordDebitAnswer, ({ kind }) => kind === "bankLink") }
    }
  }
)

/** What keeps an exact top-up from being used, or nothing. */
const obstacles = {
  none: {},
  "no link is set": { isSet: false },
  "the link is in procedure": { link: "inProcedure" },
  "the link was removed": { link: "removed" },
  "the bank is in maintenance": { terms: { maintenance: [{ from: noon, to: (noon + 1) as typeof noon }] } },
  "the bank is not offered": { policy: { banks: {} } },
  "the account may not use its bank": { account: { origin: "legacy", confirmedAt: 0 as typeof noon } }
} as const
type Obstacle = keyof typeof obstacles

validation(
  "TOP-14b",
  "an exact top-up is quoted where something is lacking and the set link can be debited; without it nothing is paid",
  {
    because: "rulebook TOP-14, TOP-07, IDV-02, PAY-12",
    given: {
      want: lacking({ minimum: 1_000 }),
      obstacle: fc.oneof(
        fc.constant("none" as const),
        fc.constantFrom(...(Object.keys(obstacles) as ReadonlyArray<Obstacle>))
      )
    },
    covers: {
      "nothing is lacking": { atLeast: 5, when: ({ want }) => want.lack <= 0 },
      "it is used": { atLeast: 20, when: ({ obstacle, want }) => want.lack > 0 && obstacle === "none" }
    },
    subject: { quote: quoting, pay: PaySlip },
    holds: ({ pay, quote }, { obstacle, want }) => {
      const desk = deskOf(want, obstacles[obstacle])
      const shown = quoted(desk, want, noon, quote)
      const isUsed = want.lack > 0 && obstacle === "none"
      const paid = named(desk.ask(pay, payingWith(want, undefined)))
      // A legacy account needs a code for whatever it pays.
      const covered = obstacle === "the account may not use its bank" ? "OtpRequired" : "accepted"
      return (
        (shown !== undefined) === isUsed &&
        (shown === undefined || (shown.amount === debitFor(want) && shown.shortfall === want.lack)) &&
        paid === (want.lack > 0 ? "InsufficientBalance" : covered)
      )
    },
    catches: {
      "it is used where nothing is lacking": { quote: holding(quoting, () => 0), pay: PaySlip },
      "any link will do": { quote: mistaking(quoting, "bankLink", { _tag: "registered" }), pay: PaySlip },
      "the bank is asked at any time": {
        quote: under(quoting, ({ banks }) => ({
          banks: Object.fromEntries(Object.entries(banks).map(([code, terms]) => [code, { ...terms, maintenance: [] }]))
        })),
        pay: PaySlip
      },
      "any account will do": { quote: mistaking(quoting, "account", { origin: "certificate" }), pay: PaySlip },
      "what is lacking is debited unasked": { quote: quoting, pay: holding(PaySlip, (_, yen) => yen + 300_220) }
    }
  }
)

limit(
  "TOP-14c",
  "an exact top-up passes every limit of a top-up and the balance cap, or nothing happens and the limit is named",
  {
    because: "rulebook TOP-09, LIM-01, LIM-04, SEC-05: limits of top-ups hold as for any top-up",
    given: {
      which: fc.constantFrom("perOperation", "perDay", "perMonth", "cap", "coolingOff" as const),
      off: fc.constantFrom(-1, 0, 1)
    },
    runs: 60,
    subject: { pay: PaySlip, quote: quoting },
    holds: ({ pay, quote }, { off, which }) => {
      const desk = deskOf(plain, topUpLimits(which, debitFor(plain) + off, plain.money))
      const before = look(desk)
      const shown = quoted(desk, plain, noon, quote)
      const answer = desk.ask(pay, payingWith(plain, quoted(deskOf(plain), plain)))
      const refusal = which === "cap" ? "BalanceCapExceeded" : "LimitExceeded"
      return off < 0
        ? shown === undefined && named(answer) === refusal && same(look(desk), before)
        : shown?.amount === debitFor(plain) && named(answer) === "accepted"
    },
    catches: {
      "no limit is looked at": { pay: under(PaySlip, freed), quote: quoting },
      "what cannot be accepted is quoted": { pay: PaySlip, quote: under(quoting, freed) },
      "nothing is accepted": { pay: neverPays, quote: quoting }
    }
  }
)

invariant(
  "TOP-14d",
  "whatever bank and biller do, the bank is debited once at most, the bill is paid once or not, and no yen is lost",
  {
    because: "rulebook TOP-10, TOP-14, TOP-17, PAY-13; quality goal: no double debit, no lost credit",
    given: { bankDoes: bankBehaviour(), billerDoes: billerBehaviour() },
    runs: 60,
    subject: exactStory,
    holds: (story, { bankDoes, billerDoes }) =>
      Effect.map(
        story(bankDoes, billerDoes),
        ({ debits, isTaken, money: held, owed, replays, state, suspense, waiting }) => {
          const taken = debits.reduce((sum, amount) => sum + amount, 0)
          const paid = isTaken ? 1_200 : 0
          return (
            debits.length <= 1 &&
            state === (isTaken ? "completed" : "failed") &&
            owed === paid &&
            held + suspense + paid === 200 + taken &&
            (suspense === 0 || suspense === taken) &&
            waiting === 0 &&
            replays
          )
        }
      ),
    catches: {
      "the payment does not wait for the bank": (bankDoes, billerDoes) =>
        exactStory(bankDoes, billerDoes, ({ dispatch }) => dispatch),
      "it is paid again where it failed": (bankDoes, billerDoes) =>
        Effect.map(exactStory(bankDoes, billerDoes), (end) => ({ ...end, debits: [...end.debits, ...end.debits] })),
      "what the bank took is lost": (bankDoes, billerDoes) =>
        Effect.map(exactStory(bankDoes, billerDoes), (end) => ({ ...end, money: Math.min(end.money, 200) }))
    }
  }
)

// ── how much ─────────────────────────────────────────────────────────────────────────────────────────────────────────

type Least = typeof leastAmount
const terms = { minimum: 1_000, step: 500 }
const withoutFee = (shortfall: number): number | undefined =>
  leastAmount({ policy: { fees: [] }, bank: "0001", terms, most: 10_000 } as never, shortfall as never)

example(
  "TOP-15a",
  "at a bank with a minimum of ¥1,000 and a step of ¥500 the larger of shortfall and minimum is rounded up",
  {
    because: "seed 000, 不足額が最小チャージ額未満; rulebook TOP-15",
    subject: withoutFee,
    cases: {
      "¥1 is lacking": { given: 1, gives: 1_000 },
      "¥999": { given: 999, gives: 1_000 },
      "¥1,000": { given: 1_000, gives: 1_000 },
      "¥1,001": { given: 1_001, gives: 1_500 },
      "¥1,500": { given: 1_500, gives: 1_500 },
      "¥1,501": { given: 1_501, gives: 2_000 },
      "¥9,501, the last that fits under the most": { given: 9_501, gives: 10_000 },
      "more than the most": { given: 10_001, gives: undefined }
    },
    catches: {
      "it is rounded to the nearest step": (shortfall) => withoutFee(Math.round(shortfall / 500) * 500 || 1),
      "the minimum is a step like any other": (shortfall) => Math.ceil(shortfall / 500) * 500
    }
  }
)

/** Rows of a fee table: bands of amounts with a fixed fee and a percentage, some of them above everything. */
const feeTable = () =>
  fc.array(
    fc
      .record({
        function: fc.constantFrom("topUp", "topUp", "payment" as const),
        from: fc.option(fc.integer({ min: 1, max: 2_500 }), { nil: undefined }),
        length: fc.option(fc.integer({ min: 0, max: 1_500 }), { nil: undefined }),
        fixed: fc.constantFrom(0, 1, 110, 800),
        rate: fc.constantFrom("0", "0.03", "0.5", "0.999", "1", "1.2")
      })
      .map(({ from, length, ...row }) => ({
        ...row,
        ...(from === undefined ? {} : { from }),
        ...(length === undefined ? {} : { to: (from ?? 0) + length })
      })),
    { maxLength: 4 }
  )

const least =
  (other: (grid: Parameters<Least>[0], shortfall: number) => readonly [Parameters<Least>[0], number]): Least =>
  (grid, shortfall) =>
    leastAmount(...(other(grid, shortfall) as Parameters<Least>))

fee(
  "TOP-15b",
  "with any table of fees it is the least amount on the bank's grid that leaves what is lacking, as trying each finds",
  {
    because: "rulebook TOP-15, TOP-19: what is credited after the fee covers the shortfall, and no less would",
    given: {
      fees: feeTable(),
      minimum: fc.constantFrom(1, 7, 500, 1_000),
      step: fc.constantFrom(1, 3, 250, 1_000),
      shortfall: fc.oneof(fc.constantFrom(1, 499, 500, 501, 1_000, 1_001), fc.integer({ min: 1, max: 3_000 })),
      most: fc.constantFrom(1_000, 2_999, 3_000, 6_000),
      rounding: fc.constantFrom("down", "halfUp", "up" as const)
    },
    covers: {
      "some fee is charged": { atLeast: 40, when: ({ fees }) => fees.some((row) => row.function === "topUp") }
    },
    runs: 1_000,
    subject: leastAmount,
    holds: (find, { fees, minimum, most, rounding, shortfall, step }) => {
      const feeOf = (amount: number): number => {
        const row = fees.find(
          ({ from = 0, function: of, to = Infinity }) => of === "topUp" && from <= amount && amount <= to
        )
        if (row === undefined) return 0
        // Exact in thousandths: no rate here has more places.
        const thousandths = amount * Math.round(Number(row.rate) * 1_000)
        const rest = thousandths % 1_000
        const up = { down: false, halfUp: rest >= 500, up: rest > 0 }[rounding]
        return row.fixed + (thousandths - rest) / 1_000 + (up ? 1 : 0)
      }
      let expected: number | undefined
      for (let amount = minimum; amount <= most && expected === undefined; amount += step) {
        if (amount - feeOf(amount) >= shortfall) expected = amount
      }
      const table = { fees, feeRounding: rounding, consumptionTax: "0.1" }
      return (
        find({ policy: table, bank: "0001", terms: { minimum, step }, most } as never, shortfall as never) === expected
      )
    },
    catches: {
      "the fee is not looked at": least((grid, shortfall) => [
        { ...grid, policy: { ...grid.policy, fees: [] } },
        shortfall
      ]),
      "the fee of the shortfall is added": least(({ policy: { fees, ...others }, ...grid }, shortfall) => [
        { ...grid, policy: { ...others, fees: [] } },
        shortfall + Number(fees.find(({ function: of }) => of === "topUp")?.fixed ?? 0)
      ]),
      "bands are not looked at": least(({ policy: { fees, ...others }, ...grid }, shortfall) => [
        { ...grid, policy: { ...others, fees: fees.map(({ from: _, to: __, ...row }) => row) } },
        shortfall
      ]),
      "a yen may be missing": least((grid, shortfall) => [grid, Math.max(shortfall - 1, 1)]),
      "the last amount is not looked at": least((grid, shortfall) => [
        { ...grid, most: (grid.most - 1) as Yen },
        shortfall
      ])
    }
  }
)

invariant("TOP-15c", "what the bank's grid makes it take beyond the shortfall and the fee stays on the balance", {
  because: "seed 000, 不足額が最小チャージ額未満; rulebook TOP-15",
  given: { want: lacking().filter(({ lack }) => lack > 0) },
  runs: 100,
  subject: commands,
  holds: (asked, { want }) => {
    const { ended } = course(deskOf(want), asked, want, debited)
    return ended.cash + ended.money === debitFor(want) - want.topUpFee - want.lack
  },
  catches: {
    "the fee is not taken": { ...commands, record: mistaking(RecordDebitAnswer, "topUp", { fee: 0 }) },
    "more is debited than credited": {
      ...commands,
      record: deciding(RecordDebitAnswer, (decided) =>
        Result.map(decided, (decision) => ({ ...decision, entries: decision.entries.slice(-1) }))
      )
    }
  }
})

// ── both as one ──────────────────────────────────────────────────────────────────────────────────────────────────────

invariant(
  "TOP-17a",
  "a bank that debits nothing leaves everything as it was: the payment failed, the bill payable, limits given back",
  {
    because: "rulebook TOP-17, LIM-03",
    given: { want: lacking().filter(({ lack }) => lack > 0) },
    runs: 100,
    subject: commands,
    holds: (asked, { want }) => {
      const desk = deskOf(want)
      const before = look(desk)
      const { ended } = course(desk, asked, want, refused)
      return (
        same(ended, unpaid(before)) && named(desk.ask(PaySlip, payingWith(want, quoted(desk, want)))) === "accepted"
      )
    },
    catches: {
      "the limits keep it": { ...commands, record: forgetting(RecordDebitAnswer, ({ kind }) => kind === "usage") },
      "the bill stays in payment": {
        ...commands,
        record: forgetting(RecordDebitAnswer, ({ kind }) => kind === "bill")
      },
      "the payment waits on": { ...commands, record: forgetting(RecordDebitAnswer, ({ kind }) => kind === "payment") },
      "the holder is not told": { ...commands, record: without(RecordDebitAnswer, "notices") },
      "it draws what there is": {
        ...commands,
        record: {
          ...RecordDebitAnswer,
          decide: (facts, { content, ...envelope }) =>
            RecordDebitAnswer.decide(facts, { ...envelope, content: { ...content, answer: debited } })
        }
      }
    }
  }
)

notice(
  "TOP-17b",
  "where the account cannot pay, or its biller be paid, any more once the bank has debited, the amount stays as balance and the holder is told",
  {
    because: "rulebook TOP-17, ACC-20, BAL-04, PAY-08",
    given: {
      want: lacking({ fee: 0, kind: "money", minimum: 1_000, isOnline: false }).filter(({ lack }) => lack > 0),
      hindrance: fc.constantFrom(...hindrances),
      beyond: fc.constantFrom(0, 1, 100)
    },
    covers: {
      "something was spent, and just enough is left": {
        atLeast: 1,
        when: ({ beyond, hindrance, want }) =>
          hindrance === "spent" && beyond === 0 && debitFor(want) - want.topUpFee - want.lack < want.cash + want.money
      }
    },
    subject: commands,
    holds: (asked, { beyond, hindrance, want }) => {
      const { canPay, ended, kept, spent } = hindered(asked, want, hindrance, beyond)
      if (canPay) return ended.payment === "completed" && same(ended.told, [])
      const debit = debitFor(want)
      return same(keptIn(ended), {
        payment: "failed",
        topUp: "completed",
        told: ["topUpKept"],
        bank: debit,
        owed: spent,
        used: 2 * debit + 2 * spent,
        held: kept,
        bill: "payable"
      })
    },
    catches: {
      "the holder is not told": { ...commands, record: without(RecordDebitAnswer, "notices") },
      "a suspended or locked account pays": {
        ...commands,
        record: seeing(RecordDebitAnswer, (kind, record) =>
          kind === accounts.name && record !== undefined ? { ...record, _tag: "active", lockedAt: undefined } : record
        )
      },
      "a biller whose contract has ended is paid": {
        ...commands,
        record: mistaking(RecordDebitAnswer, "biller", { active: true })
      },
      "expired cash pays": {
        ...commands,
        record: mistaking(RecordDebitAnswer, "account", { cashExpiresAt: undefined })
      },
      "the limits of the payment keep it": {
        ...commands,
        record: forgetting(RecordDebitAnswer, ({ id, kind }) => kind === "usage" && id.includes(":payment:"))
      },
      "the amount is not credited": { ...commands, record: without(RecordDebitAnswer, "entries") },
      "no payment goes on": { ...commands, record: mistaking(RecordDebitAnswer, "account", { lockedAt: noon }) }
    }
  }
)

invariant(
  "TOP-17c",
  "the bank's first answer settles payment and top-up; later ones move neither, and a late debit is kept in suspense",
  {
    because: "rulebook TOP-10, TOP-17, decision 21",
    given: {
      want: lacking().filter(({ lack }) => lack > 0),
      answers: bankAnswers().filter(({ length }) => length > 0)
    },
    covers: {
      "they contradict": { atLeast: 20, when: ({ answers }) => new Set(answers.map(({ _tag }) => _tag)).size === 2 }
    },
    runs: 100,
    subject: RecordDebitAnswer,
    holds: (record, { answers, want }) => {
      const looks = afterEach(record, want, answers)
      const late = answers[0]?._tag === "refused" && answers.some(({ _tag }) => _tag === "debited") ? debitFor(want) : 0
      const still = looks.map(({ bank: _, suspense: __, told, ...others }) => [
        others,
        told.filter((kind) => kind !== "topUpContradicted")
      ])
      return still.every((one) => same(one, still[0])) && looks.at(-1)?.suspense === late
    },
    catches: {
      "the last answer counts": mistaking(RecordDebitAnswer, "topUp", { _tag: "processing" }),
      "a late debit funds the payment after all": seeing(RecordDebitAnswer, (kind, record) =>
        record !== undefined && "settledAt" in record && (kind === "topUp" || kind === "payment")
          ? { ...record, _tag: kind === "topUp" ? "processing" : "funding" }
          : record
      ),
      "a late debit is lost": without(RecordDebitAnswer, "entries")
    }
  }
)

invariant("TOP-17d", "however often one slip is paid at once, the bank is asked for one debit", {
  because: "rulebook PAY-09, TOP-14: the bill is in payment while the bank is asked",
  given: { times: fc.integer({ min: 2, max: 12 }), isRepeated: fc.boolean(), batchMax: batchMax() },
  runs: 60,
  subject: PaySlip,
  holds: (pay, { batchMax: most, isRepeated, times }) =>
    Effect.map(racing(pay, times, isRepeated ? "my payment" : undefined, most), (seen) =>
      same(seen, { debits: 1, accepted: isRepeated ? times : 1, refused: isRepeated ? 0 : times - 1 })
    ),
  catches: {
    "the bill stays payable meanwhile": forgetting(PaySlip, ({ kind }) => kind === "bill"),
    "the bank is not asked": without(PaySlip, "requests")
  }
})

validation(
  "PAY-05e",
  "an exact top-up that is not to the last yen the one of now is refused, and so is one that is not needed any more",
  {
    because: "seed 000, お支払い内容の確認; rulebook PAY-05, TOP-19",
    given: {
      alteration: fc.constantFrom(...(Object.keys(alterations) as ReadonlyArray<keyof typeof alterations>)),
      meanwhile: fc.constantFrom(-1, 0, 0, 1, 4_000 as const)
    },
    runs: 100,
    subject: PaySlip,
    holds: (pay, { alteration, meanwhile }) =>
      payingAltered(pay, alteration, meanwhile) ===
      (alteration === "nothing" && meanwhile === 0 ? "accepted" : "topUp"),
    catches: {
      "what was confirmed is not compared": confirming(() => true),
      "the link is not compared": confirming((field) => field === "link"),
      "the amount is not compared": confirming((field) => field === "amount"),
      "the fee is not compared": confirming((field) => field === "fee"),
      "the shortfall is not compared": confirming((field) => field === "shortfall"),
      "nothing is accepted": neverPays
    }
  }
)

transition(
  "PAY-13e",
  "a biller that refuses afterwards gets the payment reversed, and what was topped up stays as balance",
  {
    because: "rulebook PAY-13, TOP-17",
    given: { want: lacking({ isOnline: true }).filter(({ lack }) => lack > 0) },
    runs: 100,
    subject: { ...commands, answer: RecordBillerAnswer },
    holds: (asked, { want }) => {
      const { after, before, named: isNamed } = refusedByBiller(asked, want)
      const debit = debitFor(want)
      return (
        isNamed &&
        before.payment === "processing" &&
        same(
          [after.payment, after.bill, after.topUp, after.told],
          ["failed", "payable", "completed", ["paymentFailed"]]
        ) &&
        same([after.bank, after.owed, after.fees, after.used], [debit, 0, want.topUpFee, 2 * debit]) &&
        after.cash + after.money === want.cash + want.money + debit - want.topUpFee
      )
    },
    catches: {
      "nothing comes back": { ...commands, answer: without(RecordBillerAnswer, "entries") },
      "the limits keep it": { ...commands, answer: forgetting(RecordBillerAnswer, ({ kind }) => kind === "usage") },
      "the payment is not found by its request": {
        ...commands,
        answer: hearing(RecordBillerAnswer, ({ payment: _, ...content }) => content)
      }
    }
  }
)

invariant(
  "OTP-04d",
  "one code confirms a payment and its exact top-up, both amounts and the link; none for either alone will do",
  {
    because: "rulebook OTP-04, OTP-08, TOP-14: one operation for the holder",
    given: {
      change: fc.constantFrom(...codeChanges),
      waived: fc.constantFrom([], ["payment"], ["topUp"], ["payment", "topUp"])
    },
    runs: 60,
    subject: PaySlip,
    holds: (pay, { change, waived }) => {
      const answer = payingCoded(pay, change, waived as never)
      if (change === "none") return answer === (waived.length === 2 ? "accepted" : "OtpRequired")
      return answer === (change === "nothing" ? "accepted" : "OtpNotFound")
    },
    catches: {
      "the code of the payment alone will do": taking(PaySlip, ({ operation = "" }, { quote }) => ({
        operation: operation.includes("topUp")
          ? operation
          : `${operation} topUp ${quote.exactTopUp?.link} ${quote.exactTopUp?.amount}`
      })),
      "any amount from the bank will do": taking(PaySlip, ({ operation = "" }, { quote }) => ({
        operation: operation.replace(/\d+$/u, `${quote.exactTopUp?.amount}`)
      })),
      "a code that is waived for payments is waived for the top-up": under(PaySlip, ({ authentication }) => ({
        authentication: {
          ...authentication,
          otp: { ...authentication.otp, waived: [...authentication.otp.waived, "topUp"] }
        }
      }))
    }
  }
)

// ── as it is printed, and for whom ───────────────────────────────────────────────────────────────────────────────────

policy(
  "TOP-13",
  "the bank prints the text in force when the amount was asked for, the default being ウェルネット チャージ",
  {
    because: "seed 000, 通帳には; rulebook TOP-13",
    given: { texts: fc.tuple(passbookText(), passbookText()) },
    runs: 20,
    subject: printed,
    holds: (asked, { texts }) =>
      Effect.map(
        asked(texts),
        ({ asked: [first, ...others], first: kept }) =>
          first === texts[0] &&
          kept === texts[0] &&
          others.at(-1) === texts[1] &&
          compat.passbookText === "ウェルネット チャージ"
      ),
    catches: {
      "it is always the default": (texts) => printed(texts, () => compat.passbookText),
      "a later text is printed": ([_, later]) => printed([later, later]),
      "the first text stays for ever": ([first]) => printed([first, first])
    }
  }
)

invariant(
  "TOP-18",
  "what an exact top-up comes to depends on what is needed alone, by whatever way it is paid, a standing one too",
  {
    because: "seed 000, おまかせ支払いでは; rulebook TOP-18",
    given: {
      want: lacking().filter(({ lack }) => lack > 0),
      way: fc.constantFrom(...PaymentWay.literals),
      wayFee: fc.constantFrom(0, 110, 1_000)
    },
    runs: 100,
    subject: quoting,
    holds: (quote, { want, way, wayFee }) => {
      // The way has a fee and a limit of its own; what is needed is said with its fee already.
      const own = {
        policy: {
          fees: [
            { function: "payment" as const, way, fixed: wayFee as Yen },
            { function: "topUp" as const, way: "bank" as const, fixed: want.topUpFee as Yen }
          ]
        },
        limits: (wide: Policy["limits"]) => ({
          ...wide,
          [want.kind]: { ...wide[want.kind], payment: { byWay: { [way]: { perOperation: 0 as Yen } } } }
        })
      }
      return quoted(deskOf(want, own), want, noon, quote)?.amount === debitFor(want)
    },
    catches: {
      "the fee of the way is added": deciding(quoting, (_, facts, envelope) => {
        const { amount, fee } = envelope.content
        const added = facts.policy.fees.find(({ function: of }) => of === "payment")?.fixed ?? 0
        return quoting.decide(facts, { ...envelope, content: { amount, fee: fee + added } })
      }),
      "slips alone have exact top-ups": deciding(quoting, (decided, { policy: { fees } }) =>
        fees.some(({ way }) => way === "standing")
          ? Result.map(decided, (decision) => ({ ...decision, result: {} }))
          : decided
      )
    }
  }
)

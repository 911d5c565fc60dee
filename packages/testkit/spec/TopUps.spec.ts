/**
 * Top-ups: when a bank may be asked, what its answer brings about, and what silence does not (TOP).
 */
import { cash, fees, money } from "@kinchaku/domain/ledger/AccountCode"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { load, TopUpWay } from "@kinchaku/domain/policy/Policy"
import { bankAvailable, BankUnavailable } from "@kinchaku/domain/bank/ServiceHours"
import { amountFits, TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import { type DebitAnswer, RecordDebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import { RaiseUnresolved } from "@kinchaku/domain/topup/Unresolved"
import { usages } from "@kinchaku/domain/limit/Usage"
import { Effect, Result, Schema } from "effect"
import * as fc from "fast-check"
import { example, fee, invariant, limit, notice, query, transition, validation } from "../src/Rule.ts"
import { yenAround } from "../src/arbitraries/Amounts.ts"
import { accountIdOf, me, same } from "./support/Payments.ts"
import { type Desk, named, noon } from "./support/PaymentsDesk.ts"
import {
  ahead,
  blindTo,
  deciding,
  forgetting,
  hearing,
  holding,
  misbooking,
  mistaking,
  refusing,
  seeing,
  under,
  without,
  writing
} from "./support/PaymentsMistakes.ts"
import {
  type AnswerCommand,
  anyTime,
  bank,
  bankAnswers,
  branchWith,
  clock,
  clockTime,
  debited,
  linkIn,
  noLimits,
  endsUp,
  only,
  refused,
  serviceHours,
  stateAfter,
  topUpLines,
  type TopUpCommand,
  toppingUp,
  whereabouts
} from "./support/PaymentsTopUps.ts"
import {
  askingAnew,
  bankBehaviour,
  creditingAgain,
  delays,
  guessing,
  inquiring,
  raisedAt,
  reported,
  type TopUpEnding,
  topUpStory
} from "./support/PaymentsWorld.ts"

const neverAsks = refusing(TopUpFromBank, new BankUnavailable({ bank, reason: "maintenance" }))

// ── ways ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

example(
  "TOP-01a",
  "value comes in by bank account, convenience store, net banking, ATM and a shop's counter, and in no other way",
  {
    because: "seed 000, どのようなチャージ方法; seed 003, 店頭チャージ",
    subject: Schema.is(TopUpWay) as (way: string) => boolean,
    cases: {
      "bank account": { given: "bank", gives: true },
      "convenience store": { given: "convenienceStore", gives: true },
      "net banking (ペイジー)": { given: "netBanking", gives: true },
      ATM: { given: "atm", gives: true },
      "a shop's counter": { given: "shop", gives: true },
      "credit card": { given: "creditCard", gives: false },
      "no way at all": { given: "", gives: false }
    },
    catches: { "any way will do": () => true, "only banks will do": (way) => way === "bank" }
  }
)

transition(
  "TOP-01b",
  "a top-up from a bank account is one by way of bank: it waits for the bank, and counts in that way",
  {
    because: "seed 000, どのようなチャージ方法がありますか: 銀行口座",
    given: { amount: fc.integer({ min: 1, max: 100_000 }) },
    subject: TopUpFromBank,
    holds: (topUp, { amount }) => {
      const desk = branchWith()
      const { _tag, way } = Result.getOrThrow(desk.ask(topUp, toppingUp(amount)))
      const counted = desk.recordsOf(usages).map(({ byWay }) => byWay["bank"])
      return (
        _tag === "processing" &&
        way === "bank" &&
        same(counted, [amount, amount, amount]) &&
        desk.books.waiting.size === 1
      )
    },
    catches: {
      "the bank is not asked": without(TopUpFromBank, "requests"),
      "it counts in no way": forgetting(TopUpFromBank, ({ kind }) => kind === "usage"),
      "no bank is ever asked": neverAsks
    }
  }
)

// ── credited when the bank accepts ───────────────────────────────────────────────────────────────────────────────────

const answering = (
  amount: number,
  record: AnswerCommand,
  branch: Parameters<typeof branchWith>[0],
  answers: ReadonlyArray<typeof debited | typeof refused>
): Desk => {
  const desk = branchWith(branch)
  const { request } = Result.getOrThrow(desk.ask(TopUpFromBank, toppingUp(amount, branch?.fee ?? 0)))
  desk.askAll(answers.map((answer) => ({ command: record, content: { request, answer } })))
  return desk
}

const creditsNothing = without(RecordDebitAnswer, "entries")

transition(
  "TOP-03",
  "the amount is on the balance in the moment the bank's acceptance is recorded, and no due date exists",
  {
    because: "seed 000, 即時に残高へ反映",
    given: { amount: fc.integer({ min: 1, max: 100_000 }), kind: fc.constantFrom("cash", "money" as const) },
    subject: RecordDebitAnswer,
    holds: (record, { amount, kind }) => {
      const desk = answering(amount, record, { kind }, [debited])
      const { [kind]: code } = { cash, money }
      const topUp = only(desk)
      return (
        desk.held(code(me)) === amount &&
        topUp?._tag === "completed" &&
        topUp.settledAt === noon &&
        !("dueDate" in topUp)
      )
    },
    catches: {
      "it is credited on a later day": creditsNothing,
      "it is credited to the other balance": misbooking(RecordDebitAnswer, cash(me), money(me)),
      "the top-up stays in processing": forgetting(RecordDebitAnswer, ({ kind }) => kind === "topUp")
    }
  }
)

// ── when a bank may be asked ─────────────────────────────────────────────────────────────────────────────────────────

type Available = typeof bankAvailable
const reasonOf = (answer: ReturnType<Available>): string => (Result.isFailure(answer) ? answer.failure.reason : "open")
const day = { ...anyTime, opens: "08:00", closes: "21:00" }
const night = { ...anyTime, opens: "22:00", closes: "06:00" }
const repaired = { ...anyTime, maintenance: [{ from: clock(12), to: clock(13) }] }

example(
  "TOP-07a",
  "a bank is open from the first millisecond of its hours to the last one before they end, and closed in maintenance",
  {
    because: "seed 000, メンテナンス時間や金融機関のサービス提供時間外",
    subject: ({ at, terms }: { readonly terms: typeof anyTime; readonly at: ReturnType<typeof clock> }) =>
      reasonOf(bankAvailable(bank, terms, at)),
    cases: {
      "08:00–21:00 at 07:59:59.999": { given: { terms: day, at: clock(7, 59, 59, 999) }, gives: "outsideServiceHours" },
      "08:00–21:00 at 08:00:00.000": { given: { terms: day, at: clock(8) }, gives: "open" },
      "08:00–21:00 at 20:59:59.999": { given: { terms: day, at: clock(20, 59, 59, 999) }, gives: "open" },
      "08:00–21:00 at 21:00:00.000": { given: { terms: day, at: clock(21) }, gives: "outsideServiceHours" },
      "22:00–06:00 at 21:59:59.999": {
        given: { terms: night, at: clock(21, 59, 59, 999) },
        gives: "outsideServiceHours"
      },
      "22:00–06:00 at 22:00:00.000": { given: { terms: night, at: clock(22) }, gives: "open" },
      "22:00–06:00 at midnight": { given: { terms: night, at: clock(24) }, gives: "open" },
      "22:00–06:00 at 05:59:59.999": { given: { terms: night, at: clock(5, 59, 59, 999) }, gives: "open" },
      "22:00–06:00 at 06:00:00.000": { given: { terms: night, at: clock(6) }, gives: "outsideServiceHours" },
      "00:00–24:00 at 23:59:59.999": { given: { terms: anyTime, at: clock(23, 59, 59, 999) }, gives: "open" },
      "maintenance 12:00–13:00 at 11:59:59.999": {
        given: { terms: repaired, at: clock(11, 59, 59, 999) },
        gives: "open"
      },
      "maintenance 12:00–13:00 at 12:00:00.000": { given: { terms: repaired, at: clock(12) }, gives: "maintenance" },
      "maintenance 12:00–13:00 at 12:59:59.999": {
        given: { terms: repaired, at: clock(12, 59, 59, 999) },
        gives: "maintenance"
      },
      "maintenance 12:00–13:00 at 13:00:00.000": { given: { terms: repaired, at: clock(13) }, gives: "open" }
    },
    catches: {
      "the last minute is still open": ({ at, terms }) => reasonOf(bankAvailable(bank, terms, (at - 1) as typeof at)),
      "the first millisecond is not open yet": ({ at, terms }) =>
        reasonOf(bankAvailable(bank, terms, (at + 1) as typeof at)),
      "maintenance is not looked at": ({ at, terms }) =>
        reasonOf(bankAvailable(bank, { ...terms, maintenance: [] }, at)),
      "hours end at midnight": ({ at, terms }) =>
        reasonOf(bankAvailable(bank, { ...terms, closes: terms.opens > terms.closes ? "24:00" : terms.closes }, at))
    }
  }
)

validation(
  "TOP-07b",
  "with any hours, over midnight or not, a bank is open for that long after it opens and closed for the rest of the day",
  {
    because: "rulebook TOP-07",
    given: { hours: serviceHours(), days: fc.integer({ min: 0, max: 9_999 }) },
    covers: {
      open: { atLeast: 20, when: ({ hours }) => hours.since < hours.open * 60_000 },
      closed: { atLeast: 20, when: ({ hours }) => hours.since >= hours.open * 60_000 },
      "over midnight": { atLeast: 20, when: ({ hours }) => hours.opens + hours.open > 1440 }
    },
    subject: bankAvailable,
    holds: (available, { days, hours: { open, opens, since } }) => {
      const terms = {
        ...anyTime,
        opens: clockTime(opens),
        closes: opens + open === 1440 ? "24:00" : clockTime(opens + open)
      }
      const at = clock(24 * days, opens) + since
      return Result.isSuccess(available(bank, terms, at as never)) === since < open * 60_000
    },
    catches: {
      "hours are those of London": (code, terms, at) => bankAvailable(code, terms, (at + 9 * 3_600_000) as never),
      "hours over midnight are none": (code, terms, at) =>
        bankAvailable(code, terms.opens < terms.closes ? terms : { ...terms, closes: terms.opens }, at),
      "every bank is always open": () => Result.void,
      "the minute of closing is open": (code, terms, at) => bankAvailable(code, terms, (at - 60_000) as never)
    }
  }
)

const links = {
  registered: linkIn("registered"),
  inProcedure: linkIn("inProcedure"),
  rejected: linkIn("rejected"),
  missing: undefined,
  "of another holder": linkIn("registered", accountIdOf(1))
} as const

validation(
  "TOP-07c",
  "a top-up is asked only of a link that is fully registered and the holder's own; else nothing happens",
  {
    because: "seed 000, 本登録; rulebook TOP-07",
    given: { state: fc.constantFrom(...(Object.keys(links) as ReadonlyArray<keyof typeof links>)) },
    subject: TopUpFromBank,
    holds: (topUp, { state }) => {
      const desk = branchWith({ link: links[state] })
      const before = desk.everything
      const answer = named(desk.ask(topUp, toppingUp(1_000)))
      return state === "registered"
        ? answer === "accepted"
        : answer === "BankLinkNotRegistered" && desk.everything === before
    },
    catches: {
      "a link in procedure will do": mistaking(TopUpFromBank, "bankLink", { _tag: "registered" }),
      "anybody's link will do": mistaking(TopUpFromBank, "bankLink", { account: me }),
      "no link will do": neverAsks
    }
  }
)

validation("TOP-07d", "outside its hours or in maintenance a bank is not asked, and nothing is reserved", {
  because: "seed 000, メンテナンス時間や金融機関のサービス提供時間外",
  given: { hour: fc.integer({ min: 0, max: 23 }), closed: fc.constantFrom("hours", "maintenance", "never" as const) },
  subject: TopUpFromBank,
  holds: (topUp, { closed, hour }) => {
    const terms = { hours: day, maintenance: { maintenance: [{ from: clock(0), to: clock(12) }] }, never: {} }[closed]
    const isOpen = closed === "never" || (closed === "hours" ? hour >= 8 && hour < 21 : hour >= 12)
    const desk = branchWith({ terms })
    const before = desk.everything
    const answer = named(desk.ask(topUp, toppingUp(1_000), { at: clock(hour) }))
    return isOpen ? answer === "accepted" : answer === "BankUnavailable" && desk.everything === before
  },
  catches: {
    "the bank is asked at any time": under(TopUpFromBank, () => ({ banks: { [bank]: anyTime } })),
    "no bank is ever asked": neverAsks
  }
})

// ── how much ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const stepped = { ...anyTime, minimum: 1_000 as PositiveYen, step: 500 as PositiveYen }
const fitting = (terms: typeof anyTime, amount: number): boolean => Result.isSuccess(amountFits(terms, amount as Yen))

example(
  "TOP-08a",
  "a bank with a minimum of ¥1,000 and a step of ¥500 takes ¥1,000, ¥1,500, ¥2,000 and nothing between",
  {
    because: "seed 000, 最小チャージ額は金融機関によって",
    subject: ({ amount, terms }: { readonly terms: typeof anyTime; readonly amount: number }) => fitting(terms, amount),
    cases: {
      "¥999": { given: { terms: stepped, amount: 999 }, gives: false },
      "¥1,000": { given: { terms: stepped, amount: 1_000 }, gives: true },
      "¥1,001": { given: { terms: stepped, amount: 1_001 }, gives: false },
      "¥1,499": { given: { terms: stepped, amount: 1_499 }, gives: false },
      "¥1,500": { given: { terms: stepped, amount: 1_500 }, gives: true },
      "¥500, below the minimum": { given: { terms: stepped, amount: 500 }, gives: false },
      "¥1 at a bank without terms of its own": { given: { terms: anyTime, amount: 1 }, gives: true },
      "¥0 at a bank without terms of its own": { given: { terms: anyTime, amount: 0 }, gives: false }
    },
    catches: {
      "the step counts from zero": ({ amount, terms }) =>
        amount >= terms.minimum && amount % terms.step === 0 && amount !== 1_500,
      "the minimum is not looked at": ({ amount, terms }) => (amount - terms.minimum) % terms.step === 0
    }
  }
)

limit(
  "TOP-08b",
  "an amount is taken when it is the minimum and whole steps, else refused with minimum and step named",
  {
    because: "rulebook TOP-08 (step own)",
    given: {
      minimum: fc.constantFrom(1_001, 5_000),
      step: fc.constantFrom(3, 500, 1_000),
      steps: fc.integer({ min: -1, max: 20 }),
      off: fc.constantFrom(0, -1, 1)
    },
    covers: {
      taken: { atLeast: 15, when: ({ off, steps }) => off === 0 && steps >= 0 },
      "between steps": { atLeast: 30, when: ({ off }) => off !== 0 }
    },
    subject: TopUpFromBank,
    holds: (topUp, { minimum, off, step, steps }) => {
      const asked = minimum + steps * step + off
      const terms = { minimum: minimum as PositiveYen, step: step as PositiveYen }
      const answer = branchWith({ terms }).ask(topUp, toppingUp(asked))
      if (off === 0 && steps >= 0) return named(answer) === "accepted"
      return Result.isFailure(answer) && same(answer.failure, { _tag: "BelowMinimumAmount", ...terms, asked })
    },
    catches: {
      "the step is not looked at": overTerms({ step: 1 as PositiveYen }),
      "the minimum is not looked at": overTerms({ minimum: 1 as PositiveYen, step: 1 as PositiveYen }),
      "the minimum itself is not taken": overTerms({ minimum: 1_004 as PositiveYen }),
      "no bank is ever asked": neverAsks
    }
  }
)

/** A top-up command that decides with other terms of the bank. */
function overTerms(more: Partial<typeof anyTime>): TopUpCommand {
  return under(TopUpFromBank, ({ banks: { [bank]: terms = anyTime } }) => ({
    banks: { [bank]: { ...terms, ...more } }
  }))
}

/** A top-up command that forgets what is in flight. */
const landed: TopUpCommand = seeing(TopUpFromBank, (kind, record) =>
  kind === "usage" && record !== undefined && "period" in record && record.period === "inFlight" ? undefined : record
)

limit(
  "TOP-09a",
  "a top-up that would pass the balance cap, top-ups in flight counted, is refused before anything moves",
  {
    because: "seed 000, 限度額; rulebook TOP-09, LIM-04",
    given: {
      held: fc.constantFrom(0, 1, 400_000, 1_000_000),
      flying: fc.constantFrom(0, 1, 250_000, 600_000),
      amount: yenAround(350_000),
      toCap: fc.constantFrom(-1, 0, 1, undefined)
    },
    subject: TopUpFromBank,
    holds: (topUp, { amount, flying, held, toCap }) => {
      const desk = branchWith({ money: held })
      const isFlying = flying > 0 && named(desk.ask(TopUpFromBank, toppingUp(flying))) === "accepted" ? flying : 0
      const room = 1_000_000 - held - isFlying
      const yen = Math.max(1, toCap === undefined ? amount : room + toCap)
      const before = desk.everything
      const answer = desk.ask(topUp, toppingUp(yen))
      if (yen <= room) return named(answer) === "accepted"
      const refusal = { _tag: "BalanceCapExceeded", period: "always", allowed: 1_000_000, remaining: room, asked: yen }
      return Result.isFailure(answer) && same(answer.failure, refusal) && desk.everything === before
    },
    catches: {
      "what is in flight is not counted": landed,
      "the balance is not counted": holding(TopUpFromBank, () => 0),
      "no bank is ever asked": neverAsks
    }
  }
)

limit(
  "TOP-09b",
  "a top-up that would pass a limit of the operation, the day or the month is refused before anything moves",
  {
    because: "seed 000, 限度額; rulebook LIM-01, LIM-02",
    given: {
      before: fc.constantFrom(0, 1, 20_000),
      amount: yenAround(30_000),
      cap: fc.constantFrom("perOperation", "perDay", "perMonth" as const)
    },
    subject: TopUpFromBank,
    holds: (topUp, { amount, before, cap }) => {
      const yen = Math.max(1, amount)
      const desk = branchWith({
        limits: { ...noLimits, money: { ...noLimits.money, topUp: { [cap]: 30_000 as Yen } } }
      })
      if (before > 0) desk.ask(TopUpFromBank, toppingUp(before))
      const seen = desk.everything
      const answer = desk.ask(topUp, toppingUp(yen))
      const fits = yen + (cap === "perOperation" ? 0 : before) <= 30_000
      return fits
        ? named(answer) === "accepted"
        : Result.isFailure(answer) &&
            answer.failure._tag === "LimitExceeded" &&
            answer.failure.limit === cap &&
            desk.everything === seen
    },
    catches: {
      "what was used before is not counted": blindTo(TopUpFromBank, "usage"),
      "limits are not looked at": under(TopUpFromBank, () => ({ limits: noLimits })),
      "no bank is ever asked": neverAsks
    }
  }
)

/** How many answers refuse after one that debits. */
const takenBack = (answers: ReadonlyArray<DebitAnswer>): number => {
  const since = answers.findIndex(({ _tag }) => _tag === "debited")
  return since < 0 ? 0 : answers.slice(since).filter(({ _tag }) => _tag === "refused").length
}

transition(
  "TOP-09c",
  "money that arrives after the bank had refused goes to suspense once and is raised, as is each word that takes it back; no balance grows",
  {
    because: "rulebook TOP-09: a deposit that arrives anyway goes to suspense; decision 21",
    given: { amount: fc.integer({ min: 1, max: 100_000 }), answers: bankAnswers() },
    covers: {
      "it arrives": { atLeast: 20, when: ({ answers }) => answers.some(({ _tag }) => _tag === "debited") },
      "it is taken back": { atLeast: 20, when: ({ answers }) => takenBack(answers) > 0 }
    },
    subject: RecordDebitAnswer,
    holds: (record, { amount, answers }) => {
      const desk = answering(amount, record, {}, [refused, ...answers])
      const arrived = answers.some(({ _tag }) => _tag === "debited")
      const raised = desk.notices.filter((kind) => kind === "topUpContradicted").length
      return (
        same(whereabouts(desk), {
          held: 0,
          fees: 0,
          suspense: arrived ? amount : 0,
          bank: arrived ? amount : 0,
          used: 0
        }) && raised === (arrived ? 1 + takenBack(answers) : 0)
      )
    },
    catches: {
      "it is credited after all": mistaking(RecordDebitAnswer, "topUp", { _tag: "processing" }),
      "it is booked again on each answer": mistaking(RecordDebitAnswer, "topUp", { contradictedAt: undefined }),
      "it is lost": creditsNothing,
      "nobody is told": without(RecordDebitAnswer, "notices"),
      "nobody is told that it is taken back": deciding(RecordDebitAnswer, (decided) =>
        Result.map(decided, (decision) => (decision.entries.length === 0 ? { ...decision, notices: [] } : decision))
      ),
      "each word is raised": deciding(RecordDebitAnswer, (decided, _, { at, id }) =>
        Result.map(decided, (decision) => ({
          ...decision,
          notices: [
            { id: `${id}.1`, kind: "topUpContradicted", to: "operators", account: me, subject: decision.result.id, at }
          ]
        }))
      )
    }
  }
)

// ── exactly once ─────────────────────────────────────────────────────────────────────────────────────────────────────

invariant(
  "TOP-10a",
  "whatever a bank answers, up to four times and in any order, the first answer counts and a debit is credited once",
  {
    because: "seed 000, 成功したかどうかがわかりません; rulebook TOP-10",
    given: { amount: fc.integer({ min: 1, max: 100_000 }), answers: bankAnswers() },
    covers: {
      silence: { atLeast: 5, when: ({ answers }) => answers.length === 0 },
      "a contradiction": { atLeast: 20, when: ({ answers }) => new Set(answers.map(({ _tag }) => _tag)).size === 2 }
    },
    runs: 400,
    subject: RecordDebitAnswer,
    holds: (record, { amount, answers }) => {
      const desk = answering(amount, record, {}, answers)
      return only(desk)?._tag === stateAfter(answers[0]) && same(whereabouts(desk), endsUp(amount, answers))
    },
    catches: {
      "two answers credit twice": mistaking(RecordDebitAnswer, "topUp", { _tag: "processing" }),
      "a refusal credits": hearing(RecordDebitAnswer, (content) => ({ ...content, answer: debited })),
      "an acceptance credits nothing": creditsNothing,
      "a refusal keeps the limit used": forgetting(RecordDebitAnswer, ({ kind }) => kind === "usage")
    }
  }
)

/** What a bank's silence may never bring about. */
const settledWell = (
  { debits, held, hours, owed, state, suspense, taken, waiting }: TopUpEnding,
  behaviour: string
): boolean => {
  const contradicted = behaviour === "contradictsItself" ? 5_000 : 0
  const bookedOnce = held + suspense === taken && owed === taken && suspense === contradicted && debits <= 1
  return waiting === 0 && hours <= 48 && bookedOnce && state === (held > 0 ? "completed" : "failed")
}

invariant(
  "TOP-10b",
  "whatever a bank does, late, silent or off the network, within 48 hours the amount is credited once if it took it, never if not",
  {
    because: "seed 000, 成功したかどうかがわかりません; quality goal 20",
    given: { behaviour: bankBehaviour(), delays: delays() },
    covers: {
      "the bank refuses": { atLeast: 3, when: ({ behaviour }) => behaviour === "refuses" },
      "the bank takes it and falls silent": { atLeast: 3, when: ({ behaviour }) => behaviour === "doesAndFallsSilent" },
      "off the network": { atLeast: 20, when: ({ delays }) => delays.outageHours > 0 }
    },
    runs: 100,
    subject: inquiring,
    holds: (resolve, { behaviour, delays }) =>
      Effect.map(topUpStory(behaviour, delays, resolve), (ending) => settledWell(ending, behaviour)),
    catches: {
      "silence is taken for a yes": guessing("debited"),
      "silence is taken for a no": guessing("refused"),
      "after silence the amount is debited anew": askingAnew,
      "two answers credit twice": creditingAgain,
      "silence is left at that": () => Effect.void
    }
  }
)

invariant(
  "TOP-10c",
  "whatever text a bank gives as its number of a debit, and however often it reports it, the debit is credited once",
  {
    because: "quality goals 18 and 21: a provider's answer is never lost for the way it is written",
    given: {
      reference: fc.oneof(
        fc.string({ unit: "binary" }),
        fc.constantFrom("", "受付123", "a\nb", "\ud800", "9".repeat(400))
      ),
      times: fc.integer({ min: 1, max: 3 })
    },
    runs: 60,
    subject: reported,
    holds: (report, { reference, times }) =>
      Effect.map(report(reference, times), (ending) => same(ending, { state: "completed", held: 5_000 })),
    catches: {
      "only plain numbers are heard": (reference, times) =>
        /^[ -~]*$/.test(reference) ? reported(reference, times) : Effect.succeed({ state: "processing", held: 0 }),
      "each report is credited": (reference, times) =>
        Effect.map(reported(reference, times), (ending) => ({ ...ending, held: 5_000 * times }))
    }
  }
)

// ── unresolved ───────────────────────────────────────────────────────────────────────────────────────────────────────

const halfHour = 30 * 60_000

notice(
  "TOP-11a",
  "a top-up that is in processing for 30 minutes is raised to operators, one millisecond earlier it is not",
  {
    because: "seed 000, 30分以上反映されない",
    given: {
      waited: fc.oneof(
        fc.constantFrom(0, halfHour - 1, halfHour, halfHour + 1),
        fc.integer({ min: 0, max: 2 * halfHour })
      ),
      answers: fc.array(fc.constantFrom(debited, refused), { maxLength: 1 })
    },
    covers: {
      "too early": { atLeast: 10, when: ({ answers, waited }) => answers.length === 0 && waited < halfHour },
      due: { atLeast: 10, when: ({ answers, waited }) => answers.length === 0 && waited >= halfHour },
      settled: { atLeast: 20, when: ({ answers }) => answers.length > 0 }
    },
    subject: RaiseUnresolved,
    holds: (raise, { answers, waited }) => {
      const desk = answering(5_000, RecordDebitAnswer, {}, answers)
      const { id, _tag } = only(desk) ?? { id: "", _tag: "" }
      desk.ask(raise, { topUp: id as never }, { at: (noon + waited) as typeof noon })
      const isDue = answers.length === 0 && waited >= halfHour
      return (
        desk.notices.includes("topUpUnresolved") === isDue &&
        (only(desk)?.raisedAt === noon + waited) === isDue &&
        only(desk)?._tag === _tag
      )
    },
    catches: {
      "it is raised a millisecond early": ahead(RaiseUnresolved, 1),
      "it is raised a millisecond late": ahead(RaiseUnresolved, -1),
      "a settled one is raised too": mistaking(RaiseUnresolved, "topUp", { _tag: "processing" }),
      "it is never raised": without(RaiseUnresolved, "puts", "notices"),
      "it fails when it is raised": writing(RaiseUnresolved, "topUp", { _tag: "failed" })
    }
  }
)

notice("TOP-11b", "however often it is looked at, an unresolved top-up is raised once", {
  because: "rulebook TOP-11",
  given: { looks: fc.array(fc.integer({ min: 0, max: 3 * halfHour }), { minLength: 1, maxLength: 6 }) },
  covers: {
    "due more than once": { atLeast: 20, when: ({ looks }) => looks.filter((wait) => wait >= halfHour).length > 1 }
  },
  subject: RaiseUnresolved,
  holds: (raise, { looks }) => {
    const desk = answering(5_000, RecordDebitAnswer, {}, [])
    const topUp = only(desk)?.id as never
    desk.askAll(looks.map((wait) => ({ command: raise, content: { topUp }, at: (noon + wait) as typeof noon })))
    return desk.notices.length === (looks.some((wait) => wait >= halfHour) ? 1 : 0)
  },
  catches: {
    "each look raises it": forgetting(RaiseUnresolved, () => true),
    "it is never raised": without(RaiseUnresolved, "notices")
  }
})

notice("TOP-11c", "the sweep raises a silent top-up at the first look from 30 minutes on; it stays in processing", {
  because: "seed 000, 30分以上反映されない; configurable, default 30",
  given: {
    looks: fc.array(
      fc.oneof(fc.constantFrom(halfHour - 1, halfHour, halfHour + 1), fc.integer({ min: 0, max: 3 * halfHour })),
      { maxLength: 3 }
    )
  },
  covers: { "never due": { atLeast: 5, when: ({ looks }) => looks.every((after) => after < halfHour) } },
  runs: 40,
  subject: 30,
  holds: (minutes, { looks }) => {
    const due = looks.filter((after) => after >= halfHour)
    const expected = { after: due.length === 0 ? undefined : Math.min(...due), state: "processing" }
    return Effect.map(raisedAt(looks, minutes), (seen) => same(seen, expected))
  },
  catches: { "after 29 minutes": 29, "after 31 minutes": 31 }
})

example("TOP-11d", "a policy has to name whom a holder asks about an unresolved top-up", {
  because: "seed 000, お問い合わせください; rulebook TOP-11: shows the holder the contact",
  subject: (contact: unknown) =>
    Result.match(load({ contact }), {
      onFailure: ({ issues }) => issues.map(({ field }) => field).join(),
      onSuccess: ({ contact: shown }) => `shows ${shown}`
    }),
  cases: {
    "a contact": { given: "0120-000-000", gives: "shows 0120-000-000" },
    "an empty one": { given: "", gives: "contact" },
    none: { given: undefined, gives: "contact" }
  },
  catches: { "nobody need be named": (contact) => `shows ${String(contact)}`, "nobody can be named": () => "contact" }
})

// ── what is shown and charged ────────────────────────────────────────────────────────────────────────────────────────

query("TOP-12", "the history of a top-up shows date, status, amount and fee; a bank top-up has no due date", {
  because: "seed 000, 履歴詳細画面",
  given: {
    amount: fc.integer({ min: 2_000, max: 100_000 }),
    fee: fc.constantFrom(0, 1, 110),
    answers: fc.array(fc.constantFrom(debited, refused), { maxLength: 1 })
  },
  subject: topUpLines,
  holds: (lines, { amount, answers, fee: charged }) => {
    const desk = answering(amount, RecordDebitAnswer, { fee: charged }, answers)
    return same(lines(desk), [{ date: noon, status: stateAfter(answers[0]), amount, fee: charged, due: "none" }])
  },
  catches: {
    "the status is that of the beginning": (desk) =>
      topUpLines(desk).map((line) => ({ ...line, status: "processing" })),
    "the fee is not shown": (desk) => topUpLines(desk).map((line) => ({ ...line, fee: 0 })),
    "the history is empty": () => []
  }
})

fee("TOP-19a", "the fee that was shown is the fee that is booked, in a line of its own, out of what is credited", {
  because: "seed 000, 手数料; rulebook FEE-01, FEE-04",
  given: {
    amount: fc.integer({ min: 1_000, max: 100_000 }),
    charged: fc.constantFrom(0, 1, 110, 999),
    kind: fc.constantFrom("cash", "money" as const)
  },
  covers: { "there is a fee": { atLeast: 40, when: ({ charged }) => charged > 0 } },
  subject: RecordDebitAnswer,
  holds: (record, { amount, charged, kind }) => {
    const desk = answering(amount, record, { fee: charged, kind }, [debited])
    const lines = desk.entries.flatMap(({ postings }) => postings.filter(({ account }) => account === fees))
    const own = charged === 0 ? [] : [{ account: fees, side: "credit", amount: charged }]
    return (
      same(lines, own) &&
      same(whereabouts(desk), { held: amount - charged, fees: charged, suspense: 0, bank: amount, used: 2 * amount })
    )
  },
  catches: {
    "the fee is not booked": mistaking(RecordDebitAnswer, "topUp", { fee: 0 }),
    "another fee is booked": mistaking(RecordDebitAnswer, "topUp", { fee: 998 })
  }
})

fee(
  "TOP-19b",
  "a top-up whose fee is not the one that was shown, or that takes the whole amount, is refused before the bank is asked",
  {
    because: "rulebook TOP-19, FEE-01: the quoted fee is what is booked",
    given: { shown: fc.constantFrom(0, 109, 110, 111), amount: fc.constantFrom(1, 110, 111, 5_000) },
    subject: TopUpFromBank,
    holds: (topUp, { amount, shown }) => {
      const desk = branchWith({ fee: 110 })
      const before = desk.everything
      const answer = named(desk.ask(topUp, toppingUp(amount, shown)))
      if (shown === 110 && amount > 110) return answer === "accepted"
      return answer === (shown === 110 ? "FeeExceedsAmount" : "QuoteChanged") && desk.everything === before
    },
    catches: {
      "what was shown is not compared": hearing(TopUpFromBank, (content) => ({ ...content, quotedFee: 110 as Yen })),
      "no bank is ever asked": neverAsks
    }
  }
)

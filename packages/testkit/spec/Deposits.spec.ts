/**
 * Deposits: top-ups at convenience stores, by net banking, at ATMs and at counters, and what becomes of each deposit (TOP, LIM, BAL-02).
 */
import { accounts } from "@kinchaku/domain/account/Account"
import { end, instant } from "@kinchaku/domain/calendar/JapanDate"
import { put } from "@kinchaku/domain/engine/Facts"
import { bankSettlement, cash, cashBreakage, money, receivable } from "@kinchaku/domain/ledger/AccountCode"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import { noticeMail } from "@kinchaku/domain/notice/NoticeMessages"
import { depositFacts } from "@kinchaku/domain/notice/DepositLetter"
import { line } from "@kinchaku/domain/notice/Messages"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import { type ChainCode, compatWallet } from "@kinchaku/domain/policy/Wallet"
import { deposits, type DepositTopUp, type DepositWay } from "@kinchaku/domain/topup/Deposit"
import { RecordDeposit } from "@kinchaku/domain/topup/DepositBooking"
import { ExpireDepositTopUp, RaiseUnissuedDeposit } from "@kinchaku/domain/topup/DepositExpiry"
import { RecordNumberIssued } from "@kinchaku/domain/topup/DepositNumber"
import { RecordReceivablePaid } from "@kinchaku/domain/topup/DepositReceivable"
import { RequestDeposit } from "@kinchaku/domain/topup/DepositRequest"
import { FormerWay } from "@kinchaku/domain/topup/DirectTopUp"
import { ImportTopUp } from "@kinchaku/domain/topup/DirectTopUpImport"
import { TopUpAtShop } from "@kinchaku/domain/topup/ShopTopUp"
import type { Actor } from "@kinchaku/domain/engine/Command"
import type { BankCode } from "@kinchaku/domain/bank/BankLink"
import { Effect, Result } from "effect"
import * as fc from "fast-check"
import { yenAround } from "../src/arbitraries/Amounts.ts"
import { example, fee, invariant, limit, notice, policy, query, transition, validation } from "../src/Rule.ts"
import { accountWith, inState, operator, states } from "./support/AccountDesk.ts"
import {
  after,
  asked,
  Become,
  causes,
  collector,
  coming,
  type Core,
  counted,
  counterWith,
  dayMillis,
  fates,
  lawson,
  now,
  number,
  numbered,
  paidIn,
  real,
  shop,
  wanting,
  whereabouts
} from "./support/Deposits.ts"
import { historyWays, issuedIn } from "./support/DepositStories.ts"
import { accountIdOf, accountOf, me, same } from "./support/Payments.ts"
import { type Desk, named, noon } from "./support/PaymentsDesk.ts"
import {
  ahead,
  blindTo,
  deciding,
  forgetting,
  hearing,
  holding,
  mistaking,
  refusing,
  under,
  without,
  writing
} from "./support/PaymentsMistakes.ts"
import { noLimits } from "./support/PaymentsTopUps.ts"

const amount = 5_000
const depositWays: ReadonlyArray<DepositWay> = ["convenienceStore", "netBanking", "atm"]
const inUse = RequestDeposit

// ── asking for a number ──────────────────────────────────────────────────────────────────────────────────────────────

transition(
  "TOP-01c",
  "a holder without any bank account tops up at a store, by net banking or at an ATM: it awaits its deposit, asks for a number, and counts in its way",
  {
    because: "seed 000, どのようなチャージ方法; ステータス(入金待ち)",
    given: { way: fc.constantFrom(...depositWays), kind: fc.constantFrom("cash", "money" as const) },
    subject: inUse,
    holds: (request, { kind, way }) => {
      const desk = counterWith({ kind })
      const answer = desk.ask(request, wanting(amount, 0, way))
      if (Result.isFailure(answer)) return false
      const { _tag, chain, way: as } = answer.success
      const [waiting] = [...desk.books.requests.values()]
      return (
        same([_tag, as, chain], ["awaiting", way, way === "convenienceStore" ? lawson : undefined]) &&
        same([waiting?.kind, waiting?.subject], ["depositNumber", answer.success.id]) &&
        same(counted(desk), { flying: amount, day: amount, month: amount }) &&
        whereabouts(desk).held === 0
      )
    },
    catches: {
      "no number is asked for": without(RequestDeposit, "requests"),
      "it does not count before it is paid in": forgetting(RequestDeposit, ({ kind }) => kind === "usage"),
      "every way is that of an ATM": hearing(RequestDeposit, ({ chain: _, ...content }) => ({
        ...content,
        way: "atm" as const
      }))
    }
  }
)

policy("TOP-02", "a top-up at a store is taken exactly at the chains that the operator lists", {
  because: "seed 000, ローソン・ファミリーマート; rulebook TOP-02",
  given: {
    listed: fc.subarray(compatWallet.deposit.chains.map(({ code }) => code)),
    chain: fc.constantFrom(...compatWallet.deposit.chains.map(({ code }) => code), "ministop" as ChainCode)
  },
  covers: { "it is taken": { atLeast: 20, when: ({ chain, listed }) => listed.includes(chain) } },
  subject: RequestDeposit,
  holds: (request, { chain, listed }) => {
    const chains = compatWallet.deposit.chains.filter(({ code }) => listed.includes(code))
    const desk = counterWith({ deposit: { chains } })
    const answer = named(desk.ask(request, { ...wanting(amount), chain }))
    return answer === (listed.includes(chain) ? "accepted" : "ChainNotAccepted")
  },
  catches: {
    "every store is taken": hearing(RequestDeposit, ({ chain: _, ...content }) => content),
    "the preset's chains are taken for ever": under(RequestDeposit, () => ({ wallet: compatWallet }))
  }
})

example("TOP-02b", "the chains of the preset, and where their payers begin", {
  because: "seed 000, 店内端末 (ローソン・ファミリーマート・セイコーマート), レジ (デイリーヤマザキ)",
  subject: (code: string): string =>
    compatWallet.deposit.chains.find((chain) => chain.code === code)?.at ?? "not accepted",
  cases: {
    lawson: { given: "lawson", gives: "terminal" },
    familyMart: { given: "familyMart", gives: "terminal" },
    seicomart: { given: "seicomart", gives: "terminal" },
    dailyYamazaki: { given: "dailyYamazaki", gives: "till" },
    "another chain": { given: "ministop", gives: "not accepted" }
  },
  catches: { "all have a terminal": () => "terminal", "none has a terminal": () => "till" }
})

limit(
  "TOP-09d",
  "a top-up that would pass a limit of its way or the balance cap, what is in flight counted, is refused before a number is asked for",
  {
    because: "seed 000, 限度額; rulebook TOP-09, LIM-01, LIM-04, LIM-05",
    given: {
      bound: fc.constantFrom("perOperation", "perDay", "perMonth", "balance"),
      before: yenAround(600),
      wanted: yenAround(1_000).filter((yen) => yen > 0)
    },
    covers: { "it passes": { atLeast: 10, when: ({ before, bound, wanted }) => room(bound, before) < wanted } },
    subject: RequestDeposit,
    holds: (request, { before, bound, wanted }) => {
      const byWay = { convenienceStore: bound === "balance" ? {} : { [bound]: 1_000 as Yen } }
      const ofMoney = { ...noLimits.money, topUp: { byWay }, balance: (bound === "balance" ? 1_000 : 1e9) as Yen }
      const desk = counterWith({ limits: { ...noLimits, money: ofMoney } })
      if (before > 0 && named(desk.ask(RequestDeposit, wanting(Math.min(before, 1_000)))) !== "accepted") return false
      const stood = desk.everything
      const answer = desk.ask(request, wanting(wanted))
      if (wanted <= room(bound, before)) return Result.isSuccess(answer)
      if (Result.isSuccess(answer) || desk.everything !== stood) return false
      const told = answer.failure as { readonly _tag: string; readonly way?: string; readonly remaining?: number }
      return same(
        [told._tag, told.way, told.remaining],
        bound === "balance"
          ? ["BalanceCapExceeded", undefined, room(bound, before)]
          : ["LimitExceeded", "convenienceStore", room(bound, before)]
      )
    },
    catches: {
      "what is in flight does not count": blindTo(RequestDeposit, "usage"),
      "there is no limit": under(RequestDeposit, () => ({
        limits: { cash: noLimits.cash, money: { ...noLimits.money, balance: 1e9 as Yen } }
      })),
      "one yen over is let through": hearing(RequestDeposit, (content) => ({
        ...content,
        amount: Math.max(content.amount - 1, 1) as PositiveYen
      }))
    }
  }
)

/** What is left under a bound of ¥1,000. */
function room(bound: string, before: number): number {
  return bound === "perOperation" ? 1_000 : 1_000 - Math.min(before, 1_000)
}

fee("TOP-19c", "a deposit's fee is the one that was shown when it was asked for, booked in a line of its own", {
  because: "seed 000, 手数料; rulebook TOP-19, FEE-01",
  given: { shown: fc.constantFrom(0, 109, 110, 111), wanted: fc.constantFrom(1, 110, 111, 5_000) },
  subject: real,
  holds: (core, { shown, wanted }) => {
    const desk = counterWith({ fee: 110 })
    const answer = named(desk.ask(core.request, wanting(wanted, shown)))
    if (shown !== 110) return answer === "QuoteChanged"
    if (wanted <= 110) return answer === "FeeExceedsAmount"
    const topUp = desk.recordsOf<DepositTopUp>({ name: "depositTopUp" } as never)[0]
    if (topUp === undefined) return false
    numbered(desk, topUp)
    desk.ask(core.deposit, paidIn(wanted))
    const { atShop: _, ...is } = whereabouts(desk)
    return same(is, { held: wanted - 110, fees: 110, suspense: 0, owed: wanted })
  },
  catches: {
    "the fee is not booked": { ...real, deposit: mistaking(RecordDeposit, "depositTopUp", { fee: 0 }) },
    "what was shown is not compared": {
      ...real,
      request: hearing(RequestDeposit, (content) => ({ ...content, quotedFee: 110 as Yen }))
    },
    "nothing is ever taken": { ...real, request: refusing(RequestDeposit, { _tag: "QuoteChanged" } as never) }
  }
})

// ── the number ───────────────────────────────────────────────────────────────────────────────────────────────────────

transition(
  "TOP-04a",
  "a top-up awaits its deposit, is completed by it, fails without a number, and expires when its due date is over",
  {
    because: "seed 000, ステータス(完了・失敗・入金待ち・期限切れ)",
    given: {
      dueDays: fc.constantFrom(0, 1, 3, 59),
      answer: fc.constantFrom("issued", "refused", "none" as const),
      paid: fc.boolean(),
      // Milliseconds around the end of the due date.
      off: fc.constantFrom(-dayMillis, -1, 0, 1, dayMillis)
    },
    subject: real,
    holds: (core, { answer, dueDays, off, paid }) => {
      const desk = counterWith({ deposit: { dueDays } })
      const topUp = asked(desk, amount, { request: core.request })
      if (answer !== "none") numbered(desk, topUp, answer, { issue: core.issue })
      const at = instant(Math.max(end(topUp.due) + off, noon))
      if (paid) desk.ask(core.deposit, paidIn(amount, { reference: topUp.request }), { at })
      desk.ask(core.expire, { topUp: topUp.id }, { at })
      const isOver = at > end(topUp.due)
      const state = answer === "refused" ? "failed" : isOver ? "expired" : paid ? "completed" : "awaiting"
      return now(desk, topUp)?._tag === state
    },
    catches: {
      "it expires a day early": { ...real, expire: ahead(ExpireDepositTopUp, dayMillis) },
      "it expires a day late": { ...real, expire: ahead(ExpireDepositTopUp, -dayMillis) },
      "a refusal is not heard": { ...real, issue: without(RecordNumberIssued, "puts") },
      "a deposit after the due date completes it": { ...real, deposit: ahead(RecordDeposit, -dayMillis) },
      "a deposit on the due date is late": { ...real, deposit: ahead(RecordDeposit, dayMillis) }
    }
  }
)

example("TOP-04b", "where nothing is said, the due date is the third day after the request, by the calendar of Japan", {
  because: "rulebook TOP-04: default 3 days",
  subject: (at: number): string => asked(counterWith(), amount, { at: instant(at) }).due,
  cases: {
    "at noon": { given: noon, gives: "2026-05-23" },
    "at the last moment of a day": { given: noon + dayMillis / 2 - 1, gives: "2026-05-23" },
    "at the first moment of the next": { given: noon + dayMillis / 2, gives: "2026-05-24" },
    "over the end of a year": { given: Date.UTC(2026, 11, 30, 3), gives: "2027-01-02" }
  },
  catches: {
    "days are those of London": (at: number) =>
      asked(counterWith(), amount, { at: instant(at - 9 * 3_600_000) }).due as string,
    "the day of the request counts": (at: number) =>
      asked(counterWith({ deposit: { dueDays: 2 } }), amount, { at: instant(at) }).due as string
  }
})

notice(
  "TOP-05a",
  "the holder is told a number once, when it can still be paid, and operators when there is none to tell",
  {
    because: "seed 000, 支払番号が記載されたメール; rulebook TOP-05",
    given: {
      answers: fc.array(fc.constantFrom("issued", "refused", "ofAnother" as const), { minLength: 1, maxLength: 3 }),
      isLate: fc.boolean(),
      isSwept: fc.boolean()
    },
    subject: real,
    holds: (core, { answers, isLate, isSwept }) => {
      const desk = counterWith()
      const another = asked(desk, amount)
      numbered(desk, another, "issued", { given: "999999999999" as typeof number })
      const before = desk.notices.length
      const topUp = asked(desk, amount)
      const at = isLate ? after(4 * dayMillis) : noon
      if (isSwept) desk.ask(core.expire, { topUp: topUp.id }, { at })
      for (const answer of answers) {
        const given = answer === "ofAnother" ? { given: "999999999999" as typeof number } : {}
        numbered(desk, topUp, answer === "refused" ? "refused" : "issued", { issue: core.issue, at, ...given })
      }
      const isOpen = !(isLate && isSwept)
      const first = isOpen ? answers[0] : answers.find((one) => one === "issued")
      const told = first === "issued" && !isLate ? ["paymentNumberIssued"] : []
      const raised = isOpen && first === "ofAnother" ? ["depositUnresolved"] : []
      return same(desk.notices.slice(before), [...told, ...raised])
    },
    catches: {
      "nobody is told": { ...real, issue: without(RecordNumberIssued, "notices") },
      "a number is told after its due date": { ...real, issue: ahead(RecordNumberIssued, -4 * dayMillis) },
      "a number serves two top-ups": { ...real, issue: blindTo(RecordNumberIssued, "numberIssued") }
    }
  }
)

const mailOf = (topUp: DepositTopUp, facts = depositFacts, language: "ja" | "en" = "ja"): string => {
  const said = facts(topUp, compatWallet.deposit)
  if (said === undefined) return ""
  return noticeMail("paymentNumberIssued", language, { at: line("now"), contact: line("03-0000-0000"), ...said }).text
}

notice(
  "TOP-05b",
  "the mail of a number says it, the amount, the due date, where to pay, and the page with the chain's own steps",
  {
    because: "seed 000, 支払番号が記載されたメール; 端末・レジでの手順",
    given: {
      place: fc.constantFrom(...compatWallet.deposit.chains.map(({ code }) => code), "netBanking", "atm" as const),
      wanted: fc.integer({ min: 1, max: 999_999 }),
      language: fc.constantFrom("ja", "en" as const)
    },
    subject: depositFacts,
    holds: (facts, { language, place, wanted }) => {
      const chain = compatWallet.deposit.chains.find(({ code }) => code === place)
      const way = chain === undefined ? (place as DepositWay) : "convenienceStore"
      const topUp = {
        ...asked(counterWith(), wanted),
        way,
        ...(chain === undefined ? {} : { chain: chain.code }),
        issued: { number, ...(chain === undefined ? { institution: "58091", confirmation: "4321" } : {}) }
      }
      const text = mailOf(topUp, facts, language)
      const steps = chain?.steps ?? compatWallet.deposit.steps[way as "atm"]
      const places = chain === undefined ? [] : [chain.name, placeIn[language][chain.at]]
      const codes = chain === undefined ? ["58091", "4321"] : []
      return [number, "2026-05-23", steps, wanted.toLocaleString("en"), ...places, ...codes].every((part) =>
        text.includes(part)
      )
    },
    catches: {
      "all pages are those of one chain": (topUp) =>
        ({ ...depositFacts(topUp, compatWallet.deposit), steps: "x" }) as never,
      "the till is a terminal": (topUp, { chains, ...deposit }) =>
        depositFacts(topUp, { ...deposit, chains: chains.map((chain) => ({ ...chain, at: "terminal" as const })) }),
      "what is typed beside the number is left out": (topUp, deposit) =>
        depositFacts({ ...topUp, issued: { number } } as never, deposit),
      "nothing can be said": () => undefined
    }
  }
)

notice("TOP-05c", "a number is mailed also where its chain was taken back since it was asked for, then without steps", {
  because: "rulebook TOP-05, LIM-06: a changed policy changes nothing of what was asked for",
  given: {
    chain: fc.constantFrom(...compatWallet.deposit.chains.map(({ code }) => code)),
    wanted: fc.integer({ min: 1, max: 999_999 }),
    language: fc.constantFrom("ja", "en" as const)
  },
  subject: depositFacts,
  holds: (facts, { chain, language, wanted }) => {
    const others = compatWallet.deposit.chains.filter(({ code }) => code !== chain)
    const topUp = { ...asked(counterWith(), wanted), way: "convenienceStore" as const, chain, issued: { number } }
    const text = mailOf(topUp, (one) => facts(one, { ...compatWallet.deposit, chains: others }), language)
    const store = { ja: "コンビニエンスストア", en: "convenience store" }[language]
    const says = [number, "2026-05-23", wanted.toLocaleString("en"), store].every((part) => text.includes(part))
    const theirs = others.flatMap(({ name, steps }) => [name, steps])
    return says && !/undefined|https?:/.test(text) && !theirs.some((part) => text.includes(part))
  },
  catches: {
    "nothing is mailed": (topUp, deposit) =>
      deposit.chains.some(({ code }) => code === topUp.chain) ? depositFacts(topUp, deposit) : undefined,
    "another chain is named": (topUp, deposit) => {
      const [first] = deposit.chains
      return first === undefined ? undefined : depositFacts({ ...topUp, chain: first.code } as never, deposit)
    },
    "a page that is not there is named": (topUp, deposit) =>
      ({ ...depositFacts(topUp, deposit), steps: `${undefined}` }) as never
  }
})

const placeIn = { ja: { terminal: "店内端末", till: "レジ" }, en: { terminal: "terminal", till: "till" } } as const

notice("TOP-11u", "a top-up without a number is raised to operators once, at the first look from 30 minutes on", {
  because: "rulebook TOP-11",
  given: {
    looks: fc.array(fc.constantFrom(0, 1_799_999, 1_800_000, 1_800_001, 7_200_000), { minLength: 1, maxLength: 4 }),
    answer: fc.constantFrom("issued", "refused", "none" as const)
  },
  subject: RaiseUnissuedDeposit,
  holds: (raise, { answer, looks }) => {
    const desk = counterWith()
    const topUp = asked(desk, amount)
    if (answer !== "none") numbered(desk, topUp, answer)
    for (const millis of looks.toSorted((a, b) => a - b)) desk.ask(raise, { topUp: topUp.id }, { at: after(millis) })
    const raised = desk.notices.filter((kind) => kind === "depositUnresolved").length
    const isDue = answer === "none" && looks.some((millis) => millis >= 1_800_000)
    return raised === (isDue ? 1 : 0) && now(desk, topUp)?._tag === (answer === "refused" ? "failed" : "awaiting")
  },
  catches: {
    "it is raised at every look": mistaking(RaiseUnissuedDeposit, "depositTopUp", { raisedAt: undefined }),
    "it is raised a moment late": ahead(RaiseUnissuedDeposit, -1),
    "it is raised a moment early": ahead(RaiseUnissuedDeposit, 1),
    "one with a number is raised": mistaking(RaiseUnissuedDeposit, "depositTopUp", { issued: undefined })
  }
})

invariant(
  "TOP-10d",
  "whatever the collector does, within a day a number is issued once and told, or the top-up has failed; what is paid in for it, before or after it is known, is credited once",
  {
    because: "rulebook TOP-10, ADR-0012: at least once, by reference",
    given: {
      ending: fc.constantFrom("000", "011", "012", "014", "016", "017"),
      isAway: fc.boolean(),
      isEarly: fc.boolean()
    },
    runs: 16,
    subject: true,
    holds: (resolves, { ending, ...circumstances }) =>
      Effect.map(
        issuedIn(`5${ending}`, circumstances, resolves),
        ({ held, isPaid, issued, mails, state, truth, waiting }) => {
          if (ending === "012") return same([state, issued, mails, held, waiting], ["failed", undefined, 0, 0, 0])
          // Where it was paid before its number was known here, there is nothing left to tell.
          const told = isPaid && ending === "011" ? 0 : 1
          const ends = ["completed", truth, told, Number(`5${ending}`), 0]
          return truth !== undefined && same([state, issued, mails, held, waiting], ends)
        }
      ),
    catches: { "nobody inquires": false }
  }
)

// ── deposits ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A top-up of ¥5,000 with a fee of ¥110 and whatever is paid in for it; a sweep runs every day. */
const story = (
  core: Core,
  {
    all,
    answer,
    isKnown
  }: {
    all: ReturnType<typeof coming> extends fc.Arbitrary<infer A> ? A : never
    answer: "issued" | "refused"
    isKnown: boolean
  }
): Desk => {
  const desk = counterWith({ fee: 110 })
  const topUp = asked(desk, amount, { fee: 110 })
  if (isKnown || answer === "refused") numbered(desk, topUp, answer)
  for (const [n, one] of all.entries()) {
    const at = after(one.day * dayMillis)
    desk.ask(core.expire, { topUp: topUp.id }, { at })
    const mine = one.isMine ? { reference: topUp.request } : { number: "000000000000" as typeof number }
    const report = paidIn(one.amount, { receipt: `R-${n}`, depositedAt: at, ...mine })
    for (let time = 0; time < one.times; time++) desk.ask(core.deposit, report, { at: instant(at + time) })
  }
  return desk
}

invariant(
  "TOP-06a",
  "whatever is paid in, for whatever number, whenever and however often it is reported: each deposit is booked once, the first good one is credited, and every other is in suspense and raised",
  {
    because: "rulebook TOP-06, decision 36",
    given: {
      all: coming(amount),
      answer: fc.constantFrom("issued", "issued", "refused" as const),
      // Whether the number was known here before the first deposit for it.
      isKnown: fc.boolean()
    },
    covers: {
      "one is credited": { atLeast: 20, when: ({ all, answer }) => fates(all, amount, answer).includes("credited") },
      "one is late": { atLeast: 10, when: ({ all, answer }) => fates(all, amount, answer).includes("afterDueDate") },
      "one is paid twice": {
        atLeast: 10,
        when: ({ all, answer }) => fates(all, amount, answer).includes("alreadyCompleted")
      }
    },
    subject: real,
    holds: (core, given) => {
      const desk = story(core, given)
      const ends = fates(given.all, amount, given.answer)
      const paid = given.all.reduce((sum, one) => sum + one.amount, 0)
      const isCredited = ends.includes("credited")
      const suspended = ends.filter((end) => end !== "credited")
      return (
        same(whereabouts(desk), {
          held: isCredited ? amount - 110 : 0,
          fees: isCredited ? 110 : 0,
          suspense: isCredited ? paid - amount : paid,
          owed: paid,
          atShop: 0
        }) &&
        same(causes(desk), suspended) &&
        desk.notices.filter((kind) => kind === "depositSuspended").length === suspended.length &&
        desk.recordsOf(deposits).length === given.all.length
      )
    },
    catches: {
      "a receipt that is reported again is another deposit": {
        ...real,
        deposit: forgetting(RecordDeposit, ({ kind }) => kind === "deposit")
      },
      "a second deposit is credited as well": {
        ...real,
        deposit: mistaking(RecordDeposit, "depositTopUp", { _tag: "awaiting" })
      },
      "a late one is credited": {
        ...real,
        deposit: ahead(RecordDeposit, -dayMillis),
        expire: ahead(ExpireDepositTopUp, -dayMillis)
      },
      "any amount will do": {
        ...real,
        deposit: hearing(RecordDeposit, (content) => ({ ...content, amount: amount as PositiveYen }))
      },
      "a number that is not known yet is nobody's": {
        ...real,
        deposit: hearing(RecordDeposit, ({ reference: _, ...content }) => content)
      },
      "an amount is lost": { ...real, deposit: without(RecordDeposit, "entries") },
      "nobody is told": { ...real, deposit: without(RecordDeposit, "notices") }
    }
  }
)

validation("TOP-06b", "a receipt that is reported with something else than before is refused and changes nothing", {
  because: "rulebook TOP-06, LED-08: a receipt names one deposit",
  given: {
    changed: fc.constantFrom<"nothing" | "amount" | "number" | "chain" | "depositedAt">(
      "nothing",
      "amount",
      "number",
      "chain",
      "depositedAt"
    )
  },
  subject: RecordDeposit,
  holds: (record, { changed }) => {
    const desk = counterWith()
    numbered(desk, asked(desk, amount))
    desk.ask(record, paidIn(amount))
    const before = JSON.stringify(whereabouts(desk))
    const other = { nothing: {}, amount: { amount: 1 }, number: { number: "1111" }, chain: { chain: "familyMart" } }
    const more =
      changed === "depositedAt" ? { depositedAt: after(1) } : (other[changed] as Partial<ReturnType<typeof paidIn>>)
    const answer = named(desk.ask(record, paidIn(amount, more)))
    return (
      answer === (changed === "nothing" ? "accepted" : "DepositDiffers") && JSON.stringify(whereabouts(desk)) === before
    )
  },
  catches: {
    "the first report is not remembered": forgetting(RecordDeposit, ({ kind }) => kind === "deposit"),
    "only the amount is compared": hearing(RecordDeposit, ({ amount: yen }) => paidIn(yen)),
    "a repetition is refused": hearing(RecordDeposit, (content) => ({
      ...content,
      depositedAt: instant(content.depositedAt + Math.random())
    }))
  }
})

transition(
  "BAL-02b",
  "a deposit goes to the balance that the account's kind says when it comes; cash that has expired by then is booked first",
  {
    because: "seed 000, WELLNETキャッシュアカウント; rulebook BAL-02, BAL-04, BAL-06",
    given: {
      asks: fc.constantFrom("cash", "money" as const),
      has: fc.constantFrom("cash", "money" as const),
      hasExpired: fc.boolean()
    },
    subject: RecordDeposit,
    holds: (record, { asks, has, hasExpired }) => {
      const first = { ...accountOf(me, asks), cashExpiresAt: hasExpired ? after(1) : after(9 * dayMillis) }
      const desk = counterWith({ account: first, cash: 700 })
      numbered(desk, asked(desk, amount))
      desk.ask(Become, { ...first, kind: has })
      desk.ask(record, paidIn(amount), { at: after(dayMillis) })
      const isGone = hasExpired && has === "cash"
      return same(
        [desk.held(cash(me)), desk.held(money(me)), desk.booked(cashBreakage)],
        has === "cash" ? [amount + (isGone ? 0 : 700), 0, isGone ? 700 : 0] : [700, amount, 0]
      )
    },
    catches: {
      "all is money": mistaking(RecordDeposit, "account", { kind: "money" }),
      "all is cash": mistaking(RecordDeposit, "account", { kind: "cash" }),
      "expired cash comes back to life": mistaking(RecordDeposit, "account", { cashExpiresAt: undefined })
    }
  }
)

invariant("ACC-20d", "a deposit is booked whatever the account may do meanwhile, and to suspense where it is closed", {
  because: "rulebook ACC-20; seed 000, 利用停止",
  given: { state: fc.constantFrom(...states), isLocked: fc.boolean() },
  subject: RecordDeposit,
  holds: (record, { isLocked, state }) => {
    const desk = counterWith()
    numbered(desk, asked(desk, amount))
    const account = accountWith(isLocked ? { locked: "failures" } : {})
    desk.ask(Become, inState(account as never, state))
    desk.ask(record, paidIn(amount))
    const is = whereabouts(desk)
    return state === "closed"
      ? same([is.held, is.suspense, causes(desk)], [0, amount, ["accountClosed"]])
      : same([is.held, is.suspense], [amount, 0])
  },
  catches: {
    "a closed account is credited": mistaking(RecordDeposit, "account", { _tag: "active" }),
    "only an active account is credited": deciding(RecordDeposit, (decided, facts, envelope) =>
      facts.find(accounts, me)?._tag === "active"
        ? decided
        : RecordDeposit.decide(
            {
              ...facts,
              peek: facts.peek,
              policy: facts.policy,
              held: facts.held,
              find: (kind, id) =>
                kind.name === "depositTopUp" || kind.name === "numberIssued" ? undefined : facts.find(kind, id)
            },
            envelope
          )
    )
  }
})

invariant(
  "LIM-03d",
  "a deposit top-up counts from the request on; one that fails or expires gives its amount back to the day and month it was counted in, one that is completed does not",
  {
    because: "rulebook LIM-03, LIM-04",
    given: {
      fate: fc.constantFrom("awaiting", "completed", "failed", "expired" as const),
      yen: fc.integer({ min: 1, max: 90_000 })
    },
    subject: real,
    holds: (core, { fate, yen }) => {
      const desk = counterWith()
      const topUp = asked(desk, yen, { request: core.request })
      const rest = asked(desk, 7, { request: core.request })
      numbered(desk, topUp, fate === "failed" ? "refused" : "issued", { issue: core.issue })
      if (fate === "completed") desk.ask(core.deposit, paidIn(yen))
      // In the month after: what is given back belongs to the month of the request.
      if (fate === "expired") desk.ask(core.expire, { topUp: topUp.id }, { at: after(20 * dayMillis) })
      const stays = fate === "awaiting" || fate === "completed" ? yen : 0
      const flies = fate === "awaiting" ? yen : 0
      return (
        now(desk, rest)?._tag === "awaiting" &&
        same(counted(desk), { flying: flies + 7, day: stays + 7, month: stays + 7 })
      )
    },
    catches: {
      "what expires stays counted": { ...real, expire: forgetting(ExpireDepositTopUp, ({ kind }) => kind === "usage") },
      "what fails stays counted": { ...real, issue: forgetting(RecordNumberIssued, ({ kind }) => kind === "usage") },
      "what is completed stays in flight": {
        ...real,
        deposit: forgetting(RecordDeposit, ({ kind }) => kind === "usage")
      },
      "it counts twice": {
        ...real,
        request: writing(RequestDeposit, "usage", { total: 2 * 45_000 })
      }
    }
  }
)

invariant("TOP-06c", "what the provider owes is what was paid in less what it paid, which an operator alone records", {
  because: "rulebook, posting table: provider pays the receivable",
  given: {
    paid: fc.integer({ min: 1, max: 9_000 }),
    by: fc.constantFrom("operator:op-1", "holder:someone", "host:app", "system:x")
  },
  subject: RecordReceivablePaid,
  holds: (record, { by, paid }) => {
    const desk = counterWith()
    numbered(desk, asked(desk, amount))
    desk.ask(RecordDeposit, paidIn(amount))
    const bank = "0001" as BankCode
    const content = { provider: collector, chain: lawson, bank, amount: paid as PositiveYen, reference: "statement-1" }
    const answer = named(desk.ask(record, content, { actor: by as Actor }))
    const took = by.startsWith("operator:") ? paid : 0
    return (
      answer === (took > 0 ? "accepted" : "Forbidden") &&
      same([-desk.booked(receivable(collector, lawson)), -desk.booked(bankSettlement(bank))], [amount - took, took])
    )
  },
  catches: {
    "anybody records it": deciding(RecordReceivablePaid, (_, facts, envelope) =>
      RecordReceivablePaid.decide(facts, { ...envelope, actor: operator })
    ),
    "nothing is booked": without(RecordReceivablePaid, "entries"),
    "it is booked to another chain": hearing(RecordReceivablePaid, ({ chain: _, ...content }) => content)
  }
})

// ── counters, former books and the history ───────────────────────────────────────────────────────────────────────────

transition(
  "TOP-21a",
  "what is paid at the counter of a shop with the right is credited at once, for the merchant to owe; the holder cannot do it, nor a shop without the right",
  {
    because: "seed 003, 店頭チャージ; rulebook TOP-21",
    given: {
      may: fc.boolean(),
      isKnown: fc.boolean(),
      by: fc.constantFrom("host:pos-1", "operator:op-1", "holder:someone"),
      charged: fc.constantFrom(0, 110),
      yen: yenAround(1_000).filter((n) => n > 110)
    },
    covers: {
      "it is credited": { atLeast: 10, when: ({ by, isKnown, may }) => may && isKnown && by !== "holder:someone" }
    },
    subject: TopUpAtShop,
    holds: (load, { by, charged, isKnown, may, yen }) => {
      const topUp = { byWay: { shop: { perOperation: 1_000 as Yen } } }
      const limits: Policy["limits"] = { ...noLimits, money: { ...noLimits.money, topUp } }
      const desk = counterWith({
        fee: charged,
        limits,
        more: [put({ name: "shop", idOf: () => shop.code } as never, { ...shop, topUps: may })]
      })
      const code = isKnown ? shop.code : ("shop-2" as typeof shop.code)
      const content = { account: me, shop: code, amount: yen as unknown as PositiveYen, quotedFee: charged as Yen }
      const answer = named(desk.ask(load, content, { actor: by as Actor }))
      const { atShop, fees: earned, held } = whereabouts(desk)
      const refusal =
        by === "holder:someone"
          ? "Forbidden"
          : !(may && isKnown)
            ? "ShopNotAuthorised"
            : yen > 1_000
              ? "LimitExceeded"
              : undefined
      if (refusal !== undefined) return answer === refusal && held + atShop + earned === 0
      return (
        answer === "accepted" &&
        same([held, earned, atShop], [yen - charged, charged, yen]) &&
        same(counted(desk), { flying: 0, day: yen, month: yen })
      )
    },
    catches: {
      "every shop may": mistaking(TopUpAtShop, "shop", { topUps: true }),
      "a holder may": deciding(TopUpAtShop, (_, facts, envelope) =>
        TopUpAtShop.decide(facts, { ...envelope, actor: operator })
      ),
      "it does not count": forgetting(TopUpAtShop, ({ kind }) => kind === "usage"),
      "nothing is credited": without(TopUpAtShop, "entries"),
      "its way has no limit": under(TopUpAtShop, () => ({ limits: noLimits }))
    }
  }
)

invariant("TOP-21b", "loads at counters at the same time never pass the balance cap together", {
  because: "rulebook TOP-21: limits apply; LIM-04",
  given: {
    loads: fc.array(
      yenAround(600).filter((yen) => yen > 0),
      { minLength: 1, maxLength: 5 }
    ),
    held: yenAround(400)
  },
  subject: TopUpAtShop,
  holds: (load, { held, loads }) => {
    const limits = { ...noLimits, money: { ...noLimits.money, balance: 1_000 as Yen } }
    const desk = counterWith({ limits, money: held })
    let has: number = held
    return loads.every((yen) => {
      const content = { account: me, shop: shop.code, amount: yen as unknown as PositiveYen, quotedFee: 0 as Yen }
      const fits = has + yen <= 1_000
      const answer = named(desk.ask(load, content, { actor: operator }))
      if (fits) has += yen
      return answer === (fits ? "accepted" : "BalanceCapExceeded") && desk.held(money(me)) === has
    })
  },
  catches: {
    "the cap is not looked at": holding(TopUpAtShop, () => 0),
    "nothing fits": holding(TopUpAtShop, () => 1_000)
  }
})

validation(
  "TOP-20a",
  "a top-up of former books is taken in for an open account that came from them, and books nothing",
  {
    because: "seed 000, 履歴の「送金サービス」; rulebook TOP-20, ACC-06",
    given: {
      origin: fc.constantFrom("legacy", "certificate" as const),
      isClosed: fc.boolean(),
      isThere: fc.boolean(),
      way: fc.constantFrom(...FormerWay.literals),
      off: fc.constantFrom(-dayMillis, 0, 1)
    },
    covers: {
      "it is taken in": {
        atLeast: 5,
        when: (is) => is.origin === "legacy" && !is.isClosed && is.isThere && is.off <= 0
      }
    },
    subject: ImportTopUp,
    holds: (bring, { isClosed, isThere, off, origin, way }) => {
      const account = accountWith({ origin, kind: "cash", ...(isClosed ? { state: "closed" } : {}) })
      const desk = counterWith({ account, cash: 300 })
      const former = {
        account: isThere ? me : accountIdOf(7),
        way,
        amount: 900 as PositiveYen,
        fee: 0 as Yen,
        feeTax: 0 as Yen,
        at: after(off)
      }
      const answer = named(desk.ask(bring, former, { actor: operator }))
      const refusal = !isThere
        ? "AccountNotFound"
        : isClosed
          ? "AccountClosed"
          : origin !== "legacy"
            ? "AccountNotLegacy"
            : off > 0
              ? "ImportAhead"
              : "accepted"
      const lines = desk.history(me).flatMap((one) => (one.kind === "directTopUp" ? [one.topUp] : []))
      const seen = lines.map((one) => (one._tag === "imported" ? [one.way, one.amount, one.at] : []))
      return (
        answer === refusal &&
        same(seen, refusal === "accepted" ? [[way, 900, after(off)]] : []) &&
        desk.held(cash(me)) === 300 &&
        desk.entries.length === 0
      )
    },
    catches: {
      "every account has former books": mistaking(ImportTopUp, "account", { origin: "legacy" }),
      "what is still to come is taken in": ahead(ImportTopUp, 1),
      "a closed account is written to": mistaking(ImportTopUp, "account", { _tag: "active" }),
      "all came by remittance": hearing(ImportTopUp, (content) => ({ ...content, way: "remittance" as const })),
      "nothing is kept": without(ImportTopUp, "puts")
    }
  }
)

query(
  "TOP-20b",
  "the history tells every way apart and shows date, status, amount, fee and, where there is one, the due date",
  {
    because: "seed 000, 履歴詳細画面; ATM・送金サービス; rulebook TOP-12, TOP-20",
    given: { ways: fc.shuffledSubarray([...FormerWay.literals], { minLength: 1 }), charged: fc.constantFrom(0, 110) },
    runs: 60,
    subject: historyWays,
    holds: (lines, { charged, ways }) =>
      same(
        lines(ways, charged),
        ways.toReversed().map((way) => ({
          way,
          status: { bank: "processing", shop: "shop", remittance: "imported" }[way as string] ?? "awaiting",
          amount: 5_000,
          fee: way === "remittance" ? 0 : charged,
          date: noon,
          due: ["bank", "shop", "remittance"].includes(way) ? "none" : "2026-05-23"
        }))
      ),
    catches: {
      "a store is an ATM": (ways, charged) =>
        historyWays(ways, charged).map((one) => (one.way === "convenienceStore" ? { ...one, way: "atm" } : one)),
      "the due date is not shown": (ways, charged) =>
        historyWays(ways, charged).map((one) => ({ ...one, due: "none" })),
      "the fee is not shown": (ways, charged) => historyWays(ways, charged).map((one) => ({ ...one, fee: 0 })),
      "former top-ups are left out": (ways, charged) =>
        historyWays(ways, charged).filter(({ way }) => way !== "remittance")
    }
  }
)

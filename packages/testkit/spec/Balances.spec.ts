/**
 * Balances: cash and money, when cash expires, and what is shown (BAL).
 */
import * as Cash from "@kinchaku/domain/account/Cash"
import { ExpireCash, RemindCashExpiry } from "@kinchaku/domain/account/CashExpiry"
import { addDays, at as dayAt, end, instant } from "@kinchaku/domain/calendar/JapanDate"
import * as AccountCode from "@kinchaku/domain/ledger/AccountCode"
import { max, type Yen } from "@kinchaku/domain/money/Yen"
import { RecordBillerAnswer } from "@kinchaku/domain/payment/BillerAnswer"
import * as Funding from "@kinchaku/domain/payment/Funding"
import { PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import { RecordDebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import { Effect, Equal, Result } from "effect"
import * as fc from "fast-check"
import { positiveYenAround, yen, yenAround } from "../src/arbitraries/Amounts.ts"
import { accountId } from "../src/arbitraries/Ids.ts"
import { momentAround } from "../src/arbitraries/Times.ts"
import { invariant, notice, policy, transition } from "../src/Rule.ts"
import { core, deciding, morning } from "./support/Desk.ts"
import { always, history } from "./support/Histories.ts"
import * as Mistakes from "./support/Mistakes.ts"
import * as Purses from "./support/Purses.ts"
import { expiringAt, mistaken, noMoneyAfter, seeing } from "./support/Seeing.ts"
import * as Spoils from "./support/Spoils.ts"
import { onlyIf } from "./support/Trials.ts"

/** When cash that changed on the morning of the desk expires: 2028-11-22, 23:59:59.999 in Japan. */
const expiry = instant(Purses.twoYearsOn(morning))
const day = 86_400_000

// ── cash and money ───────────────────────────────────────────────────────────────────────────────────────────────────

invariant("BAL-01", "cash and money of every holder are ledger accounts of their own", {
  because:
    "seed 000, WELLNETキャッシュ・WELLNETマネー; 資金決済に関する法律 第3条, 第2条第2項: two kinds of value in law",
  given: { one: accountId(), another: accountId(), same: fc.boolean() },
  subject: AccountCode,
  holds: ({ cash, money }, { another, one, same }) => {
    const other = same ? one : another
    return new Set([cash(one), money(one), cash(other), money(other)]).size === (same ? 2 : 4)
  },
  catches: {
    "there is one balance a holder": { ...AccountCode, money: AccountCode.cash },
    "there is one account for everybody's cash": { ...AccountCode, cash: () => AccountCode.suspense }
  }
})

invariant(
  "BAL-02",
  "a top-up credits money where the account is a money account when the bank answers, and cash otherwise",
  {
    because: "seed 000, WELLNETキャッシュアカウント; rulebook BAL-02",
    given: { kind: fc.constantFrom("cash", "money"), verifiedMeanwhile: fc.boolean() },
    runs: 20,
    subject: core,
    holds: (core, { kind, verifiedMeanwhile }) =>
      Effect.map(Purses.credited(core, kind, verifiedMeanwhile), (shown) =>
        Equal.equals(shown, kind === "money" || verifiedMeanwhile ? { cash: 0, money: 1 } : { cash: 1, money: 0 })
      ),
    catches: {
      "it always credits money": deciding(RecordDebitAnswer, Spoils.everyLine(Spoils.cashToMoney)),
      "it always credits cash": deciding(RecordDebitAnswer, Spoils.everyLine(Spoils.moneyToCash))
    }
  }
)

invariant("BAL-03a", "cash is still cash after verification, after payments and after what comes back from them", {
  because: "資金決済に関する法律 第20条第5項: prepaid value is not paid out, so it must not become what can be",
  given: { cash: positiveYenAround(1000), money: positiveYenAround(1000), paid: positiveYenAround(1000) },
  runs: 40,
  covers: { "the payment draws both": { atLeast: 10, when: ({ cash, paid }) => cash < paid } },
  subject: core,
  holds: (core, given) =>
    Effect.map(Purses.thereAndBack(core, given), (shown) =>
      Equal.equals(shown, { cash: given.cash, money: given.money })
    ),
  catches: {
    "verification turns cash into money": Purses.convertsCash,
    "what comes back becomes money": deciding(RecordBillerAnswer, Spoils.everyLine(Spoils.cashToMoney)),
    "what comes back becomes cash": deciding(RecordBillerAnswer, Spoils.everyLine(Spoils.moneyToCash))
  }
})

invariant("BAL-03b", "no entry of any history takes from cash and gives to money", {
  because: "資金決済に関する法律 第20条第5項",
  given: { steps: history() },
  runs: 30,
  subject: core,
  holds: (core, { steps }) => always(core, steps, Purses.cashStaysCash),
  catches: { "verification turns cash into money": Purses.convertsCash }
})

// ── expiry ───────────────────────────────────────────────────────────────────────────────────────────────────────────

transition(
  "BAL-04a",
  "on every day from 2000 to 2099, cash expires at the end of the same day two years later; 29 February gives the 28th",
  {
    because: "seed 000, 最後に増減した日から2年間",
    given: { days: fc.constant("every day, at 00:00:00.000, 12:00 and 23:59:59.999 in Japan") },
    runs: 1,
    subject: Cash.expiryAfter,
    holds: (expiryAfter) => Purses.allExpire(expiryAfter),
    catches: {
      "two years are 730 days": (at) => end(addDays(dayAt(at), 730)),
      "the day is that of London": (at) => Cash.expiryAfter(instant(at - 9 * 3_600_000)),
      "29 February gives 1 March": (at) => Cash.expiryAfter(dayAt(at).endsWith("02-29") ? instant(at + day) : at),
      "it expires at the very hour": (at) => instant(Cash.expiryAfter(at) - day + 1 + ((at + 9 * 3_600_000) % day)),
      "it lives for one year": (at) => Cash.expiryAfter(instant(Math.max(at - 365 * day, 0)))
    }
  }
)

transition("BAL-04b", "every increase and decrease of cash moves its expiry; what does not change the cash does not", {
  because: "seed 000, 最後に増減した日から2年間",
  given: { what: fc.constantFrom(...Purses.happenings), later: momentAround(instant(morning + 300 * day)) },
  runs: 80,
  subject: core,
  holds: (core, { later, what }) => Purses.expiryMoves(core, what, later),
  catches: {
    "a decrease does not move it": deciding(PaySlip, Spoils.withoutPuts("account")),
    "an increase does not move it": deciding(RecordDebitAnswer, Spoils.withoutPuts("account")),
    "what comes back does not move it": deciding(RecordBillerAnswer, Spoils.withoutPuts("account")),
    "money moves it too": deciding(PaySlip, Spoils.alwaysMovesExpiry)
  }
})

transition("BAL-04c", "cash can be spent up to the last millisecond of its last day, and not one later", {
  because: "seed 000, 有効期限; rulebook BAL-04, BAL-06",
  given: { at: momentAround(expiry) },
  runs: 50,
  covers: {
    "just in time": { atLeast: 3, when: ({ at }) => at === expiry },
    "just too late": { atLeast: 3, when: ({ at }) => at === expiry + 1 }
  },
  subject: core,
  holds: (core, { at }) => Effect.map(Purses.paysCashAt(core, at), (paid) => paid === at <= expiry),
  catches: {
    "it can be spent until it is swept": seeing(
      PaySlip,
      expiringAt(() => instant(expiry + 1000 * day))
    ),
    "it cannot be spent in the last moment": seeing(
      PaySlip,
      expiringAt((at) => instant(at - 1))
    ),
    "it can be spent a moment longer": seeing(
      PaySlip,
      expiringAt((at) => instant(at + 1))
    )
  }
})

invariant("BAL-05", "money can be spent at any time, however long after; no sweep takes it", {
  because: "seed 000, 期限はありません",
  given: { at: fc.oneof(momentAround(expiry), fc.integer({ min: morning, max: Date.UTC(2199, 0, 1) })) },
  runs: 40,
  subject: core,
  holds: (core, { at }) => Effect.map(Purses.paysMoneyAt(core, at), (left) => left === 0),
  catches: {
    "it expires with the cash": seeing(PaySlip, noMoneyAfter(expiry)),
    "the sweep takes it along": Purses.sweepsMoney
  }
})

invariant("BAL-06a", "a sweep books exactly the expired cash to breakage, once, and nothing before it has expired", {
  because: "rulebook BAL-06; 企業会計基準第29号: breakage is revenue",
  given: { at: momentAround(expiry) },
  runs: 50,
  subject: core,
  holds: (core, { at }) =>
    Effect.map(Purses.swept(core, at), ({ lines, shown }) =>
      Equal.equals(
        { lines, shown },
        at > expiry
          ? { lines: ["debit liability:cash:holder 500", "credit revenue:breakage:cash 500"], shown: 0 }
          : { lines: [], shown: 500 }
      )
    ),
  catches: {
    "it takes what expires at this very moment": seeing(
      ExpireCash,
      expiringAt((at) => instant(at - 1))
    ),
    "it waits a moment longer": seeing(
      ExpireCash,
      expiringAt((at) => instant(at + 1))
    ),
    "it books to fees": deciding(ExpireCash, Spoils.everyLine(Spoils.breakageToFees)),
    "it leaves one yen": deciding(
      ExpireCash,
      Spoils.everyLine((line) => ({ ...line, amount: (line.amount - 1) as typeof line.amount }))
    )
  }
})

invariant("BAL-06b", "what has expired never comes back to life: a later top-up is all that is there", {
  because: "rulebook BAL-06",
  given: { at: momentAround(expiry) },
  runs: 50,
  subject: core,
  holds: (core, { at }) => Effect.map(Purses.toppedUpLater(core, at), (shown) => shown === (at > expiry ? 100 : 600)),
  catches: {
    "the expired rest is kept": seeing(
      RecordDebitAnswer,
      expiringAt(() => instant(expiry + 1000 * day))
    ),
    "what has not expired is lost": seeing(
      RecordDebitAnswer,
      expiringAt((at) => instant(at - 4 * day))
    )
  }
})

notice(
  "BAL-07",
  "a holder is told once in each notice period before the cash expires, at the first sweep in it, and never after",
  {
    because: "rulebook BAL-07; default 90 and 30 days",
    given: {
      periods: fc.oneof(
        fc.constant([90, 30]),
        fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 3 })
      ),
      daysLeft: fc.array(
        fc.oneof(fc.constantFrom(91, 90, 89, 31, 30, 29, 1, 0, -1), fc.integer({ min: -3, max: 102 })),
        { maxLength: 8 }
      )
    },
    runs: 50,
    subject: core,
    holds: (core, { daysLeft, periods }) =>
      Effect.map(Purses.noticesSent(core, periods, daysLeft), (sent) =>
        Equal.equals(sent, Purses.noticesDue(periods, daysLeft))
      ),
    catches: {
      "everybody is told twice": deciding(RemindCashExpiry, Spoils.toldTwice),
      "nobody is told": deciding(RemindCashExpiry, (decision) => ({ ...decision, notices: [] })),
      "only the longest period counts": deciding(RemindCashExpiry, Spoils.toldForGood)
    }
  }
)

// ── what is there ────────────────────────────────────────────────────────────────────────────────────────────────────

invariant(
  "BAL-08",
  "of payments made at once, exactly as many are accepted as the balance covers; the others are refused by name",
  {
    because: "rulebook BAL-08; seed 000, 残高不足",
    given: {
      has: positiveYenAround(1000),
      each: fc.integer({ min: 90, max: 1001 }),
      times: fc.integer({ min: 1, max: 16 }),
      batchMax: fc.constantFrom(1, 3, 256)
    },
    runs: 60,
    covers: { "some are refused": { atLeast: 30, when: ({ each, has, times }) => each * times > has } },
    subject: core,
    holds: (core, given) =>
      Effect.map(Purses.paysAtOnce(core, given), ({ accepted, left, refused }) => {
        const covered = Math.min(given.times, Math.floor(given.has / given.each))
        return accepted === covered && refused === given.times - covered && left === given.has - covered * given.each
      }),
    catches: {
      "each is decided on the balance before all of them": Mistakes.decidesOnOldFacts,
      "the last yen cannot be spent": {
        commands: { PaySlip: mistaken(PaySlip, { held: (held) => (of) => Math.max(held(of) - 1, 0) as Yen }) }
      },
      "every second is turned away": { commands: { PaySlip: onlyIf(PaySlip, (_, { key }) => /[02468]$/.test(key)) } }
    }
  }
)

policy(
  "BAL-09",
  "a payment draws all of the cash before any of the money, and is refused where both together do not cover it",
  {
    because: "rulebook BAL-09; seed 000, WELLNETキャッシュから",
    given: {
      asked: fc.oneof(yenAround(1000), yenAround(2000), yen()),
      cash: fc.oneof(yenAround(1000), yen()),
      money: yenAround(1000)
    },
    covers: {
      "both are drawn": {
        atLeast: 5,
        when: ({ asked, cash, money }) => cash > 0 && asked > cash && asked - cash <= money
      }
    },
    subject: Funding.draw,
    holds: (draw, { asked, cash, money }) => {
      const missing = Math.max(asked - cash - money, 0)
      const expected =
        missing > 0 ? { missing } : { fromCash: Math.min(asked, cash), fromMoney: Math.max(asked - cash, 0) }
      return Equal.equals(
        Result.match(draw(asked, { cash, money }), {
          onFailure: ({ shortfall }) => ({ missing: shortfall }),
          onSuccess: (drawn) => drawn
        }),
        expected
      )
    },
    examples: [
      { asked: max as Yen, cash: max as Yen, money: max as Yen },
      { asked: 1200 as Yen, cash: 300 as Yen, money: 900 as Yen }
    ],
    catches: {
      "money is drawn first": (asked, { cash, money }) =>
        Result.map(Funding.draw(asked, { cash: money, money: cash }), ({ fromCash, fromMoney }) => ({
          fromCash: fromMoney,
          fromMoney: fromCash
        })),
      "cash is drawn only where it covers all": (asked, { cash, money }) =>
        Funding.draw(asked, { cash: cash < asked ? (0 as Yen) : cash, money }),
      "the last yen cannot be drawn": (asked, { cash, money }) =>
        Funding.draw(asked, { cash, money: Math.max(money - 1, 0) as Yen })
    }
  }
)

invariant(
  "BAL-10",
  "after every step, what is shown is the sum of the lines, less cash that has expired and is not swept yet",
  {
    because: "rulebook BAL-10, LED-03",
    given: { steps: history() },
    runs: 40,
    subject: core,
    holds: (core, { steps }) => Purses.showsWhatIsThere(core, steps),
    catches: {
      "expired cash is shown until it is swept": Purses.showing((books) => books),
      "cash and money are shown together": Purses.showing((_, { cash, money }) => ({ cash: cash + money, money: 0 })),
      "no money is shown": Purses.showing(() => ({ money: 0 }))
    }
  }
)

/**
 * Limits: what an operation may move at once, in a day and in a month of Japan (LIM).
 */
import { instant } from "@kinchaku/domain/calendar/JapanDate"
import * as Usage from "@kinchaku/domain/limit/Usage"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { RecordBillerAnswer } from "@kinchaku/domain/payment/BillerAnswer"
import { PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import { compat } from "@kinchaku/domain/policy/Policy"
import { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import { RecordDebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import { Effect, Equal, Result } from "effect"
import * as fc from "fast-check"
import { positiveYenAround, yenAround } from "../src/arbitraries/Amounts.ts"
import { moment, momentAround } from "../src/arbitraries/Times.ts"
import { example, invariant, limit, policy, validation } from "../src/Rule.ts"
import { core, deciding } from "./support/Desk.ts"
import * as Limits from "./support/LimitTrials.ts"
import * as Mistakes from "./support/Mistakes.ts"
import { showing } from "./support/Purses.ts"
import { mistaken, seeing } from "./support/Seeing.ts"
import * as Spoils from "./support/Spoils.ts"
import { onlyIf } from "./support/Trials.ts"

const nineHours = 9 * 3_600_000
/** The last moment of November 2026 in Japan. */
const monthEnd = instant(Date.UTC(2026, 10, 30, 14, 59, 59, 999))

limit(
  "LIM-01a",
  "an operation passes exactly when it stays within every limit there is: by itself, in its day, in its month, in all and by its way",
  {
    because: "seed 000, 限度額はいくらですか; rulebook LIM-01",
    given: Limits.cases(),
    covers: {
      "it is allowed": { atLeast: 10, when: (given) => Limits.passed(given).length === 0 },
      "exactly one limit is in the way": { atLeast: 5, when: (given) => Limits.passed(given).length === 1 }
    },
    runs: 400,
    subject: Limits.check,
    holds: (check, given) => Result.isSuccess(Limits.checked(check, given)) === (Limits.passed(given).length === 0),
    catches: {
      "the limit itself is refused": Limits.asIf(1),
      "one yen over it is let through": Limits.asIf(-1),
      "the way's own limits are left out": Limits.withoutWays,
      "the way's own limits stand instead of the general ones": Limits.waysInstead,
      "the other kind of account is looked up": Limits.ofTheOtherKind,
      "the day's use is taken for the month's": Limits.dayForMonth
    }
  }
)

limit(
  "LIM-01b",
  "a day and a month are those of Japan: what was used until 23:59:59.999 no longer counts at 00:00:00.000",
  {
    because: "rulebook LIM-01; 明治二十八年勅令第百六十七号: Japan Standard Time, UTC+9",
    given: {
      period: fc.constantFrom("perDay", "perMonth"),
      first: momentAround(monthEnd),
      second: momentAround(monthEnd)
    },
    runs: 60,
    covers: {
      "they are on two days": {
        atLeast: 20,
        when: ({ first, second }) => Limits.dayInJapan(first) !== Limits.dayInJapan(second)
      }
    },
    subject: core,
    holds: (core, { first, period, second }) =>
      Effect.map(Limits.paysTwice(core, period, first, second), (outcome) => {
        const [of, n] = [Limits.periodsInJapan, period === "perDay" ? 0 : 1]
        return outcome === (of(first)[n] === of(second)[n] ? "LimitExceeded" : "accepted")
      }),
    catches: {
      "the day is that of London": seeing(PaySlip, { at: (at) => instant(at - nineHours) }),
      "the day begins a millisecond late": seeing(PaySlip, { at: (at) => instant(at - 1) }),
      "the day begins a millisecond early": seeing(PaySlip, { at: (at) => instant(at + 1) })
    }
  }
)

invariant("LIM-01c", "the day and the month of any instant are those of the calendar of Japan", {
  because: "rulebook LIM-01; time zone database, Asia/Tokyo",
  given: { at: moment() },
  runs: 1000,
  subject: Usage.periodsAt,
  holds: (periodsAt, { at }) => Equal.equals([...periodsAt(at)], [...Limits.periodsInJapan(at)]),
  catches: {
    "those of London": (at) => Usage.periodsAt(instant(at - nineHours)),
    "a second late": (at) => Usage.periodsAt(instant(at - 1000)),
    "a second early": (at) => Usage.periodsAt(instant(at + 1000))
  }
})

example("LIM-02a", "before an operator sets anything, these limits hold", {
  because: "rulebook LIM-02",
  subject: Limits.preset(compat),
  cases: Limits.defaults,
  catches: {
    "both kinds have the limits of cash": ({ place }) => Limits.preset(compat)({ kind: "cash", place }),
    "nothing has a limit": (): number | "none" => "none"
  }
})

policy("LIM-02b", "the limits that an operator put in force are the ones that hold", {
  because: "rulebook LIM-02: values are configurable",
  given: {
    limit: fc.constantFrom("balance", "perDay", "perMonth"),
    limited: positiveYenAround(500),
    asked: positiveYenAround(500)
  },
  runs: 60,
  subject: core,
  holds: (core, { asked, limit, limited }) =>
    Effect.map(
      Limits.asksAtOnce(core, { limit, limited, each: asked, times: 1, batchMax: 1 }),
      ({ accepted }) => (accepted === 1) === asked <= limited
    ),
  catches: {
    "the preset holds for ever": seeing(TopUpFromBank, Limits.presetForEver),
    "nothing is allowed any more": { commands: { TopUpFromBank: onlyIf(TopUpFromBank, () => false) } }
  }
})

invariant(
  "LIM-03",
  "an operation that fails gives its amount back to the day and month it was counted in, and to no other",
  {
    because: "rulebook LIM-03",
    given: {
      operation: fc.constantFrom("payment", "topUp"),
      accepted: momentAround(monthEnd),
      failed: momentAround(instant(monthEnd + 1))
    },
    runs: 60,
    covers: {
      "it fails on another day": {
        atLeast: 20,
        when: ({ accepted, failed }) => Limits.dayInJapan(accepted) !== Limits.dayInJapan(failed)
      }
    },
    subject: core,
    holds: (core, { accepted, failed, operation }) => Limits.givesBack(core, operation, accepted, failed),
    catches: {
      "a payment is given back to the day of its failure": seeing(RecordBillerAnswer, Limits.acceptedNow),
      "a top-up is given back to the day of its failure": seeing(RecordDebitAnswer, Limits.acceptedNow),
      "a payment is not given back": deciding(RecordBillerAnswer, Spoils.withoutPuts("usage")),
      "a top-up is not given back": deciding(RecordDebitAnswer, Spoils.withoutPuts("usage"))
    }
  }
)

invariant(
  "LIM-04a",
  "of top-ups asked for at once, exactly as many are accepted as the limit allows, though no bank has answered yet",
  {
    because: "rulebook LIM-04; ADR-0003 engine: what a decision reads cannot change before its commit",
    given: {
      limit: fc.constantFrom("balance", "perDay", "perMonth"),
      limited: positiveYenAround(1000),
      each: fc.integer({ min: 90, max: 1001 }),
      times: fc.integer({ min: 1, max: 24 }),
      batchMax: fc.constantFrom(1, 3, 256)
    },
    runs: 60,
    covers: {
      "together they would pass it": { atLeast: 40, when: ({ each, limited, times }) => each * times > limited }
    },
    subject: core,
    holds: (core, given) =>
      Effect.map(Limits.asksAtOnce(core, given), ({ accepted, refused }) => {
        const allowed = Math.min(given.times, Math.floor(given.limited / given.each))
        return accepted === allowed && refused === given.times - allowed
      }),
    catches: {
      "each is decided on the use before all of them": Mistakes.decidesOnOldFacts,
      "what is in flight does not count": deciding(TopUpFromBank, Spoils.withoutPuts("usage")),
      "it counts only while no other is in flight": {
        commands: { TopUpFromBank: onlyIf(TopUpFromBank, Limits.nothingInFlight) }
      }
    }
  }
)

invariant("LIM-04b", "of payments made at once, exactly as many are accepted as the limit allows, in flight or not", {
  because: "rulebook LIM-04; ADR-0003 engine: what a decision reads cannot change before its commit",
  given: {
    limit: fc.constantFrom("perDay", "perMonth"),
    limited: positiveYenAround(1000),
    each: fc.integer({ min: 90, max: 1001 }),
    times: fc.integer({ min: 1, max: 24 }),
    batchMax: fc.constantFrom(1, 3, 256)
  },
  runs: 40,
  covers: {
    "together they would pass it": { atLeast: 40, when: ({ each, limited, times }) => each * times > limited }
  },
  subject: core,
  holds: (core, given) =>
    Effect.map(Limits.paysAtOnce(core, given), (seen) => {
      const allowed = Math.min(given.times, Math.floor(given.limited / given.each))
      return Equal.equals(seen, { accepted: allowed, refused: given.times - allowed })
    }),
  catches: {
    "each is decided on the use before all of them": Mistakes.decidesOnOldFacts,
    "what was paid does not count": deciding(PaySlip, Spoils.withoutPuts("usage")),
    "the limit itself cannot be reached": seeing(PaySlip, Limits.oneYenLess)
  }
})

validation(
  "LIM-05a",
  "a refusal names the limit, its period, its value, what was asked and what remains; what remains would pass",
  {
    because: "rulebook LIM-05",
    given: Limits.cases(),
    runs: 400,
    covers: { "it is refused": { atLeast: 40, when: (given) => Limits.passed(given).length > 0 } },
    subject: Limits.check,
    holds: (check, given) => Equal.equals(Limits.saidBy(Limits.checked(check, given)), Limits.refusalOf(given)),
    catches: {
      "all of the limit is said to remain": Limits.saying(({ allowed }) => ({ remaining: allowed })),
      "nothing is said to remain": Limits.saying(() => ({ remaining: 0 as Yen })),
      "the month is given as a day": Limits.saying(({ limit }) =>
        limit === "perMonth" ? { period: "2026-11-22" } : {}
      ),
      "the wrong limit is named": Limits.saying(({ limit }) => ({ limit: limit === "perDay" ? "perMonth" : limit }))
    }
  }
)

validation(
  "LIM-05b",
  "a refusal for the balance cap names the cap and what still fits under it, with what is in flight counted",
  {
    because: "rulebook LIM-05, TOP-09",
    given: {
      allowed: yenAround(1000),
      balance: yenAround(500),
      inFlight: yenAround(500),
      amount: positiveYenAround(500)
    },
    subject: Limits.capped,
    holds: (capped, { allowed, amount, balance, inFlight }) =>
      Equal.equals(
        capped(allowed, balance, inFlight, amount),
        balance + inFlight + amount <= allowed
          ? "allowed"
          : { period: "always", allowed, remaining: Math.max(allowed - balance - inFlight, 0), asked: amount }
      ),
    catches: {
      "what is in flight is forgotten": (allowed, balance, _, amount) =>
        Limits.capped(allowed, balance, 0 as Yen, amount),
      "the cap itself cannot be reached": (allowed, ...rest) => Limits.capped(Math.max(allowed - 1, 0) as Yen, ...rest)
    }
  }
)

invariant(
  "LIM-06",
  "a lower cap leaves balances and all that was booked as they are; it bars further top-ups and no payment",
  {
    because: "rulebook LIM-06",
    given: { has: positiveYenAround(1000), cap: yenAround(1000), more: positiveYenAround(10) },
    runs: 60,
    covers: { "the balance is above the cap": { atLeast: 20, when: ({ cap, has }) => has > cap } },
    subject: core,
    holds: (core, given) =>
      Effect.map(Limits.underLowerCap(core, given), (seen) =>
        Equal.equals(seen, {
          shown: given.has,
          asked: given.has + given.more <= given.cap ? "accepted" : "BalanceCapExceeded",
          paid: "accepted",
          kept: true
        })
      ),
    catches: {
      "what is above the cap is cut off": showing((_, { cash }) => ({ cash: Math.min(cash, 1000) })),
      "the new cap does not bar top-ups": { commands: { TopUpFromBank: mistaken(TopUpFromBank, Limits.oldCap) } },
      "who is above the cap cannot pay": { commands: { PaySlip: onlyIf(PaySlip, Limits.notAboveTheCap) } },
      "earlier commands are rewritten": Limits.rewritesHistory
    }
  }
)

/**
 * Suspense: what operators make of amounts that came or went without a cause in the books (TOP-06, TOP-09, SEC-11).
 */
import type { Account } from "@kinchaku/domain/account/Account"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { cash, cashBreakage, money } from "@kinchaku/domain/ledger/AccountCode"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { ResolveSuspense } from "@kinchaku/domain/suspense/Resolution"
import * as fc from "fast-check"
import { yenAround } from "../src/arbitraries/Amounts.ts"
import { invariant, limit, query, transition, validation } from "../src/Rule.ts"
import { accountWith, inState, operator, states } from "./support/AccountDesk.ts"
import { after, dayMillis } from "./support/Deposits.ts"
import { me, same } from "./support/Payments.ts"
import { named } from "./support/PaymentsDesk.ts"
import {
  deciding,
  forgetting,
  holding,
  misbooking,
  mistaking,
  refusing,
  under,
  without
} from "./support/PaymentsMistakes.ts"
import { noLimits } from "./support/PaymentsTopUps.ts"
import { crediting, deskWith, type Lying, lying, pages, returning, stands } from "./support/Suspense.ts"

const both: ReadonlyArray<Lying["direction"]> = ["in", "out"]

transition(
  "TOP-06d",
  "what came in is credited to an account or goes back to where it came from, once; what went out only comes back",
  {
    because: "rulebook TOP-06 and posting table: suspense resolved",
    given: {
      direction: fc.constantFrom(...both),
      ways: fc.array(fc.constantFrom("credited", "returned" as const), { minLength: 1, maxLength: 3 }),
      yen: fc.integer({ min: 1, max: 90_000 })
    },
    subject: ResolveSuspense,
    holds: (resolve, { direction, ways, yen }) => {
      const desk = deskWith({ direction, yen })
      const answers = ways.map((way) =>
        named(desk.ask(resolve, way === "credited" ? crediting : returning, { actor: operator }))
      )
      const possible = ways.findIndex((way) => direction === "in" || way === "returned")
      const expected = ways.map((way, n) => {
        if (n === possible) return "accepted"
        return possible >= 0 && n > possible ? "SuspenseItemResolved" : "SuspenseNotCreditable"
      })
      const how = ways[possible]
      return (
        same(answers, expected) &&
        same(stands(desk), {
          held: how === "credited" ? yen : 0,
          suspense: direction === "in" && how === undefined ? yen : 0,
          outlay: direction === "out" && how === undefined ? yen : 0,
          // What the provider owes for what came in; what the bank has less for what went out.
          provider: direction === "in" && how !== "returned" ? yen : 0,
          bank: direction === "out" && how === undefined ? -yen : 0
        })
      )
    },
    catches: {
      "it is resolved as often as one likes": mistaking(ResolveSuspense, "suspenseItem", { _tag: "open" }),
      "what went out is credited": mistaking(ResolveSuspense, "suspenseItem", { direction: "in" }),
      "nothing is booked": without(ResolveSuspense, "entries"),
      "what was done is forgotten": forgetting(ResolveSuspense, ({ kind }) => kind === "suspenseItem"),
      "it goes back to somebody else": misbooking(
        ResolveSuspense,
        "asset:receivable:collector:lawson",
        "asset:bank:0001"
      )
    }
  }
)

limit(
  "TOP-09e",
  "an amount in suspense is credited only where it stays under the balance cap, what is in flight counted",
  {
    because: "rulebook TOP-09, LIM-06",
    given: { held: yenAround(400), yen: yenAround(600).filter((n) => n > 0), flying: fc.constantFrom(0, 100) },
    covers: { "it is too much": { atLeast: 10, when: ({ flying, held, yen }) => held + yen + flying > 1_000 } },
    subject: ResolveSuspense,
    holds: (resolve, { flying, held, yen }) => {
      const limits = { ...noLimits, money: { ...noLimits.money, balance: 1_000 as Yen } }
      const desk = deskWith({ direction: "in", yen, held, flying, limits })
      const before = desk.everything
      const answer = named(desk.ask(resolve, crediting, { actor: operator }))
      if (held + flying + yen <= 1_000) return answer === "accepted" && desk.held(money(me)) === held + yen
      return answer === "BalanceCapExceeded" && desk.everything === before
    },
    catches: {
      "the cap is not looked at": under(ResolveSuspense, () => ({ limits: noLimits })),
      "what is there does not count": holding(ResolveSuspense, () => 0),
      "what is in flight does not count": mistaking(ResolveSuspense, "usage", { total: 0 }),
      "nothing is ever credited": refusing(ResolveSuspense, { _tag: "BalanceCapExceeded" } as never)
    }
  }
)

validation("SEC-11b", "only an operator resolves suspense, and only into an account that may be used", {
  because: "rulebook SEC-11, ACC-20, ACC-29",
  given: {
    by: fc.constantFrom("operator:op-1", "holder:someone", "host:app", "system:x"),
    state: fc.constantFrom(...states),
    isReturned: fc.boolean()
  },
  subject: ResolveSuspense,
  holds: (resolve, { by, isReturned, state }) => {
    const desk = deskWith({ direction: "in", yen: 500, account: inState(accountWith() as never, state) })
    const content = isReturned ? returning : crediting
    const answer = named(desk.ask(resolve, content, { actor: by as Actor }))
    if (!by.startsWith("operator:")) return answer === "Forbidden" && stands(desk).suspense === 500
    const refusal: Record<Account["_tag"], string> = {
      active: "accepted",
      suspended: "AccountSuspended",
      stopped: "AccountStopped",
      closed: "AccountClosed"
    }
    return answer === (isReturned ? "accepted" : refusal[state])
  },
  catches: {
    "anybody resolves": deciding(ResolveSuspense, (_, facts, envelope) =>
      ResolveSuspense.decide(facts, { ...envelope, actor: operator })
    ),
    "any account is credited": mistaking(ResolveSuspense, "account", { _tag: "active" }),
    "nobody resolves": refusing(ResolveSuspense, { _tag: "Forbidden" } as never)
  }
})

invariant(
  "BAL-02c",
  "what is credited from suspense goes to cash or money by the account's kind; cash that has expired is booked first",
  {
    because: "rulebook BAL-02, BAL-04, BAL-06",
    given: { kind: fc.constantFrom("cash", "money" as const), hasExpired: fc.boolean() },
    subject: ResolveSuspense,
    holds: (resolve, { hasExpired, kind }) => {
      const account = accountWith({ kind, cashExpiresAt: hasExpired ? after(1) : after(9 * dayMillis) })
      const desk = deskWith({ direction: "in", yen: 500, account, inCash: 70 })
      desk.ask(resolve, crediting, { actor: operator, at: after(dayMillis) })
      const isGone = hasExpired && kind === "cash"
      return same(
        [desk.held(cash(me)), desk.held(money(me)), desk.booked(cashBreakage)],
        kind === "cash" ? [500 + (isGone ? 0 : 70), 0, isGone ? 70 : 0] : [70, 500, 0]
      )
    },
    catches: {
      "all is money": mistaking(ResolveSuspense, "account", { kind: "money" }),
      "expired cash comes back to life": mistaking(ResolveSuspense, "account", { cashExpiresAt: undefined })
    }
  }
)

query("TOP-06e", "operators page through all that is open, the oldest first, each item once", {
  because: "rulebook TOP-06: raised to operators",
  given: {
    items: fc.array(lying(), { maxLength: 8 }),
    size: fc.constantFrom(1, 2, 3, 100)
  },
  runs: 40,
  subject: pages,
  holds: (page, { items, size }) =>
    same(
      page(items, size),
      items.flatMap(({ isOpen }, n) => (isOpen ? [n] : []))
    ),
  catches: {
    "what is resolved is shown": (items, size) =>
      pages(
        items.map((one) => ({ ...one, isOpen: true })),
        size
      ),
    "only the first page is shown": (items, size) => pages(items, size).slice(0, size),
    "the newest is first": (items, size) => pages(items, size).toReversed()
  }
})

/**
 * Purses: how the rules about cash and money are tried at the desk.
 */
import { accounts } from "@kinchaku/domain/account/Account"
import { ExpireCash } from "@kinchaku/domain/account/CashExpiry"
import { CompleteIdentityVerification } from "@kinchaku/domain/account/Opening"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import { balanceKey, key } from "@kinchaku/domain/engine/RecordKind"
import { Store } from "@kinchaku/domain/engine/Store"
import { Sweeps } from "@kinchaku/domain/engine/Sweeps"
import * as AccountCode from "@kinchaku/domain/ledger/AccountCode"
import * as JournalEntry from "@kinchaku/domain/ledger/JournalEntry"
import type { Yen } from "@kinchaku/domain/money/Yen"
import { Effect, Equal, Exit, Result } from "effect"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import { atDesk, type Core, morning, type Services } from "./Desk.ts"
import { play, type Step } from "./Histories.ts"
import * as Holders from "./Holders.ts"
import { outcomeOf } from "./Keys.ts"
import * as Looks from "./Looks.ts"
import { terms, withFees } from "./Terms.ts"

const dayMillis = 86_400_000
const nineHours = 9 * 3_600_000

/** The end of the day two years later, found with JavaScript's own calendar: 23:59:59.999 in Japan is 14:59:59.999 in UTC. */
export const twoYearsOn = (at: number): number => {
  const local = new Date(at + nineHours)
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()]
  return Date.UTC(year + 2, month, month === 1 && day === 29 ? 28 : day, 14, 59, 59, 999)
}

/** The first and the last millisecond and noon of each day in Japan from 2000 to 2099. */
export const everyDay: ReadonlyArray<Instant> = Array.from(
  { length: 36_525 },
  (_, n) => Date.UTC(2000, 0, 1 + n) - nineHours
).flatMap((midnight) => [midnight, midnight + dayMillis / 2, midnight + dayMillis - 1] as Array<Instant>)

/** Whether all days have the expiry that JavaScript's calendar finds; the first that has not is an error. */
export const allExpire = (expiryAfter: (at: Instant) => number): true => {
  const off = everyDay.find((at) => expiryAfter(at) !== twoYearsOn(at))
  if (off !== undefined)
    throw new Error(`cash changed at ${new Date(off).toISOString()} expires at ${expiryAfter(off)}`)
  return true
}

const expiresAt = ({ account }: Holders.Holder) =>
  Effect.gen(function* () {
    const facts = yield* (yield* Store).read([key(accounts, account)])
    return facts.find(accounts, account)?.cashExpiresAt
  })

/** A holder with ¥500 of cash, and ¥500 of money beside it where the account is a money account. */
const withCash = (kind: "cash" | "money") =>
  Effect.gen(function* () {
    yield* Holders.contractBillers
    const holder = yield* Holders.open("cash")
    yield* Holders.topUp(holder, 500)
    if (kind === "money") {
      yield* Holders.verify(holder)
      yield* Holders.topUp(holder, 500)
    }
    return holder
  })

type Happening = (
  holder: Holders.Holder,
  later: Effect.Effect<void, never, Services>
) => Effect.Effect<unknown, unknown, Services>

/** What can happen to an account, by what it is; `later` is when the last part of it happens. */
const happening: Readonly<Record<string, { readonly moves: boolean; readonly does: Happening }>> = {
  "cash is topped up": { moves: true, does: (holder, later) => Effect.andThen(later, Holders.topUp(holder, 1)) },
  "some of the cash is paid": { moves: true, does: (holder, later) => Effect.andThen(later, Holders.pay(holder, 1)) },
  "all of the cash is paid": { moves: true, does: (holder, later) => Effect.andThen(later, Holders.pay(holder, 500)) },
  "cash comes back from a declined payment": {
    moves: true,
    does: (holder, later) =>
      Effect.flatMap(Holders.pay(holder, 1, "online"), (paid) => Effect.andThen(later, Holders.decline(paid)))
  },
  "the bank is asked": { moves: false, does: (holder, later) => Effect.andThen(later, Holders.ask(holder, 1)) },
  "the bank refuses": {
    moves: false,
    does: (holder, later) =>
      Effect.flatMap(Holders.ask(holder, 1), (asked) => Effect.andThen(later, Holders.answer(asked, Holders.refused)))
  },
  "money is topped up": {
    moves: false,
    does: (holder, later) => Effect.andThen(Holders.verify(holder), Effect.andThen(later, Holders.topUp(holder, 1)))
  },
  "a payment is made of money alone": {
    moves: false,
    does: (holder, later) =>
      Effect.gen(function* () {
        yield* Holders.verify(holder)
        yield* Holders.topUp(holder, 500)
        yield* Holders.pay(holder, 500)
        yield* later
        yield* Holders.pay(holder, 100)
      })
  }
}
export const happenings = Object.keys(happening)

/** Whether the expiry after something that happened later is two years after that, or still two years after the first day. */
export const expiryMoves = (core: Core, what: string, later: number) =>
  atDesk(core)(
    Effect.gen(function* () {
      const { does, moves } = happening[what]!
      const holder = yield* withCash("cash")
      yield* does(holder, Holders.turnTo(later) as Effect.Effect<void, never, Services>)
      return (yield* expiresAt(holder)) === twoYearsOn(moves ? later : morning)
    })
  )

/** Tries to pay one yen of cash at a time. */
export const paysCashAt = (core: Core, at: number) =>
  atDesk(core)(
    Effect.gen(function* () {
      const holder = yield* withCash("cash")
      yield* Holders.turnTo(at)
      return outcomeOf(yield* Effect.exit(Holders.pay(holder, 1))) === "accepted"
    })
  )

/** Sweeps at a time and pays all of the money; what is left of it, or "refused". */
export const paysMoneyAt = (core: Core, at: number) =>
  atDesk(core)(
    Effect.gen(function* () {
      const holder = yield* withCash("money")
      yield* Holders.turnTo(at)
      yield* (yield* Sweeps).runDue
      const { cash } = yield* Holders.shown(holder)
      const exit = yield* Effect.exit(Holders.pay(holder, cash + 500))
      return Exit.isSuccess(exit) ? (yield* Holders.shown(holder)).money : outcomeOf(exit)
    })
  )

/** Sweeps twice at a time, once by search and once by hand; the lines that were booked for it, and what is shown after. */
export const swept = (core: Core, at: number) =>
  atDesk(core)(
    Effect.gen(function* () {
      const holder = yield* withCash("cash")
      yield* Holders.turnTo(at)
      yield* (yield* Sweeps).runDue
      yield* Holders.send(ExpireCash, { account: holder.account })
      yield* Holders.send(ExpireCash, { account: holder.account })
      const entries = (yield* Looks.entries).filter(({ kind }) => kind === "cashExpired")
      const lines = entries.flatMap(({ postings }) =>
        postings.map(({ account, amount, side }) => `${side} ${account.replace(holder.account, "holder")} ${amount}`)
      )
      return { lines, shown: (yield* Holders.shown(holder)).cash as number }
    })
  )

/** Tops up with ¥100 at a time, without a sweep; what is shown after. */
export const toppedUpLater = (core: Core, at: number) =>
  atDesk(core)(
    Effect.gen(function* () {
      const holder = yield* withCash("cash")
      yield* Holders.turnTo(at)
      yield* Holders.topUp(holder, 100)
      return (yield* Holders.shown(holder)).cash as number
    })
  )

/** Sweeps when so many days are left, the most first; with how many days left a notice went out. */
export const noticesSent = (core: Core, periods: ReadonlyArray<number>, daysLeft: ReadonlyArray<number>) =>
  atDesk(core, { policy: terms({ cashExpiryNoticeDays: periods }) })(
    Effect.gen(function* () {
      yield* withCash("cash")
      const lastMorning = twoYearsOn(morning) + 1 - dayMillis + ((morning + nineHours) % dayMillis)
      for (const days of daysLeft.toSorted((a, b) => b - a)) {
        yield* Holders.turnTo(lastMorning - days * dayMillis)
        yield* (yield* Sweeps).runDue
      }
      const { books } = yield* MemoryStore.MemoryBooks
      const sent = [...books.notices.values()].filter(({ kind, to }) => kind === "cashExpiresSoon" && to === "holder")
      return sent.map(({ at }) => Math.round((lastMorning - at) / dayMillis))
    })
  )

/** The days left on which notices have to go out: for each period the first sweep in it that is not in a shorter one. */
export const noticesDue = (periods: ReadonlyArray<number>, daysLeft: ReadonlyArray<number>): ReadonlyArray<number> =>
  periods
    .toSorted((a, b) => b - a)
    .flatMap((period, index, all) => {
      const inPeriod = daysLeft.filter((days) => days >= 0 && days <= period && days > (all[index + 1] ?? -1))
      return inPeriod.length === 0 ? [] : [Math.max(...inPeriod)]
    })

/** A holder has so much, and pays it many times at once; how the payments ended. */
export const paysAtOnce = (
  core: Core,
  {
    batchMax,
    each,
    has,
    times
  }: { readonly has: number; readonly each: number; readonly times: number; readonly batchMax: number }
) =>
  atDesk(core, { engine: { batchMax } })(
    Effect.gen(function* () {
      yield* Holders.contractBillers
      const holder = yield* Holders.open("cash")
      yield* Holders.topUp(holder, has)
      const slips = yield* Effect.replicateEffect(Holders.slip(each), times)
      const exits = yield* Effect.forEach(slips, (slip) => Effect.exit(Holders.paySlip(holder, slip)), {
        concurrency: "unbounded"
      })
      const outcomes = exits.map(outcomeOf)
      return {
        accepted: outcomes.filter((one) => one === "accepted").length,
        refused: outcomes.filter((one) => one === "InsufficientBalance").length,
        left: (yield* Holders.shown(holder)).cash as number
      }
    })
  )

/** Where a top-up of ¥1 goes, of an account of a kind, that may be verified while the bank thinks. */
export const credited = (core: Core, kind: "cash" | "money", verifiedMeanwhile: boolean) =>
  atDesk(core)(
    Effect.gen(function* () {
      const holder = yield* Holders.open(kind)
      const asked = yield* Holders.ask(holder, 1)
      if (verifiedMeanwhile) yield* Holders.verify(holder)
      yield* Holders.answer(asked, Holders.debited)
      return yield* Holders.shown(holder)
    })
  )

/** Tops up cash, verifies, tops up money, pays and has the payment come back; what is shown. */
export const thereAndBack = (
  core: Core,
  amounts: { readonly cash: number; readonly money: number; readonly paid: number }
) =>
  atDesk(core)(
    Effect.gen(function* () {
      yield* Holders.contractBillers
      const holder = yield* Holders.open("cash")
      yield* Holders.topUp(holder, amounts.cash)
      yield* Holders.verify(holder)
      yield* Holders.topUp(holder, amounts.money)
      const paid = yield* Holders.pay(holder, Math.min(amounts.paid, amounts.cash + amounts.money), "online")
      yield* Holders.decline(paid)
      return yield* Holders.shown(holder)
    })
  )

/** Whether no entry takes from cash and gives to money. */
export const cashStaysCash = Effect.map(Looks.entries, (all) =>
  all.every(({ postings }) => {
    const on = (start: string, side: JournalEntry.Side) =>
      postings.some((line) => line.account.startsWith(start) && line.side === side)
    return !(on("liability:cash:", "debit") && on("liability:money:", "credit"))
  })
)

/** A core that turns cash into money when identity is verified. */
export const convertsCash: Core = {
  commands: {
    [CompleteIdentityVerification.tag]: {
      ...CompleteIdentityVerification,
      reads: (envelope) => [
        ...CompleteIdentityVerification.reads(envelope),
        balanceKey(AccountCode.cash(envelope.content.account)),
        balanceKey(AccountCode.money(envelope.content.account))
      ],
      decide: (facts, envelope) =>
        Result.map(CompleteIdentityVerification.decide(facts, envelope), (decision) => {
          const [from, to] = [AccountCode.cash(envelope.content.account), AccountCode.money(envelope.content.account)]
          const postings = [...JournalEntry.debit(from, facts.held(from)), ...JournalEntry.credit(to, facts.held(from))]
          const entry = {
            id: JournalEntry.entryId(envelope.id, 1),
            kind: "topUp" as const,
            businessAt: envelope.at,
            postings
          }
          return { ...decision, entries: facts.held(from) === 0 ? [] : [JournalEntry.balanced(entry)] }
        })
    }
  }
}

/** A core whose sweep takes money along. */
export const sweepsMoney: Core = {
  commands: {
    [ExpireCash.tag]: {
      ...ExpireCash,
      reads: (envelope) => [...ExpireCash.reads(envelope), balanceKey(AccountCode.money(envelope.content.account))],
      decide: (facts, envelope) =>
        Result.map(ExpireCash.decide(facts, envelope), (decision) => {
          const money = AccountCode.money(envelope.content.account)
          const more = [
            ...JournalEntry.debit(money, facts.held(money)),
            ...JournalEntry.credit(AccountCode.cashBreakage, facts.held(money))
          ]
          return {
            ...decision,
            entries: decision.entries.map((entry) => ({ ...entry, postings: [...entry.postings, ...more] as never }))
          }
        })
    }
  }
}

/** Whether after every step of a history each holder is shown the sums of the lines, less cash that has expired and is not swept. */
export const showsWhatIsThere = (core: Core, steps: ReadonlyArray<Step>) =>
  Effect.map(
    atDesk(core, { policy: withFees })(
      play(steps, (holders) =>
        Effect.gen(function* () {
          const { now } = (yield* Holders.clock).hands
          return yield* Effect.forEach(holders, (holder) =>
            Effect.gen(function* () {
              const lines = yield* Looks.entries
              const cash = AccountCode.cash(holder.account)
              const last = lines.findLast(({ postings }) => postings.some(({ account }) => account === cash))
              const expired = last !== undefined && now > twoYearsOn(last.businessAt)
              const expected = {
                cash: expired ? 0 : yield* Looks.sumOfLines(cash),
                money: yield* Looks.sumOfLines(AccountCode.money(holder.account))
              }
              return Equal.equals(yield* Holders.shown(holder), expected)
            })
          )
        })
      )
    ),
    (seen) => seen.flat().every((same) => same)
  )

/** A core that shows balances in another way than it keeps them. */
export const showing = (
  show: (
    books: { readonly cash: number; readonly money: number },
    shown: { readonly cash: Yen; readonly money: Yen }
  ) => object
): Core => ({
  balances: (real, books) => (account) =>
    Effect.map(real(account), (shown) => {
      const of = (code: string) => {
        const balance = books.balances.get(code)
        return balance === undefined ? 0 : balance.credits - balance.debits
      }
      return {
        ...shown,
        ...show({ cash: of(AccountCode.cash(account)), money: of(AccountCode.money(account)) }, shown)
      }
    })
})

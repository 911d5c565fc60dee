/**
 * Reports: how the figures for the authority are tried, on lives of holders at the desk and on books that are written directly.
 */
import type { KeyedHash } from "@kinchaku/domain/account/Account"
import { CloseAccount } from "@kinchaku/domain/account/Closing"
import { ImportLegacyAccount } from "@kinchaku/domain/account/LegacyImport"
import { type ExpiredCash, Journal } from "@kinchaku/domain/audit/Journal"
import { end, instant, type JapanDate, start } from "@kinchaku/domain/calendar/JapanDate"
import type { RecordedCommand } from "@kinchaku/domain/engine/Store"
import { Sweeps } from "@kinchaku/domain/engine/Sweeps"
import type { Yen } from "@kinchaku/domain/money/Yen"
import type { Payment } from "@kinchaku/domain/payment/Payment"
import type { Outstanding } from "@kinchaku/domain/report/Outstanding"
import { Reports } from "@kinchaku/domain/report/Reports"
import type { UnusedPrepaid } from "@kinchaku/domain/report/UnusedPrepaid"
import { Clock, Effect, Equal, Exit, Layer } from "effect"
import * as fc from "fast-check"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import { sha256 } from "../../src/memory/TestDigest.ts"
import { atDesk, Desk, Hands } from "./Desk.ts"
import * as Holders from "./Holders.ts"
import { overLanes } from "./Imports.ts"
import * as Looks from "./Looks.ts"

/** A report service that may be mistaken in what it reads, in what it makes of it, or in what it refuses. */
export interface Reporting {
  readonly journal?: (journal: Journal["Service"]) => Journal["Service"]
  readonly unused?: (figures: UnusedPrepaid) => UnusedPrepaid
  readonly outstanding?: (figures: Outstanding) => Outstanding
  readonly asked?: (reports: Reports["Service"]) => Reports["Service"]
  /** How many milliseconds its clock is ahead. */
  readonly ahead?: number
}

export const reporting: Reporting = {}

const same = <A>(real: A): A => real

/** The service over the books at hand. */
export const layerOf = ({ ahead = 0, asked = same, journal = same, outstanding = same, unused = same }: Reporting) =>
  Layer.effect(
    Reports,
    Effect.gen(function* () {
      const reports = asked(yield* Reports)
      const clock = yield* Clock.Clock
      const atIts = Effect.provideService(Clock.Clock, new Hands(clock.currentTimeMillisUnsafe() + ahead, 0))
      return Reports.of({
        unusedPrepaid: (date) => atIts(Effect.map(reports.unusedPrepaid(date), unused)),
        outstanding: (from, until) => atIts(Effect.map(reports.outstanding(from, until), outstanding))
      })
    })
  ).pipe(Layer.provide(Reports.layer), Layer.provide(Layer.effect(Journal, Effect.map(Journal, journal))))

const nineHours = 9 * 3_600_000

/** Reads another period of the journal than the one that is asked for. */
export const reading = (change: (from: number, until: number) => readonly [number, number]): Reporting => ({
  journal: (journal) => ({
    ...journal,
    totals: (code, { from, until }) => {
      const [first, last] = change(from, until)
      return journal.totals(code, { from: instant(first), until: instant(Math.min(last, 253_402_268_399_999)) })
    }
  })
})

/** Days that begin and end at midnight of UTC. */
export const utcDays = reading((from, until) => [from + nineHours, until + nineHours])

/** Takes expired cash for something else than it is. */
export const expiring = (change: (one: ExpiredCash) => ReadonlyArray<ExpiredCash>): Reporting => ({
  journal: (journal) => ({
    ...journal,
    // What expires with the base date is found too, so that a mistake can take it for expired.
    expiredCash: ({ before, bookedSince }) =>
      Effect.map(journal.expiredCash({ before: instant(before + 1), bookedSince }), (all) => all.flatMap(change))
  })
})

/** Reads nothing of an account. */
export const blindTo = (account: string): Reporting => ({
  journal: (journal) => ({
    ...journal,
    totals: (code, period) =>
      code === account ? journal.totals("liability:nothing", period) : journal.totals(code, period)
  })
})

// ── lives of holders ─────────────────────────────────────────────────────────────────────────────────────────────────

/** The base date that is tried, and the one before. */
export const baseDate = "2029-03-31" as JapanDate
export const baseBefore = "2028-09-30" as JapanDate
const twoYearsBefore = ["2026-09-30", "2027-03-31"].map((day) => day as JapanDate)

const actions = ["topUp", "topUp", "topUp", "pay", "payOnline", "decline", "sweep", "close", "takeOver"] as const

/** Something that a holder does, or that is done. */
export interface Move {
  readonly at: number
  readonly who: number
  readonly what: (typeof actions)[number]
  readonly amount: number
  /** How long ago cash that is taken over changed last. */
  readonly daysAgo: number
}

const edges = (day: JapanDate): ReadonlyArray<number> => [
  start(day),
  start(day) + nineHours,
  end(day) - 1,
  end(day),
  end(day) + 1,
  end(day) + nineHours,
  end(day) + 86_400_000
]

const firstMoment = start("2026-09-30" as JapanDate)
const lastMoment = end("2029-06-30" as JapanDate)

const moment = (): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...twoYearsBefore.flatMap(edges)) },
    { weight: 3, arbitrary: fc.constantFrom(...edges(baseBefore), ...edges(baseDate)) },
    { weight: 1, arbitrary: fc.integer({ min: firstMoment, max: lastMoment }) }
  )

/** Moves of three holders, around two base dates and around the days whose cash expires with them. */
export const moves = (): fc.Arbitrary<ReadonlyArray<Move>> =>
  fc.array(
    fc.record(
      {
        at: moment(),
        who: fc.nat({ max: 2 }),
        what: fc.constantFrom(...actions),
        amount: fc.oneof(fc.integer({ min: 1, max: 900_000 }), fc.constantFrom(1, 300_001)),
        daysAgo: fc.constantFrom(0, 1, 400, 729, 730, 731, 732, 900)
      },
      { noNullPrototype: true }
    ),
    { minLength: 4, maxLength: 14 }
  )

const sweep = Effect.flatMap(Sweeps, ({ runDue }) => runDue)

/** Takes over an account of the former books, with cash that may have expired there. */
const takeOver = ({ amount, at, daysAgo }: Move) =>
  Effect.gen(function* () {
    const n = (yield* Desk).next()
    const hash = (of: string) => sha256(`former ${of} ${n}`) as KeyedHash
    const cashChangedAt = instant(at - daysAgo * 86_400_000)
    const former = { openedAt: cashChangedAt, cash: amount as Yen, money: 0 as Yen, cashChangedAt }
    const [person, email, phone, kanaName] = [hash("person"), hash("email"), hash("phone"), hash("kana")]
    return yield* Holders.send(ImportLegacyAccount, {
      person,
      email,
      phone,
      kanaName,
      language: "ja",
      hasPassword: false,
      former,
      reference: `case-${n}`
    })
  })

interface Play {
  readonly accounts: Array<Pick<Holders.Holder, "account">>
  readonly open: Array<Payment>
}

/** Does a move; what is refused has not happened. */
const does = (holder: Holders.Holder, move: Move, { accounts, open }: Play) =>
  Effect.ignore(
    Effect.gen(function* () {
      const { amount, what } = move
      if (what === "topUp") yield* Holders.topUp(holder, amount)
      if (what === "pay") yield* Holders.pay(holder, amount)
      if (what === "payOnline") open.push(yield* Holders.pay(holder, amount, "online"))
      if (what === "sweep") yield* sweep
      if (what === "close") yield* Holders.send(CloseAccount, { account: holder.account }, { actor: holder.actor })
      if (what === "takeOver") accounts.push({ account: (yield* takeOver(move)).id })
      const declined = what === "decline" ? open.shift() : undefined
      if (declined !== undefined) yield* Holders.decline(declined)
    })
  )

const shownCash = (holders: Play["accounts"]) =>
  Effect.map(
    Effect.forEach(holders, (holder) => Holders.shown(holder)),
    (all) => all.reduce((sum, { cash }) => sum + cash, 0)
  )

interface Counted {
  readonly takenOver: number
  readonly issued: number
  readonly returned: number
  readonly recovered: number
  readonly forfeited: number
}

/** The kinds of entries that have a figure of their own. */
const figureOf: Readonly<Record<string, keyof Counted>> = {
  "paymentReversed credit": "returned",
  "legacyBalance credit": "takenOver",
  "accountClosed debit": "forfeited"
}

/** What a reader of the whole journal counts on cash in the period, line by line. */
const counted = (commands: ReadonlyArray<RecordedCommand>): Counted => {
  const sums = { takenOver: 0, issued: 0, returned: 0, recovered: 0, forfeited: 0 }
  for (const { bookedAt, entries } of commands) {
    if (bookedAt <= end(baseBefore) || bookedAt > end(baseDate)) continue
    for (const { entry } of entries) {
      for (const { account, amount, side } of entry.postings) {
        if (!account.startsWith("liability:cash:") || entry.kind === "cashExpired") continue
        sums[figureOf[`${entry.kind} ${side}`] ?? (side === "credit" ? "issued" : "recovered")] += amount
      }
    }
  }
  return sums
}

/** What was shown at two base dates, what a reader counts between them, and the figures, asked for again and again. */
export const lived = (reporting: Reporting, given: ReadonlyArray<Move>, lanes: number) =>
  atDesk(overLanes(lanes), { startsAt: instant(firstMoment - 86_400_000) })(
    Effect.gen(function* () {
      yield* Holders.contractBillers
      const holders = yield* Effect.replicateEffect(Holders.open("cash"), 3)
      const play: Play = { accounts: [...holders], open: [] }
      const inOrder = given.toSorted((a, b) => a.at - b.at)
      const playOn = (after: number, until: number) =>
        Effect.forEach(
          inOrder.filter(({ at }) => at > after && at <= until),
          (move) => Effect.andThen(Holders.turnTo(move.at), does(holders[move.who]!, move, play))
        )
      const shownAt = (at: number) => Effect.andThen(Holders.turnTo(at), shownCash(play.accounts))
      const ask = Effect.flatMap(Reports, (reports) => reports.unusedPrepaid(baseDate)).pipe(
        Effect.provide(layerOf(reporting))
      )
      yield* playOn(0, end(baseBefore))
      const opening = yield* shownAt(end(baseBefore))
      yield* playOn(end(baseBefore), end(baseDate))
      const unused = yield* shownAt(end(baseDate))
      yield* Holders.turnTo(end(baseDate) + 1)
      const figures = [yield* ask]
      yield* playOn(end(baseDate), lastMoment)
      yield* Holders.turnTo(lastMoment + 86_400_000)
      figures.push(yield* ask)
      yield* sweep
      figures.push(yield* ask)
      yield* Holders.turnTo(lastMoment + 900 * 86_400_000)
      figures.push(yield* ask)
      yield* sweep
      figures.push(yield* ask)
      return { opening, unused, counted: counted(yield* Looks.recorded), figures }
    })
  )

/** Whether the figures are what was shown and counted, and add up. */
export const agrees = ({ counted, figures, opening, unused }: Effect.Success<ReturnType<typeof lived>>): boolean =>
  figures.every((one) => {
    const { expired, forfeited, issued, recovered, returned, takenOver } = one
    const sum = one.opening + issued + takenOver + returned - recovered - expired - forfeited
    return (
      one.opening === opening &&
      one.unused === unused &&
      sum === unused &&
      Equal.equals({ takenOver, issued, returned, recovered, forfeited }, counted)
    )
  })

/** Whether a sweep that books while the figures are read leaves them as they are. */
export const sweptMeanwhile = (reporting: Reporting, amounts: ReadonlyArray<number>) =>
  atDesk(
    {},
    { startsAt: start(twoYearsBefore[0]!) }
  )(
    Effect.gen(function* () {
      for (const amount of amounts) yield* Holders.topUp(yield* Holders.open("cash"), amount)
      yield* Holders.turnTo(end(baseDate) + 1)
      const services = yield* Effect.context<Sweeps>()
      let looks = 0
      const sweeping = (journal: Journal["Service"]): Journal["Service"] => ({
        ...journal,
        expiredCash: (asked) =>
          Effect.tap(journal.expiredCash(asked), () =>
            looks++ === 0 ? Effect.orDie(Effect.provide(sweep, services)) : Effect.void
          )
      })
      const { journal = same } = reporting
      const ask = (one: Reporting) =>
        Effect.flatMap(Reports, (reports) => reports.unusedPrepaid(baseDate)).pipe(Effect.provide(layerOf(one)))
      const meanwhile = yield* Effect.exit(ask({ ...reporting, journal: (real) => journal(sweeping(real)) }))
      return Exit.isSuccess(meanwhile) && Equal.equals(meanwhile.value, yield* ask({}))
    })
  )

/** Looks at what waits for a sweep and at what sweeps booked one after the other. */
export const looksTwice: Reporting = {
  journal: (journal) => ({
    ...journal,
    expiredCash: (asked) =>
      Effect.zipWith(journal.expiredCash(asked), journal.expiredCash(asked), (first, second) => [
        ...first.filter(({ bookedOn }) => bookedOn === undefined),
        ...second.filter(({ bookedOn }) => bookedOn !== undefined)
      ])
  })
}

// ── asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** "figures", or the name of the refusal, of a report on empty books that is asked for at a time. */
const answerAt = <A, E extends { readonly _tag: string }>(
  reporting: Reporting,
  now: number,
  ask: (reports: Reports["Service"]) => Effect.Effect<A, E>
) =>
  Effect.flatMap(Reports, ask).pipe(
    Effect.match({ onFailure: ({ _tag }) => _tag, onSuccess: () => "figures" }),
    Effect.provide(layerOf(reporting).pipe(Layer.provide(Layer.fresh(MemoryStore.layer)))),
    Effect.provideService(Clock.Clock, new Hands(now, 0))
  )

export const unusedAnswer = (reporting: Reporting, date: JapanDate, now: number) =>
  answerAt(reporting, now, (reports) => reports.unusedPrepaid(date))

export const outstandingAnswer = (reporting: Reporting, from: JapanDate, until: JapanDate, now: number) =>
  answerAt(reporting, now, (reports) => reports.outstanding(from, until))

/** Takes one day for another when it is asked for base dates. */
export const taking = (change: (date: JapanDate) => JapanDate): Reporting => ({
  asked: (reports) => ({ ...reports, unusedPrepaid: (date) => reports.unusedPrepaid(change(date)) })
})

/** Lists another period than it is asked for. */
export const listing = (change: (from: JapanDate, until: JapanDate) => readonly [JapanDate, JapanDate]): Reporting => ({
  asked: (reports) => ({ ...reports, outstanding: (from, until) => reports.outstanding(...change(from, until)) })
})

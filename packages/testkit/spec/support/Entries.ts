/**
 * Entries: how the rules about entries and amounts are tried at the desk.
 */
import {
  bankSettlement,
  cash,
  classOf,
  isCustomer,
  suspense,
  type AccountCode
} from "@kinchaku/domain/ledger/AccountCode"
import { type AccountClass } from "@kinchaku/domain/ledger/AccountCode"
import { ValidationFailed } from "@kinchaku/domain/engine/Command"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { Store, StoreUnavailable } from "@kinchaku/domain/engine/Store"
import type { Instant } from "@kinchaku/domain/calendar/JapanDate"
import * as JournalEntry from "@kinchaku/domain/ledger/JournalEntry"
import { max, type PositiveYen, type Yen, Yen as YenSchema } from "@kinchaku/domain/money/Yen"
import { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import { Cause, Effect, Equal, Exit, Layer, Option, Result, Schema } from "effect"
import * as fc from "fast-check"
import type { Lines } from "../../src/arbitraries/Postings.ts"
import * as MemoryStore from "../../src/memory/MemoryStore.ts"
import { atDesk, type Core } from "./Desk.ts"
import { crowd } from "./Gates.ts"
import { play, type Step } from "./Histories.ts"
import { grows } from "./Chain.ts"
import * as Holders from "./Holders.ts"
import * as Looks from "./Looks.ts"
import { submitting } from "./Mistakes.ts"
import { bank, withFees } from "./Terms.ts"
import { BookLines, bookLines, type Conduct, type drawing, onlyIf, together } from "./Trials.ts"

type Make = typeof JournalEntry.make

/** A maker of entries that compares the sides by something else than their sums. */
export const balancedBy =
  (measure: (lines: ReadonlyArray<JournalEntry.Posting>, side: JournalEntry.Side) => number): Make =>
  (entry) =>
    measure(entry.postings, "debit") === measure(entry.postings, "credit")
      ? Result.succeed(entry)
      : Result.fail(new JournalEntry.EntryUnbalanced({ debits: 0 as Yen, credits: 0 as Yen }))

/** Lines on the books' own accounts alone. */
export const ofNoCustomer = (lines: Lines): Lines =>
  lines.map((line) => (isCustomer(line.account) ? { ...line, account: suspense } : line)) as unknown as Lines

/** A core that makes up what is missing from one account. */
export const madeUpFrom = (account: AccountCode): Core => ({
  commands: {
    BookLines: {
      ...BookLines,
      decide: (facts, envelope) => {
        const { postings } = envelope.content
        const off = Number(Looks.netOf(postings))
        const more = off > 0 ? JournalEntry.credit(account, off as Yen) : JournalEntry.debit(account, -off as Yen)
        return BookLines.decide(facts, {
          ...envelope,
          content: { postings: off === 0 ? postings : [...postings, ...more] }
        })
      }
    }
  }
})

/** Whether at every step of a history the recorded commands begin with those recorded before. */
export const onlyGrows = (core: Core, steps: ReadonlyArray<Step>) =>
  Effect.map(atDesk(core, { policy: withFees })(play(steps, () => Looks.recorded)), grows)

/** Pays from cash and money, has the biller refuse, and compares the last entry with the payment's. */
export const declinedIsReversed = (
  core: Core,
  amounts: { readonly cash: number; readonly money: number; readonly paid: number }
) =>
  atDesk(core, { policy: withFees })(
    Effect.gen(function* () {
      yield* Holders.contractBillers
      const holder = yield* Holders.open("cash")
      yield* Holders.topUp(holder, amounts.cash + 330)
      yield* Holders.verify(holder)
      yield* Holders.topUp(holder, amounts.money + 1110)
      const paid = yield* Holders.pay(holder, Math.min(amounts.paid, amounts.cash + amounts.money), "online")
      yield* Holders.decline(paid)
      const entries = yield* Looks.entries
      const drawn = "entry" in paid ? paid.entry : undefined
      const original = entries.find(({ id }) => id === drawn)
      const last = entries.at(-1)
      const turned = original?.postings.map((line) => ({ ...line, side: line.side === "debit" ? "credit" : "debit" }))
      return original !== last && last !== undefined && last.reverses === drawn && Equal.equals(last.postings, turned)
    })
  )

const funded = (account: AccountCode, amount: number) =>
  bookLines([
    { account: bankSettlement(bank), side: "debit", amount: amount as PositiveYen },
    { account, side: "credit", amount: amount as PositiveYen }
  ])

const somebodys = cash("acct_01KAMTYV000000000000000001" as Parameters<typeof cash>[0])

/** Draws from an account that holds an amount; whether exactly what is there can be had. */
export const drawsAtMost = (draw: typeof drawing, held: number, amount: Yen) =>
  Effect.map(
    atDesk({})(
      Effect.gen(function* () {
        const command = draw(somebodys)
        const [{ id: from }] = command.reads({} as never) as unknown as readonly [{ readonly id: AccountCode }]
        yield* funded(from, held)
        const exit = yield* Effect.exit(Holders.send(command, { amount }))
        return { drawn: Exit.isSuccess(exit), left: yield* Looks.sumOfLines(from) }
      })
    ),
    (seen) => Equal.equals(seen, amount <= held ? { drawn: true, left: held - amount } : { drawn: false, left: held })
  )

/** Credits an account twice; answers what it holds then. */
export const creditedTwice = (core: Core, held: number, more: number) =>
  atDesk(core)(
    Effect.gen(function* () {
      yield* funded(somebodys, held)
      yield* Effect.exit(funded(somebodys, more))
      return yield* Looks.sumOfLines(somebodys)
    })
  )

/** A core that books no more than fits into a total. */
export const cappedAt = (most: number): Core => ({
  commands: {
    BookLines: {
      ...BookLines,
      decide: (facts, envelope) => {
        const room = most - Number(facts.held(somebodys))
        const postings = (envelope.content as { readonly postings: Lines }).postings
        const capped = postings.map((line) => ({ ...line, amount: Math.min(line.amount, room) })) as unknown as Lines
        return BookLines.decide(facts, { ...envelope, content: { postings: capped } })
      }
    }
  }
})

/** A core that refuses the largest total there is. */
export const belowTheLargest: Core = {
  commands: {
    BookLines: onlyIf(
      BookLines,
      (facts, { content }) => facts.held(somebodys) + (content as { readonly postings: Lines }).postings[0].amount < max
    )
  }
}

/** Who, when, under which key: has a top-up answered so, while the books stand at another time, and looks at what is recorded. */
export const saysAll = (
  core: Core,
  given: {
    readonly by: Holders.Holder["actor"]
    readonly under: string
    readonly at: Instant
    readonly booksStandAt: Instant
  }
) =>
  atDesk(core, { startsAt: given.booksStandAt })(
    Effect.gen(function* () {
      const { at, booksStandAt, by, under } = given
      yield* Holders.turnTo(at)
      const asked = yield* Holders.ask(yield* Holders.open("cash"), 1000)
      yield* Holders.answer(asked, Holders.debited, { actor: by, key: under })
      const command = (yield* Looks.recorded).at(-1)
      const entry = command?.entries[0]?.entry
      return Equal.equals(
        [
          command?.tag,
          command?.actor,
          command?.key,
          command?.at,
          command?.bookedAt,
          entry?.id,
          entry?.kind,
          entry?.businessAt
        ],
        ["RecordDebitAnswer", by, under, at, Math.max(at, booksStandAt), `${command?.id}.1`, "topUp", at]
      )
    })
  )

/** Numbers that are no amounts, most of them only just. */
export const noAmount = (): fc.Arbitrary<number> =>
  fc.constantFrom(
    -1,
    -0,
    0.5,
    1.5,
    NaN,
    Infinity,
    -Infinity,
    2 ** 53,
    2 ** 53 + 2,
    -(2 ** 53),
    1e21,
    1e300,
    Number.MIN_VALUE
  )

/** Whether the core takes a number for an amount. */
export const isYen: (n: number) => boolean = Schema.is(YenSchema)

/** Whether a number is an amount, found by looking at its digits. */
export const isAmount = (n: number): boolean =>
  /^(0|[1-9]\d*)$/.test(`${n}`) && !Object.is(n, -0) && BigInt(`${n}`) <= 2n ** 53n - 1n

/** The sum of two amounts as text and whole numbers know it. */
export const exactSum = (a: number, b: number): Result.Result<bigint, "refused"> => {
  const sum = BigInt(a) + BigInt(b)
  return sum <= 2n ** 53n - 1n ? Result.succeed(sum) : Result.fail("refused")
}

const isValidation = (error: unknown): boolean =>
  error instanceof ValidationFailed && error.issues.some(({ field }) => field === "amount")

/** Asks the bank for any number; whether an amount above zero is asked for, and anything else refused by its field. */
export const asksFor = (core: Core, amount: number) =>
  atDesk(core)(
    Effect.gen(function* () {
      const { account, link } = yield* Holders.open("cash")
      const before = (yield* Looks.recorded).length
      const content = { account, link, amount: amount as PositiveYen, quotedFee: 0 as Yen }
      const exit = yield* Effect.exit(Holders.send(TopUpFromBank, content))
      const recorded = (yield* Looks.recorded).length - before
      if (isAmount(amount) && amount > 0) return Exit.isSuccess(exit) && recorded === 1
      return (
        recorded === 0 && Exit.isFailure(exit) && isValidation(Option.getOrUndefined(Cause.findErrorOption(exit.cause)))
      )
    })
  )

const rounded = (n: number): number => Math.min(Math.max(Math.round(Math.abs(n)) || 1, 1), max)

/** A core that makes an amount of whatever it is given. */
export const rounding: Core = submitting(
  (real) => (command) => (content, options) =>
    real(command)(
      command === TopUpFromBank
        ? { ...(content as object), amount: rounded((content as { amount: number }).amount) }
        : content,
      options
    )
)

/** A core that does not say which field was wrong. */
export const withoutTheField: Core = submitting(
  (real) => (command) => (content, options) =>
    Effect.mapError(real(command)(content, options), (error) =>
      error instanceof ValidationFailed ? new ValidationFailed({ issues: [{ field: "", message: "invalid" }] }) : error
    )
)

/** Whether exactly the trials that do well are done and booked. */
export const onlyTheFaultyFail = (core: Core, list: ReadonlyArray<Conduct>, batchMax: number) =>
  Effect.map(atDesk(core, { engine: { batchMax } })(together(list)), ({ booked, done }) =>
    Equal.equals(
      { booked, done },
      { booked: list.filter((one) => one === "well").length, done: list.map((one) => one === "well") }
    )
  )

/** A store that takes its own refusal for an outage. */
export const refusalIsAnOutage: Core = {
  store: Layer.effect(
    Store,
    Effect.map(Store, (store) =>
      Store.of({
        ...store,
        commit: (work) =>
          Effect.catchTag(store.commit(work), "StoreRefused", ({ cause }) =>
            Effect.fail(new StoreUnavailable({ operation: "commit", cause }))
          )
      })
    )
  ).pipe(Layer.provideMerge(MemoryStore.layer))
}

/** A crowd of callers: all are answered, those turned away did nothing, and in the end everyone is served once. */
export const nobodyIsLost = (
  core: Core,
  { batchMax, callers, capacity }: { readonly callers: number; readonly capacity: number; readonly batchMax: number }
) =>
  Effect.map(crowd(core, callers, { capacity, batchMax }), ({ booked, bookedInTheEnd, busy, done, doneInTheEnd }) => {
    const allServed =
      booked === done && done + busy === callers && doneInTheEnd === callers && bookedInTheEnd === callers
    return allServed && busy >= callers - capacity - batchMax && (callers > capacity || busy === 0)
  })

/** A core whose queue has no end. */
export const noEnd: Core = { engine: () => Engine.layer() }

/** Whether the sheet balances: assets and expenses are liabilities and revenue. */
export const sheetBalances = (classOf: (code: AccountCode) => AccountClass) =>
  Effect.map(
    Effect.all([Looks.totalOf(classOf, "asset", "expense"), Looks.totalOf(classOf, "liability", "revenue")]),
    ([left, right]) => left === -right
  )

/** Whether what is owed is not more than what is held and spent. */
export const owedIsCovered = Effect.map(Looks.stored, (all) => {
  const of = (...starts: ReadonlyArray<string>) =>
    all
      .filter(({ account }) => starts.some((start) => account.startsWith(start)))
      .reduce((sum, one) => sum + Looks.net(one), 0n)
  return -of("liability:") <= of("asset:", "expense:")
})

/** The class of accounts, where accounts of one name have none. */
export const leavingOut =
  (start: string) =>
  (code: AccountCode): AccountClass =>
    code.startsWith(start) ? ("none" as AccountClass) : classOf(code)

/** Whether by the time of closing each caller was told that it is done, all is booked, and one who comes later is turned away. */
export const allAnswered =
  (callers: number) =>
  ({
    booked,
    lateIsBusy,
    told
  }: {
    readonly told: ReadonlyArray<boolean>
    readonly booked: number
    readonly lateIsBusy: boolean
  }): boolean =>
    told.length === callers && told.every((done) => done) && booked === callers && lateIsBusy

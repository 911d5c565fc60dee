/**
 * Stories of one top-up or one payment in a whole world, told to their end, and what is true at the end everywhere.
 */
import type { BankLink } from "@kinchaku/domain/bank/BankLink"
import { bankSettlement, suspense } from "@kinchaku/domain/ledger/AccountCode"
import { RecordDebitAnswer } from "@kinchaku/domain/topup/DebitAnswer"
import type { TopUpProcessing } from "@kinchaku/domain/topup/TopUp"
import { RecordBillerAnswer } from "@kinchaku/domain/payment/BillerAnswer"
import type { Accepted } from "@kinchaku/domain/payment/SlipPayment"
import type { Quote } from "@kinchaku/domain/payment/SlipTerms"
import { Effect } from "effect"
import * as fc from "fast-check"
import type { Holder, Story } from "../../src/scenario/Story.ts"
import { inWorld } from "../../src/scenario/World.ts"
import { type BillerBehaviour, billerBehaviours } from "../../src/simulators/SimulatedBiller.ts"
import { type DebitBehaviour, debitBehaviours } from "../../src/simulators/BankBehaviour.ts"
import { bankReferenceOf } from "../../src/simulators/BankTransfers.ts"
import { testPolicy } from "../../src/scenario/TestPolicy.ts"
import { policyWith, waterworks } from "./Payments.ts"
import { seeing } from "./PaymentsMistakes.ts"

// ── top-ups ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Everything that a bank can do to one debit: take it or not, answer or not, late, twice, against its own word. */
export const bankBehaviour = (): fc.Arbitrary<DebitBehaviour> =>
  fc.constantFrom<DebitBehaviour>("accepts", ...Object.values(debitBehaviours))

/** How long a bank may be late, and how long it is off the network before it is asked. */
export const delays = (): fc.Arbitrary<{ readonly lateMinutes: number; readonly outageHours: number }> =>
  fc.record({ lateMinutes: fc.constantFrom(1, 10, 90, 600), outageHours: fc.constantFrom(0, 0, 1, 12) })

export interface AskedTopUp {
  readonly world: Story
  readonly holder: Holder
  readonly link: BankLink
  readonly topUp: TopUpProcessing
}

/** What the operator's system does about a top-up after the bank was asked once. */
export type Resolving = (asked: AskedTopUp) => Effect.Effect<unknown, unknown>

/** It goes on delivering: where there is no answer it inquires. */
export const inquiring: Resolving = ({ world }) => Effect.andThen(world.settle, world.settle)

/** It takes silence for an answer. */
export const guessing =
  (guess: "debited" | "refused"): Resolving =>
  ({ topUp, world }) =>
    Effect.gen(function* () {
      const guessed =
        guess === "debited"
          ? { _tag: guess, bankReference: bankReferenceOf(topUp.request) }
          : { _tag: guess, reason: "silence" }
      if ((yield* world.outbox.waiting) > 0) yield* world.bankNotices.debit(topUp.request, guessed as never)
      yield* world.settle
    })

/** It asks for the amount again, as a new debit, where the first brought no answer. */
export const askingAnew: Resolving = ({ holder, link, topUp, world }) =>
  Effect.gen(function* () {
    if ((yield* world.outbox.waiting) > 0) yield* world.askTopUp(holder, topUp.amount, link)
    yield* world.settle
  })

/** It credits what the bank reports, also when that is credited already. */
export const creditingAgain: Resolving = ({ topUp, world }) => {
  const forgetful = seeing(RecordDebitAnswer, (kind, record) =>
    kind === "topUp" && record !== undefined && "settledAt" in record && record !== undefined ? topUp : record
  )
  const answer = { _tag: "debited" as const, bankReference: "once more" }
  return Effect.gen(function* () {
    yield* world.settle
    const { _tag } = yield* world.topUps.get(topUp.account, topUp.id)
    if (_tag !== "completed") return
    yield* world.engine.submit(forgetful, { request: topUp.request, answer }, world.intent())
  })
}

/** Where everything is when a top-up's story has ended. */
export interface TopUpEnding {
  readonly state: string
  /** What the bank took, in how many debits. */
  readonly taken: number
  readonly debits: number
  /** What the holder has, what is in suspense, and what the books say that the bank owes. */
  readonly held: number
  readonly suspense: number
  readonly owed: number
  /** Requests without an answer, and the hours that it all took. */
  readonly waiting: number
  readonly hours: number
}

/** A top-up of ¥5,000 from a bank with this behaviour; the bank's own reports come at the end. */
export const topUpStory = (
  behaviour: DebitBehaviour,
  { lateMinutes, outageHours }: { readonly lateMinutes: number; readonly outageHours: number },
  resolve: Resolving
): Effect.Effect<TopUpEnding, unknown> =>
  inWorld({ bank: { debits: [behaviour, "accepts"], lateFor: `${lateMinutes} minutes` } }, (world) =>
    Effect.gen(function* () {
      const holder = yield* world.open("taro", "money")
      const link = yield* world.link(holder)
      const topUp = yield* world.askTopUp(holder, 5_000, link)
      if (outageHours > 0) world.bank.reachable(false)
      yield* world.dispatch
      yield* world.wait(`${outageHours} hours`)
      world.bank.reachable(true)
      yield* world.dispatch
      yield* resolve({ world, holder, link, topUp })
      yield* world.bank.report
      const truth = [...(yield* world.bank.debits).values()].flatMap(({ state }) =>
        typeof state === "object" && state._tag === "debited" ? [state.amount] : []
      )
      const ledger = yield* world.ledger
      return {
        state: (yield* world.topUps.get(holder.account, topUp.id))._tag,
        taken: truth.reduce((sum, amount) => sum + amount, 0),
        debits: truth.length,
        held: (yield* world.balances(holder)).money,
        suspense: ledger[suspense] ?? 0,
        owed: ledger[bankSettlement("9999")] ?? 0,
        waiting: yield* world.outbox.waiting,
        hours: ((yield* world.now) - topUp.askedAt) / 3_600_000
      }
    })
  )

// ── payments that the biller has to accept ───────────────────────────────────────────────────────────────────────────

export const billerBehaviour = (): fc.Arbitrary<BillerBehaviour> =>
  fc.constantFrom<BillerBehaviour>("accepts", ...Object.values(billerBehaviours))

export type ResolvingPayment = (asked: {
  readonly world: Story
  readonly holder: Holder
  readonly payment: Accepted
}) => Effect.Effect<unknown, unknown>

export const inquiringBiller: ResolvingPayment = ({ world }) => world.settle

/** It takes silence for an answer. */
export const guessingBiller =
  (guess: "accepted" | "refused"): ResolvingPayment =>
  ({ payment, world }) =>
    Effect.gen(function* () {
      const answer = guess === "accepted" ? { _tag: guess } : { _tag: guess, reason: "silence" }
      const request = `req_${payment.id.slice(4)}` as never
      if ((yield* world.outbox.waiting) > 0)
        yield* world.engine.submit(RecordBillerAnswer, { request, answer }, world.intent())
      yield* world.settle
    })

/** Where everything is before the answer and after it. */
export interface PaymentEnding {
  readonly before: { readonly state: string; readonly held: number }
  readonly after: { readonly state: string; readonly held: number }
  readonly taken: boolean
  readonly waiting: number
}

/** A payment of ¥1,200 out of ¥10,000 to a biller with this behaviour, which is off the network at first. */
export const paymentStory = (
  behaviour: BillerBehaviour,
  resolve: ResolvingPayment
): Effect.Effect<PaymentEnding, unknown> =>
  inWorld({ biller: { payments: [behaviour] } }, (world) =>
    Effect.gen(function* () {
      const holder = yield* world.open("taro", "money")
      yield* world.topUp(holder, 10_000)
      yield* world.contract({ confirmation: "online" })
      const barcode = world.slip({ amount: 1_200 })
      const quote = yield* world.payments.quoteSlip(barcode)
      const payment = yield* world.payments.paySlip({ account: holder.account, barcode, quote }, world.intent(holder))
      const look = Effect.gen(function* () {
        const { _tag: state } = yield* world.payments.get(holder.account, payment.id)
        return { state, held: (yield* world.balances(holder)).money }
      })
      world.biller.reachable(false)
      yield* world.dispatch
      const before = yield* look
      world.biller.reachable(true)
      yield* world.wait("1 minute")
      yield* world.dispatch
      yield* resolve({ world, holder, payment })
      const truth = [...(yield* world.biller.payments).values()]
      const taken = truth.some(({ state }) => typeof state === "object" && state._tag === "accepted")
      return { before, after: yield* look, taken, waiting: yield* world.outbox.waiting }
    })
  )

// ── unresolved top-ups ───────────────────────────────────────────────────────────────────────────────────────────────

/** When a silent top-up was raised, if it was, with a sweep at each of these milliseconds after it was asked. */
export const raisedAt = (
  sweeps: ReadonlyArray<number>,
  minutes: number
): Effect.Effect<{ readonly after: number | undefined; readonly state: string }, unknown> =>
  inWorld({ bank: { debits: ["isLate"], lateFor: "12 hours" } }, (world) =>
    Effect.gen(function* () {
      const policy = (yield* world.policies.inForce)?.policy
      if (policy !== undefined) yield* world.adopt({ ...policy, unresolvedAfterMinutes: minutes })
      const holder = yield* world.open("taro", "money")
      const { askedAt, id } = yield* world.askTopUp(holder, 5_000)
      yield* world.dispatch
      yield* Effect.forEach(
        sweeps.toSorted((a, b) => a - b),
        (after) => Effect.andThen(world.goTo((askedAt + after) as typeof askedAt), world.sweep)
      )
      const { _tag: state, raisedAt } = yield* world.topUps.get(holder.account, id)
      return { after: raisedAt === undefined ? undefined : raisedAt - askedAt, state }
    })
  )

/** What became of a silent top-up when the bank itself reports a debit under a number of its own. */
export const reported = (
  bankReference: string,
  times: number,
  written: (reference: string) => string = (reference) => reference
): Effect.Effect<{ readonly state: string; readonly held: number }, unknown> =>
  inWorld({ bank: { debits: ["isLate"] } }, (world) =>
    Effect.gen(function* () {
      const holder = yield* world.open("taro", "money")
      const { id, request } = yield* world.askTopUp(holder, 5_000)
      yield* Effect.repeat(
        world.bankNotices.debit(request, { _tag: "debited", bankReference: written(bankReference) }),
        { times: times - 1 }
      )
      const { _tag: state } = yield* world.topUps.get(holder.account, id)
      return { state, held: (yield* world.balances(holder)).money }
    })
  )

/** The quote of a slip of the waterworks, where each payment has this fee. */
export const quotedInWorld = (amount: number, fee: number, due: Quote["due"]): Effect.Effect<Quote, unknown> =>
  inWorld({ policy: testPolicy({ fees: policyWith(fee).fees }) }, (world) =>
    Effect.gen(function* () {
      yield* world.contract(waterworks)
      const wish = { amount, biller: waterworks.code, ...(due === undefined ? {} : { due }) }
      return yield* world.payments.quoteSlip(world.slip(wish))
    })
  )

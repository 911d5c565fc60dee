/**
 * Stories of payouts in a whole world, told to their end, and what is true at the end everywhere.
 */
import type { BankLink } from "@kinchaku/domain/bank/BankLink"
import * as AccountCode from "@kinchaku/domain/ledger/AccountCode"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import type { PayoutProcessing } from "@kinchaku/domain/payout/Payout"
import { RecordPayoutAnswer } from "@kinchaku/domain/payout/PayoutAnswer"
import { type PayoutDetail, Payouts } from "@kinchaku/domain/payout/Payouts"
import { Effect } from "effect"
import { MemoryBooks } from "../../src/memory/MemoryStore.ts"
import type { Holder, Story } from "../../src/scenario/Story.ts"
import { inWorld } from "../../src/scenario/World.ts"
import type { DebitBehaviour } from "../../src/simulators/BankBehaviour.ts"

export interface AskedPayout {
  readonly world: Story
  readonly holder: Holder
  readonly payout: PayoutProcessing
  readonly again: Effect.Effect<unknown, unknown>
}

/** What the operator's system does about a payout after the bank was asked once. */
export type Resolving = (asked: AskedPayout) => Effect.Effect<unknown, unknown>

/** It goes on delivering: where there is no answer it inquires. */
export const inquiring: Resolving = ({ world }) => Effect.andThen(world.settle, world.settle)

/** It takes silence for an answer. */
export const guessing =
  (guess: "credited" | "refused"): Resolving =>
  ({ payout: { request }, world }) =>
    Effect.gen(function* () {
      const answer =
        guess === "credited" ? { _tag: guess, bankReference: "guessed" } : { _tag: guess, reason: "silence" }
      if ((yield* world.engine.submit(RecordPayoutAnswer, { request, answer }, world.intent()))._tag !== "processing") {
        yield* world.settle
      }
    })

/** It asks for the amount again, as a new payout. */
export const askingAnew: Resolving = ({ again, world }) => Effect.andThen(again, world.settle)

/** Where everything is when a payout's story has ended. */
export interface Ending {
  readonly state: string
  /** What the bank credited, in how many credits. */
  readonly credited: number
  readonly credits: number
  /** What left the holder's money, what we earned, and what is in transit and in suspense. */
  readonly taken: number
  readonly fees: number
  readonly inTransit: number
  readonly outlay: number
  readonly waiting: number
  readonly hours: number
}

const has = 50_000

/** A payout of ¥5,000 to a bank with this behaviour, which is off the network at first; its own reports come at the end. */
export const payoutStory = (
  behaviour: DebitBehaviour,
  { lateMinutes, outageHours }: { readonly lateMinutes: number; readonly outageHours: number },
  resolve: Resolving
): Effect.Effect<Ending, unknown> =>
  inWorld({ bank: { credits: [behaviour, "accepts"], lateFor: `${lateMinutes} minutes` } }, (world) =>
    Effect.gen(function* () {
      const payouts = yield* Payouts
      const holder = yield* world.open("taro", "money")
      yield* world.topUp(holder, has, yield* world.link(holder))
      const { account } = holder
      const link = (yield* world.topUps.get(account, (yield* world.askTopUp(holder, 1)).id)).link
      yield* world.settle
      yield* payouts.setAccount(account, link, world.intent(holder))
      const amount = 5_000 as PositiveYen
      const { fee } = yield* payouts.quote(account, amount)
      const ask = payouts.request({ account, amount, quotedFee: fee }, world.intent(holder))
      const payout = yield* ask
      if (outageHours > 0) world.bank.reachable(false)
      yield* world.dispatch
      yield* world.wait(`${outageHours} hours`)
      world.bank.reachable(true)
      yield* world.dispatch
      const again = Effect.suspend(() => payouts.request({ account, amount, quotedFee: fee }, world.intent(holder)))
      yield* resolve({ world, holder, payout, again })
      yield* world.bank.report
      const truth = [...(yield* world.bank.credits).values()].flatMap(({ state }) =>
        typeof state === "object" && state._tag === "credited" ? [state.amount] : []
      )
      const ledger = yield* world.ledger
      return {
        state: (yield* payouts.get(account, payout.id))._tag,
        credited: truth.reduce((sum, yen) => sum + yen, 0),
        credits: truth.length,
        taken: has + 1 - (yield* world.balances(holder)).money,
        fees: ledger[AccountCode.fees] ?? 0,
        inTransit: (ledger[AccountCode.payoutInTransit] ?? 0) + (ledger[AccountCode.feesHeld] ?? 0),
        outlay: ledger[AccountCode.suspendedOutlay] ?? 0,
        waiting: yield* world.outbox.waiting,
        hours: ((yield* world.now) - payout.askedAt) / 3_600_000
      }
    })
  )

/** What a holder is shown of a payout, after some of it was erased; and what somebody else is. */
export const shown = (
  amount: number,
  erased: ReadonlyArray<"bankAccount" | "holder">,
  see: (payouts: Payouts["Service"]) => Payouts["Service"]["detail"]
): Effect.Effect<{ readonly own: PayoutDetail; readonly others: string; readonly link: BankLink }, unknown> =>
  inWorld({ bank: { credits: ["accepts"] } }, (world) =>
    Effect.gen(function* () {
      const payouts = yield* Payouts
      const { books } = yield* MemoryBooks
      const [holder, other] = [yield* world.open("taro", "money"), yield* world.open("hanako", "money")]
      const link = yield* world.link(holder, { number: "1234500" })
      yield* world.topUp(holder, 100_000, link)
      const { account } = holder
      yield* payouts.setAccount(account, link.id, world.intent(holder))
      const asked = { account, amount: amount as PositiveYen, quotedFee: 220 as never }
      const { id } = yield* payouts.request(asked, world.intent(holder))
      yield* world.settle
      if (erased.includes("bankAccount")) books.personal.delete(link.id.slice("link_".length))
      if (erased.includes("holder")) {
        for (const [command, text] of books.personal) if (/ame":|"email":/.test(text)) books.personal.delete(command)
      }
      const detail = see(payouts)
      const others = yield* Effect.map(Effect.result(detail(other.account, id)), (result) =>
        result._tag === "Failure" ? result.failure._tag : "shown"
      )
      return { own: yield* detail(account, id), others, link }
    }).pipe((story) => story as Effect.Effect<{ own: PayoutDetail; others: string; link: BankLink }, unknown, never>)
  )

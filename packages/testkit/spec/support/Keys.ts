/**
 * Keys: how the rules about idempotency keys are tried at the desk.
 */
import { ContractBiller } from "@kinchaku/domain/bill/Contract"
import { type SlipNumber, write } from "@kinchaku/domain/bill/SlipBarcode"
import * as JapanDate from "@kinchaku/domain/calendar/JapanDate"
import type { Actor } from "@kinchaku/domain/engine/Command"
import { key as recordKey } from "@kinchaku/domain/engine/RecordKind"
import { max, type PositiveYen, type Yen } from "@kinchaku/domain/money/Yen"
import { type Payment, payments } from "@kinchaku/domain/payment/Payment"
import { Payments } from "@kinchaku/domain/payment/Payments"
import { PaySlip } from "@kinchaku/domain/payment/SlipPayment"
import { TopUpFromBank } from "@kinchaku/domain/topup/BankTopUp"
import { Cause, Effect, Exit, Option } from "effect"
import { adopt, atDesk, type Core, morning, type Services } from "./Desk.ts"
import * as Holders from "./Holders.ts"
import * as Looks from "./Looks.ts"
import { submitting } from "./Mistakes.ts"
import { limitedTo, terms } from "./Terms.ts"

const paymentsBooked = Effect.map(Looks.entries, (all) => all.filter(({ kind }) => kind === "payment").length)

/** "accepted", the name of the refusal, or "defect". */
export const outcomeOf = (exit: Exit.Exit<unknown, unknown>): string => {
  if (Exit.isSuccess(exit)) return "accepted"
  const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause)) as { readonly _tag?: string } | undefined
  return error?._tag ?? "defect"
}

/** A holder with ¥1,000, and the payment of a slip of ¥700 that is due today, ready to be sent. */
const ready = Effect.gen(function* () {
  yield* Holders.contractBillers
  const holder = yield* Holders.open("cash")
  yield* Holders.topUp(holder, 1000)
  const slip = { free: "1", reissues: 0, stamp: false, amount: 700 as PositiveYen, due: JapanDate.at(morning) }
  const barcode: SlipNumber = write({ ...slip, biller: Holders.billerCodes.online })
  const quote = yield* (yield* Payments).quoteSlip(barcode)
  const send = (key: string) =>
    Holders.send(PaySlip, { account: holder.account, barcode, quote }, { actor: holder.actor, key })
  return { holder, send }
})

/** Pays, has the payment settled, and sends the same again; answers all the answers as texts, and how many payments are booked. */
export const repeated = (
  core: Core,
  { key, times, wait }: { readonly key: string; readonly wait: number; readonly times: number }
) =>
  atDesk(core)(
    Effect.gen(function* () {
      const { send } = yield* ready
      const first = yield* send(key)
      yield* Holders.accept(first)
      yield* Holders.turnBy(wait)
      const again = yield* Effect.replicateEffect(send(key), times)
      return { answers: [first, ...again].map((one) => JSON.stringify(one)), booked: yield* paymentsBooked }
    })
  )

/** A core that looks up what became of a payment when it is asked again. */
export const answersThePresent: Core = submitting(
  (real, store) => (command) => (content, options) =>
    Effect.flatMap(real(command)(content, options), (answered) => {
      if (command.tag !== PaySlip.tag) return Effect.succeed(answered)
      const { id } = answered as Payment
      return Effect.map(store.read([recordKey(payments, id)]), (facts) => facts.find(payments, id))
    })
)

/** Asks the bank for two amounts under one key; answers what became of the second, or "changed" where it did something. */
export const twoContents = (
  core: Core,
  { first, key, second }: { readonly key: string; readonly first: PositiveYen; readonly second: PositiveYen }
) =>
  atDesk(core)(
    Effect.gen(function* () {
      const { account, actor, link } = yield* Holders.open("cash")
      const send = (amount: PositiveYen) =>
        Holders.send(TopUpFromBank, { account, link, amount, quotedFee: 0 as Yen }, { actor, key })
      yield* send(first)
      const before = yield* Looks.recorded
      const exit = yield* Effect.exit(send(second))
      return (yield* Looks.recorded).length === before.length ? outcomeOf(exit) : "changed"
    })
  )

/** What can change between a first try and its repetition, so that the rules of now would refuse it. */
const changing: Readonly<Record<string, (holder: Holders.Holder) => Effect.Effect<unknown, unknown, Services>>> = {
  "the balance is spent": (holder) => Holders.pay(holder, 300),
  "the limit is lowered": () => adopt(limitedTo({ payment: { perOperation: 1 as Yen } })),
  "the fee is raised": () => adopt(terms({ fees: [{ function: "payment", fixed: 1 as Yen }] })),
  "slips of this size are no longer taken": () => adopt(terms({ slipMaximum: 699 as PositiveYen })),
  "the slip is past its due date": () => Holders.turnBy(2 * 86_400_000),
  "the biller has no contract any more": () =>
    Holders.send(ContractBiller, {
      code: Holders.billerCodes.online,
      name: "東京都水道局",
      confirmation: "online",
      active: false
    })
}
export const changes = Object.keys(changing)

/** Pays, lets one thing change, and sends the same again: whether the answer is the first one to the byte, and one payment booked. */
export const retriedAfter = (core: Core, change: string, key: string) =>
  atDesk(core)(
    Effect.gen(function* () {
      const { holder, send } = yield* ready
      const first = yield* send(key)
      yield* changing[change]!(holder)
      const before = yield* paymentsBooked
      const again = yield* send(key)
      return JSON.stringify(again) === JSON.stringify(first) && (yield* paymentsBooked) === before
    })
  )

/** Sends one payment many times at once. */
export const atOnce = (
  core: Core,
  { batchMax, duplicates }: { readonly duplicates: number; readonly batchMax: number }
) =>
  atDesk(core, { engine: { batchMax } })(
    Effect.gen(function* () {
      const { send } = yield* ready
      const answers = yield* Effect.forEach(Array.from({ length: duplicates }), () => Effect.option(send("once")), {
        concurrency: "unbounded"
      })
      return {
        answers: answers.flatMap((one) => (Option.isSome(one) ? [JSON.stringify(one.value)] : [])),
        booked: yield* paymentsBooked
      }
    })
  )

/** Two actors ask the bank under one key; answers how many top-ups there are. */
export const ofTwoActors = (
  core: Core,
  { key, one, other }: { readonly key: string; readonly one: Actor; readonly other: Actor }
) =>
  atDesk(core)(
    Effect.gen(function* () {
      const { account, link } = yield* Holders.open("cash")
      const content = { account, link, amount: 100 as PositiveYen, quotedFee: 0 as Yen }
      yield* Effect.forEach([one, other], (actor) => Holders.send(TopUpFromBank, content, { actor, key }))
      return (yield* Looks.recorded).filter(({ tag }) => tag === TopUpFromBank.tag).length
    })
  )

/** Pays without funds, tops up, and sends the same again. */
export const refusedFirst = (core: Core, { key, lacking }: { readonly key: string; readonly lacking: PositiveYen }) =>
  atDesk(core)(
    Effect.gen(function* () {
      yield* Holders.contractBillers
      const holder = yield* Holders.open("cash")
      const barcode = yield* Holders.slip(lacking)
      const pay = Effect.exit(Holders.paySlip(holder, barcode, { key }))
      const first = outcomeOf(yield* pay)
      const recorded = (yield* Looks.recorded).filter(({ tag }) => tag === PaySlip.tag).length
      yield* Holders.topUp(holder, lacking)
      return { first, recorded, second: outcomeOf(yield* pay) }
    })
  )

/** A core that pays as if everybody had everything. */
export const refusesNoPayment: Core = {
  commands: {
    [PaySlip.tag]: {
      ...PaySlip,
      decide: ({ find, peek, policy }, envelope) =>
        PaySlip.decide({ find, peek, policy, held: () => max as Yen }, envelope)
    }
  }
}

/**
 * Histories: what two holders do over days, drawn at random, and how it is played at the desk.
 */
import type { Payment } from "@kinchaku/domain/payment/Payment"
import type { TopUpProcessing } from "@kinchaku/domain/topup/TopUp"
import { Sweeps } from "@kinchaku/domain/engine/Sweeps"
import { Effect } from "effect"
import * as fc from "fast-check"
import { adopt, atDesk, type Core, type Services, type Steps } from "./Desk.ts"
import * as Holders from "./Holders.ts"
import { terms, withFees } from "./Terms.ts"

/** One thing that a holder, a bank, a biller or time does; `wait` goes by before it. */
export interface Step {
  readonly does:
    | "ask"
    | "bankDebits"
    | "bankRefuses"
    | "pay"
    | "payOnline"
    | "billerAccepts"
    | "billerRefuses"
    | "verify"
    | "sweep"
    | "adopt"
  readonly who: 0 | 1
  readonly amount: number
  readonly wait: number
}

const day = 86_400_000
/** Nothing, moments, days, and just under and over the two years that cash lives. */
const waits = [0, 0, 0, 1, 1000, day, 729 * day, 732 * day]

/** Steps in which top-ups and payments are frequent and long waits are rare. */
export const step = (over: Partial<Record<"waits", ReadonlyArray<number>>> = {}): fc.Arbitrary<Step> =>
  fc.record(
    {
      does: fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom("ask", "bankDebits", "pay", "payOnline", "billerRefuses") },
        { weight: 1, arbitrary: fc.constantFrom("bankRefuses", "billerAccepts", "verify", "sweep", "adopt") }
      ) as fc.Arbitrary<Step["does"]>,
      who: fc.constantFrom(0, 1),
      amount: fc.oneof(fc.constantFrom(1, 111, 1000, 5000), fc.integer({ min: 1, max: 6000 })),
      wait: fc.constantFrom(...(over.waits ?? waits))
    },
    { noNullPrototype: true }
  )

/** Twelve steps or fewer. */
export const history = (over: Parameters<typeof step>[0] = {}): fc.Arbitrary<ReadonlyArray<Step>> =>
  fc.array(step(over), { minLength: 1, maxLength: 12 })

/** What is open while a history is played. */
class Play {
  readonly holders: Array<Holders.Holder> = []
  readonly asked: Array<TopUpProcessing> = []
  readonly online: Array<Payment> = []
}

const orNothing = <A, E, R>(one: A | undefined, then: (one: A) => Effect.Effect<unknown, E, R>) =>
  one === undefined ? Effect.void : then(one)

const doStep = (
  { asked, holders, online }: Play,
  { amount, does, who }: Step
): Effect.Effect<unknown, unknown, Services> => {
  const holder = holders[who]!
  switch (does) {
    case "ask":
      return Effect.map(Holders.ask(holder, amount), (topUp) => asked.push(topUp))
    case "bankDebits":
      return orNothing(asked.shift(), (topUp) => Holders.answer(topUp, Holders.debited))
    case "bankRefuses":
      return orNothing(asked.shift(), (topUp) => Holders.answer(topUp, Holders.refused))
    case "pay":
      return Holders.pay(holder, amount)
    case "payOnline":
      return Effect.map(Holders.pay(holder, amount, "online"), (payment) => online.push(payment))
    case "billerAccepts":
      return orNothing(online.shift(), Holders.accept)
    case "billerRefuses":
      return orNothing(online.shift(), Holders.decline)
    case "verify":
      return Holders.verify(holder)
    case "sweep":
      return Effect.flatMap(Sweeps, (sweeps) => sweeps.runDue)
    case "adopt":
      return adopt(amount % 2 === 0 ? withFees : terms())
  }
}

/** Opens a cash account with ¥4,000 of cash, and a money account with ¥4,000 of money beside ¥500 of cash. */
export const opening = Effect.gen(function* () {
  yield* Holders.contractBillers
  const [first, second] = [yield* Holders.open("cash"), yield* Holders.open("cash")]
  yield* Holders.topUp(first, 4000)
  yield* Holders.topUp(second, 500)
  yield* Holders.verify(second)
  yield* Holders.topUp(second, 4000)
  return [first, second] as const
})

/**
 * Plays a history and looks after every step; what is refused by name is refused, a defect ends the play. Answers what was seen.
 */
export const play = <A, E>(
  steps: ReadonlyArray<Step>,
  look: (holders: readonly [Holders.Holder, Holders.Holder], step?: Step) => Effect.Effect<A, E, Services>
): Effect.Effect<ReadonlyArray<A>, unknown, Services> =>
  Effect.gen(function* () {
    const holders = yield* opening
    const state = new Play()
    state.holders.push(...holders)
    const seen = [yield* look(holders)]
    for (const one of steps) {
      yield* Holders.turnBy(one.wait)
      yield* Effect.result(doStep(state, one))
      seen.push(yield* look(holders, one))
    }
    return seen
  })

/** Whether something holds after the opening and after every step of a history, with fees. */
export const always = (
  wrong: Core,
  steps: ReadonlyArray<Step>,
  look: Steps<boolean>
): Effect.Effect<boolean, unknown> =>
  Effect.map(atDesk(wrong, { policy: withFees })(play(steps, () => look)), (seen) => seen.every((held) => held))

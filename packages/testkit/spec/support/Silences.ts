/**
 * Silences: operations of every kind at once, each with a fault of its provider's own, told until nothing waits any more.
 */
import type { BreakerOptions } from "@kinchaku/domain/engine/CircuitBreaker"
import type { PositiveYen } from "@kinchaku/domain/money/Yen"
import { Notices } from "@kinchaku/domain/notice/Notices"
import { Payouts } from "@kinchaku/domain/payout/Payouts"
import { DepositTopUps } from "@kinchaku/domain/topup/DepositTopUps"
import { Effect } from "effect"
import * as fc from "fast-check"
import type { Holder, Story } from "../../src/scenario/Story.ts"
import { link } from "../../src/scenario/Linking.ts"
import { testPolicy } from "../../src/scenario/TestPolicy.ts"
import { inWorld, type Surroundings } from "../../src/scenario/World.ts"
import { SimulatedCollector } from "../../src/simulators/SimulatedCollector.ts"

/** Without fees: registrations side by side are not barred by one that was not shown (BNK-09). */
const policy = testPolicy({ fees: [] })

const hour = 3_600_000
const turn = 300_000

/** By kind: the provider, the endings of amounts that make it err, and where an operation ends, by its ending; else `usual`. */
const kinds = {
  topUp: { by: "bank", faults: [1, 2, 3, 4, 5, 6, 7, 8], usual: "completed", ends: { 2: "failed", 5: "failed" } },
  payout: { by: "bank", faults: [1, 2, 3, 4, 5, 6, 7, 8], usual: "completed", ends: { 2: "failed", 5: "failed" } },
  link: { by: "bank", faults: [2, 3, 11, 14, 16, 17], usual: "registered", ends: { 2: "rejected", 3: "rejected" } },
  payment: { by: "biller", faults: [11, 12, 14, 16, 17, 22], usual: "completed", ends: { 12: "failed", 22: "failed" } },
  deposit: { by: "collector", faults: [11, 12, 14, 16, 17], usual: "awaiting a deposit", ends: { 12: "failed" } }
} as const
type Kind = keyof typeof kinds

/** One operation: its kind, and the last three digits of its amount, or of the bank account that is linked. */
export interface Doing {
  readonly kind: Kind
  readonly ending: number
}

const doing = (): fc.Arbitrary<Doing> =>
  fc
    .constantFrom<Kind>("topUp", "payout", "link", "payment", "deposit")
    .chain((kind) =>
      fc.record(
        { kind: fc.constant(kind), ending: fc.constantFrom(0, 0, ...kinds[kind].faults) },
        { noNullPrototype: true }
      )
    )

/** What is done at once, how late providers are that are late, and which of them is off the network for how long. */
export interface Silence {
  readonly doings: ReadonlyArray<Doing>
  readonly lateMinutes: number
  readonly dead: "nobody" | "bank" | "biller" | "collector"
  readonly deadMinutes: number
}

export const silence = (): fc.Arbitrary<Silence> =>
  fc.record(
    {
      doings: fc.array(doing(), { minLength: 1, maxLength: 5 }),
      lateMinutes: fc.constantFrom(10, 90, 600),
      dead: fc.constantFrom("nobody", "bank", "biller", "collector"),
      deadMinutes: fc.constantFrom(20, 180, 1_440)
    },
    { noNullPrototype: true }
  )

/** What an operator's system does about it. */
export interface Resolving {
  readonly breaker: BreakerOptions
  /** What is done every five minutes, the `n`-th time. */
  readonly each: (world: Story, n: number) => Effect.Effect<unknown, unknown>
}
export const resolving: Resolving = { breaker: {}, each: (world) => Effect.andThen(world.dispatch, world.sweep) }

interface Asked extends Doing {
  readonly id: string
  /** What it adds to the holder's money where it is completed, or takes from it. */
  readonly moves: number
  readonly state: Effect.Effect<string, unknown>
}

/** Asks for one operation and leaves it open. */
const ask = (
  world: Story,
  holder: Holder,
  { ending, kind }: Doing,
  n: number
): Effect.Effect<Asked, unknown, Surroundings> =>
  Effect.gen(function* () {
    const { account } = holder
    const amount = (3_000 + ending) as PositiveYen
    const intent = world.intent(holder)
    const asked = (id: string, moves: number, state: Effect.Effect<string, unknown>): Asked => ({
      kind,
      ending,
      id,
      moves,
      state
    })
    if (kind === "topUp") {
      const { id } = yield* world.askTopUp(holder, amount)
      return asked(
        id,
        amount,
        Effect.map(world.topUps.get(account, id), ({ _tag }) => _tag)
      )
    }
    if (kind === "payout") {
      const payouts = yield* Payouts
      const { fee } = yield* payouts.quote(account, amount)
      const { id } = yield* payouts.request({ account, amount, quotedFee: fee }, intent)
      return asked(
        id,
        -amount - fee,
        Effect.map(payouts.get(account, id), ({ _tag }) => _tag)
      )
    }
    if (kind === "payment") {
      const barcode = world.slip({ amount })
      const quote = yield* world.payments.quoteSlip(barcode)
      const { id } = yield* world.payments.paySlip({ account, barcode, quote }, intent)
      return asked(
        id,
        -amount - quote.fee,
        Effect.map(world.payments.get(account, id), ({ _tag }) => _tag)
      )
    }
    if (kind === "link") {
      const number = `${4_000 + n}${`${ending}`.padStart(3, "0")}`
      world.bank.setHolder(number, holder.kanaName)
      const typed = { bank: "9999", branch: "001", kind: "ordinary", number } as const
      const { id } = yield* link(world.bankLinks, account, typed, intent)
      return asked(
        id,
        0,
        Effect.map(world.bankLinks.get(account, id), ({ _tag }) => _tag)
      )
    }
    const deposits = yield* DepositTopUps
    const { fee } = yield* deposits.quote("netBanking", amount)
    const { id } = yield* deposits.request({ account, way: "netBanking", amount, quotedFee: fee }, intent)
    const look = Effect.map(deposits.get(account, id), (one) =>
      one._tag === "awaiting" && one.issued !== undefined ? "awaiting a deposit" : one._tag
    )
    return asked(id, 0, look)
  })

const isOpen = (state: string): boolean => ["processing", "funding", "awaiting", "inProcedure"].includes(state)

/** Why the end of a silence is not as it must be; nothing where it is. */
const wrong = (
  { ending, kind }: Doing,
  { dead, deadMinutes }: Silence,
  seen: { readonly state: string; readonly openFor: number; readonly told: number; readonly isDue: boolean }
): string | undefined => {
  const { by, ends, usual } = kinds[kind]
  // What a bank is asked about a link when its day is over is no longer asked: the link can be tried again (BNK-03).
  const isReleased = kind === "link" && dead === "bank" && deadMinutes > 22 * 60
  const expected = isReleased ? "provisional" : ((ends as Readonly<Record<number, string>>)[ending] ?? usual)
  if (seen.state !== expected) return `ends ${seen.state}, not ${expected}`
  if (seen.told !== (seen.isDue ? 1 : 0)) return `was raised ${seen.told} times`
  if (ending === 0 && by !== dead && seen.openFor > 0) return `waited for another provider`
  return seen.openFor <= 48 * hour ? undefined : "was open for more than 48 hours"
}

/** Tells a silence to its end. Every operation ends as its provider has it, once, and whatever is open for half an hour is raised once. */
export const endsWell = (given: Silence, { breaker, each }: Resolving): Effect.Effect<true, unknown> =>
  inWorld(
    { breaker, policy, bank: { lateFor: `${given.lateMinutes} minutes` }, biller: { lateFor: "90 minutes" } },
    (world) =>
      Effect.gen(function* () {
        const holder = yield* world.open("taro", "money")
        const registered = yield* world.link(holder)
        yield* world.contract({ confirmation: "online" })
        yield* world.topUp(holder, 100_000)
        yield* (yield* Payouts).setAccount(holder.account, registered.id, world.intent(holder))
        const reach = {
          nobody: () => undefined,
          bank: world.bank.reachable,
          biller: world.biller.reachable,
          collector: (yield* SimulatedCollector).reachable
        }[given.dead]
        const asked: Array<Asked> = []
        for (const [n, one] of given.doings.entries()) asked.push(yield* ask(world, holder, one, n))
        reach(false)
        const began = yield* world.now
        const seen = asked.map((one) => ({ one, state: "processing", openFor: 0, told: 0, isDue: false }))
        for (let n = 0; n === 0 || (n * 5 <= 49 * 60 && seen.some(({ state }) => isOpen(state))); n++) {
          if (n * 5 >= given.deadMinutes) reach(true)
          yield* each(world, n)
          for (const of of seen) {
            of.state = yield* of.one.state
            if (!isOpen(of.state)) continue
            const waited = (yield* world.now) - began
            of.openFor = waited + turn
            // A procedure takes its holder, so it is released and not raised (BNK-03).
            of.isDue ||= waited >= hour / 2 && of.one.kind !== "link"
          }
          yield* world.wait("5 minutes")
        }
        const notices = yield* (yield* Notices).page("", 1_000)
        for (const of of seen) {
          of.told = notices.filter(({ kind, subject }) => kind.endsWith("Unresolved") && subject === of.one.id).length
          const off = wrong(of.one, given, of)
          if (off !== undefined) throw new Error(`${of.one.kind} ${of.one.ending} ${off}`)
        }
        const moved = seen.reduce((sum, { one, state }) => sum + (state === "completed" ? one.moves : 0), 0)
        const { money } = yield* world.balances(holder)
        if (money !== 100_000 + moved) throw new Error(`the holder has ${money}, not ${100_000 + moved}`)
        return true as const
      })
  )

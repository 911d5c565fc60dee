/**
 * Suspense: amounts that stand there, and an account to which they may belong.
 */
import { type Account, accounts } from "@kinchaku/domain/account/Account"
import type { Command } from "@kinchaku/domain/engine/Command"
import * as Decision from "@kinchaku/domain/engine/Decision"
import { Due } from "@kinchaku/domain/engine/Due"
import { Engine } from "@kinchaku/domain/engine/Engine"
import { put } from "@kinchaku/domain/engine/Facts"
import { Store } from "@kinchaku/domain/engine/Store"
import { bankSettlement, cash, money, receivable, suspendedOutlay, suspense } from "@kinchaku/domain/ledger/AccountCode"
import * as JournalEntry from "@kinchaku/domain/ledger/JournalEntry"
import * as Usage from "@kinchaku/domain/limit/Usage"
import type { PositiveYen, Yen } from "@kinchaku/domain/money/Yen"
import type { Policy } from "@kinchaku/domain/policy/Policy"
import type { Resolution } from "@kinchaku/domain/suspense/Resolution"
import { SuspenseDesk } from "@kinchaku/domain/suspense/SuspenseDesk"
import { suspended } from "@kinchaku/domain/suspense/Suspending"
import { type SuspenseItem, type SuspenseItemId, suspenseItems } from "@kinchaku/domain/suspense/SuspenseItem"
import { Effect, Latch, Layer, Result, Schema } from "effect"
import * as fc from "fast-check"
import { due } from "../../src/memory/MemoryDue.ts"
import { codeless } from "../../src/scenario/TestPolicy.ts"
import { collector, lawson } from "./Deposits.ts"
import { accountOf, me } from "./Payments.ts"
import { commandId, Desk, noon } from "./PaymentsDesk.ts"
import { noLimits } from "./PaymentsTopUps.ts"

/** An item, and what stands around it. */
export interface Lying {
  readonly direction: SuspenseItem["direction"]
  readonly yen: number
  readonly held?: number
  readonly inCash?: number
  readonly flying?: number
  readonly account?: Account
  readonly limits?: Policy["limits"]
}

/** The command that booked the n-th item. */
const bookedBy = (n: number) => commandId(600 + n)
/** The id of the item of a desk. */
export const item = `sus_${bookedBy(0)}` as SuspenseItemId

const against = (direction: SuspenseItem["direction"]) =>
  direction === "in" ? receivable(collector, lawson) : bankSettlement("0001")

const whatStands = ({ direction, yen }: Pick<Lying, "direction" | "yen">) =>
  ({
    cause: direction === "in" ? "afterDueDate" : "creditedAfterRefusal",
    direction,
    amount: yen as PositiveYen,
    against: against(direction),
    subject: "collector:R-1",
    account: me
  }) as const

/** Books an item as the commands that find one do. */
const Suspend: Command<Pick<Lying, "direction" | "yen">, Record<string, never>, never> = {
  tag: "Suspend",
  content: Schema.Unknown as never,
  success: Schema.Struct({}) as never,
  reads: () => [],
  decide: (_, { at, content, id }) => {
    const { kind, postings, puts } = suspended(whatStands(content), bookedBy(0), at)
    const entry = { id: JournalEntry.entryId(id, 1), kind, businessAt: at, postings }
    return Result.succeed(Decision.make({ result: {}, entries: [JournalEntry.balanced(entry)], puts }))
  }
}

/** A desk at which one amount is in suspense. */
export const deskWith = (what: Lying): Desk => {
  const { account = accountOf(me, "money"), flying = 0, held = 0, inCash = 0, limits = noLimits } = what
  const desk = new Desk({
    policy: { ...codeless, limits },
    records: [
      put<Account>(accounts, account),
      put(Usage.usages, Usage.count(Usage.empty(me, "topUp", "inFlight"), "bank", flying as Yen))
    ],
    held: [
      { account: money(me), yen: held },
      { account: cash(me), yen: inCash }
    ]
  })
  desk.ask(Suspend, { direction: what.direction, yen: what.yen })
  return desk
}

export const crediting: Resolution = { item, resolution: { _tag: "credited", account: me }, reference: "case-1" }
export const returning: Resolution = { item, resolution: { _tag: "returned" }, reference: "case-1" }

/** Where the yen are: with the holder, in suspense on either side, owed by the provider, and at the bank. */
export const stands = (desk: Desk) => ({
  held: desk.held(money(me)) + desk.held(cash(me)),
  suspense: desk.booked(suspense),
  outlay: -desk.booked(suspendedOutlay),
  provider: -desk.booked(receivable(collector, lawson)),
  bank: -desk.booked(bankSettlement("0001")) || 0
})

/** Whether the n-th item is open. */
export const lying = (): fc.Arbitrary<{ readonly isOpen: boolean }> => fc.record({ isOpen: fc.boolean() })

/** Which of some items an operator sees who turns pages of a size until one is empty, by their places. */
export const pages = (items: ReadonlyArray<{ readonly isOpen: boolean }>, size: number): ReadonlyArray<number> => {
  const records = items.map(({ isOpen }, n): SuspenseItem => {
    const { item: open } = suspended(whatStands({ direction: "in", yen: 1 + n }), bookedBy(n), noon)
    return isOpen ? open : { ...open, _tag: "resolved", resolution: "returned", resolvedAt: noon }
  })
  const desk = new Desk({ records: records.map((one) => put(suspenseItems, one)) })
  const surroundings = Layer.mergeAll(
    Layer.succeed(Due, due(desk.books)),
    Layer.mock(Engine, { requested: Latch.makeUnsafe(false) }),
    Layer.mock(Store, { writers: 1, read: desk.read })
  )
  return Effect.gen(function* () {
    const { page } = yield* SuspenseDesk
    const seen: Array<number> = []
    let last: SuspenseItemId | undefined
    for (;;) {
      const found = yield* page(size, last)
      if (found.length === 0) return seen
      seen.push(...found.map(({ amount }) => amount - 1))
      last = found.at(-1)?.id
    }
  }).pipe(Effect.provide(SuspenseDesk.layer), Effect.provide(surroundings), Effect.runSync)
}

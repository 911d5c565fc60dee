/**
 * Checks of refusals: a store has its own defences, and what they refuse leaves nothing of its batch behind.
 */
import { Store, type Writes } from "@kinchaku/domain/engine/Store"
import { bankSettlement, cash, fees, money, suspense } from "@kinchaku/domain/ledger/AccountCode"
import { max } from "@kinchaku/domain/money/Yen"
import { Cause, Effect, Exit } from "effect"
import { expect } from "vitest"
import { accountId, type Batch, commandId, commit, credit, debit, minute, request, workOf } from "./Batches.ts"
import { type Check, check, visible } from "./Check.ts"
import { bank, funded, ground, outgoing } from "./Ground.ts"
import { versions } from "./Samples.ts"

const holder = cash(accountId(1))
const usage = versions["usage"]?.(1) ?? []
const usageKeys = usage.slice(0, 1).map(({ id, kind }) => ({ kind, id }))

/** A good batch that writes something everywhere: what refused it must have left none of it. */
const everywhere = (n: number): Batch => ({
  commands: [funded(n, 10, 1), { n: n + 1 }],
  puts: usage.slice(1, 2),
  requests: [outgoing(n)],
  answered: [request(1)],
  notices: [
    { id: `${commandId(n)}.1`, kind: "topUpUnresolved", to: "operators", account: "a", subject: "s", at: minute(n) }
  ],
  personal: [{ id: commandId(n), data: "private" }]
})

/** Refuses a batch on books with one command of a funded account and one request, and takes a good one afterwards. */
const refuses = (name: string, bad: Batch): Check =>
  check(`refused as a whole: ${name}`, function* () {
    const store = yield* Store
    yield* commit({ ...ground(1), requests: [outgoing(1)] })
    yield* commit({ commands: [{ n: 2 }], puts: usage.slice(0, 1) })
    const before = yield* visible(usageKeys)
    const exit = yield* Effect.exit(store.commit(workOf({ ...everywhere(3), ...bad })))
    if (Exit.isSuccess(exit)) throw new Error("the store accepted it")
    expect(Cause.squash(exit.cause)).toMatchObject({ _tag: "StoreRefused" })
    expect(yield* visible(usageKeys)).toStrictEqual(before)
    expect(yield* store.personal(commandId(3))).toBeUndefined()
    yield* commit(everywhere(5))
    expect((yield* visible(usageKeys)).records).toStrictEqual([usage[1]?.record])
    expect(yield* store.personal(commandId(5))).toBe("private")
  })

type Command = Writes["commands"][number]
/** Changes the second command of a batch, as it was made, in one place. */
const second =
  (change: (command: Command, first: Command) => Partial<Command>) =>
  (writes: Writes): Writes => {
    const [first, other, ...rest] = writes.commands
    if (first === undefined || other === undefined) throw new Error("the batch has two commands")
    return { ...writes, commands: [first, { ...other, ...change(other, first) }, ...rest] }
  }
/** Moves the second command and the head on, as if a link were missing. */
const gap = (writes: Writes): Writes => ({
  ...second(({ seq }) => ({ seq: seq + 1 }))(writes),
  head: { ...writes.head, seq: writes.head.seq + 1 }
})

const lines = (...postings: ReadonlyArray<ReturnType<typeof debit>>): Batch => {
  const [first, ...rest] = postings
  if (first === undefined) throw new Error("an entry has lines")
  return { commands: [{ n: 3, entries: [{ postings: [first, ...rest] }] }, { n: 4 }] }
}
/** All that can be booked on one side of an account goes in and out; one yen more on that side would leave the range. */
const overflow = (account: typeof holder): Check =>
  check(`LED-09 refused as a whole: totals of ${account} beyond 2^53−1`, function* () {
    const store = yield* Store
    const moved = (n: number, from: typeof holder, to: typeof holder, amount: number) =>
      workOf({
        commands: [{ n, entries: [{ postings: [debit(from, amount), credit(to, amount)] }] }],
        requests: [outgoing(n)]
      })
    yield* store.commit(moved(1, suspense, account, max))
    yield* store.commit(moved(2, account, fees, max))
    const before = yield* visible([])
    const exit = yield* Effect.exit(store.commit(moved(3, bankSettlement(bank), account, 1)))
    if (Exit.isSuccess(exit)) throw new Error("the store accepted it")
    expect(Cause.squash(exit.cause)).toMatchObject({ _tag: "StoreRefused" })
    expect(yield* visible([])).toStrictEqual(before)
  })

export const refusalChecks: ReadonlyArray<Check> = [
  refuses("a gap in the sequence", { commands: everywhere(3).commands, spoil: gap }),
  refuses("a place in the sequence taken twice", {
    commands: everywhere(3).commands,
    spoil: second((_, first) => ({ seq: first.seq }))
  }),
  refuses("a link that does not name the hash before it", {
    commands: everywhere(3).commands,
    spoil: second((_, first) => ({ previous: first.previous }))
  }),
  refuses("a hash that another link has", {
    commands: everywhere(3).commands,
    spoil: second((_, first) => ({ hash: first.hash }))
  }),
  refuses("a booking time before that of the link before", {
    commands: [
      { n: 3, bookedAt: minute(9) },
      { n: 4, bookedAt: minute(8) }
    ]
  }),
  refuses("the id of an earlier command", { commands: [{ n: 3 }, { n: 1, key: "new" }] }),
  refuses("one id for two commands of a batch", { commands: [{ n: 3 }, { n: 3, key: "new" }] }),
  refuses("LED-08 the key of an earlier command of the same actor", { commands: [{ n: 3 }, { n: 4, key: "key 1" }] }),
  refuses("LED-08 one key for two commands of a batch", {
    commands: [
      { n: 3, key: "same" },
      { n: 4, key: "same" }
    ]
  }),
  refuses("the id of an earlier entry", {
    commands: [funded(3, 10, 1), { n: 4 }],
    spoil: (writes) => ({
      ...writes,
      commands: writes.commands.map((command) => ({
        ...command,
        entries: command.entries.map((one) => ({
          ...one,
          entry: { ...one.entry, id: `${commandId(1)}.1` as typeof one.entry.id }
        }))
      }))
    })
  }),
  refuses(
    "LED-01 an entry whose debits are not its credits",
    lines(debit(bankSettlement(bank), 100), credit(holder, 99))
  ),
  refuses("LED-05 cash below zero", lines(debit(holder, 10_001), credit(fees, 10_001))),
  refuses("LED-05 money below zero where there never was any", lines(debit(money(accountId(1)), 1), credit(fees, 1))),
  refuses("a request that waits already", { commands: [{ n: 3 }, { n: 4 }], answered: [], requests: [outgoing(1)] }),
  overflow(holder),
  overflow(bankSettlement("0009")),
  check("LED-08 a key whose command was refused is free", function* () {
    yield* commit(ground(1))
    yield* Effect.exit(commit({ commands: [{ n: 2 }, { n: 1, key: "new" }] }))
    yield* commit({ commands: [{ n: 2 }, { n: 3, key: "new" }] })
  }),
  check("LED-09 amounts of one yen and of 2^53−1 are booked exactly", function* () {
    for (const [n, amount] of [1, max - 1].entries()) yield* commit({ commands: [funded(n + 1, amount, 1)] })
    const { balances } = yield* visible([])
    expect(balances).toStrictEqual([
      { account: bankSettlement(bank), debits: max, credits: 0 },
      { account: holder, debits: 0, credits: max }
    ])
    yield* commit({ commands: [{ n: 3, entries: [{ postings: [debit(holder, max), credit(fees, max)] }] }] })
    expect((yield* visible([])).balances[1]).toStrictEqual({ account: holder, debits: max, credits: max })
  }),
  check("a customer account may be emptied to zero yen", function* () {
    yield* commit(ground(1))
    yield* commit(lines(debit(holder, 10_000), credit(fees, 10_000)))
    expect((yield* visible([])).balances[1]).toStrictEqual({ account: holder, debits: 10_000, credits: 10_000 })
  }),
  check("the books' own accounts stand on either side", function* () {
    yield* commit(lines(debit(fees, 5), credit(bankSettlement(bank), 5)))
    expect((yield* visible([])).balances).toStrictEqual([
      { account: bankSettlement(bank), debits: 0, credits: 5 },
      { account: fees, debits: 5, credits: 0 }
    ])
  })
]

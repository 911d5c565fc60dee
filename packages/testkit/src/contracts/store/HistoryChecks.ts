/**
 * Checks of the history and of personal data.
 */
import { Journal } from "@kinchaku/domain/audit/Journal"
import { put } from "@kinchaku/domain/engine/Facts"
import { Store } from "@kinchaku/domain/engine/Store"
import { History } from "@kinchaku/domain/history/History"
import { payments } from "@kinchaku/domain/payment/Payment"
import { payouts } from "@kinchaku/domain/payout/Payout"
import { depositTopUps } from "@kinchaku/domain/topup/Deposit"
import { directTopUps } from "@kinchaku/domain/topup/DirectTopUp"
import { topUps } from "@kinchaku/domain/topup/TopUp"
import { Effect } from "effect"
import { expect } from "vitest"
import { accountId, commandId, commit } from "./Batches.ts"
import { type Check, check } from "./Check.ts"
import { depositTopUp, funded, ground, payment, topUp } from "./Ground.ts"
import { directTopUp, payout } from "./WalletSamples.ts"

/** Adds a top-up of an account for an even number, a payment for an odd one. */
const add = (n: number, of = 1) =>
  commit({
    commands: [funded(n, 10, of)],
    puts: [
      n % 2 === 0
        ? put(topUps, { _tag: "processing", ...topUp(n, of) })
        : put(payments, { _tag: "processing", ...payment(n, of) })
    ]
  })
/** An account with no lines of its own; its number is out of the way of the lines. */
const holder = (of: number) => commit({ ...ground(of), puts: (ground(of).puts ?? []).slice(0, 3) })
const lines = Effect.fnUntraced(function* (limit: number, before?: string, of = 1) {
  return yield* (yield* History).page(accountId(of), limit, before)
})
const idsOf = (page: Effect.Success<ReturnType<typeof lines>>): ReadonlyArray<string> =>
  page.map(({ cursor }) => cursor.slice(-26))

export const historyChecks: ReadonlyArray<Check> = [
  check("TXN-01 the history has top-ups and payments in one order, the newest first", function* () {
    yield* holder(1)
    for (const n of [10, 13, 12, 11]) yield* add(n)
    expect(idsOf(yield* lines(10))).toStrictEqual([13, 12, 11, 10].map(commandId))
    const [first, second] = yield* lines(2)
    expect(first).toStrictEqual({
      kind: "payment",
      cursor: first?.cursor,
      payment: { _tag: "processing", ...payment(13, 1) }
    })
    expect(second).toStrictEqual({
      kind: "topUp",
      cursor: second?.cursor,
      topUp: { _tag: "processing", ...topUp(12, 1) }
    })
  }),
  check("TXN-01, TOP-20, OUT-08 the history has lines of every kind in one order, the newest first", function* () {
    yield* holder(1)
    const awaiting = { _tag: "awaiting" as const, ...depositTopUp(11, 1) }
    const sent = { _tag: "processing" as const, ...payout(13, 1) }
    const puts = [
      put(topUps, { _tag: "processing", ...topUp(10, 1) }),
      put(depositTopUps, awaiting),
      put(directTopUps, directTopUp(12, 1)),
      put(payouts, sent),
      put(payments, { _tag: "processing", ...payment(14, 1) })
    ]
    for (const [index, one] of puts.entries()) yield* commit({ commands: [funded(10 + index, 10, 1)], puts: [one] })
    const page = yield* lines(10)
    expect(page.map(({ kind }) => kind)).toStrictEqual(["payment", "payout", "directTopUp", "depositTopUp", "topUp"])
    expect(page[1]).toMatchObject({ payout: sent })
    expect(page[2]).toMatchObject({ topUp: directTopUp(12, 1) })
    expect(page[3]).toMatchObject({ topUp: awaiting })
    expect(idsOf(yield* lines(2, page[1]?.cursor))).toStrictEqual([12, 11].map(commandId))
  }),
  check("the history has at most as many lines as asked for", function* () {
    yield* holder(1)
    for (const n of [10, 11, 12]) yield* add(n)
    expect(idsOf(yield* lines(2))).toStrictEqual([12, 11].map(commandId))
  }),
  check("the history of an account has its own lines only", function* () {
    yield* holder(1)
    yield* holder(2)
    for (const n of [10, 11, 14]) yield* add(n)
    for (const n of [12, 13]) yield* add(n, 2)
    expect(idsOf(yield* lines(10))).toStrictEqual([14, 11, 10].map(commandId))
    expect(idsOf(yield* lines(10, undefined, 2))).toStrictEqual([13, 12].map(commandId))
  }),
  check("the history of an account that has none, or that there is not, is empty", function* () {
    yield* holder(1)
    expect(yield* lines(10)).toStrictEqual([])
    expect(yield* lines(10, undefined, 9)).toStrictEqual([])
  }),
  check("the history is paged by the cursor of the last line, without gap or repetition", function* () {
    yield* holder(1)
    const all = [10, 11, 12, 13, 14, 15, 17]
    for (const n of all) yield* add(n)
    const seen: Array<string> = []
    let before: string | undefined
    for (let rounds = 0; rounds < 9; rounds++) {
      const page = yield* lines(2, before)
      seen.push(...idsOf(page))
      before = page.at(-1)?.cursor
      if (before === undefined) break
    }
    expect(seen).toStrictEqual(all.toReversed().map(commandId))
  }),
  check("TOP-14 the history is paged between two lines that one command made, without gap or repetition", function* () {
    yield* holder(1)
    yield* add(10)
    const puts = [
      put(payments, { _tag: "processing", ...payment(11, 1) }),
      put(topUps, { _tag: "processing", ...topUp(11, 1) })
    ]
    yield* commit({ commands: [funded(11, 10, 1)], puts })
    yield* add(12)
    const whole = (yield* lines(10)).map(({ cursor, kind }) => `${kind} ${cursor.slice(-26)}`)
    expect(whole.map((line) => line.split(" ")[1])).toStrictEqual([12, 11, 11, 10].map(commandId))
    expect(new Set(whole).size).toBe(4)
    const seen: Array<string> = []
    let before: string | undefined
    for (let rounds = 0; rounds < 6; rounds++) {
      const page = yield* lines(1, before)
      seen.push(...page.map(({ cursor, kind }) => `${kind} ${cursor.slice(-26)}`))
      before = page.at(-1)?.cursor
      if (before === undefined) break
    }
    expect(seen).toStrictEqual(whole)
  }),
  check("a cursor stays where it is while newer lines arrive", function* () {
    yield* holder(1)
    for (const n of [10, 11, 12, 13]) yield* add(n)
    const first = yield* lines(2)
    for (const n of [20, 21, 22]) yield* add(n)
    expect(idsOf(yield* lines(2, first.at(-1)?.cursor))).toStrictEqual([11, 10].map(commandId))
  }),
  check("a line shows what became of it, at its old place", function* () {
    yield* holder(1)
    for (const n of [10, 11, 12]) yield* add(n)
    const completed = {
      _tag: "completed" as const,
      ...topUp(10, 1),
      creditedTo: "cash" as const,
      settledAt: topUp(10).askedAt
    }
    yield* commit({ commands: [{ n: 30 }], puts: [put(topUps, completed)] })
    const page = yield* lines(10)
    expect(idsOf(page)).toStrictEqual([12, 11, 10].map(commandId))
    expect(page.at(-1)).toMatchObject({ kind: "topUp", topUp: completed })
  }),
  check("REG-04 personal data is kept under the id of its command, and under no other", function* () {
    yield* commit({
      commands: [{ n: 1 }, { n: 2 }, { n: 3 }],
      personal: [
        { id: commandId(1), data: '{"name":"山田 花子"}' },
        { id: commandId(3), data: "" }
      ]
    })
    const store = yield* Store
    expect(yield* store.personal(commandId(1))).toBe('{"name":"山田 花子"}')
    expect(yield* store.personal(commandId(2))).toBeUndefined()
    expect(yield* store.personal(commandId(3))).toBe("")
    expect(yield* store.personal(commandId(4))).toBeUndefined()
  }),
  check("REG-04 personal data of many commands is read at once: of each its own, and of no other", function* () {
    const kept = Array.from({ length: 200 }, (_, n) => ({ id: commandId(n + 1), data: `{"n":${n},"'":"山田"}` }))
    yield* commit({ commands: kept.map((_, n) => ({ n: n + 1 })), personal: kept.filter((_, n) => n % 3 > 0) })
    const store = yield* Store
    const found = yield* store.personalOf(kept.map(({ id }) => id))
    const asked = kept.filter((_, n) => n % 3 > 0)
    expect(new Map(found)).toStrictEqual(new Map(asked.map(({ data, id }) => [id, data])))
    expect([...(yield* store.personalOf([commandId(2), commandId(2), commandId(9999)])).keys()]).toStrictEqual([
      commandId(2)
    ])
    expect((yield* store.personalOf([])).size).toBe(0)
  }),
  check("REG-04 personal data is no part of the journal", function* () {
    yield* commit({ commands: [{ n: 1 }], personal: [{ id: commandId(1), data: "canary 山田" }] })
    expect(JSON.stringify(yield* (yield* Journal).page(0, 10))).not.toContain("canary")
  })
]
